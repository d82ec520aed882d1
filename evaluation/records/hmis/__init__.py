"""A continuum's HMIS export, as it is, into the canonical tables.

    codes        what HUD's numbers mean: project types, living situations and destinations, referrals
    versions     which files and columns an export of FY2024 or FY2026 has
    unpacking    a zip or a folder, opened safely
    reading      its files as typed tables, each problem counted
    stays        enrolments with their project, their end, their move-in, and whether people came from the street
    tables       the canonical tables that come of them
    report       what was read, left out and doubtful, in numbers and words
    importing    the whole way

The numbers and names are facts of HUD's HMIS Data Standards and HMIS CSV Format Specifications (fiscal years 2024 and 2026);
what could not be read there is marked as from memory in `codes`.
"""
