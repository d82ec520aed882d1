"""How strong the evidence of an answer is, computed from its artefacts: which words it licenses, and what each published standard says of it.

artefacts       what a grade is computed from, one fact each, so that any of them can be tried otherwise
designs         which class of design an answer is of
equivalence     baseline equivalence: effect sizes by covariate
attrition       losses, and the boundary they are held to
protocol        which items of a reporting statement a design tells
maryland, wwc, prevention, crimesolutions, robins, target    the standards, one rule each
licence         which words an answer may use
raising         what one change would raise a rating, found by trying it
texts           the words of a grade, by language
grading         all of them together
"""

from .artefacts import Artefacts, artefacts, puts_to_a_test
from .grading import grade, lowered
from .prevention import Contrast, Tier, contrast, tier
from .texts import said

__all__ = ["Artefacts", "Contrast", "Tier", "artefacts", "contrast", "grade", "lowered", "puts_to_a_test", "said", "tier"]
