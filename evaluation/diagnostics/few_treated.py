"""Whether the programme reached clusters enough, and left enough others, for an interval to be trusted, and what they could show."""

from __future__ import annotations

from math import isinf

from ..phrases import counted
from ..terms import Diagnostic, OutcomeUnit
from .wording import sizes

FEWEST_TREATED = 3  # clusters on each side: with fewer the spread of that side rests on one difference; sizes in methods/few.py
FEWEST_CLUSTERS = 6  # in all: with fewer no test by signs or by dealing out days can reach 5 % (2^5 changes of sign, mirrored, are 16)
FEW_TREATED_SOURCE = (
    "MacKinnon and Webb 2018; Ibragimov and Müller 2016; sizes simulated by this project: with one cluster of ten reached, "
    "the usual cluster-robust interval leaves out a true zero 61 times of 100"
)


def few_treated_clusters(
    clusters: int, treated: int, compared: int, *, needed: int = FEWEST_TREATED, instead: str = "", worth: tuple[float, float] | None = None
) -> Diagnostic:
    """Whether enough clusters stand on each side of an effect; `clusters` in all, `treated` reached, `compared` they are compared with.

    Clusters are areas, or people who share luck; `needed` of them on each side.  `worth` is how many of one weight each side comes to,
    where most of the effect rests on some of its clusters.  Not required: where it fails the interval that was asked for is not told;
    `instead` says what is, in its place.
    """
    counts = worth or (treated, compared)
    fewest = round(min(counts))
    holds = fewest >= needed and clusters >= FEWEST_CLUSTERS
    said = f"The programme reached {treated:,} of {counted(clusters, 'cluster')}, and {compared:,} are compared with them"
    if round(counts[0]) < treated or round(counts[1]) < compared:
        said += f", of whom some carry so much of the effect that they count as {round(counts[0]):,} and {round(counts[1]):,}"
    rather = f"{instead} is told instead" if instead else "no interval is told"
    return Diagnostic(
        name="few_treated_clusters",
        sentence=f"{said}: enough for an interval." if holds else f"{said}; {needed} are needed on each side and {FEWEST_CLUSTERS} in all: {rather}.",
        value=fewest,
        limit=needed,
        holds=holds,
        source=FEW_TREATED_SOURCE,
        required=False,
        detail={"clusters": float(clusters), "reached": float(treated), "compared": float(compared)},
    )


def detectable_by_the_past(
    effect: float, worthwhile: float, *, placebos: int, periods: int, asked: int, unit: OutcomeUnit, of: str = "", per: int = 1
) -> Diagnostic:
    """The smallest effect that a roll-out would be told from none, read off outcomes before anybody adopted; held to the effect worth having.

    `effect` is that of `methods.placebo_power`, inf where none would be found, and `placebos` how many stand behind it, told over `periods`
    periods where the question asks of `asked`; `of`, where given, says of how many of the clusters.  Both effects in the outcome's `unit`,
    shares where it is people, and the sentence tells a rate for every `per`.  Not required: it informs a verdict of
    *cannot tell yet*, and can be told before any outcome from adoption on is read.
    """
    holds = effect <= abs(worthwhile)
    past = "By their own past, before anybody adopted,"
    if isinf(effect):
        sentence = f"{past} no effect however large would be told from none: too few were reached."
    else:
        seen, worth = sizes(effect, abs(worthwhile), unit=unit, per=per)
        sentence = (
            f"{past} an effect of about {seen} would be seen in four roll-outs of five like this one, as far as the past can tell; "
            f"the smallest effect worth having, {worth}, {'is' if holds else 'is not'} as large."
        )
    if periods < asked:
        sentence += f" The past is short: this is of {counted(periods, 'period')}, and the question of {asked:,}."
    if of and not isinf(effect):
        sentence += f" Told from {of}."
    return Diagnostic(
        name="detectable_by_the_past",
        sentence=sentence,
        value=effect,
        limit=abs(worthwhile),
        holds=holds,
        source="placebo roll-outs dealt out among the places before adoption, at 80 % power, two-sided 5 %; of many places, Bloom 1995",
        required=False,
        detail={"placebos": float(placebos), "periods": float(periods)},
    )
