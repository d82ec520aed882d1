"""The systems of the county that record, one module each: what each writes, late by how much, and at what price.

A world names the systems that it has.  `programme.of` makes that of a programme; costs are gathered by the source `finance`.
"""

from __future__ import annotations

from collections.abc import Mapping

from synthetic.recording import System
from synthetic.systems.contacts import CONTACTS
from synthetic.systems.justice import JUSTICE
from synthetic.systems.shelter import SHELTER
from synthetic.systems.supervision import SUPERVISION

SYSTEMS: Mapping[str, System] = {system.name: system for system in (JUSTICE, SHELTER, CONTACTS, SUPERVISION)}
