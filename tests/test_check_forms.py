"""The forms of a check for programs: JSON, the commands of a GitHub workflow, SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as OfficialSchema
from test_check_text import diagnosis

from convcalc.analysis.results import FileReport
from convcalc.check.diagnostic import Diagnostic
from convcalc.report.check_forms.github import github_commands
from convcalc.report.check_forms.sarif import sarif_log
from convcalc.report.check_report import CheckReport


def test_json(root: Path) -> None:
    done = convcalc("check", root / "examples" / "mnist_broken.py", "--format", "json")
    report = json.loads(done.out)
    assert report["schema"] == 1
    (entry,) = report["files"]
    assert entry["diagnostics"][0]["rule"] == "linear-in-features"
    assert "rows" not in entry["models"][0]


# GitHub


def parsed(command: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    _, head, data = command.split("::", 2)
    kind, _, pairs = head.partition(" ")
    properties = {}
    for pair in pairs.split(","):
        name, _, value = pair.partition("=")
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(code, character)
        properties[name] = value
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        data = data.replace(code, character)
    return kind, properties, data


@pytest.mark.parametrize("file", ["model.py", "a,b:c%25/m.py", "a\nb.py"])
@pytest.mark.parametrize("message", ["plain", "two\nlines", "100% sure::error::", "a,b=c", "\r\n%0A"])
def test_a_github_command_is_one_line_and_reads_back(file: str, message: str) -> None:
    text = github_commands([diagnosis(file, 3, message=message, column=5, end_column=9)])
    assert text.count("\n") == 1
    kind, properties, data = parsed(text.rstrip("\n"))
    assert (kind, data) == ("error", message)
    assert properties == {
        "file": file, "line": "3", "endLine": "3", "col": "5", "endColumn": "9", "title": "convcalc linear-in-features",
    }  # fmt: skip


def test_severities_on_github() -> None:
    kinds = ("error", "warning", "unknown", "note")
    text = github_commands([diagnosis("m.py", 1, severity=severity) for severity in kinds])
    assert [line.split()[0] for line in text.splitlines()] == ["::error", "::warning", "::notice"]


def test_places_on_github() -> None:
    """Columns are only told of one line, and nothing is told that is not known."""
    several = github_commands([diagnosis("m.py", 3, column=5, end_line=4, end_column=2)])
    assert parsed(several)[1].keys() == {"file", "line", "endLine", "title"}
    nowhere = github_commands([diagnosis("m.py", None)])
    assert parsed(nowhere)[1].keys() == {"file", "title"}


def test_github_from_the_command(root: Path) -> None:
    done = convcalc("check", root / "examples" / "mnist_broken.py", "--format", "github")
    kind, properties, data = parsed(done.out.strip())
    assert (kind, properties["line"]) == ("error", "23")
    assert "PyTorch: RuntimeError: mat1 and mat2 shapes" in data
    assert "fix: nn.Linear(500, 50)" in data


# SARIF; the judge is a reading of the official schema of version 2.1.0 that takes no key it does not know


def valid(log: dict[str, Any]) -> dict[str, Any]:
    OfficialSchema.model_validate(log)
    return log


def rich(tmp_path: Path) -> Diagnostic:
    """A diagnosis with everything that one can have."""
    model = tmp_path / "m é.py"
    model.write_text("fc = nn.Linear(4, 2)\n\n\ny = fc(x)\n")
    mends = [
        {
            "text": "nn.Linear(5, 2)", "file": str(model), "line": 1, "column": 16, "end_line": 1, "end_column": 17,
            "old": "4", "new": "5", "applicability": "safe", "reason": "the literal",
        },
        {"text": "nn.Linear(5, 2)", "file": str(model), "line": 1, "old": "nn.Linear(4, 2)", "new": "nn.Linear(5, 2)"},
        {"text": "feed four features", "file": None, "line": None, "old": None, "new": None},
    ]  # fmt: skip
    steps = [{"operation": "torch.flatten", "from": [1, 5, 1], "to": [1, "N"], "file": str(model), "line": 3}]
    return diagnosis(
        str(model), 4, column=5, end_line=4, end_column=10, torch="RuntimeError: mat1", suggestions=mends, provenance=steps,
        constructor={"file": str(model), "line": 1, "column": 6, "end_line": 1, "end_column": 21},
    )  # fmt: skip


def test_sarif_is_valid(tmp_path: Path) -> None:
    found = [
        rich(tmp_path),
        diagnosis("m.py", None, severity="unknown", rule="not-analysed"),
        diagnosis("m.py", 2, severity="note"),
    ]
    log = valid(sarif_log([FileReport(file="m.py", models=(), diagnostics=tuple(found))]))
    (run,) = log["runs"]
    first, second = run["results"]
    assert (first["level"], second["level"]) == ("error", "note")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "linear-in-features"
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 10}
    assert [place["physicalLocation"]["region"]["startLine"] for place in first["relatedLocations"]] == [1, 3]
    edits = [fix["artifactChanges"][0]["replacements"][0] for fix in first["fixes"]]
    assert edits[0]["deletedRegion"] == {"startLine": 1, "startColumn": 16, "endLine": 1, "endColumn": 17}
    assert edits[1]["deletedRegion"] == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 21}
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("m%20%C3%A9.py")


def test_sarif_of_nothing_is_valid() -> None:
    assert valid(sarif_log([]))["runs"][0]["results"] == []


def test_sarif_from_the_command(root: Path, tmp_path: Path) -> None:
    done = convcalc("check", root / "examples", "--format", "sarif", "-o", tmp_path / "x.sarif")
    assert (done.code, done.out) == (1, "")
    log = valid(json.loads((tmp_path / "x.sarif").read_text()))
    (result,) = log["runs"][0]["results"]
    assert "PyTorch: RuntimeError" in result["message"]["text"]


def test_a_fingerprint_stays_when_lines_move(tmp_path: Path) -> None:
    def fingerprints(text: str, *lines: int) -> list[str]:
        (tmp_path / "m.py").write_text(text)
        found = [diagnosis(str(tmp_path / "m.py"), line) for line in lines]
        log = sarif_log([FileReport(file="m.py", models=(), diagnostics=tuple(found))])
        return [result["partialFingerprints"]["convcalc/v1"] for result in log["runs"][0]["results"]]

    first = fingerprints("y = fc(x)\ny = fc(x)\n", 1, 2)
    assert len(set(first)) == 2
    assert fingerprints("import torch\n\n  y = fc(x)\ny = fc(x)\n", 3, 4) == first
    assert fingerprints("z = fc(x)\n", 1) != first[:1]


FAULTS = {
    "a key that SARIF does not have": lambda run: run.update(notes=[]),
    "a level that SARIF does not have": lambda run: run["results"][0].update(level="fatal"),
    "a line 0": lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
    "no message": lambda run: run["results"][0].pop("message"),
    "a fix without its edit": lambda run: run["results"][0]["fixes"][0].pop("artifactChanges"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_judge_of_sarif_notices(tmp_path: Path, fault: str) -> None:
    log = sarif_log([FileReport(file="m.py", models=(), diagnostics=(rich(tmp_path),))])
    FAULTS[fault](log["runs"][0])
    with pytest.raises(ValidationError):
        valid(log)


def test_the_report_in_python_has_every_form(tmp_path: Path) -> None:
    report = CheckReport([FileReport(file="m.py", models=(), diagnostics=(rich(tmp_path),))], 0, 1)
    assert json.loads(report.form("json")) == report.to_dict()
    assert json.loads(report.form("sarif"))["version"] == "2.1.0"
    assert report.form("github").startswith("::error ")
    assert report.form("text") == f"{report}\n"
    assert (report.ok, len(report.errors)) == (False, 1)


WIDE = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        é = "形状🙂"; return (é, self.fc(x))[1]

Net()(torch.randn(2, 5))
"""


def test_columns_count_characters(tmp_path: Path) -> None:
    """Python counts bytes: of a line with other letters than ASCII's these are more."""
    path = tmp_path / "model.py"
    path.write_text(WIDE, encoding="utf8")
    (found,) = [
        d
        for d in json.loads(convcalc("check", path, "--format", "json").out)["files"][0]["models"][0]["diagnostics"]
        if d["severity"] == "error"
    ]
    line = WIDE.splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 : found["end_column"] - 1] == "self.fc(x)"
