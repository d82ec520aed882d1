"""How an event comes about over time, for those served and for those compared: risks, mean days free of it or lost to it, how often.

The way through this folder:

times         who was at risk when, and what ended it (`times`), on the distinct times (`grid`); events that come again (`stretches`)
curves        survival and incidence (`curves`) with their errors (`curve_errors`, `transforms`), areas under them (`restricted`), times
              by which a share is reached (`quantiles`), people behind them (`at_risk`, `footing`), tests (`logrank`, `gray`)
regressions   `cox` (`cox_sets`, `cox_kernels`, `cox_refusals`, `cox_robust`) and what is read off it: `cox_hazard`, `cox_residuals`,
              `proportional`, `concordance`; `fine_gray`; `recurrence`; `pseudo_regression` on `pseudo`; `cure`, `discrete`, and what
              lifelines fits, behind `lifelines_adapter`; of all of them errors `by_cluster`, and `regressors` that tell no slope
estimating    `endings` and `reading` (in `street` time) -> `laid` -> `estimators` -> `estimation`; `sparse` where events are few; beside it
              `hazards` and `course`
  as observed `marginal`; how often: `mean_number` by `ghosh_lin`
  of the lost `ipcw`, by the chance of being `followed`
  adjusted    `standardised` by what is `predicted`; `doubly`, with outcomes `completing` those that were not seen; both read `covariates`,
              and `sought` says at which times
strategies    clones that are followed for as long as a person keeps to a plan (`strategies`), weighted by who enrols (`initiation`)
other clocks  `landmark`
conditions    `told`, with the ends after which the event is `ruled_out`
in a notebook `tidy` (columns of a frame in, by `columns`; tables out: `tidy_curves`, `tidy_numbers`, `tidy_regressions`, whose results are
              `tidy_slopes` and of Cox's `tidy_cox`, `tidy_differences`, `tidy_models`), `plots`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..method import Method

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Cohort, Comparison, Estimate, Question


# The doors open on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def compare(cohort: Cohort, question: Question) -> Comparison:
    """Who keeps to which of two strategies, and for whom they stand: see `strategies.compare`."""
    from . import strategies

    return strategies.compare(cohort, question)


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """What being served did to when and whether the event happens: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


METHOD = Method(
    name="survival",
    title="When an event happens, and whether, among people served and people like them",
    answers=frozenset({"mark"}),
    assigned_by=frozenset({"lot", "offer", "service", "strategy"}),
    forms=frozenset({"starts", "strategies"}),
    estimands=frozenset({"average_effect", "effect_on_the_served", "effect_on_the_compared", "effect_in_the_overlap", "effect_on_the_matchable"}),
    estimators=frozenset({"difference", "regression", "doubly_robust"}),
    inference=frozenset({"robust", "cluster", "person", "set"}),
    measures=frozenset({"risk", "time_free", "time_lost", "number"}),
    times=frozenset({"calendar", "street"}),
    ends=True,
    compare=compare,
    estimate=estimate,
    chooses=True,
)
