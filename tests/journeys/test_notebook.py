"""A researcher's notebooks run as they are, in this Python and no other, told only what was declared; what fails says where."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

from evaluation.report import notebook
from evaluation.report.parameters import FINDING, Parameter
from evaluation.shipped import shipped
from evaluation.terms import Refused
from synthetic import WORLDS, write

NOTEBOOKS = sorted(shipped("notebooks").glob("*.ipynb"))
WORD = {"word": Parameter(str, "a word")}


def small(folder: Path, *cells: str, name: str = "small.ipynb") -> Path:
    first = nbformat.v4.new_code_cell('parameters_file = ""', metadata={"tags": ["parameters"]})
    spec = {"name": "no-such-kernel", "display_name": "None", "language": "python"}
    whole = nbformat.v4.new_notebook(cells=[first, *map(nbformat.v4.new_code_cell, cells)], metadata={"kernelspec": spec})
    nbformat.write(whole, folder / name)
    return folder / name


def printed(executed: Path) -> str:
    cells = nbformat.read(executed, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells if cell.cell_type == "code" for output in cell.outputs)


def pictures(executed: Path) -> int:
    text = executed.read_text(encoding="utf-8")
    return text.count("<svg") + text.count("image/png")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_names_no_machine_and_no_person(path):
    whole = nbformat.read(path, as_version=4)

    assert set(whole.metadata) == {"kernelspec", "language_info"}
    assert whole.metadata.kernelspec.name == "python3"
    assert not [cell for cell in whole.cells if set(cell.metadata) - {"tags"}]


def test_the_finding_notebook_has_one_cell_of_parameters_and_it_comes_first():
    cells = nbformat.read(shipped("notebooks/finding.ipynb"), as_version=4).cells
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]

    assert [cell.source for cell in tagged] == ['parameters_file = "parameters.json"']
    assert next(cell for cell in cells if cell.cell_type == "code") is tagged[0]


def test_the_map_of_the_notebooks_names_each_of_them_and_each_parameter():
    text = (shipped("notebooks") / "README.md").read_text(encoding="utf-8")

    assert [path.name for path in NOTEBOOKS if path.name not in text] == []
    assert [name for name in FINDING if f"| `{name}` |" not in text] == []


def test_the_finding_notebook_goes_from_records_to_words(tmp_path):
    world = WORLDS["lottery"]
    write(world.records(world.live(world.people(1_500, seed=0), world.as_run)), tmp_path / "records")
    design = shipped("designs/bayview/reentry_navigation.toml")

    executed = notebook.execute(tmp_path / "done", design=design, records=tmp_path / "records", language="es")

    text = printed(executed)
    assert "Acompañamiento al salir de la cárcel: " in text
    assert "Records: " in text and "lot_looks_like_a_lot" in text and "queries; the last one:" in text
    assert pictures(executed) == 1
    assert not [output for cell in nbformat.read(executed, as_version=4).cells for output in cell.get("outputs", []) if output.output_type == "error"]


def test_the_tour_runs_from_its_first_cell_to_its_last(tmp_path):
    executed = notebook.run(shipped("notebooks/tour.ipynb"), {}, declared={}, out=tmp_path / "tour")

    assert "Reentry navigation: " in printed(executed) and "Our own programme: " in printed(executed)
    assert pictures(executed) == 1
    assert {path.name for path in executed.parent.iterdir()} == {"COMPLETE", "tour.ipynb"}


def test_the_kernel_is_this_python_and_listens_to_this_user_alone(tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "first.py").write_text("print('a user s own start-up')\n")
    (tmp_path / "before.py").write_text("print('another start-up')\n")
    kernels = tmp_path / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(json.dumps({"argv": ["no-such-program"], "display_name": "x", "language": "python"}))
    for name, place in {"IPYTHONDIR": "ipython", "PYTHONSTARTUP": "before.py", "JUPYTER_PATH": "jupyter", "JUPYTER_DATA_DIR": "jupyter"}.items():
        monkeypatch.setenv(name, str(tmp_path / place))
    seen = "import json, sys; from ipykernel.connect import get_connection_info as info; print(sys.executable, json.loads(info())['transport'])"

    executed = notebook.run(small(tmp_path, seen), {"word": "x"}, declared=WORD, out=tmp_path / "done")

    assert printed(executed) == f"{sys.executable} {'tcp' if sys.platform == 'win32' else 'ipc'}\n"


def test_a_value_that_looks_like_code_arrives_as_text_and_the_same_run_gives_the_same_bytes(tmp_path):
    hostile = '\'"\n"""; import os; os.system(\'touch ran\') # {braces} %s \\'
    path = small(tmp_path, "import json\nprint(json.load(open(parameters_file))['word'])", name="a {name} with braces.ipynb")
    (tmp_path / "internal {0}").mkdir()

    first = notebook.run(path, {"word": hostile}, declared=WORD, out=tmp_path / "internal {0}" / "done")
    bytes_of_first = first.read_bytes()
    second = notebook.run(path, {"word": hostile}, declared=WORD, out=tmp_path / "internal {0}" / "done")

    assert printed(first) == hostile + "\n"
    assert second.read_bytes() == bytes_of_first
    assert {each.name for each in first.parent.iterdir()} == {"COMPLETE", "parameters.json", path.name}
    assert str(tmp_path) not in bytes_of_first.decode()


@pytest.mark.parametrize("given", [{"word": 3}, {"word": "x", "x=1; import os; os.system('id') #": 1}, {}])
def test_wrong_parameters_are_refused_before_any_kernel_starts(tmp_path, given, monkeypatch):
    monkeypatch.setattr(notebook.papermill, "execute_notebook", lambda *words, **named: pytest.fail("a kernel was started"))

    with pytest.raises(Refused, match="parameter"):
        notebook.run(small(tmp_path), given, declared=WORD, out=tmp_path / "done")

    assert not (tmp_path / "done").exists()


def test_a_cell_that_fails_says_where_without_a_persons_value_and_leaves_nothing(tmp_path):
    path = small(tmp_path, "1 + 1", "raise KeyError('Maria Lopez')")

    with pytest.raises(Refused) as refused:
        notebook.run(path, {"word": "x"}, declared=WORD, out=tmp_path / "done")

    why = "Open the notebook and run it with the same parameters to see why."
    assert str(refused.value) == f"small.ipynb: cell 3 failed (KeyError). {why}"
    assert not (tmp_path / "done").exists()


def test_what_a_cell_refuses_is_told_in_its_own_sentence(tmp_path):
    code = "from evaluation.terms import Problem, Refused\nraise Refused(Problem('event.csv', 'The column day is missing.', '', 'Map it.'))"

    with pytest.raises(Refused, match=r"^small.ipynb: event.csv: The column day is missing. Map it.$"):
        notebook.run(small(tmp_path, code), {"word": "x"}, declared=WORD, out=tmp_path / "done")


def test_a_run_that_fails_leaves_the_notebook_that_stood_there(tmp_path):
    good, bad = small(tmp_path, "1 + 1"), small(tmp_path, "1 / 0", name="bad.ipynb")
    notebook.run(good, {"word": "x"}, declared=WORD, out=tmp_path / "done")
    before = {path.name: path.read_bytes() for path in (tmp_path / "done").iterdir()}

    with pytest.raises(Refused, match="ZeroDivisionError"):
        notebook.run(bad, {"word": "y"}, declared=WORD, out=tmp_path / "done")

    assert {path.name: path.read_bytes() for path in (tmp_path / "done").iterdir()} == before


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "thesis.txt").write_text("years of work")

    with pytest.raises(Refused, match="is not an output"):
        notebook.run(small(tmp_path), {"word": "x"}, declared=WORD, out=tmp_path / "done")

    assert [path.name for path in (tmp_path / "done").iterdir()] == ["thesis.txt"]
