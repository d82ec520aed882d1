"""The outcomes that a design may name: each a public, versioned definition, written for the people who pay for programmes.

A definition never changes under its name: another way of counting is another version beside it.  `verified` says whether
the authority's own text was read; where it was not, the finding says so.  Those of one field stand in a module of their own.

OUTCOMES are what better off means: lists, measures and rival definitions are made of these alone.  DEFINED is whatever a question may
name, so the negative controls as well: names are looked up there.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping

from ..terms import Outcome
from .child_welfare import CHILDREN
from .controls import CONTROLS
from .delivery import DELIVERY
from .health import HEALTH
from .housing import HOUSING
from .money import MONEY
from .places import PLACES
from .recidivism import JUSTICE
from .work import WORK

OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in (*JUSTICE, *HOUSING, *CHILDREN, *WORK, *HEALTH, *MONEY, *DELIVERY, *PLACES)}
DEFINED: Mapping[str, Outcome] = ChainMap(CONTROLS, OUTCOMES)  # which names the outcomes first
