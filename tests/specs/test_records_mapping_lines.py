"""What is wrong with a mapping is told with the line that it stands on, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records_mapping import refused


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ('[[table]]\nto = "person\n', "records.toml:8: This is not valid TOML at column 13: a text is not closed with its quote on its line."),
        ("[source.JMS]\n[source.JMS]\n", "records.toml:8: This is not valid TOML at column 12: a key or a table is given twice."),
        ("[source.a]\npermits = [1\n", "records.toml:8: This is not valid TOML at the end of the file: a list is not closed with ]."),
    ],
)
def test_a_mapping_that_is_no_toml_is_refused_in_plain_words_with_its_line(tmp_path: Path, mapping: str, sentence: str) -> None:
    assert sentence in refused(mapping, tmp_path)


def test_a_mistake_of_a_mapping_is_told_with_its_line(tmp_path: Path) -> None:
    mapping = '# a county\n[source.court]\nowner = 3\n\n[[table]]\nto = "person"\nfile = "a.csv"\n'
    assert "records.toml:9: source.court.owner: does not fit." in refused(mapping, tmp_path)

    mapping = '[source.court]\nlag_days = -1\n\n[[table]]\nto = "persn"\nfile = "a.csv"\n'
    told = refused(mapping, tmp_path)
    assert "records.toml:7: [source.court]: lag_days is below 0." in told
    assert "records.toml:10: [[table]] 1 (a.csv): to = 'persn' is not a canonical table." in told
