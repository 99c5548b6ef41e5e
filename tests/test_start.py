"""Whose modules run when convcalc is started: Python's own and those of its environment, never those of the folder that is checked.

Each test plants modules that write their name into a file, under the names of all modules of the standard library and of what convcalc needs.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from test_check_many import GOOD
from test_ci import ROOT, runner  # noqa: F401

WANTED = ("click", "tabulate", "tomli", "convcalc_start", "pip", "venv", "ensurepip", "shlex", "setuptools", "hatchling", "sitecustomize", "usercustomize")  # fmt: skip
NAMES = sorted({name for name in (*sys.stdlib_module_names, *WANTED) if name not in ("antigravity", "this")})
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]["entry"]


def before_us() -> frozenset[str]:
    """What `python -m` imports by itself before it runs a line of the module that it is asked for: it cannot be ours to prevent."""
    text = "import runpy, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return frozenset(told.stdout.split()) | {"sitecustomize", "usercustomize"}


def planted(folder: Path, names: list[str]) -> Path:
    """The file that is there when one of those modules of the folder was run, with its name."""
    marker = folder.parent / "ran"
    folder.mkdir()
    for name in names:
        line = f"open({str(marker)!r}, 'a').write({name + chr(10)!r})\n"
        (folder / f"{name}.py").write_text(line + "raise ImportError('not this one')\n")
    (folder / "model.py").write_text(GOOD)
    return marker


CALLS = {
    "summary": "summary model.py",
    "summary as a table of Markdown": "summary model.py --format md",
    "check": "check model.py",
    "check of a folder": "check",
    "check as JSON": "check model.py --format json",
    "help": "summary --help",
    "what is wrong": "summary --none",
    "rules": "rules",
    "size": "size 28 -k 5",
}
PATHS = {"none": None, "empty entry": os.pathsep, "the folder itself": ".", "another": f"none{os.pathsep}./"}


def run(call: list[str], folder: Path, path: str | None) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        env["PYTHONPATH"] = path
    done = subprocess.run(call, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 2), done.stderr


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("call", CALLS)
def test_modules_of_the_current_folder_do_not_run(tmp_path: Path, call: str, path: str) -> None:
    """`python -m convcalc`: from its first line on. What Python itself needs to come there it takes from where it is told to look."""
    early = before_us()
    marker = planted(tmp_path / "checked", [name for name in NAMES if name not in early])
    run([sys.executable, "-m", "convcalc", *CALLS[call].split()], tmp_path / "checked", PATHS[path])
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize("path", PATHS)
def test_nor_with_the_command_that_pip_makes(tmp_path: Path, path: str) -> None:
    script = Path(sysconfig.get_path("scripts")) / "convcalc"
    if not script.exists():
        pytest.skip("convcalc is not installed as a command here")
    early = before_us()
    if "import re" in script.read_text():  # what pip's script reads before it reads us, with all that it reads itself
        read = subprocess.run(
            [sys.executable, "-I", "-c", "import re, sys; print(*sys.modules)"], capture_output=True, text=True
        )
        early |= set(read.stdout.split())
    marker = planted(tmp_path / "checked", [name for name in NAMES if name not in early])
    run([str(script), "check", "--lenient", "model.py"], tmp_path / "checked", PATHS[path])
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_at_all_runs_of_what_the_hook_checks(tmp_path: Path, path: str) -> None:
    """The hook's call, as pre-commit makes it: not even what Python reads before it reads us."""
    marker = planted(tmp_path / "checked", NAMES)
    word, *words = shlex.split(HOOK)
    assert word == "python"
    run([sys.executable, *words, "model.py"], tmp_path / "checked", PATHS[path])
    assert not marker.exists(), marker.read_text()


def test_nor_of_what_the_action_checks(runner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """The first call sets up."""
    for number, path in enumerate(("." + os.pathsep, None, ".")):
        folder = tmp_path / str(number) / "checked"
        folder.parent.mkdir()
        marker = planted(folder, NAMES)
        code, _, err, _ = runner(folder, targets="model.py", env={} if path is None else {"PYTHONPATH": path})
        assert not marker.exists(), marker.read_text()
        assert code == 0, err


LIBRARY = ("convcalc.summary('model.py')", "convcalc.check('model.py')", "convcalc.check('.')")


@pytest.mark.parametrize("path", PATHS)
def test_nor_where_the_library_starts_the_command(tmp_path: Path, path: str) -> None:
    """Whatever `PYTHONPATH` says, the folder itself by its whole path too: what the library starts does not look there."""
    checked = tmp_path / "checked"
    marker = planted(checked, NAMES)
    for given in (PATHS[path], str(checked)):
        for text in LIBRARY:
            head = f"import sys; sys.path.append({str(ROOT)!r})\nimport os, convcalc\n"
            change = "" if given is None else f"os.environ['PYTHONPATH'] = {given!r}\n"
            run([sys.executable, "-I", "-c", f"{head}{change}print({text})"], checked, None)
            assert not marker.exists(), marker.read_text()


def test_a_module_that_is_found_by_a_relative_path_is_still_found(tmp_path: Path) -> None:
    """What is not on Python's path any more is read, as a source, as before."""
    (tmp_path / "lib" / "zoo").mkdir(parents=True)
    (tmp_path / "lib" / "zoo" / "__init__.py").write_text(GOOD)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "model.py").write_text("from zoo import *\n")
    env = {**os.environ, "PYTHONPATH": f"lib{os.pathsep}{ROOT}"}
    call = [sys.executable, "-m", "convcalc", "check", "deep/model.py", "--lenient"]
    for isolated in ([], ["-I"]):
        done = subprocess.run(
            [call[0], *isolated, *call[1:]], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert "zoo" not in done.stdout + done.stderr, done.stdout + done.stderr
