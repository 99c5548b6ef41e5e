"""CONTRIBUTING.md shows its examples as they stand in the code, and what it says is enough to add them."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any

import pytest


def blocks(root: pathlib.Path) -> list[str]:
    """The Python code of the guide."""
    guide = (root / "CONTRIBUTING.md").read_text(encoding="utf8")
    return [part.partition("```")[0] for part in guide.split("```python\n")[1:]]


def test_the_example_is_the_block_of_the_code(root: pathlib.Path) -> None:
    (block,) = (block for block in blocks(root) if "@operation(" in block)
    assert block.count("@operation(") == 1
    assert block in (root / "convcalc/ops/products.py").read_text(encoding="utf8")


RULE = "backward-scalar"


def rule_block(root: pathlib.Path) -> str:
    (block,) = (block for block in blocks(root) if "RULE = " in block)
    return block


def test_the_rule_is_the_file_of_the_code(root: pathlib.Path) -> None:
    assert rule_block(root) == (root / "convcalc/check/rules/backward_scalar.py").read_text(encoding="utf8")


@pytest.fixture
def without_the_rule(root: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the package, its pages and a fixture, in which the rule of the guide does not exist."""
    ignored = shutil.ignore_patterns("__pycache__", "verify", f"{RULE}.md", "backward_scalar.py")
    shutil.copytree(root / "convcalc", tmp_path / "convcalc", ignore=ignored)
    shutil.copytree(root / "docs/rules", tmp_path / "docs/rules", ignore=ignored)
    shutil.copy(root / f"tests/rules/{RULE}/faulty.py", tmp_path)
    return tmp_path


def ask(copy: pathlib.Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "convcalc", *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=60).stdout


def only_finding(copy: pathlib.Path) -> dict[str, Any]:
    (found,) = json.loads(ask(copy, "check", "faulty.py", "--format", "json"))["files"][0]["diagnostics"]
    return dict(found)


def test_a_rule_is_added_by_its_file_and_its_page(root: pathlib.Path, without_the_rule: pathlib.Path) -> None:
    copy = without_the_rule
    assert RULE not in ask(copy, "rules")
    before = only_finding(copy)
    assert before["message"] in before["torch"]  # PyTorch's own words
    assert before["suggestions"] == []

    (copy / "convcalc/check/rules/backward_scalar.py").write_text(rule_block(root))
    shutil.copy(root / f"docs/rules/{RULE}.md", copy / "docs/rules")
    assert RULE in ask(copy, "rules")
    assert ask(copy, "rules", RULE).startswith(f"# {RULE}\n")
    after = only_finding(copy)
    assert after["message"].startswith("backward() starts from a single number")
    assert [fix["new"] for fix in after["suggestions"]] == ["loss.mean().backward()", "loss.sum().backward()"]
    assert [fix["applicability"] for fix in after["suggestions"]] == ["unsafe", "unsafe"]
