"""Writes the guide to design files from the types that a design is read into, so that the guide cannot fall behind.

python -m evaluation.study.guide > docs/design_files.md
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field
from datetime import date
from typing import Any, Literal, get_args, get_origin

from ..records.frames import FRAMES
from ..terms import (
    Adopted,
    Assigned,
    Caliper,
    Censored,
    CohortPlan,
    Compared,
    Concurrent,
    Cutoff,
    HistoryColumn,
    Horizon,
    Inference,
    Initiation,
    Matching,
    Periods,
    Question,
    Refused,
    ReleasePlan,
    Served,
    Starts,
    Strategies,
    Strategy,
    Study,
    TakeUp,
    Target,
)
from . import parse
from .lint import BUILT
from .words import fields_of, types_of

EXAMPLE = """\
title     = { en = "Reentry navigation", es = "Acompañamiento al salir de la cárcel" }
county    = "bayview"
programme = "reentry_navigation"
source    = "invented, to show the vocabulary"

[cohort]                                    # several: [cohort.first_name], [cohort.second_name]
starts        = { event = "release", which = "first" }
between       = [2019-01-01, 2020-12-31]
clock         = "eligibility"
ages          = [18, 64]
lookback_days = 730

[cohort.assigned]
by       = "lot"
offered  = "lot:reentry_navigation"
withheld = "lot:no_reentry_navigation"
taken_up = { enrolment = "reentry_navigation", within_days = 60 }

[[history]]
name   = "arrests_2_years"
table  = "event"
kind   = "arrest"                           # one, or a list of several
reduce = "count"
days   = 730

[[question]]                                # the headline, fixed before outcomes are read
outcome    = "recidivism/arrest"
horizon    = { days = 364 }
method     = "randomized"
worthwhile = -0.05                          # five fewer of every hundred people

[[question]]
outcome    = "custody_days/recorded"
horizon    = { months = 12 }
method     = "randomized"
role       = "secondary"
worthwhile = -10                            # days

[release]
languages = ["en", "es"]
"""

SERVICE = """\
title     = "Reentry navigation for those who come of themselves"
county    = "bayview"
programme = "reentry_navigation"

[cohort]
starts        = { spell = "supervision" }   # eligible on each day of it: a new arrest ends it, and nobody can come after that
between       = [2019-01-01, 2020-12-31]
clock         = "service"                   # day 0: somebody is served, and others who could be are not yet
served        = { enrolment = "reentry_navigation" }
compared      = { rule = "not_yet_served", draw = 50, later_served = "censor" }
exact         = ["sex"]
lookback_days = 730

[[history]]
name   = "arrests_2_years"
table  = "event"
kind   = "arrest"
reduce = "count"
days   = 730

[[history]]
name   = "custody_days_2_years"
table  = "spell"
kind   = ["jail", "prison"]
reduce = "days"
days   = 730

[[question]]
outcome    = "recidivism/arrest"
horizon    = { months = 12 }
method     = "matched"
estimand   = "effect_on_the_served"
compare    = { by = "matching", ratio = 3, caliper = 0.2, on = ["arrests_2_years", "custody_days_2_years"] }
worthwhile = -0.05
"""

PANEL = """\
title     = "Neighbourhood services, office by office"
county    = "bayview"
programme = "neighborhood_services"

[cohort]
unit    = "area"
areas   = "people"                          # every area with a row of this measure in the table `area`; or a named frame
clock   = "calendar"                        # all units are watched over the same periods
between = [2018-01-01, 2021-12-31]
periods = { calendar = "quarter" }
adopted = { starts = "begins:neighborhood_services" }   # the day of an area's first row of this measure

[[question]]
outcome    = "emergency_visits/recorded"
measure    = "number"                       # visits are counted, not people with one
horizon    = { months = 12 }                # the first four quarters of each area
method     = "did"
estimator  = "group_time"
estimand   = "effect_on_the_served"
compared   = "not_yet_treated"
per        = 100                            # visits a quarter for every 100 people
weights    = "population"
worthwhile = -1.0

[[concurrent]]                              # shown beside every effect that spans its day
policy = "zero bail"
begins = 2020-04-13
"""

_SPELL, _SERVED = '{ spell = "supervision" }', '{ enrolment = "reentry_navigation" }'
_RELEASE, _WITHIN = '{ event = "release", which = "every" }', '{ enrolment = "reentry_navigation", within_days = 150 }'
_COMPARED = 'compared      = { rule = "not_yet_served", draw = 50, later_served = "censor" }\n'
_MATCHED = 'compare    = { by = "matching", ratio = 3, caliper = 0.2, on = ["arrests_2_years", "custody_days_2_years"] }\n'
_STRATEGIES = (
    (_SPELL, '{ event = "release", which = "first" }'),
    ('"service"  ', '"eligibility"  '),
    (f"served        = {_SERVED}", "strategies.served = " + _WITHIN.replace("150", "30")),
    (_COMPARED, 'strategies.compared = { no_enrolment = "reentry_navigation", within_days = 60 }\n'),
    ('exact         = ["sex"]\n', ""),
)
# what a careful person may do instead of the design above, and what is written in it for what
NAIVE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "The served counted from their release": ((_SPELL, _RELEASE), (_SERVED, _WITHIN), ('"service"  ', '"eligibility"  ')),
    "Compared with people of the same release who were not served": ((_SPELL, _RELEASE), (_SERVED, _WITHIN), ('"not_yet_served"', '"same_event"')),
    "Compared with people who were never served": (('"not_yet_served"', '"never_served"'),),
    "People served later left out": (('"censor"', '"drop"'),),
    "Eligible by each person's last release": ((_SPELL, '{ event = "release", which = "last" }'), (_SERVED, _WITHIN)),
    "Eligible by a release, for ever": ((_SPELL, _RELEASE),),
    "Two strategies with a grace period, from the day of service": (
        (
            f"served        = {_SERVED}",
            'strategies.served = { enrolment = "reentry_navigation", within_days = 30 }\n'
            'strategies.compared = { no_enrolment = "reentry_navigation", within_days = 30 }',
        ),
    ),
    "Two strategies that leave a month to neither": (
        *_STRATEGIES,
        ('method     = "matched"', 'method = "survival"'),
        ('estimand   = "effect_on_the_served"\n', ""),
        (_MATCHED, ""),
    ),
    "Service taken for an offer": (('"service"  ', '"eligibility"  '), (_SPELL, _RELEASE), (f"served        = {_SERVED}", 'assigned.by = "service"')),
    "Both offered and served": (
        (f"= {_SERVED}", f'= {_SERVED}\nassigned = {{ by = "offer", offered = "navigation_offered", withheld = "nothing_offered" }}'),
    ),
    "Each arm's clock started by its own event": (
        (_SPELL, '{ event = ["enrolled_in_navigation", "release"], which = "every" }'),
        ('"service"  ', '"eligibility"  '),
        (f"served        = {_SERVED}", 'assigned = { by = "offer", offered = "enrolled_in_navigation", withheld = "release" }'),
        (_COMPARED, ""),
    ),
    "An offer years before the start": (
        (_SPELL, '{ event = "arrest", which = "first" }'),
        ('"service"  ', '"eligibility"  '),
        (
            f"served        = {_SERVED}",
            'assigned = { by = "offer", offered = "navigation_offered", withheld = "nothing_offered", days_before = 700 }',
        ),
        (_COMPARED, ""),
    ),
    "Anybody, on the day somebody enrols": ((_SPELL, _SERVED),),
    "Eligible in custody, and only outside it": (('{ spell = "supervision" }   # eligible', '{ spell = "custody" }\noutside = "custody" #'),),
    "Days in custody, followed until people are served": (("recidivism/arrest", "custody_days/recorded"), ("= -0.05", "= -10")),
    "Arrests within one day": (("{ months = 12 }", "{ days = 1 }"),),
    "Each clock started by the enrolment itself": (
        (_SPELL, _SERVED),
        ('"service"  ', '"eligibility"  '),
        (f"served        = {_SERVED}", 'assigned = { by = "offer", offered = "navigation_offered", withheld = "nothing_offered" }'),
    ),
    "Compared only with people who did not move": (('["sex"]', '["sex", "moved"]'),),
    "A history longer than the records of some people": (("days   = 730", "days   = 1095"),),
    "The effect on everybody, from people who were served": (('"effect_on_the_served"', '"average_effect"'),),
}

_OPENING = """\
# Design files

A design is one TOML file: who is studied, who is compared with whom, on what, and how it is answered.  It is data: nothing
in it is ever run.  `evaluation.load` reads it, and tells every mistake at once, with its line and the nearest right word.

A day is written without quotes (`2019-01-31`).  Where a list is meant, one text or one day will do.  A title that is one text
is the English one, and `starts = "enrolment:project_301"` is short for `starts = { enrolment = "project_301" }`.  History lies
strictly before the start, so no word can look into the future; and no window of it is longer than the cohort's
`lookback_days`, so that everybody's is seen.  Horizons in months and in days may stand in one design; a source that dates
things by the month answers only those in months, and a design that asks it for days is told so when its records are read.

`evaluation.study.lock` fixes a design before outcomes are read: it writes a `.lock` file beside it, and from then on a
changed design is refused until it is locked again with a reason, which is kept.  Layout, comments and the order of words
may change freely: the digest covers what is declared.

A word marked *refused* belongs to the vocabulary, and this version does not build what it asks for: a design that uses it is
told so when it is read.
"""

_ON_PANELS = f"""\
With the clock of the calendar the units are people or areas, and `periods` cuts the years of `between`.  A unit adopts on the day of
`adopted`; before the first period, it was always under the programme, and methods leave it out and count it.  People are those on record
on the first day, of the ages asked for then; areas are those of a frame, whether or not anybody there is on record.  The named frames are
{", ".join(f"`{name}` ({len(areas)} areas)" for name, areas in FRAMES.items())}.  History lies before the first day; of areas it is the mean over
their people.
"""

_BY_EVENT = f"""\
Where a day makes people eligible and nobody in custody could have come, say for how long they stay so, and who is left out:

```toml
starts  = {_RELEASE}
served  = {_WITHIN}
outside = ["custody"]
```
"""

_TABLES: tuple[tuple[str, type], ...] = (
    ("The top of the file", Study),
    ("`[cohort]`, or several `[cohort.<name>]`", CohortPlan),
    ("`starts` of a cohort", Starts),
    ("`[cohort.assigned]`", Assigned),
    ("`cutoff` of an assignment by score", Cutoff),
    ("`taken_up` of an assignment", TakeUp),
    ("`[cohort.served]`", Served),
    ("`[cohort.compared]`", Compared),
    ("`[cohort.strategies]`", Strategies),
    ("`served` and `compared` of strategies", Strategy),
    ("`weights` of strategies", Initiation),
    ("`adopted` of a cohort", Adopted),
    ("`periods` of a cohort", Periods),
    ("`[[history]]`", HistoryColumn),
    ("`[[question]]`", Question),
    ("`horizon` of a question", Horizon),
    ("`compare` of a question", Matching),
    ("each of `calipers`", Caliper),
    ("`inference` of a question", Inference),
    ("`censored` of a question", Censored),
    ("`target` of a question", Target),
    ("`[[concurrent]]`", Concurrent),
    ("`[release]`", ReleasePlan),
)  # fmt: skip
_LEAVES = {str: "text", bool: "`true` or `false`", int: "a whole number", float: "a number", date: "a day"}


def page() -> str:
    """The guide, in Markdown."""
    sections = "\n".join("\n".join(_section(heading, table)) for heading, table in _TABLES)
    lot = f"## A worked example: places by lot\n\n```toml\n{EXAMPLE}```\n"
    panel = f"## A worked example: places that begin on days of their own\n\n{_ON_PANELS}\n```toml\n{PANEL}```\n"
    service = f"## A worked example: people who come of themselves\n\n```toml\n{SERVICE}```\n"
    return "\n".join((_OPENING, sections, lot, panel, service, _BY_EVENT, "\n".join(_refusals())))


def _refusals() -> Iterator[str]:
    """What the linter says of designs that look right and are not."""
    yield "## Designs that are refused, and why\n\nEach is the last example with one idea changed, and what `betteroff check` says of it.\n"
    for name in NAIVE:
        try:
            parse(naive(name))
        except Refused as refused:
            yield f"- **{name}.** " + " ".join(str(problem).partition(": ")[2] for problem in refused.problems)
    yield ""


def naive(name: str) -> str:
    """The design of a name in `NAIVE`."""
    text = SERVICE
    for old, new in NAIVE[name]:
        text = text.replace(old, new, 1)
    return text


def _section(heading: str, table: type) -> Iterator[str]:
    yield f"## {heading}\n\n{inspect.cleandoc(table.__doc__ or '')}\n"
    yield "| word | holds | if left out | meaning |\n|---|---|---|---|"
    meanings = dict(re.findall(r"^    (\w+): .*?  # (.+)$", inspect.getsource(table), re.MULTILINE))
    for word, field in fields_of(table).items():
        built = BUILT.get((table, field.name))
        yield f"| `{word}` | {_holds(types_of(table)[word], built)} | {_default(field)} | {meanings.get(field.name, '')} |"
    yield ""


def _holds(kind: Any, built: Collection[str] | None = None) -> str:
    inner = get_args(kind)
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" + ("" if built is None or word in built else " (refused)") for word in inner if word)
    if get_origin(kind) is tuple:
        return f"a list: {_holds(inner[0])}" if inner[-1] is Ellipsis else f"{len(inner)} values: {_holds(inner[0])}"
    if inner:
        return f"by name: {_holds(inner[1])}"
    return "a table" if built is None else "a table (refused)"


def _default(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "**needed**" if field.default_factory is MISSING else ""
    default = ", ".join(field.default) if isinstance(field.default, tuple) else field.default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if isinstance(default, str | int | float) and default != "" else ""


if __name__ == "__main__":
    print(page(), end="")
