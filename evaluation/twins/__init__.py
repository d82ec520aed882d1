"""A synthetic twin of a county's extract: made from counts, dates, gaps and overlap alone, so that a design can be tried before access.

safely      what may stand in a profile: nothing that fewer than eleven people show
profile     records -> profile, which is all that a county hands over
streams     rows of one kind and source as a profile tells them, and which other rows they come with
drawing     days and people from what is told of such rows
making      profile -> canonical tables of people who do not exist
"""

from .making import twin_of
from .profile import profile_of

__all__ = ["profile_of", "twin_of"]
