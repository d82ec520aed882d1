"""An export that cannot be trusted is refused in one sentence each, with counts and without a person's values; nothing is written."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from hmis_by_hand import refusal, refused, stay, written

SECRET = "13 Elm Street"
ONE = stay(1, "2020-01-01", "2020-02-01")


# ------------------------------------------------------------------------------------------------ the zip
@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A sound export as a zip."""
    return Path(shutil.make_archive(str(tmp_path / "export"), "zip", written(tmp_path / "sound", **ONE)))


def _again(export: Path, to: Path, name: str, mode: int = 0o100644) -> Path:
    """The zip with one entry more."""
    to.write_bytes(export.read_bytes())
    with zipfile.ZipFile(to, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, "/etc/passwd")
    return to


def test_a_zip_that_is_none_or_is_cut_off_is_refused(tmp_path: Path, export: Path) -> None:
    (tmp_path / "text.zip").write_text(SECRET)
    (tmp_path / "cut.zip").write_bytes(export.read_bytes()[: export.stat().st_size // 2])
    damaged = bytearray(export.read_bytes())
    damaged[100] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)

    assert refused(tmp_path / "text.zip", tmp_path).startswith("text.zip: is no zip.")
    assert refused(tmp_path / "cut.zip", tmp_path).startswith("cut.zip: is a zip that is cut off or damaged.")
    assert refused(tmp_path / "damaged.zip", tmp_path).startswith("damaged.zip: is a zip that is cut off or damaged.")
    assert refused(tmp_path / "nowhere.zip", tmp_path).endswith("Name an HMIS CSV export: a zip, or the folder that it was unpacked to.")


def test_a_zip_with_names_that_lead_out_or_with_links_is_refused(tmp_path: Path, export: Path) -> None:
    for number, name in enumerate(("../up.csv", "/root.csv", "..\\up.csv", "C:/up.csv")):
        assert "1 name in the zip would lead out of it." in refused(_again(export, tmp_path / f"out{number}.zip", name), tmp_path)
    link = _again(export, tmp_path / "link.zip", "Assessment.csv", stat.S_IFLNK | 0o777)
    assert "1 entry of the zip is a link and no file." in refused(link, tmp_path)
    assert not (tmp_path.parent / "up.csv").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_a_name_twice_or_a_file_without_one_is_refused(tmp_path: Path, export: Path) -> None:
    assert "1 file of one name stands twice in it." in refused(_again(export, tmp_path / "twice.zip", "Exit.csv"), tmp_path)
    assert "1 file in the zip has no name." in refused(_again(export, tmp_path / "bare.zip", ""), tmp_path)


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, export: Path) -> None:
    assert "more than 1,000." in refused(export, tmp_path, largest=1000)


def test_missing_files_are_told_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", **ONE)
    (folder / "Exit.csv").unlink()
    (folder / "Services.csv").unlink()

    assert refused(folder, tmp_path).startswith("export: has no Exit.csv, Services.csv. An HMIS CSV export has 9 files that are read here")


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", **ONE)
    (folder / "Exit.csv").rename(tmp_path / "Exit.csv")
    (folder / "Exit.csv").symlink_to(tmp_path / "Exit.csv")

    assert "holds 1 link in place of files: Exit.csv." in refused(folder, tmp_path)


# ------------------------------------------------------------------------------------------------ what it says of itself
@pytest.mark.parametrize(
    ("export", "sentence"),
    [
        ({"CSVVersion": "2022 v1.4"}, "Export.csv: the export is of FY2022. FY2024 and FY2026 are read."),
        ({"CSVVersion": ""}, "Export.csv: the export does not say which version it is of (CSVVersion)."),
        ({"CSVVersion": "v7"}, "does not say which version it is of"),
        ({"ExportDirective": 1}, "Export.csv: the export holds only what changed (ExportDirective is 1)."),
        ({"ExportEndDate": "30/09/2024"}, "Export.csv: ExportEndDate is no date."),
        ({"ExportEndDate": "2018-09-30"}, "Export.csv: the export ends before it begins."),
        ({"ExportDate": "2019-10-01"}, "Export.csv: the export ends before it begins."),
    ],
)
def test_an_export_of_another_version_or_without_days_is_refused(tmp_path: Path, export: dict[str, object], sentence: str) -> None:
    assert sentence in refusal(tmp_path, Export=[export], **ONE)


def test_two_exports_mixed_are_refused(tmp_path: Path) -> None:
    two = written(tmp_path / "two", Export=[{}, {"ExportID": "E2"}], **ONE)
    rows = written(tmp_path / "rows", Client=[{}, {"PersonalID": "2", "ExportID": "E2"}], **ONE)
    with zipfile.ZipFile(tmp_path / "folders.zip", "w") as archive:
        for folder in ("north", "south"):
            archive.writestr(f"{folder}/Export.csv", "ExportID\n1\n")

    assert "Export.csv: has 2 rows: exports were mixed." in refused(two, tmp_path)
    assert "Client.csv: 1 row of 2 name another export than Export.csv does (ExportID)." in refused(rows, tmp_path)
    assert "holds 2 exports: Export.csv lies in 2 folders." in refused(tmp_path / "folders.zip", tmp_path)


# ------------------------------------------------------------------------------------------------ columns and rows
def test_missing_columns_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", **ONE)
    for name, column in (("Exit", "Destination"), ("Enrollment", "MoveInDate")):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(column, "Else"))

    text = refused(folder, tmp_path)

    assert "Enrollment.csv: has no column MoveInDate. An export of FY2026 has." in text
    assert "Exit.csv: has no column Destination." in text


def test_columns_of_the_other_year_are_recognised(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", 2024, Export=[{"CSVVersion": "2026 v1"}], **ONE)

    text = refused(folder, tmp_path)

    assert "Client.csv: has no column HispanicLatinao, Sex." in text
    assert "Its columns are those of FY2024: is CSVVersion in Export.csv right?" in text


def test_dates_that_are_none_are_refused_with_their_number(tmp_path: Path) -> None:
    american = [{"EnrollmentID": f"N{n}", "EntryDate": "01/13/2020" if n < 3 else "2020-01-13"} for n in range(20)]

    assert "Enrollment.csv: 3 rows of 20 (15.0 %): EntryDate is no date like 2025-09-30." in refusal(tmp_path, Enrollment=american)


def test_ids_that_stand_for_several_rows_are_refused_where_they_are_many(tmp_path: Path) -> None:
    people = [{"PersonalID": str(number % 20), "DOB": f"19{60 + number}-01-01"} for number in range(22)]

    said = refusal(tmp_path, Client=people, **ONE)

    assert "Client.csv: 4 rows of 22 (18.2 %) share PersonalID with a row that differs" in said


def test_destinations_of_another_list_are_refused_with_their_number_and_shown_where_eleven_rows_hold_them(tmp_path: Path) -> None:
    exits = [{"EnrollmentID": f"N{n}", "ExitDate": "2020-02-01", "Destination": 10 if n < 11 else 3 if n < 14 else 410} for n in range(20)]

    text = refusal(tmp_path, Enrollment=[{"EnrollmentID": f"N{n}"} for n in range(20)], Exit=exits)

    assert "Exit.csv: 14 rows of 20 (70.0 %): Destination has a code that HUD's list has not (10 in 11)." in text


def test_an_export_without_an_enrolment_that_can_be_used_is_refused(tmp_path: Path) -> None:
    assert "no enrolment of it can be used." in refusal(tmp_path)


def test_a_damaged_file_is_refused_without_what_stands_in_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", **ONE)
    with (folder / "Client.csv").open("a") as file:
        file.write(f"2,{SECRET}\n")

    text = refused(folder, tmp_path)

    assert "Client.csv: line 3: expected 13 fields, found 2." in text
    assert SECRET not in text


def test_another_encoding_is_refused_until_it_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "export", Project=[{"ProjectID": "P0", "ProjectName": "José", "ProjectType": 0}], **ONE)
    path = folder / "Project.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    (tmp_path / "read").mkdir()

    from evaluation.records.hmis.importing import convert

    assert "Project.csv, line 2: is not utf-8 text." in refused(folder, tmp_path)
    assert convert(folder, tmp_path / "read", encoding="cp1252").figure("no birth").whole == 1


def test_names_of_programmes_and_their_projects_are_checked(tmp_path: Path) -> None:
    text = refused(written(tmp_path / "export", **ONE), tmp_path, programmes={"Bridge!": ("P0",), "shelter": ("P0",)})
    strange = refused(tmp_path / "export", tmp_path, programmes={"bridge": ("P99",)})

    assert "'Bridge!': is no short name." in text
    assert "'shelter': is a kind of project already." in text
    assert "programme bridge: Project.csv has no project P99." in strange
