"""`[tool.convcalc]` of pyproject.toml: what it decides, what the command line decides instead, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import Done, convcalc
from test_check_many import BAD, GOOD, NO_MODEL, SILENT, write

from convcalc.cli.configuration import find_configuration, read_configuration
from convcalc.source.target import UsageError

SIZED = """from torch import nn
class Net(nn.Module):
    def __init__(self, classes=2):
        super().__init__()
        self.fc = nn.Linear(4, classes)
    def forward(self, x):
        return self.fc(x)
"""


def check(folder: Path, *arguments: object, monkeypatch: pytest.MonkeyPatch) -> Done:
    monkeypatch.chdir(folder)
    return convcalc("check", *arguments)


def configure(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)


def models(done: Done) -> list[tuple[str, Any]]:
    files = json.loads(done.out)["files"]
    return [(model["target"]["call"], model["outputs"][0]["shape"]) for entry in files for model in entry["models"]]


TARGETS = """
[project]
name = "x"

[[tool.convcalc.targets]]
target = "models/net.py::Net(10)"
input = ["3x4"]

[[tool.convcalc.targets]]
target = "models/net.py::Net"
input = "5x4"
max-params = "1k"
"""


@pytest.mark.parametrize(
    "arguments",
    [[], ["models"], ["."], ["models/net.py"], ["../project/models/net.py"], ["--config", "pyproject.toml"]],
)
def test_configured_targets(tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    write(project, models__net=SIZED, models__other=NO_MODEL)
    configure(project, TARGETS)
    done = check(project, *arguments, "--format", "json", monkeypatch=monkeypatch)
    assert (done.code, done.err) == (0, "")
    assert models(done) == [("Net(10)", [3, 10]), ("Net()", [5, 2])]
    assert len(json.loads(done.out)["files"]) == 1


def test_paths_are_from_the_folder_of_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, models__net=SIZED)
    configure(tmp_path, TARGETS)
    done = check(tmp_path / "models", "--format", "json", monkeypatch=monkeypatch)
    assert len(models(done)) == 2


def test_the_command_line_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, models__net=SIZED)
    configure(tmp_path, TARGETS)
    done = check(tmp_path, "models/net.py::Net(10)", "-i", "7x4", "--format", "json", monkeypatch=monkeypatch)
    assert models(done) == [("Net(10)", [7, 10])]
    alone = check(tmp_path, "models/net.py", "--isolated", "--format", "json", monkeypatch=monkeypatch)
    assert [call for call, _ in models(alone)] == ["Net()"]


def test_budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, models__net=SIZED)
    configure(tmp_path, TARGETS.replace('"1k"', "9\nmax-macs = 39"))
    done = check(tmp_path, "--format", "json", monkeypatch=monkeypatch)
    found = json.loads(done.out)["files"][0]["diagnostics"]
    assert [(d["rule"], d["expected"], d["actual"], d["line"]) for d in found] == [
        ("budget-params", 9, 10, 2),
        ("budget-macs", 39, 40, 2),
    ]
    assert found[0]["message"] == "Net() has 10 parameters, 1 more than its budget of 9"
    assert done.code == 1
    ignored = check(tmp_path, "--ignore", "budget-params", "--ignore", "budget-macs", monkeypatch=monkeypatch)
    assert ignored.code == 0


def test_a_budget_of_symbolic_sizes_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, models__net=SIZED)
    configure(tmp_path, TARGETS.replace('"1k"', '"1k"\nmax-macs = 39'))
    done = check(tmp_path, "models/net.py", "-i", "Nx4", "--format", "json", monkeypatch=monkeypatch)
    found = json.loads(done.out)["files"][0]["diagnostics"]
    assert [(d["rule"], d["severity"]) for d in found] == [("budget-macs", "unknown")]
    assert found[0]["message"] == "Net() has an unknown number of MACs; its budget is 39"
    assert done.code == 3


def test_exclude_and_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a=GOOD, b=BAD, old__c=BAD)
    configure(tmp_path, '[tool.convcalc]\nexclude = ["b.py", "old"]\nseconds = 5\njobs = 1\n')
    done = check(tmp_path, "--format", "json", monkeypatch=monkeypatch)
    assert [entry["file"] for entry in json.loads(done.out)["files"]] == ["a.py"]


def test_rules_of_the_configuration(tmp_path: Path) -> None:
    from convcalc.cli.check_request import CheckRequest

    write(tmp_path, a=GOOD, old__c=GOOD)
    text = '[tool.convcalc]\nselect = ["concat", "matmul"]\nignore = ["view-size"]\n[tool.convcalc.per-file-ignores]\n"old/*" = ["norm-channels"]\n'
    configure(tmp_path, text)
    request = CheckRequest((str(tmp_path),), ignore=("einsum",))
    jobs = request.planned()
    assert [job.settings.select for job in jobs] == [("concat", "matmul")] * 2
    assert [job.settings.ignore for job in jobs] == [("view-size", "einsum"), ("view-size", "einsum", "norm-channels")]
    chosen = CheckRequest((str(tmp_path),), select=("groups",))
    assert {job.settings.select for job in chosen.planned()} == {("groups",)}


def test_a_file_of_its_own_needs_no_table(tmp_path: Path) -> None:
    (tmp_path / "convcalc.toml").write_text('exclude = ["old"]\n')
    assert read_configuration(str(tmp_path / "convcalc.toml")).exclude == ("old",)


@pytest.mark.parametrize(
    "text",
    ['[tool.convcalc]\nseconds = 3\n', '[ tool . convcalc ]\nseconds = 3\n', '[tool."convcalc"]\nseconds = 3\n',
     "[tool]\nconvcalc = { seconds = 3 }\n", "tool.convcalc.seconds = 3\n", "[tool]\nconvcalc.seconds = 3\n"],
)  # fmt: skip
def test_every_spelling_of_the_section_is_seen(tmp_path: Path, text: str) -> None:
    configure(tmp_path, text)
    assert find_configuration(str(tmp_path)).seconds == 3


def test_a_nearer_file_without_the_section_does_not_count(tmp_path: Path) -> None:
    configure(tmp_path, "[tool.convcalc]\nseconds = 3\n")
    (tmp_path / "sub").mkdir()
    configure(tmp_path / "sub", '[project]\nname = "sub"\n')
    assert find_configuration(str(tmp_path / "sub")).seconds == 3


WRONG = {
    "[tool.convcalc]\nselct = []\n": "tool.convcalc.selct is not a setting: did you mean 'select'?",
    "[tool.convcalc]\nselect = 3\n": "tool.convcalc.select takes a list of strings, not 3",
    "[tool.convcalc]\nignore = ['matmull']\n": "tool.convcalc.ignore names 'matmull', which is no rule: did you mean matmul?",
    "[tool.convcalc.per-file-ignores]\n'a.py' = ['nothing']\n": "tool.convcalc.per-file-ignores.a.py names 'nothing'",
    "[tool.convcalc]\nseconds = 0\n": "tool.convcalc.seconds takes a number of at least 0.1",
    "[tool.convcalc]\nseconds = nan\n": "tool.convcalc.seconds takes a number of at least 0.1",
    "[tool.convcalc]\njobs = true\n": "tool.convcalc.jobs takes a whole number",
    "[tool.convcalc]\ntargets = 'a.py'\n": "tool.convcalc.targets is a list of tables",
    "[[tool.convcalc.targets]]\ninput = '1x4'\n": "tool.convcalc.targets[0] has no target",
    "[[tool.convcalc.targets]]\ntarget = 'a.py'\ninputs = '1x4'\n": "targets[0].inputs is not a setting: did you mean 'input'?",
    "[[tool.convcalc.targets]]\ntarget = 'a.py'\ninput = '1xq'\n": "target 'a.py': --input '1xq': 'q' is not a size",
    "[[tool.convcalc.targets]]\ntarget = 'a.py'\nmode = 'test'\n": "targets[0].mode is 'train' or 'eval', not 'test'",
    "[[tool.convcalc.targets]]\ntarget = 'a.py'\nmax-params = 'many'\n": "targets[0].max-params takes a number such as",
    "[[tool.convcalc.targets]]\ntarget = 'a.py'\nmax-macs = 'inf'\n": "targets[0].max-macs takes a number such as",
    "[tool]\nconvcalc = 3\n": "tool.convcalc is not a table",
    "[tool.convcalc\n": "is not TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_key(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a=GOOD)
    configure(tmp_path, text)
    done = check(tmp_path, monkeypatch=monkeypatch)
    assert done.code == 2
    assert done.err.startswith("convcalc: pyproject.toml: ")
    assert WRONG[text] in done.err
    assert "Traceback" not in done.err
    assert check(tmp_path, "a.py", "--isolated", monkeypatch=monkeypatch).code == 0


@pytest.mark.parametrize(
    ("text", "amount"), [("5_000", 5000), ("'5M'", 5_000_000), ("'1.5 G'", 1_500_000_000), ("'7'", 7)]
)
def test_amounts(tmp_path: Path, text: str, amount: int) -> None:
    configure(tmp_path, f"[[tool.convcalc.targets]]\ntarget = 'a.py'\nmax-params = {text}\n")
    assert find_configuration(str(tmp_path)).targets[0].max_params == amount


def test_config_must_exist_and_be_ours(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_configuration(str(tmp_path / "none.toml"))
    configure(tmp_path, "[tool.ruff]\n")
    with pytest.raises(UsageError, match=r"has no \[tool.convcalc\]"):
        read_configuration(str(tmp_path / "pyproject.toml"))


def test_without_targets_this_folder_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a=GOOD, sub__b=SILENT)
    done = check(tmp_path, monkeypatch=monkeypatch)
    assert (done.code, done.out.splitlines()[-1]) == (0, "No shape errors in 2 files; 1 thing not known, in sub/b.py")
