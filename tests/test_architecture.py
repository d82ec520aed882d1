"""The house, held against the code: imports run one way, rooms stay small, and nothing ships without its proofs."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES

ROOT = Path(__file__).resolve().parents[1]
# a room may import only rooms named before it
ROOMS = (
    "version", "shipped", "phrases", "drawing", "terms", "records", "outcomes", "cohort", "diagnostics", "methods", "study",
    "pipeline", "challenges", "grading", "findings", "scorecards", "road", "rehearsal", "proving", "twins", "report", "delivery",
    "commands", "__main__",
)  # fmt: skip
LONGEST_MODULE = 400  # lines: past this a reader no longer holds it in one view
LONGEST_FUNCTION = 60


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks, or would: the ignored ones left out."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def shipped() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in ("evaluation", "synthetic")]


def imported(path: Path) -> Iterator[str]:
    """The full names of our modules that a file imports, lazily or not."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *((node.module or "").split(".") if node.module else ())))
            yield from ([module] if node.module else [f"{module}.{alias.name}" for alias in node.names])


def room(name: str) -> str | None:
    """The room of `evaluation` that a dotted name belongs to."""
    parts = name.split(".")
    return parts[1] if parts[0] == "evaluation" and len(parts) > 1 else None


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts == ("evaluation", "__init__"):  # the doors, opened on first use
        return

    for name in imported(path):
        there = room(name)
        if parts[0] == "synthetic":
            assert there in (None, "terms", "records"), f"synthetic may not import {name}"
        elif there is None:
            assert not name.startswith("synthetic") or parts[1] in ("commands", "__main__"), f"only the command line may import {name}"
        elif there != "__version__":
            assert there in ROOMS and parts[1] in ROOMS, f"{there} or {parts[1]} is not a room of the house"
            assert ROOMS.index(there) <= ROOMS.index(parts[1]), f"{parts[1]} may not import {there}"


def test_the_command_line_loads_synthetic_only_when_it_is_asked_for() -> None:
    rooms = [path for path in shipped() if path.relative_to(ROOT).parts[:2] in (("evaluation", "commands"), ("evaluation", "__main__.py"))]
    at_once = [
        f"{path.name}: {ast.unparse(node)}"
        for path in rooms
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "synthetic" in ast.unparse(node)
    ]

    assert rooms and not at_once


def test_no_method_imports_another() -> None:
    for path in shipped():
        parts = path.relative_to(ROOT).parts
        if parts[:2] == ("evaluation", "methods") and len(parts) == 4:
            others = {name.split(".")[2] for name in imported(path) if name.startswith("evaluation.methods.") and name.split(".")[2] in METHODS}
            assert others <= {parts[2]}, f"{path.name} imports {others}"


def test_terms_imports_nothing_of_ours() -> None:
    rooms = {
        room(name) for path in (ROOT / "evaluation" / "terms").glob("*.py") for name in imported(path) if name.startswith(("evaluation", "synthetic"))
    }

    assert rooms == {"terms"}


@pytest.mark.parametrize("path", tracked("*.py"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION]

    assert len(text.splitlines()) <= LONGEST_MODULE
    assert not long


def test_every_shipped_module_and_public_function_is_documented() -> None:
    bare = []
    for path in shipped():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [tree, *(node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"))]
        # the typed forms of a function say nothing: the function that follows them does
        named = [node for node in nodes if not any(ast.unparse(one) == "overload" for one in getattr(node, "decorator_list", []))]
        bare += [f"{path.relative_to(ROOT)}: {getattr(node, 'name', 'module')}" for node in named if not ast.get_docstring(node)]

    assert not bare


def test_the_way_through_a_room_of_many_modules_names_them_all() -> None:
    for room in ("matched", "mean", "survival"):
        folder = ROOT / "evaluation" / "methods" / room
        way = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
        modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}

        assert not modules - set(re.findall(r"\w+", way)), room


def test_every_outcome_has_a_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "specs"))
    from test_outcomes import BY_HAND, PLACES, PRICED  # each by hand; and those that a book of unit costs prices, by specs of its own

    assert sorted([*BY_HAND, *PLACES, *PRICED]) == sorted(OUTCOMES)


def test_every_method_has_golden_values_laws_and_a_rehearsal() -> None:
    assert "METHODS" in (ROOT / "tests" / "laws" / "test_methods.py").read_text(encoding="utf-8")
    for name in METHODS:
        assert list((ROOT / "tests" / "golden").glob(f"test_{name}*.py")), f"{name} has no golden values"
        assert list((ROOT / "tests" / "rehearsals").glob(f"test_{name}*.py")), f"{name} has no rehearsal"


def test_every_design_is_documented_and_loads() -> None:
    from evaluation.study import load

    listed = (ROOT / "designs" / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "designs").rglob("*.toml")):
        assert load(path).digest
        assert path.relative_to(ROOT / "designs").as_posix() in listed


def test_every_command_is_documented() -> None:
    import typer.main

    from evaluation.__main__ import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
    assert not [name for name in commands if f"betteroff {name}" not in readme]
    assert not [name for name, command in commands.items() if not (command.help or "").strip()]


def test_every_type_ignore_says_which_and_why() -> None:
    unexplained = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "# type: " + "ignore" in line and not re.search(r"# type: ignore\[[\w, -]+\]  # \w", line) and path != Path(__file__)
    ]

    assert not unexplained


def test_no_registry_host_and_no_path_of_a_machine_is_written_down() -> None:
    hosts = re.compile(r"py" + r"pi\.org|python" + r"hosted|registry\.npm|deb\.debian|/sim" + r"ple/|index-" + r"url", re.IGNORECASE)
    paths = re.compile(r"(?<![\w.])/(?:home|root|work|Us" + r"ers|tmp)/\w")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if hosts.search(line) or paths.search(line)
    ]

    assert not found


def test_ci_runs_what_the_readme_says() -> None:
    readme, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))

    assert "make test" in readme and "make test" in ci
    assert "make demo" in readme and "make demo" in ci


def test_the_lock_pins_every_dependency_with_a_hash_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [re.split(r"[<>=\[ ]", words)[0] for words in wanted]
    blocks = re.split(r"\n(?=[a-z])", lock)

    assert "://" not in lock
    assert not [name for name in names if f"\n{name}==" not in "\n" + lock]
    assert not [block.split("==")[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
