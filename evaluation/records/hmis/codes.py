"""What HUD's numbers mean: project types, living situations and destinations, referrals.

Source: U.S. Department of Housing and Urban Development, FY 2024 and FY 2026 HMIS Data Standards (data elements 2.02.6 project
type, 3.12 destination, 3.917 prior living situation, 4.20 coordinated entry event).  The bands by hundreds, the sets of project
types and the literally homeless rule are as HUD's System Performance Measures use them; the list of referrals is from memory.
"""

from __future__ import annotations

KINDS: dict[int, str] = {  # what kind of project each type is, in our words
    0: "shelter",  # emergency shelter, entry and exit
    1: "shelter",  # emergency shelter, night by night
    2: "transitional_housing",
    3: "permanent_housing",  # permanent supportive housing
    4: "street_outreach",
    6: "services_only",
    7: "other_project",
    8: "safe_haven",
    9: "permanent_housing",  # housing only
    10: "permanent_housing",  # housing with services
    11: "day_shelter",
    12: "prevention",
    13: "rapid_rehousing",
    14: "coordinated_entry",
}
NIGHT_BY_NIGHT = 1
EMERGENCY = (0, 1)
PERMANENT = (3, 9, 10, 13)  # HUD's permanent housing, in which people live from the day they move in
RAPID = (13,)
LITERAL = (0, 1, 4, 8)  # whoever enters one of these is literally homeless
ASKED = (2, *PERMANENT)  # whoever enters one of these is, if the situation before says so
MEASURED = (0, 1, 2, 4, 8, *PERMANENT)  # whose exits HUD's measures of returns and exits read

BAND_OF: dict[int, str] = {1: "homeless", 2: "institutional", 3: "temporary", 4: "permanent"}  # by the hundreds; below 100: unknown
DECEASED = 24
UNKNOWN = (8, 9, 30, 99)  # does not know, prefers not to answer, no exit interview, not collected; an empty field too
SITUATIONS = frozenset(
    {
        *(101, 116, 118),
        *(204, 205, 206, 207, 215, 225),
        *(302, 312, 313, 314, 327, 329, 332, 335, 336),
        *(410, 411, 421, 422, 423, 426, 435),
        *(8, 9, 17, 24, 30, 37, 99),
    }
)

BED_NIGHT = 200  # Services.RecordType
HEAD = 1  # Enrollment.RelationshipToHoH
ROLES: dict[int, str] = {1: "head", 2: "child", 3: "partner", 4: "relative", 5: "other"}
TRUE_BIRTHS = (1, 2)  # Client.DOBDataQuality: full, approximate

REFERRALS: dict[int, str] = {  # coordinated entry events that refer somebody to a kind of project
    1: "prevention",
    6: "street_outreach",
    10: "shelter",
    11: "transitional_housing",
    12: "transitional_and_rapid_rehousing",
    13: "rapid_rehousing",
    14: "permanent_supportive_housing",
    15: "permanent_housing",
    17: "housing_voucher",
    18: "housing_voucher",
}
EVENTS = frozenset(range(1, 19))

RACES: dict[str, str] = {  # a person may have several: all are kept, in the order of the alphabet
    "AmIndAKNative": "native",
    "Asian": "asian",
    "BlackAfAmerican": "black",
    "HispanicLatinao": "hispanic",
    "MidEastNAfrican": "middle_eastern",
    "NativeHIPacific": "pacific",
    "White": "white",
}
SEXES: dict[int, str] = {0: "female", 1: "male"}  # FY2026: Client.Sex
GENDERS: dict[str, str] = {  # FY2024 has genders and no sex
    "Woman": "woman",
    "Man": "man",
    "NonBinary": "another_gender",
    "CulturallySpecific": "another_gender",
    "Transgender": "another_gender",
    "Questioning": "another_gender",
    "DifferentIdentity": "another_gender",
}
