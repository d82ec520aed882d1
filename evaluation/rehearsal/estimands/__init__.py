"""Truth from two lives of the same people, never from a coefficient: every estimand as a small function of what a ruler reads.

weights     whose effect: everybody, the served, those kept, the overlap, those near a cut-off
means       differences and ratios of means, odds ratios, cost per avoided event, compliers, quantiles
risk        risks by a horizon with causes that compete, restricted mean times free and lost
hazard      the marginal hazard ratio that a horizon defines
recurrent   events that come again: how many, and how many for each day at risk
street      the same in days at risk, lives being read on until they have gathered them
panel       effects by cohort of adoption and period, and their aggregates
two_lives   all of them, for one question's ruler on two lives
several     the same in several counties at once, where each ranks its own people
"""

from .panel import Aggregated, TwoPanels
from .several import together
from .two_lives import SampleTruth, TwoLives
from .weights import near, overlap

__all__ = ["Aggregated", "SampleTruth", "TwoLives", "TwoPanels", "near", "overlap", "together"]
