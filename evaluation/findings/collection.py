"""Findings as a researcher holds them: printed, tabulated and drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from html import escape
from math import isfinite
from typing import TYPE_CHECKING, overload

from ..terms import Finding

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Drawable(Finding):
    """A Finding that shows itself in a notebook; `terms` may not know how to draw."""

    __slots__ = ()

    def plot(self) -> Figure:
        """The effect and its range by every formula, as a picture; refuses a finding that shows no numbers."""
        from .picture import picture  # a notebook that draws nothing should not wait for matplotlib

        return picture(self).figure

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


@dataclass(frozen=True, slots=True, repr=False)
class Findings(Sequence[Finding]):
    """An unchangeable sequence of findings; printed, each is one sentence on a line of its own, and what follows from it below."""

    findings: tuple[Finding, ...] = ()

    @overload
    def __getitem__(self, which: int) -> Drawable: ...
    @overload
    def __getitem__(self, which: slice) -> Findings: ...
    def __getitem__(self, which: int | slice) -> Drawable | Findings:
        return Findings(self.findings[which]) if isinstance(which, slice) else _drawable(self.findings[which])

    def __iter__(self) -> Iterator[Drawable]:
        return map(_drawable, self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{'<br>'.join(map(escape, str(finding).splitlines()))}</li>" for finding in self.findings) + "</ul>"

    def plot(self, number: int = 0) -> Figure:
        """The picture of one finding; of the headline, unless another is asked for."""
        return self[number].plot()

    def frame(self) -> pd.DataFrame:
        """One row a finding, one column a number, for the next program."""
        import pandas as pd

        frame = pd.DataFrame([_row(finding) for finding in self.findings], columns=list(COLUMNS))
        return frame.astype(COLUMNS)


COLUMNS = {
    **dict.fromkeys(("question", "outcome", "cohort", "method", "estimand"), "object"),
    **dict.fromkeys(("effect", "std_error", "low", "high"), "float64"),
    **dict.fromkeys(("n_served", "n_compared"), "Int64"),
    **dict.fromkeys(("verdict", "pending", "licence", "sentence", "believed", "study", "records", "version"), "object"),
}


def _row(finding: Finding) -> dict[str, object]:
    answer, estimate = finding.answer, finding.answer.estimate
    question, provenance = answer.question, answer.provenance
    row: dict[str, object] = {
        "question": question.name,
        "outcome": question.outcome,
        "cohort": question.cohort,
        "method": question.method,
        "estimand": estimate.estimand.name if estimate else question.estimand,
        "verdict": finding.verdict,
        "pending": finding.pending,
        "licence": finding.grade.licence if finding.grade else None,
        "sentence": finding.sentences["en"],
        "believed": finding.believed.get("en", ""),
        "study": provenance.study,
        "records": provenance.records,
        "version": provenance.version,
    }
    if estimate:
        numbers = {"effect": estimate.effect, "std_error": estimate.std_error, "low": estimate.interval.low, "high": estimate.interval.high}
        row |= {name: number for name, number in numbers.items() if isfinite(number)}  # where no range can be trusted there is none
        of_people = [None if arm.areas is not None and not arm.people else arm.people for arm in (estimate.served, estimate.compared)]
        row |= dict(zip(("n_served", "n_compared"), of_people, strict=True))  # of areas, where nobody knows how many live there, none
    return row


def _drawable(finding: Finding) -> Drawable:
    if isinstance(finding, Drawable):
        return finding
    return Drawable(*(getattr(finding, each.name) for each in fields(Finding)))
