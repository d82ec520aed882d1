"""What could stand behind an answer and is not on record: a hidden cause as strong as the recorded ones, those lost, those not analysed."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from scipy.special import ndtri

from ..terms import Diagnostic
from .wording import part, people, tellable

STRONGER = "Cinelli and Hazlett 2020, section 4.4: a hidden thing so many times as strong as a column on record"
TIPPED = "tipping point: Yan, Lee and Li 2009; White, Carpenter and Horton 2012 (mean score); twice the rate is a rule of this project"
TRANSPORTED = (
    "weights by the inverse of the chance of being analysed: Westreich and others 2017; Dahabreh and others 2020.  The error of the difference is "
    "at most that of the weighted answer (Hausman 1978)"
)
TWICE = 2.0
FARTHEST = 20.0  # times as strong: beyond, nothing is sought
LEAST_TIMES = 1.0  # as strong as a column on record
LEAST_LIKE = 0.1  # a chance of being analysed below which one person stands for more than ten
MOST_UNLIKE = 0.1  # of all whom the answer is about: a rule of this project
SIZE = 0.05


def as_strong_as_recorded(times: float, column: str, *, clear: bool) -> Diagnostic:
    """How many times as strong as the strongest column on record a hidden thing must be for the range to reach no difference.

    `times` is inf where even the strongest that could be does not; `clear` says whether the range lies off no difference as it stands:
    where it does not there is nothing to explain, and nothing is judged.  Of `value` no more than FARTHEST is told.
    """
    holds = not clear or times >= LEAST_TIMES
    if not clear:
        sentence = "The range reaches no difference as it stands, so that nothing hidden is needed to explain it."
    elif times == inf:
        sentence = f"Nothing that goes with the programme and the outcome as '{column}' does, however many times as strong, brings the range to none."
    else:
        strong = f"{times:.1f} times as strong as '{column}', the column on record whose like would move the answer most,"
        sentence = f"Something that nobody recorded, {strong} would bring the range to no difference."
    return Diagnostic(
        name="as_strong_as_recorded",
        sentence=sentence,
        value=min(times, FARTHEST) if clear else 0.0,
        limit=LEAST_TIMES if clear else None,
        holds=holds,
        source=STRONGER,
        required=False,
    )


def tipping_point(
    times: float, arm: str, *, clear: bool, turned: bool, lost: tuple[int, int], shares: tuple[float, float], limit: float = TWICE
) -> Diagnostic:
    """At which rate among those lost of one arm, told as a multiple of that of those followed, the range reaches no difference.

    `times` is the multiple nearest to 1 at which it does, `arm` the arm it is of, inf where no rate does; `turned` says whether the
    range reaches none where those lost of either arm fare half or `limit` times as the others; `clear` as above.  `lost` are people, and
    `shares` the shares of the arms' weight, served first.
    """
    judged = clear and any(lost) and times < inf
    holds = not (judged and turned)
    much = f"{people(lost[0])} people served and {people(lost[1])} compared were lost"
    if not any(lost):
        sentence = "Nobody was lost before the horizon, so that nothing could have become of them that is not on record."
    elif not clear:
        sentence = f"{much}; the range reaches no difference as it stands, so that there is nothing that they could tip."
    elif times == inf:
        sentence = f"{much}; whatever became of them in either arm, the range does not reach no difference."
    else:
        rate = f"{times:.2g} times the rate of those followed" if tellable(*lost) else "another rate than those followed"
        sentence = f"{much}; had those lost {arm} had {rate}, the range would reach no difference."
    return Diagnostic(
        name="tipping_point",
        sentence=sentence,
        value=times if judged else 0.0,
        limit=limit if judged else None,
        holds=holds,
        source=TIPPED,
        required=False,
        detail={"served, share lost": shares[0], "compared, share lost": shares[1]} if tellable(*lost) else {},
        behind={"lost": lost},
    )


def transported(
    apart: float, std_error: float, *, left_out: int, about: int, unlike: int, differ: Mapping[str, float], called: str = "served"
) -> Diagnostic:
    """Whether the answer, carried to everybody whom it was to be about, is still the same but for luck.

    The weighted effect lies `apart` from the study's own and has such a `std_error`; `left_out` of the people it is `about` were not
    analysed, and `unlike` of them are like nobody who was: their chance of being analysed is below LEAST_LIKE, or cannot be told.
    `differ` says how far those analysed and those not lie apart, by column, in standard deviations.
    """
    limit = float(ndtri(1 - SIZE / 2))
    told = abs(apart) / std_error if std_error > 0 else 0.0
    reached = unlike <= MOST_UNLIKE * about
    holds = not left_out or (told <= limit and reached)
    worst = max(differ, key=lambda name: abs(differ[name]), default="")
    if not left_out:
        sentence = f"Everybody {called} whom the answer is about was analysed."
    else:
        far = f"; they differ most in '{worst}'" if worst else ""
        beyond = "" if reached else f"; {people(unlike)} of them are like nobody analysed, and no weight speaks for these"
        moved = "no more than luck explains" if told <= limit else "farther than luck explains"
        sentence = f"{part(left_out, about)} people whom the answer is about were not analysed{far}{beyond}; carried to all, it moves {moved}."
    return Diagnostic(
        name="transported",
        sentence=sentence,
        value=told,
        limit=limit if left_out else None,
        holds=holds,
        source=TRANSPORTED,
        required=False,
        detail=dict(differ) if tellable(left_out, about - left_out) else {},
        behind={"left out": (left_out, about - left_out)},
    )
