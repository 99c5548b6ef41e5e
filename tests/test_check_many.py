"""Many files in one command: which are found, what one broken file does to the others, and how the command exits."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command import Done, convcalc
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convcalc.source.folders import python_files

GOOD = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
Net()(torch.zeros(3, 4))
"""
BAD = GOOD.replace("Linear(4", "Linear(5")
SILENT = (
    GOOD.replace("Net()(torch.zeros(3, 4))", "").replace("(self):", "(self, width):").replace("(4", "(width")
)  # of what width?
UNKNOWN = GOOD.replace("nn.Linear(4, 2)", "torch.ops.mine.layer(4)")
NO_MODEL = "import torch\nprint('hello')\n"
SYNTAX = "import torch\ndef f(:\n"
ENDLESS = "import torch\nany(False for _ in iter(int, 1))\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def check(*arguments: object) -> Done:
    return convcalc("check", "--isolated", *arguments)


def names(done: Done) -> list[str]:
    return [Path(report["file"]).name for report in json.loads(done.out)["files"]]


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD, b=SYNTAX, c=ENDLESS, d=NO_MODEL, e=BAD, f="print('no tensors')\n", g=GOOD)
    done = check(tmp_path, "--format", "json", "--seconds", "0.5", "--jobs", "3")
    report = json.loads(done.out)
    assert names(done) == ["a.py", "b.py", "c.py", "e.py", "g.py"]
    rules = [[d["rule"] for d in entry["diagnostics"]] for entry in report["files"]]
    assert rules == [[], ["syntax-error"], ["not-analysed"], ["linear-in-features"], []]
    assert report["files"][1]["diagnostics"][0]["line"] == 2
    assert report["files"][2]["diagnostics"][0]["line"] in (2, 3)
    assert report["passed_over"] == 2
    assert done.code == 1
    assert "b.py:2: syntax error" in done.err


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_order_is_that_of_the_files(tmp_path: Path, jobs: int) -> None:
    write(tmp_path, **{f"m{i:02}": BAD if i % 3 else GOOD for i in range(12)})
    done = check(tmp_path, "--format", "json", "--jobs", jobs)
    assert names(done) == [f"m{i:02}.py" for i in range(12)]


EXITS = {
    "all good": ({"a": GOOD, "b": NO_MODEL}, 0),
    "nothing to check": ({"a": NO_MODEL}, 0),
    "an error beside a file that is no Python": ({"a": BAD, "b": SYNTAX}, 1),
    "a file that is no Python": ({"a": GOOD, "b": SYNTAX}, 2),
    "something not known beside what is": ({"a": GOOD, "b": ENDLESS}, 0),
    "no input of a model beside one with": ({"a": GOOD, "b": SILENT}, 0),
    "nothing known of any": ({"a": ENDLESS, "b": NO_MODEL}, 3),
}


@pytest.mark.parametrize("name", EXITS)
def test_exit_code_of_a_folder(tmp_path: Path, name: str) -> None:
    files, code = EXITS[name]
    write(tmp_path, **files)
    done = check(tmp_path, "--seconds", "0.5")
    assert done.code == code, done.out + done.err


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1), (SYNTAX, 2), (NO_MODEL, 2), (ENDLESS, 3)])
def test_exit_code_of_named_files(tmp_path: Path, text: str, code: int) -> None:
    write(tmp_path, a=GOOD, b=text)
    assert check(tmp_path / "a.py", tmp_path / "b.py", "--seconds", "0.5").code == code


def test_strict_fails_where_something_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD, b=ENDLESS, c=SILENT)
    done = check(tmp_path, "--seconds", "0.5", "--strict")
    assert done.code == 3
    files = f"{tmp_path}/b.py, {tmp_path}/c.py"
    assert done.out.splitlines()[-1] == f"No shape errors in 3 files; 2 things not known, in {files}"
    write(tmp_path, d=BAD)
    assert check(tmp_path, "--seconds", "0.5", "--strict").code == 1


def test_lenient_treats_named_files_as_those_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD, b=NO_MODEL, c=ENDLESS)
    files = [tmp_path / f"{name}.py" for name in "abc"]
    assert check(*files, "--seconds", "0.5").code == 2
    done = check(*files, "--seconds", "0.5", "--lenient")
    assert (done.code, done.err) == (0, "")
    write(tmp_path, d=BAD)
    assert check(tmp_path / "d.py", "--lenient").code == 1
    assert check(tmp_path / "d.py", "--lenient", "--exclude", "d.py").code == 0


DEFAULTS = """from torch import nn
class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, width, 3), nn.Conv2d(16, 4, 3))
    def forward(self, x):
        return self.layers(x)
class Net(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
"""


def test_in_a_folder_a_class_that_cannot_be_built_alone_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, a=DEFAULTS)
    done = check(tmp_path, "--format", "json")
    (found,) = json.loads(done.out)["files"][0]["diagnostics"]
    assert (found["rule"], found["severity"]) == ("no-input", "unknown")
    assert "Net() cannot be checked by itself: TypeError" in found["message"]
    write(tmp_path, a=DEFAULTS + "Net()\n")  # the file itself builds it so
    assert check(tmp_path).code == 1
    write(tmp_path, a=DEFAULTS.replace("__init__(*args", "__init__(8, *args"))  # a mistake within the model
    done = check(tmp_path, "--format", "json")
    assert done.code == 1
    assert json.loads(done.out)["files"][0]["diagnostics"][0]["rule"] == "conv-channels"


def test_a_missing_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    done = check(tmp_path / "none.py", tmp_path / "a.py", "--format", "json")
    assert (done.code, names(done)) == (2, ["none.py", "a.py"])
    assert "no such file" in done.err
    assert check(tmp_path / "none.py", tmp_path / "a.py").out == "No shape errors in 1 file (1 could not be checked)\n"


def test_a_wrong_call_prints_no_report(tmp_path: Path) -> None:
    done = check(tmp_path / "none.py")
    assert (done.code, done.out) == (2, "")


def test_a_file_is_checked_once(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    done = check(tmp_path / "a.py", tmp_path, tmp_path / "a.py", "--format", "json")
    assert names(done) == ["a.py"]
    assert len(json.loads(done.out)["files"][0]["models"]) == 1


def test_a_hundred_files_leave_no_process_and_little_memory(tmp_path: Path) -> None:
    write(tmp_path, **{f"m{i:03}": GOOD for i in range(100)})
    done = check(tmp_path, "--format", "json", "--jobs", "4")
    assert done.code == 0
    assert len(names(done)) == 100


# folders


def test_folders_of_others_are_passed_over(tmp_path: Path) -> None:
    for folder in (
        ".git",
        ".hidden",
        "__pycache__",
        "node_modules",
        "venv",
        "mine",
        "mine/site-packages",
        "environment",
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "m.py").write_text("")
    (tmp_path / "environment" / "pyvenv.cfg").write_text("")
    (tmp_path / "top.py").write_text("")
    (tmp_path / "data.txt").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    found = [Path(file).relative_to(tmp_path).as_posix() for file in python_files(str(tmp_path))]
    assert found == ["mine/m.py", "top.py"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("b.py", ["a.py", "sub/c.py"]),
        ("sub", ["a.py"]),
        ("sub/", ["a.py"]),
        ("sub/*.py", ["a.py"]),
        ("*.py", []),
        ("./sub", ["a.py"]),
        ("su", ["a.py", "sub/b.py", "sub/c.py"]),
    ],
)
def test_exclude(tmp_path: Path, pattern: str, left: list[str]) -> None:
    for name in ("a.py", "sub/b.py", "sub/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = python_files(str(tmp_path), (pattern,), str(tmp_path))
    assert [Path(file).relative_to(tmp_path).as_posix() for file in found] == left


IGNORE_LINES = st.sampled_from(
    [
        "*.py", "a.py", "/a.py", "sub", "sub/", "/sub/", "sub/a.py", "**/a.py", "sub/**", "!a.py", "!sub/a.py", "[ab].py", "[!a].py",
        "?.py", "# a comment", "", "sub/*", "deep/", "**/deep", "sub/deep/a.py", "a.py/", "\\!a.py", "a*", "!*.py", "b.py   ",
    ]
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(IGNORE_LINES, max_size=5), st.lists(IGNORE_LINES, max_size=3))
@example(["a.py/", "sub/"], [])
@example(["*.py", "!a.py"], ["a.py", "!b.py"])
def test_gitignore_is_read_as_git_reads_it(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], inner: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("repository")
    for name in ("a.py", "b.py", "sub/a.py", "sub/b.py", "sub/deep/a.py", "other/deep/b.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    (folder / ".gitignore").write_text("\n".join(top) + "\n")
    (folder / "sub" / ".gitignore").write_text("\n".join(inner) + "\n")
    subprocess.run(["git", "init", "-q", folder], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    for start in ("", "sub"):
        wanted = {name for name in listed.stdout.split() if name.startswith(start)}
        found = {Path(file).relative_to(folder).as_posix() for file in python_files(str(folder / start))}
        assert found == wanted or (start and not wanted)  # a folder that is named is wanted, ignored or not
