"""An attacker who shares no code with the door: he reads what is printed, and tries whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

FEW = range(1, 11)
BOX = 200  # the largest number the attacker tries: above the largest total of a case, so that a large part can be balanced
MARK = "hidden"


@dataclass
class Puzzle:
    """What was printed: unknowns that are None, numbers that are known, and equations total = sum of parts, by name."""

    values: dict[str, int | None] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    equations: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def print(self, name: str, cell: object) -> str:
        """Note a printed cell; the same name printed twice must read the same."""
        known = None if cell == MARK else cell
        assert known is None or isinstance(known, int)
        assert self.values.setdefault(name, known) == known
        self.floors[name] = 1
        return name

    def unprinted(self, name: str) -> str:
        self.values[name], self.floors[name] = None, 0
        return name

    def possible(self, name: str, tries: range, near: dict[str, int]) -> bool:
        equations = self.about(name)
        return any(_solvable({**self.values, name: value}, self.floors, equations, near) for value in tries)

    def about(self, name: str) -> list[tuple[str, tuple[str, ...]]]:
        """The equations that unknowns tie to `name`; the truth solves the others, whatever it is."""
        reached, tied = {name}, []
        rest = list(self.equations)
        while found := [one for one in rest if reached & {one[0], *one[1]}]:
            tied += found
            rest = [one for one in rest if one not in found]
            reached |= {part for total, parts in found for part in (total, *parts) if self.values[part] is None}
        return tied


def _solvable(values: dict[str, int | None], floors: dict[str, int], equations: list[tuple[str, tuple[str, ...]]], near: dict[str, int]) -> bool:
    """Whether the unknowns can be filled in, by working out what is forced and guessing the rest, first `near` a likely value."""
    values = dict(values)
    moved = True
    while moved:
        moved = False
        for total, parts in equations:
            unknown = [name for name in (total, *parts) if values[name] is None]
            if len(unknown) > 1:
                continue
            rest = sum(values[part] or 0 for part in parts)
            forced = rest if unknown == [total] else (values[total] or 0) - rest
            if unknown:
                if forced < floors[unknown[0]]:
                    return False
                values[unknown[0]], moved = forced, True
            elif values[total] != rest:
                return False
    open_sums = [[name for name in (*parts, total) if values[name] is None] for total, parts in equations]
    guess = min((names for names in open_sums if names), key=len, default=[""])[0]
    if not guess:
        return True
    whole = [(values[total], parts) for total, parts in equations if guess in parts]
    most = min([BOX, *(total - sum(values[part] or 0 for part in parts) for total, parts in whole if total is not None)])
    tries = sorted(range(floors[guess], most + 1), key=lambda value: abs(value - near[guess]))
    return any(_solvable({**values, guess: value}, floors, equations, near) for value in tries)
