"""What a study would find in the user's own records if the truth were known: effects of known size are planted there, and looked for.

redrawing   who is taken for served, among those who were not
planting    events, states and amounts removed or added among them, so that the effect is known
paths       the same for the periods of a panel
asking      one question: the study's own two doors, run after run, and the shift check
results     what came of it
proof       all of it together
shown       what is printed

Signal injection, or plasmode simulation (Franklin, Schneeweiss, Polinski and Rassen 2014; Schuemie and others 2018).
"""

from .proof import prove
from .results import Level, Proof, Proved, Shift

__all__ = ["Level", "Proof", "Proved", "Shift", "prove"]
