"""What became of a programme's people in numbers, with nobody compared: quadrants, curves and gaps, in the form of Results-Based Accountability.

stages       the stages that people go through, laid on one cohort
ratio        limits of a ratio of two shares
gaps         rates by group, each of those who reached the stage before
measures     how much, how well, and is anyone better off
forecast     where a monthly series goes if nothing changes
curves       the measures by month
card         all of it as a researcher holds it
pictures     curves with their fans, and rates by group
released     what of a card may leave
"""

from .card import Scorecard, scorecard
from .gaps import Disparity, disparity

__all__ = ["Disparity", "Scorecard", "disparity", "scorecard"]
