"""Are people better off because of this programme, and how sure are we?

    import evaluation as ev

    study = ev.load("designs/bayview/reentry_navigation.toml")
    county = ev.connect("records/")
    findings = ev.evaluate(study, county)
    print(findings[0])

The rooms are named in the order of the road: terms, records, outcomes, cohort, diagnostics, methods, study, pipeline,
challenges, findings, scorecards, road, rehearsal, report.  The doors below open on first use, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .challenges import by_definition, challenge, length_of_time_homeless, multiverse
    from .cohort import FrameOutcome, FramePanelOutcome, FrameTimes, cohort_from_frame, panel_from_frame
    from .cohort.measuring import measures
    from .findings.compared import balance_table, compare, left_out, overlap_plot, table_one
    from .methods.did import tidy as did
    from .methods.mean import tidy as cost
    from .methods.monitor import tidy as monitor
    from .methods.series import tidy as series
    from .methods.survival import tidy as survival
    from .methods.threshold import tidy as threshold
    from .pipeline import prepare
    from .proving import prove
    from .records import check, connect
    from .rehearsal import rehearse
    from .report.cheers import cheers
    from .road import ask, evaluate
    from .scorecards import disparity, scorecard
    from .study import load
    from .study.changing import but
    from .terms import Caliper, Censored, Horizon, Inference, Matching, Question

__version__ = "0.1.0"

_DOORS = {
    "load": "study",
    "connect": "records",
    "check": "records",
    "but": "study.changing",
    "prepare": "pipeline",
    "challenge": "challenges",
    "multiverse": "challenges",
    "by_definition": "challenges",
    "length_of_time_homeless": "challenges",
    "compare": "findings.compared",
    "balance_table": "findings.compared",
    "table_one": "findings.compared",
    "left_out": "findings.compared",
    "overlap_plot": "findings.compared",
    "measures": "cohort.measuring",
    "evaluate": "road",
    "ask": "road",
    "cohort_from_frame": "cohort",
    "FrameOutcome": "cohort",
    "FramePanelOutcome": "cohort",
    "FrameTimes": "cohort",
    "panel_from_frame": "cohort",
    "Caliper": "terms",
    "Censored": "terms",
    "Horizon": "terms",
    "Inference": "terms",
    "Matching": "terms",
    "Question": "terms",
    "rehearse": "rehearsal",
    "prove": "proving",
    "cheers": "report.cheers",
    "scorecard": "scorecards",
    "disparity": "scorecards",
}
_WHOLE = {name: f"methods.{name}.tidy" for name in ("did", "monitor", "series", "survival", "threshold")}  # doors that are modules
_WHOLE["cost"] = "methods.mean.tidy"

__all__ = [
    "Caliper",
    "Censored",
    "FrameOutcome",
    "FramePanelOutcome",
    "FrameTimes",
    "Horizon",
    "Inference",
    "Matching",
    "Question",
    "ask",
    "balance_table",
    "but",
    "by_definition",
    "challenge",
    "check",
    "cheers",
    "cohort_from_frame",
    "compare",
    "connect",
    "cost",
    "did",
    "disparity",
    "evaluate",
    "left_out",
    "length_of_time_homeless",
    "load",
    "measures",
    "monitor",
    "multiverse",
    "overlap_plot",
    "panel_from_frame",
    "prepare",
    "prove",
    "rehearse",
    "scorecard",
    "series",
    "survival",
    "table_one",
    "threshold",
]


def __getattr__(name: str) -> Any:
    if name in _WHOLE:
        return import_module(f"{__name__}.{_WHOLE[name]}")
    if name not in _DOORS:
        raise AttributeError(f"module 'evaluation' has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
