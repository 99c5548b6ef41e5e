"""What the command itself reads of somebody else's project (`source/bounded.py`, `source/ignoring.py`, the settings), and how much it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

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
    from convcalc.check.diagnosis import diagnosis
    from convcalc.report import check_run
    from convcalc.report.check_report import CheckReport
    from convcalc.report.checking import CheckSettings
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
        found = diagnosis("usage", "error", file, 1, "m")
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
        "x." + "y." * 20000 + "z = 1": "is not a setting",
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
    tmp_path_factory: pytest.TempPathFactory, rules: list, paths: list[str]
) -> None:  # type: ignore[type-arg]
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
