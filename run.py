#!/usr/bin/env python3
"""Sets the project up and runs it, with nothing but Python: `python run.py demo` and `python run.py test`.

The Makefile calls this script, so that a machine without make has the same commands.  Set-up is done once, in `.venv`,
from the hashed `requirements.lock`; where a folder `wheelhouse` lies beside this script, nothing is asked of any index.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
WHEELHOUSE = ROOT / "wheelhouse"


def run(*words: "str | Path") -> None:
    """Runs a command in the project's folder; stops with its exit code when it fails."""
    code = subprocess.call([str(word) for word in words], cwd=ROOT)
    if code:
        sys.exit(code)


def locked(package: str) -> str:
    """The lines of the lock, hashes included, that pin one package."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next((i for i in range(first + 1, len(lines)) if not lines[i].startswith(" ")), len(lines))
    return "\n".join(lines[first:last]) + "\n"


def install() -> None:
    """Makes `.venv` and installs what the lock names: with uv where it can be had (a quarter of pip's time), else with pip."""
    venv.create(VENV, with_pip=True, clear=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if WHEELHOUSE.is_dir():
        run(*pip, "--no-index", "--find-links", WHEELHOUSE, "--require-hashes", "-r", LOCK)
        run(*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", ".")
        return
    wanted = VENV / "uv.txt"
    wanted.write_text(locked("uv"), encoding="utf-8")
    with_uv = subprocess.call([str(word) for word in [*pip, "--require-hashes", "-r", wanted]], cwd=ROOT) == 0
    if with_uv:
        pip = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON]
    run(*pip, "--require-hashes", "-r", LOCK)
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ".")


def ready() -> None:
    """Installs unless it was done for this lock, this pyproject and this Python."""
    stamp = VENV / "installed"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Setting up .venv (once)...", flush=True)
    install()
    stamp.write_text(wanted, encoding="utf-8")


def demo() -> None:
    """Evaluates the shipped designs on an invented county and on the Rossi experiment; writes out/."""
    ready()
    run(PYTHON, "-m", "evaluation", "demo", "--out", ROOT / "out")


def test(words: list[str]) -> None:
    """Runs every test, on up to four cores; or, with words of pytest's, what they say."""
    ready()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run beside each other: threads of one would wait for those of another
    run(PYTHON, "-m", "pytest", *(words or ["-n", "auto", "--maxprocesses", "4"]))


def lint() -> None:
    """Checks style, types and formatting."""
    ready()
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "mypy")


def rehearse_tenth() -> None:
    """Makes a tenth of the published rehearsals anew, another one with every commit, and compares it: ten minutes on two cores."""
    ready()
    run(PYTHON, "benchmarks/rehearsal_table.py", "--again")


def rehearsal_table() -> None:
    """Makes the whole published table of rehearsals anew: hours; goes on where it stopped."""
    ready()
    run(PYTHON, "benchmarks/rehearsal_table.py")


def wheelhouse() -> None:
    """Fills wheelhouse/ with every file that the lock names, to carry to a server of the same kind that reaches no index."""
    ready()
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--require-hashes", "-r", LOCK, "-d", WHEELHOUSE)
    print("wheelhouse/ is complete: copy the whole project with it, and run `python run.py test` there.")


def lock() -> None:
    """Writes requirements.lock anew from pyproject.toml: every Python, hashes, no host names."""
    ready()
    words = ["pyproject.toml", "--group", "dev", "--extra", "excel", "--universal", "--python-version", "3.11"]
    options = ["--generate-hashes", "--no-header", "--no-annotate", "--upgrade", "-q", "-o", "requirements.lock"]
    run(PYTHON, "-m", "uv", "pip", "compile", *words, *options)


def main() -> None:
    """Reads the one word that says what to do."""
    if sys.version_info < (3, 11):  # noqa: UP036  # the only file that an older Python may be asked to run
        sys.exit(f"betteroff needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try `python3.11 run.py ...`.")
    parser = argparse.ArgumentParser(description="Sets betteroff up in .venv and runs it.")
    words = {command.__name__.replace("_", "-"): command for command in (demo, lint, rehearse_tenth, rehearsal_table, wheelhouse, lock)}
    commands = parser.add_subparsers(dest="command", required=True, metavar=f"{{test,{','.join(words)}}}")
    for word, command in {"test": test, **words}.items():
        commands.add_parser(word, help=(command.__doc__ or "").strip())
    chosen, rest = parser.parse_known_args()
    if chosen.command == "test":
        test(rest)
    elif rest:
        parser.error(f"{chosen.command} takes no further words")
    else:
        words[chosen.command]()


if __name__ == "__main__":
    main()
