"""The systems of the county that record, one module each: what each writes, late by how much, and at what price.

A world names the systems that it has.  `programme.of` makes that of a programme; costs are gathered by the source `finance`.
"""

from __future__ import annotations

from collections.abc import Mapping

from synthetic.recording import System
from synthetic.systems.charges import COURT_CHARGES
from synthetic.systems.children import CHILDREN
from synthetic.systems.contacts import CONTACTS
from synthetic.systems.controls import CONTROLS
from synthetic.systems.health import HEALTH
from synthetic.systems.housing import HOUSING
from synthetic.systems.justice import JUSTICE
from synthetic.systems.ranking import RANKING
from synthetic.systems.shelter import SHELTER
from synthetic.systems.supervision import SUPERVISION
from synthetic.systems.surveillance import SURVEILLANCE
from synthetic.systems.work import WORK
from synthetic.systems.youth import YOUTH

SYSTEMS: Mapping[str, System] = {
    system.name: system
    for system in (JUSTICE, SHELTER, CONTACTS, SUPERVISION, COURT_CHARGES, WORK, CONTROLS, SURVEILLANCE, CHILDREN, YOUTH, RANKING, HEALTH, HOUSING)
}
