"""The schemas of the reports: published, alike where they say the same, and strict enough to notice what does not belong there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc as command
from schemas import FOLDER, look_at, schema, valid, validator

import convcalc

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def test_there_is_one_for_each_report() -> None:
    assert NAMES == ["analyse", "check", "summary"]
    for name in NAMES:
        validator(name)


def test_what_they_share_is_the_same() -> None:
    for name in NAMES:
        for part, stated in schema(name)["$defs"].items():
            others = [schema(other)["$defs"].get(part, stated) for other in NAMES]
            assert part == "model" or all(other == stated for other in others), part


def reports(root: Path) -> dict[str, Any]:
    file = root / "examples" / "mnist_broken.py"
    return {
        "summary": convcalc.summary(file).to_dict(), "check": convcalc.check(file).to_dict(), "analyse": convcalc.analyse(file, fits=True).to_dict(),
    }  # fmt: skip


def objects(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_is_internal_is_noticed_wherever_it_is(root: Path, name: str) -> None:
    report = reports(root)[name]
    valid(report, name)
    for part in list(objects(report)):
        if set(part) <= {"x"}:  # the inputs of `fits`, by their names
            continue
        part["literal"] = 1
        with pytest.raises(AssertionError, match=r"literal|does not meet"):
            valid(report, name)
        del part["literal"]
    valid(report, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_is_missing_is_noticed(root: Path, name: str) -> None:
    report = reports(root)[name]
    for key in ("models", "files", "diagnostics"):
        if key in report:
            with pytest.raises(AssertionError):
                valid({k: v for k, v in report.items() if k != key}, name)


def test_the_shared_helper_looks_at_every_report(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr("command.look_at", lambda text, name: seen.append((text, name)))
    done = command("summary", root / "examples" / "mnist.py", "--format", "json")
    assert seen == [(done.out, "summary")]
    with pytest.raises(AssertionError):
        look_at(json.dumps({**json.loads(done.out), "internal": 1}), "summary")


def test_reports_with_letters_and_of_nothing_known(tmp_path: Path, root: Path) -> None:
    valid(convcalc.summary(root / "examples" / "mnist.py", "Nx1xHx28").to_dict(), "summary")
    (tmp_path / "m.py").write_text("import torch\nfrom other import size\ntorch.rand(size, 3) @ torch.rand(size)\n")
    valid(convcalc.check(tmp_path / "m.py").to_dict(), "check")
    valid(convcalc.analyse(source="import torch\ndef f(:").to_dict(), "analyse")
