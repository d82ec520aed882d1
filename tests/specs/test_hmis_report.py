"""The report of an import counts what was read, left out and doubtful, and shows nobody's values."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hmis_by_hand import imported, refused, rows, spells, stay, together, written

from evaluation.records import connect
from evaluation.records.hmis.importing import convert
from synthetic.hmis import write

PEOPLE = [{"PersonalID": "1"}, {"PersonalID": "2", "DOB": "2020-06-01"}, {"PersonalID": "3", "DateDeleted": "2024-01-01"}]


def test_deleted_repeated_and_contradicting_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    one = stay(1, "2020-01-01", "2020-02-01")["Enrollment"][0]
    enrolments = [
        one,
        {**one},  # again, word for word
        {"EnrollmentID": "N2"},
        {"EnrollmentID": "N2", "EntryDate": "2021-01-01"},  # the same id, and not the same day
        {"EnrollmentID": "N3", "DateDeleted": "2024-01-01 10:00:00"},
        {"EnrollmentID": "N4", "EntryDate": ""},
        *({"EnrollmentID": f"M{number}", "EntryDate": "2022-01-01", "ProjectID": "P6"} for number in range(40)),
    ]

    report, out = imported(tmp_path, Enrollment=enrolments)

    enrolled = next(each for each in report.files if each.file == "Enrollment.csv")
    assert (enrolled.read, enrolled.deleted, enrolled.incomplete, enrolled.twice, enrolled.repeated, enrolled.kept) == (46, 1, 1, 2, 1, 41)
    assert spells(out, "shelter") == [("shelter", "2020-01-01", None)]
    told = "46 rows read, 41 kept, 1 deleted, 1 without an id or a day that it needs, 2 sharing an id with a row that differs, 1 repeated."
    assert told in str(report)


def test_enrolments_that_do_not_fit_are_left_out_by_the_first_reason(tmp_path: Path) -> None:
    projects = [{"ProjectID": "P0", "ProjectName": "", "ProjectType": 0}, {"ProjectID": "P7", "ProjectName": "", "ProjectType": 77}]
    parts = together(
        stay(1, "2020-01-01", "2020-02-01"),
        stay(2, "2020-01-01", PersonalID="3"),  # whose client was deleted
        stay(3, "2020-01-01", ProjectID="P9"),
        stay(4, "2020-01-01", ProjectID="P7"),
        stay(5, "2024-10-01"),
        stay(6, "2020-03-01", "2020-02-01"),
        stay(7, "2020-01-01", PersonalID="2"),  # who was born in June
        stay(8, "2019-01-01", "2019-09-30"),
    )

    report, out = imported(tmp_path, Client=PEOPLE, Project=projects, **parts)

    names = ("no client", "no project", "no type", "ahead", "ends first", "before birth", "over before")
    assert report.left_out == tuple((name, 1) for name in names)
    assert rows(out, "service", "start") == [("2020-01-01",)]
    assert "1 enrolment ends before it begins." in str(report)


def test_a_stay_whose_exit_cannot_be_read_is_left_out_and_not_open_to_the_end(tmp_path: Path) -> None:
    parts = together(*[stay(number, "2020-01-01", "2020-02-01") for number in range(60)])
    parts["Exit"][0]["ExitDate"] = "02/01/2020"
    parts["Exit"].append({"EnrollmentID": "N1", "ExitDate": "2020-02-02", "Destination": 410})
    people = [*({"PersonalID": str(number)} for number in range(100)), {"PersonalID": "99", "DOB": "1981-01-01"}]
    two = together(parts, stay(60, "2020-01-01", PersonalID="99"))

    report, out = imported(tmp_path, Client=people, **two)

    assert report.left_out == (("client differs", 1), ("exit unfit", 2))
    assert spells(out, "shelter") == [("shelter", "2020-01-01", "2020-02-01")]  # of client 1: the same days, told once
    assert "1 enrolment of a client of whom Client.csv has rows that differ." in str(report)


def test_a_code_that_hud_has_not_is_counted_and_shown_only_where_eleven_rows_hold_it(tmp_path: Path) -> None:
    right = [stay(n, "2020-01-01", "2020-02-01") for n in range(100, 350)]
    some = together(*right, *(stay(n, "2020-01-01", "2020-02-01", 999) for n in range(11)), stay(20, "2020-01-01", "2020-02-01", "secret"))

    report, _ = imported(tmp_path, **some)

    assert "Exit.csv: Destination has a code that HUD's list has not in 12 rows: 999 in 11." in str(report)
    assert "secret" not in str(report) + report.as_json()


def test_what_comes_after_the_last_day_covered_is_not_known_yet(tmp_path: Path) -> None:
    report, out = imported(tmp_path, **stay(1, "2024-09-01", "2024-10-03"))

    assert spells(out, "shelter") == [("shelter", "2024-09-01", None)]
    assert rows(out, "event", "kind", where="kind LIKE 'hmis_exit%'") == []
    assert report.figure("exit ahead").part == 1


def test_coverage_ends_with_the_export_or_with_the_last_whole_day_before_it_was_made(tmp_path: Path) -> None:
    _, early = imported(tmp_path, Export=[{"ExportDate": "2024-09-10"}], **stay(1, "2020-01-01"))

    assert rows(early, "coverage", "source", "first", "last", "lag_days", "grain") == [("hmis", "2019-10-01", "2024-09-09", "0", "day")]


def test_doubtful_rows_are_kept_and_counted(tmp_path: Path) -> None:
    parts = together(
        stay(1, "2020-01-01", "2020-03-01", 99),
        stay(2, "2020-02-01", "2020-04-01", "", ProjectID="P2"),  # overlaps the first
        stay(3, "2021-01-01", "2021-02-01", ProjectID="P13"),  # without a move-in
        stay(4, "2021-05-01", ProjectID="P1", RelationshipToHoH=2),  # without a bed night, and without a head
    )

    report, _ = imported(tmp_path, Client=[{"DOB": "1900-01-01"}], **parts)

    found = {each.name: (each.part, each.whole) for each in report.figures}
    assert found["unknown destination"] == (2, 3)
    assert found["overlapping stays"] == (1, 2)
    assert found["no move-in"] == (1, 1)
    assert found["no bed night"] == (1, 1)
    assert found["without one head"] == (1, 4)
    assert found["older than 105"] == (4, 4)
    assert "2 of 3 (66.7 %) exits lead to a destination that nobody knows." in str(report)


def test_the_guide_names_every_kind_that_is_written(tmp_path: Path) -> None:
    (folder := tmp_path / "export").mkdir()
    (out := tmp_path / "out").mkdir()
    convert(write(folder, households=200), out)
    guide = (Path(__file__).resolve().parents[2] / "docs" / "hmis.md").read_text(encoding="utf-8")

    kinds = {kind for table in ("spell", "event") for (kind,) in rows(out, table, "kind")}

    assert not [kind for kind in kinds if f"`{kind}`" not in guide and f"`{str(kind).partition(':')[0]}:<" not in guide]


def test_an_invented_export_of_either_year_is_read_without_a_question_and_from_zip_as_from_folder(tmp_path: Path) -> None:
    for year in (2024, 2026):
        folder = tmp_path / str(year)
        (zipped_out := tmp_path / f"zip{year}").mkdir()
        folder.mkdir()
        write(folder, year=year, households=120, seed=3)  # type: ignore[arg-type]  # a loop gives an int

        report = convert(Path(shutil.make_archive(str(tmp_path / str(year)), "zip", folder)), zipped_out)

        records = connect(zipped_out)
        assert records.quality.set_aside == ()
        assert all(each.read == each.kept for each in records.quality.tables)
        assert report.left_out == () and report.year == year
        assert json.loads((zipped_out / "quality.json").read_text())["last"] == "2024-09-30"
    (folder_out := tmp_path / "out").mkdir()
    convert(folder, folder_out)
    assert all(path.read_bytes() == (folder_out / path.name).read_bytes() for path in zipped_out.iterdir())


def test_the_order_of_rows_and_the_number_of_threads_change_no_byte(tmp_path: Path) -> None:
    (folder := tmp_path / "export").mkdir()
    write(folder, households=150, seed=1)
    (turned := tmp_path / "turned").mkdir()
    for path in folder.iterdir():
        head, *lines = path.read_text().splitlines()
        (turned / path.name).write_text("\n".join([head, *reversed(lines)]) + "\n")
    outs = [tmp_path / name for name in ("one", "two")]
    for out, where, threads in zip(outs, (folder, turned), (1, 2), strict=True):
        out.mkdir()
        convert(where, out, threads=threads)

    assert all((outs[0] / path.name).read_bytes() == path.read_bytes() for path in outs[1].iterdir())


def test_an_export_of_names_in_other_letters_and_a_folder_inside_the_zip_is_read(tmp_path: Path) -> None:
    import zipfile

    folder = written(tmp_path / "export", **stay(1, "2020-01-01"))
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as archive:
        for path in folder.iterdir():
            text = path.read_text().replace("EnrollmentID", "enrollmentID")
            archive.writestr(f"HMIS export/{path.name.upper()}", text)
        archive.writestr("__MACOSX/._Export.csv", "\0")
    (out := tmp_path / "out").mkdir()

    assert convert(tmp_path / "mac.zip", out).year == 2026
    (tmp_path / "empty").mkdir()
    assert "it has none of the files that are read here" in refused(tmp_path / "empty", tmp_path / "empty")
