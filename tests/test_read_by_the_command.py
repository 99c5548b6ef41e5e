"""What the command itself reads of somebody else's project (`source/bounded.py`, `source/ignoring.py`, the settings), and how much it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command import convcalc
from hypothesis import given, settings
from hypothesis import strategies as st
from test_check_many import ENDLESS, GOOD, write

from convcalc.source.folders import python_files
from convcalc.source.ignoring import Budget, Ignored
from convcalc.source.target import UsageError

SECRET = "top-secret-word = (\n"


def check(folder: Path, *arguments: object, timeout: float = 30) -> tuple[int, str]:
    call = [sys.executable, "-m", "convcalc", "check", *map(str, arguments)]
    root = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(
        call,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a stranger, beside which lies a file of ours."""
    (tmp_path / "outside.py").write_text(SECRET)
    (tmp_path / "outside.toml").write_text("[tool.convcalc]\n" + SECRET)
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    write(folder, model=GOOD)
    return folder


# regular files, inside


@pytest.mark.parametrize("name", ["pyproject.toml", ".gitignore", "pipe.py", "pipe.ipynb"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_only_regular_files_are_read(project: Path, name: str, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(project / name)
    elif kind == "device":
        (project / name).symlink_to("/dev/zero")
    else:
        (project / name).mkdir()
    code, told = check(project)
    assert code in (0, 2), told
    if name.startswith("pipe") and kind != "folder":
        code, told = check(project, name)
        assert code == 2
        assert "is no regular file" in told


def test_a_link_that_leaves_the_project_is_refused_and_named(project: Path) -> None:
    (project / "link.py").symlink_to("../outside.py")
    (project / "inner.py").symlink_to("model.py")
    for arguments in ((), (".",), ("--lenient", "link.py"), ("--format", "json"), ("--format", "sarif")):
        code, told = check(project, *arguments)
        assert "link.py" in told
        assert "leads out of the project" in told, arguments
        assert "secret" not in told
        assert code == 2
    code, told = check(project, "link.py")  # the user's own wish
    assert "link.py:1" in told


def test_settings_that_link_out_are_refused(project: Path) -> None:
    (project / "pyproject.toml").symlink_to("../outside.toml")
    code, told = check(project)
    assert code == 2
    assert "pyproject.toml: is a link that leads out of the project" in told
    assert "secret" not in told


@pytest.mark.parametrize("target", ["../outside.py", "link.py", "sub/../../outside.py", "/etc/passwd", "link.py::x"])
def test_targets_of_settings_stay_in_the_project(project: Path, target: str) -> None:
    (project / "link.py").symlink_to("../outside.py")
    (project / "pyproject.toml").write_text(f'[[tool.convcalc.targets]]\ntarget = "{target}"\n')
    code, told = check(project)
    assert code == 2
    assert "out of the project" in told
    assert "target '" in told
    assert "secret" not in told


def test_no_line_of_a_file_outside_is_shown(project: Path) -> None:
    """The process of a file says in which file an error is."""
    from convcalc.analysis import check_run
    from convcalc.analysis.checking import CheckSettings
    from convcalc.check.diagnostic import Diagnostic
    from convcalc.report.check_report import CheckReport
    from convcalc.source.discovery import Given

    model, outside = str(project / "model.py"), str(project.parent / "outside.py")
    (project / "link.py").symlink_to(outside)
    (project / "layers.py").write_text("inner-word\n")
    job = check_run.Job(model, None, Given([], {}, {}, None, None), CheckSettings((), (), False, False), 1.0)
    for file, shown in (
        (outside, False),
        (str(project / "link.py"), False),
        ("/etc/passwd", False),
        (str(project / "layers.py"), True),
    ):
        found = Diagnostic("usage", "error", file, 1, "m").to_dict()
        told = {"file": outside, "models": [], "diagnostics": [found]}
        outcome = check_run._outcome(job, (0, json.dumps(told), ""))
        assert outcome.report is not None
        text = CheckReport([outcome.report], 0, 1).text()
        assert "secret" not in text
        assert "root:" not in text
        assert ("inner-word" in text) is shown
        assert outcome.report["file"] == model


# settings


@pytest.mark.parametrize(
    ("text", "told"),
    {
        "seconds = inf": "at most 100,000",
        "seconds = 1e300": "at most 100,000",
        "seconds = 9223372036854775808": "at most 100,000",
        "jobs = 9223372036854775808": "at most 10,000",
        f"jobs = {'9' * 5000}": "too long",
        "x = " + "[" * 20000: "nested too deeply",
        "x = " + "{a=" * 20000: "nested too deeply",
        "x." + "y." * 900 + "z = 1": "is not a setting",
        "x." + "y." * 20000 + "z = 1": "more than 1,000 dots",
        f"jobs = 0x{'f' * 5000}": "too long",
        f"exclude = [0x{'f' * 5000}]": "too long",
        f"seconds = 0x{'f' * 5000}": "too long",
    }.items(),
)
def test_wrong_settings_are_told(project: Path, text: str, told: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.convcalc]\n{text}\n")
    code, message = check(project)
    assert code == 2
    assert told in message
    assert len(message) < 2000


def test_settings_of_a_project_lower_the_time_and_do_not_raise_it(project: Path) -> None:
    (project / "model.py").write_text(ENDLESS)
    (project / "pyproject.toml").write_text("[tool.convcalc]\nseconds = 0.5\n")
    assert "ran longer than 0.5 s" in check(project, "model.py")[1]
    (project / "pyproject.toml").write_text("[tool.convcalc]\nseconds = 1000\n")
    assert "ran longer than 1 s" in check(project, "model.py", "--seconds", 1)[1]
    (project / "model.py").write_text(GOOD)
    code, told = check(project, "model.py")
    assert code == 0
    assert "seconds = 1000 is more than the 10 that the command allows" in told
    assert "more than" not in check(project, "model.py", "--config", "pyproject.toml")[1]


@pytest.mark.parametrize("option", ["--seconds=inf", "--seconds=1e300", "--jobs=9223372036854775808", "--seconds=nan"])
def test_options_without_bounds_are_wrong(project: Path, option: str) -> None:
    code, told = check(project, "model.py", option)
    assert code == 2
    assert "range" in told or "valid" in told


# .gitignore

NAMES = st.sampled_from(["a", "b", "ab", "a.py", "b.py", "x1", "aa", "a-b", "c d", "[a]"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PIECES = st.sampled_from(
    ["a", "b", "*", "?", "**", "/", "[ab]", "[!a]", "[a-c]", "\\*", ".py", "x1", "/**", "**/", "*a", "[]a]"]
)
LINES = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=4)
MARKS = st.tuples(st.sampled_from(["", "!"]), st.sampled_from(["", "/"]))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(MARKS, st.lists(PIECES, min_size=1, max_size=4).map("".join)), min_size=1, max_size=4),
    st.lists(PATHS, min_size=1, max_size=6, unique=True),
)
def test_what_is_ignored_is_what_git_ignores(
    tmp_path_factory: pytest.TempPathFactory, rules: list[Any], paths: list[str]
) -> None:
    """git is the judge. (Of letters beyond ASCII it takes `?` for a byte, we for a letter.)"""
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    lines = [mark + pattern + end for (mark, end), pattern in rules]
    lines = [line for line in lines if "***" not in line and "//" not in line and not line.endswith("\\")]
    (folder / ".gitignore").write_text("\n".join(lines) + "\n")
    ignored = Ignored(str(folder), lines, Budget())
    for path in paths:
        whole = folder / path
        if any(part.is_file() for part in whole.parents) or whole.exists():
            continue
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text("")
        call = ["git", "check-ignore", "-q", "--no-index", path]
        real = subprocess.run(call, cwd=folder, check=False).returncode == 0
        parts = path.split("/")
        ours = False
        for count in range(1, len(parts) + 1):
            said = ignored.says(str(folder / "/".join(parts[:count])), count < len(parts))
            ours = bool(said)
            if ours and count < len(parts):
                break
        assert ours == real, (lines, path)


def files(folder: Path) -> tuple[int, float]:
    started = time.process_time()
    count = sum(1 for _ in python_files(str(folder)))
    return count, time.process_time() - started


def test_patterns_take_no_time(tmp_path: Path) -> None:
    (tmp_path / ("a" * 200 + ".py")).write_text("")
    (tmp_path / ".gitignore").write_text("*a" * 25 + "b\n" + "**/" * 500 + "*a" * 100 + "b\n" + "[a-z]*" * 40 + "!\n")
    count, seconds = files(tmp_path)
    assert count == 1
    assert seconds < 1


def test_a_hundred_thousand_lines_and_many_files(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("".join(f"name{i}.py\n/deep/path{i}/\n" for i in range(50_000)) + "*.pyc\n")
    for i in range(3000):
        (tmp_path / f"m{i}.py").write_text("")
    count, seconds = files(tmp_path)
    assert count == 3000
    assert seconds < 4


def test_too_many_wildcards_are_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("".join(f"*{i}*a?b\n" for i in range(50_000)))
    for i in range(100):
        (tmp_path / f"m{i}.py").write_text("")
    with pytest.raises(UsageError, match="too many patterns"):
        files(tmp_path)


def test_deep_folders(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    code, _ = check(tmp_path)
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # pytest's own cleaning is not deep enough
    assert code == 0


# how much is said

SAYS = {
    "a class's name": 'Net.__name__ = "C" * 2_000_000\nNet()(torch.zeros(1, 4))',
    "a layer's path": 'n = Net()\nn.add_module("n" * 300_000, nn.Linear(4, 4))\nn(torch.zeros(1, 4))',
    "an exception's message": 'raise ValueError("x" * 20_000_000)',
    "a refusal": 'm = Net()\nm.__class__.__name__ = "N" * 100_000\nm(torch.zeros(1, 5))',
    "a module that is not there": f"import {'q' * 100_000}",
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_names_and_messages_are_cut(tmp_path: Path, name: str) -> None:
    (tmp_path / "model.py").write_text(GOOD.replace("Net()(torch.zeros(3, 4))", SAYS[name]))
    for command, forms in (
        ("summary", ("table", "json", "markdown", "csv")),
        ("check", ("text", "json", "github", "sarif")),
    ):
        for form in forms:
            done = convcalc(command, tmp_path / "model.py", "--format", form)
            assert len(done.out) + len(done.err) < 40_000, (command, form)
            assert done.code in (0, 1, 2, 3)


# what was found by hostile repositories and by fuzzing (tests/hostile, benchmarks/fuzz_readers.py)


@pytest.mark.parametrize("text", ["import \n", "from \n", "import\t\n", "from  \t \n"])
def test_an_import_without_a_name(project: Path, text: str) -> None:
    (project / "model.py").write_text(f"import torch\n{text}")
    code, told = check(project, "model.py")
    assert code == 2
    assert "syntax error" in told


@pytest.mark.parametrize("shape", ["²x4", "1x٣²", "9" * 5000, "1x9223372036854775808"])
def test_a_size_is_a_number_that_pytorch_has(project: Path, shape: str) -> None:
    code, told = check(project, "model.py", "--input", shape)
    assert code == 2
    assert "is not a size" in told or "a size is at most" in told


@pytest.mark.parametrize("literal", ["{[]: 1}", "[" * 5000, "-" * 100_000 + "1", "1" + "+1" * 50_000])
def test_a_literal_that_is_none(project: Path, literal: str) -> None:
    code, told = check(project, "model.py", f"--kwarg=x={literal}")
    assert code == 2
    assert "is not a Python literal" in told


def test_a_notebook_that_leads_out_is_never_opened(project: Path) -> None:
    """Not when what was said of it is told by cells either."""
    from convcalc.source.bounded import Unreadable, read_bounded
    from convcalc.source.notebook import notebook_of
    from convcalc.source.reading import read_source

    (project.parent / "outside.ipynb").write_text('{"cells": []}')
    link = project / "link.ipynb"
    link.symlink_to("../outside.ipynb")
    with pytest.raises(UsageError, match="leads out of the project"):
        read_source(str(link), (str(project),))
    assert notebook_of(str(link)) is None
    with pytest.raises(Unreadable):
        read_bounded(str(link), 100, (str(project),))


def test_what_lies_beside_a_package_is_not_read(project: Path) -> None:
    (project / "__init__.py").write_text("")
    (project / "layers.py").write_text("WIDTH = 5\n")
    (project / "model.py").write_text(
        GOOD.replace("(4, 2)", "(WIDTH, 2)").replace("torch\n", "torch\nfrom .layers import WIDTH\n", 1)
    )
    assert "expected 5 features" in check(project, "model.py")[1]
    (project / "model.py").write_text("import outside\nfrom .. import outside\nfrom ..outside import x\n" + GOOD)
    code, told = check(project)
    assert code == 0
    assert "secret" not in told


def test_a_source_folder_that_leads_out_is_none(project: Path) -> None:
    (project / "src").symlink_to("..")
    (project / "model.py").write_text("import outside\n" + GOOD)
    code, told = check(project)
    assert code == 0
    assert "secret" not in told


def test_a_file_that_is_exchanged_while_it_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at its links and its opening."""
    from convcalc.source import bounded

    file, real = str(project / "model.py"), os.open

    def exchange(path: str, *more: int) -> int:
        os.unlink(file)
        os.symlink("../outside.py", file)
        return real(path, *more)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises((OSError, bounded.Unreadable)):
        bounded.read_bounded(file, 1000, (str(project),))


def test_a_folder_that_is_exchanged_while_a_file_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convcalc.source import bounded

    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("nobody tells here what is open")
    (project / "inner").mkdir()
    write(project / "inner", outside=GOOD)
    real = os.open

    def exchange(path: str, *more: int) -> int:
        os.rename(project / "inner", project / "other")
        os.symlink("..", project / "inner")
        return real(path, *more)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(bounded.Unreadable):
        bounded.read_bounded(str(project / "inner" / "outside.py"), 1000, (str(project),))


def test_no_line_is_shown_of_a_file_that_was_exchanged(project: Path) -> None:
    from convcalc.report.excerpt import Sources

    file = str(project / "model.py")
    inside: dict[str, Any] = {file: (str(project),)}
    assert Sources(inside).line(file, 1) == "import torch"
    os.unlink(file)
    os.symlink("../outside.py", file)
    assert Sources(inside).line(file, 1) is None


@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_a_line_without_end_is_shown_in_no_time(project: Path, place: str) -> None:
    wrong = "Net()(torch.zeros(3, 5))"
    long = "'" + "\u0301x" * 700_000 + "'"
    parts = {"start": [wrong, long, long], "middle": [long, wrong, long], "end": [long, long, wrong]}[place]
    (project / "model.py").write_text(GOOD.replace("Net()(torch.zeros(3, 4))", "; ".join(parts)))
    started = time.process_time()
    from convcalc.report.excerpt import Paint, Place, Sources, excerpt

    line = len(GOOD.splitlines())
    text = "\n".join(
        excerpt(str(project / "model.py"), [Place(line, 1_000_000, 1_200_000, "^", "")], Sources(), Paint(False))
    )
    assert time.process_time() - started < 2
    assert len(text) < 5000
    code, told = check(project, "model.py", "--seconds", 10)
    assert code == 1
    assert len(told) < 10_000


ANSWERS = ["", "{}", "[]", "null", "1", "[" * 100_000, '{"file": 1}', '{"models": 1, "diagnostics": []}', '{"models": [], "diagnostics": [1]}', '{"models": [], "diagnostics": [{}]}', '{"message": 1}', "NaN"]  # fmt: skip


@pytest.mark.parametrize("code", [0, 2])
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_is_none_is_told(answer: str, code: int) -> None:
    """Who has passed all walls but the kernel's may write into the pipe what he likes."""
    from convcalc.analysis import check_run
    from convcalc.analysis.checking import CheckSettings
    from convcalc.source.discovery import Given

    job = check_run.Job("m.py", None, Given([], {}, {}, None, None), CheckSettings((), (), False, False), 1.0)
    outcome = check_run._outcome(job, (code, answer, ""))
    assert outcome.report is not None
    assert "without a report" in outcome.report["diagnostics"][0]["message"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "*", "?", "/", "[ab]", "[!a]", "[", "]", "\\", ".py", "**"]), min_size=1, max_size=5).map("".join), min_size=1, max_size=3),
    st.lists(st.sampled_from(["a", "b", "ab", "a.py", "[a", "\\a"]), min_size=1, max_size=4).map("/".join),
)  # fmt: skip
def test_what_is_excluded_is_what_fnmatch_takes(patterns: list[str], path: str) -> None:
    from fnmatch import fnmatchcase

    from convcalc.source.folders import matcher

    wanted = [pattern.rstrip("/").removeprefix("./") for pattern in patterns]
    parts = path.split("/")
    real = any(
        fnmatchcase(part, pattern) or fnmatchcase("/".join(parts[: i + 1]), pattern)
        for pattern in wanted
        for i, part in enumerate(parts)
    )
    assert matcher(tuple(patterns), ".")(path) == real
