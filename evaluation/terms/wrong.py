"""What may be wrong with an input: one Problem each, all of them carried by one Refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in four parts; never a value of a person's row."""

    where: str  # file and line, table and column, or question
    found: str  # what is there
    right: str = ""  # what would be right
    remedy: str = ""  # what to do

    def __str__(self) -> str:
        return f"{self.where}: " + " ".join(part for part in (self.found, self.right, self.remedy) if part)


class Refused(Exception):
    """Input that cannot be used.  Carries every problem found, so that one round of mending is enough."""

    def __init__(self, *problems: Problem):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[Problem, ...]]:
        """How it comes back from another process: an exception's own way would bring the text alone."""
        return type(self), self.problems
