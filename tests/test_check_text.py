"""The text of a check: the place underlined, whatever the line is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command import convcalc

from convcalc.analysis.results import FileReport
from convcalc.check.diagnostic import Diagnostic
from convcalc.report.check_report import CheckReport
from convcalc.report.excerpt import Paint, Place, Sources, excerpt
from convcalc.report.terminal import WIDTH, wants_colour, width_of

PLAIN = Paint(False)


def diagnosis(file: str, line: int | None, **more: Any) -> Diagnostic:
    base = {
        "rule": "linear-in-features", "severity": "error", "file": file, "line": line, "column": None, "path": "fc",
        "message": "Linear(4, 2) expected 4 features, got 5", "expected": 4, "actual": 5, "shape": [1, 5], "suggestions": [],
    }  # fmt: skip
    return Diagnostic.from_dict({**base, **more})


def report(*diagnostics: Diagnostic, passed_over: int = 0) -> CheckReport:
    files = [FileReport(file="model.py", models=(), diagnostics=diagnostics)]
    return CheckReport(files, passed_over, 1)


def underlined(tmp_path: Path, text: str, part: str, **settings: Any) -> tuple[str, str]:
    """The source line and the line under it, for a part of a line of source."""
    (tmp_path / "model.py").write_text(text + "\n", encoding="utf8", **settings)
    column = text.index(part) + 1
    place = Place(1, column, column + len(part), "^", "")
    _, line, marks = excerpt(str(tmp_path / "model.py"), [place], Sources(), PLAIN)
    return line, marks


@pytest.mark.parametrize(
    "text",
    [
        "y = self.fc(x)",
        "\ty = self.fc(x)",
        "\tif x:\ty = self.fc(x)",
        'y = f("形状", self.fc(x))',
        'y = f("e\u0301te\u0301", self.fc(x))',
        'y = f("🙂🙂", self.fc(x))',
        'y = f("\x1b[31m\x07", self.fc(x))',
        "y = g(" + "a, " * 60 + "self.fc(x), " + "b, " * 60 + ")",
    ],
)
def test_the_marks_are_under_the_place(tmp_path: Path, text: str) -> None:
    line, marks = underlined(tmp_path, text, "self.fc(x)")
    at = line.index("self.fc(x)")
    assert width_of(marks[: marks.index("^")]) == width_of(line[:at])
    assert marks.count("^") == len("self.fc(x)")
    assert width_of(line) <= WIDTH
    assert "\t" not in line
    assert "\x1b" not in line


def test_columns_of_a_terminal() -> None:
    assert [width_of(text) for text in ("ab", "形状", "🙂", "e\u0301", "é")] == [2, 4, 2, 1, 1]


def test_tabs_become_blanks(tmp_path: Path) -> None:
    assert underlined(tmp_path, "\tif x:\ty = f(x)", "f(x)")[0] == "1 |     if x:    y = f(x)"


def test_a_place_wider_than_the_page_is_cut(tmp_path: Path) -> None:
    part = "self.layer(" + "argument, " * 30 + ")"
    line, marks = underlined(tmp_path, "    y = " + part, part)
    assert width_of(line) == width_of(marks) == WIDTH
    assert line.endswith("…")


def test_without_a_column_the_code_of_the_line_is_underlined(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("if x:\n    y = self.fc(x)  \n")
    lines = excerpt(str(tmp_path / "m.py"), [Place(2, None, None, "^", "")], Sources(), PLAIN)
    assert lines == ["  |", "2 |     y = self.fc(x)", "  |     ^^^^^^^^^^^^^^"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa = 1\r\nb = f(x)\r\n",
        b"a = '\x0c'\rb = f(x)",
        "# -*- coding: latin-1 -*- é\nb = f(x)".encode("latin1"),
    ],
)
def test_lines_are_pythons_lines(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m.py").write_bytes(data)
    assert Sources().line(str(tmp_path / "m.py"), 2) == "b = f(x)"
    assert Sources().line(str(tmp_path / "m.py"), 1) != "\ufeffa = 1"


def test_a_file_that_is_gone_has_no_excerpt() -> None:
    text = str(report(diagnosis("gone.py", 3, column=1)))
    assert text.startswith("gone.py:3:1: error[linear-in-features]: Linear(4, 2) expected")
    assert "|" not in text


def test_everything_that_is_known_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = Path("m.py")
    model.write_text("fc = nn.Linear(4, 2)\n\n\ny = fc(x)\n")
    steps = [
        {"operation": "torch.flatten", "from": [1, 5, 1], "to": [1, 5], "file": str(model), "line": 3},
        {"operation": "Conv2d", "from": None, "to": [1, None, "N"], "file": "other.py", "line": 9},
    ]
    mends = [
        {
            "text": "nn.Linear(5, 2) at m.py:1",
            "file": str(model),
            "line": 1,
            "old": "4",
            "new": "5",
            "applicability": "safe",
        },
        {
            "text": "feed 4 features",
            "reason": "the data has them",
            "file": None,
            "line": None,
            "old": None,
            "new": None,
        },
    ]
    found = diagnosis(
        str(model), 4, column=5, end_line=4, end_column=10, torch="RuntimeError: mat1 and mat2", suggestions=mends, provenance=steps,
        constructor={"file": str(model), "line": 1, "column": 6, "end_line": 1, "end_column": 21},
    )  # fmt: skip
    assert str(report(found)) == (
        "m.py:4:5: error[linear-in-features]: Linear(4, 2) expected 4 features, got 5\n"
        "  |\n"
        "1 | fc = nn.Linear(4, 2)\n"
        "  |      --------------- built here\n"
        "...\n"
        "4 | y = fc(x)\n"
        "  |     ^^^^^\n"
        "  from  (1, 5, 1) -> (1, 5)  flatten  line 3\n"
        "        (1, ?, N)            Conv2d   other.py:9\n"
        "  torch RuntimeError: mat1 and mat2\n"
        "  fix   nn.Linear(5, 2) at m.py:1\n"
        "  or    feed 4 features (the data has them)\n"
        "\n"
        "Found 1 error in 1 file (1 can be fixed with --fix)"
    )


def test_a_constructor_in_another_file_is_shown_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("y = fc(x)\n")
    (tmp_path / "layers.py").write_text("fc = nn.Linear(4, 2)\n")
    built = {"file": str(tmp_path / "layers.py"), "line": 1, "column": 6, "end_line": 1, "end_column": 21}
    text = str(report(diagnosis(str(tmp_path / "m.py"), 1, column=5, end_column=10, constructor=built)))
    assert f"--> {tmp_path / 'layers.py'}:1\n" in text
    assert "1 | fc = nn.Linear(4, 2)\n" in text


@pytest.mark.parametrize(
    ("severities", "passed_over", "line"),
    [
        ((), 0, "No shape errors in 1 file"),
        ((), 2, "No shape errors in 1 file (2 without a model skipped)"),
        (("error", "error", "warning"), 0, "Found 2 errors and 1 warning in 1 file"),
        (("warning",), 0, "Found 1 warning in 1 file"),
        (("unknown",), 0, "No shape errors in 1 file; 1 thing not known"),
        (("note",), 0, "No shape errors in 1 file"),
    ],
)
def test_the_closing_line_counts(severities: tuple[str, ...], passed_over: int, line: str) -> None:
    found = [diagnosis("none.py", None, severity=severity) for severity in severities]
    assert str(report(*found, passed_over=passed_over)).splitlines()[-1] == line


def test_prose_is_broken_at_the_width_of_a_terminal() -> None:
    text = report(diagnosis("none.py", 3, message="word " * 40)).text(width=60)
    assert all(len(line) <= 60 for line in text.splitlines())


def test_a_long_message_gets_a_line_of_its_own() -> None:
    message = "Linear(in_features=320, out_features=50) expected 320 features, got 500 in (64, 500)"
    lines = str(report(diagnosis("a/rather/long/path/to/a/model.py", 3, message=message))).splitlines()
    assert lines[:2] == ["a/rather/long/path/to/a/model.py:3: error[linear-in-features]:", f"    {message}"]


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": "", "TERM": "xterm"}, True), ({"TERM": "dumb"}, False),
        ({"FORCE_COLOR": "0"}, False), ({"FORCE_COLOR": "1", "TERM": "dumb"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)  # fmt: skip
def test_who_wants_colour(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], colour: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(Terminal()) is colour
    assert wants_colour(object()) is (environment.get("FORCE_COLOR") == "1" and colour)


def test_a_pipe_gets_no_colour(root: Path) -> None:
    done = convcalc("check", root / "examples" / "mnist_broken.py")
    assert done.code == 1
    assert "\x1b" not in done.out
    assert "^" in done.out
