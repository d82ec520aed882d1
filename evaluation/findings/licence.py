"""Which words a finding may use: the letter of its grade chooses the pattern of its verdict, and the catalogue's [licence] lists the verbs.

A  caused: chance alone decided who was served, every condition holds, and what tried to break the answer did not.
B  likely: people alike in what is on record, and everything that was tried held.
C  goes with: a difference that was seen, and nothing said of why.
D  changed: nothing was compared.
X  nothing may be said.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..terms import Licence

STRENGTH: Mapping[Licence, int] = {"X": 0, "D": 1, "C": 2, "B": 3, "A": 4}  # what a letter licenses, the weaker ones may not say
PATTERN: Mapping[Licence, str] = {"A": "outright", "B": "likely", "C": "seen", "D": "change"}  # the group of the catalogue's `verdict`


def claimed(licence: Licence, *, provisional: bool, doubted: bool, plans: bool, places: bool) -> str:
    """In which words a verdict is claimed: the key of the catalogue's `verdict`.

    Before anything has tried to break it, it claims nothing outright, whatever its letter; `doubted` where a first test of it failed.
    `plans`: two plans are compared, of which nobody is said to have fared; `places`: places are held against the whole.
    """
    if licence == "D":
        return ("disparity" if places else "change") + ("_provisional" if provisional else "")
    if provisional:
        return "doubted" if doubted else "provisional"
    return "plans" if plans and licence == "C" else PATTERN[licence]
