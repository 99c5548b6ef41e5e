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


def form_block(root: pathlib.Path) -> str:
    (block,) = (block for block in blocks(root) if "def draw(" in block)
    return block


def test_the_form_is_the_file_of_the_code(root: pathlib.Path) -> None:
    assert form_block(root) == (root / "convcalc/report/summary_forms/csv.py").read_text(encoding="utf8")


def test_a_form_is_added_by_its_file(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    shutil.copytree(
        root / "convcalc", tmp_path / "convcalc", ignore=shutil.ignore_patterns("__pycache__", "verify", "csv.py")
    )
    shutil.copy(root / "examples/mnist.py", tmp_path)
    assert ask(tmp_path, "summary", "mnist.py", "--format", "csv") == ""
    assert "csv" not in ask(tmp_path, "summary", "--help")

    (tmp_path / "convcalc/report/summary_forms/csv.py").write_text(form_block(root))
    assert "csv" in ask(tmp_path, "summary", "--help")
    lines = ask(tmp_path, "summary", "mnist.py", "--format", "csv").splitlines()
    assert lines[0].startswith("model,path,type,kind")
    assert "Net(),conv1,Conv2d,module" in lines[2] or "Net(),conv1,Conv2d,module" in lines[1]


# What is generated: the block is taken out of a copy, put back as the guide shows it, and the tables are made anew.

PARTS = {
    "operation": ("convcalc/ops/products.py", "@operation(", "torch.outer(torch.rand(3), torch.rand(4))", [3, 4]),
    "layer": ("convcalc/nn/activation.py", "class Softmax2d", "torch.nn.Softmax2d()(torch.rand(2, 3, 4, 5))", [2, 3, 4, 5]),
    "stand-in": (
        "convcalc/standin/checkpoint.py", "STANDS_FOR", "torch.utils.checkpoint.checkpoint(torch.tanh, torch.rand(3, 4))", [3, 4],
    ),
}  # fmt: skip


def part_block(root: pathlib.Path, mark: str) -> str:
    (block,) = (block for block in blocks(root) if mark in block)
    return block


@pytest.mark.parametrize("part", PARTS)
def test_the_part_is_that_of_the_code(root: pathlib.Path, part: str) -> None:
    file, mark, *_ = PARTS[part]
    assert part_block(root, mark) in (root / file).read_text(encoding="utf8")


def test_the_strategy_is_that_of_the_code(root: pathlib.Path) -> None:
    assert part_block(root, "Example(") in (root / "convcalc/verify/pointwise_layers.py").read_text(encoding="utf8")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_added_by_its_block_and_a_generation(root: pathlib.Path, tmp_path: pathlib.Path, part: str) -> None:
    file, mark, use, shape = PARTS[part]
    for folder in ("convcalc", "stubs", "tools"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "verify"))
    (tmp_path / "script.py").write_text(f"import torch\nimport torch.utils.checkpoint\n\n{use}\n")
    block = part_block(root, mark)
    text = (tmp_path / file).read_text(encoding="utf8")
    (tmp_path / file).write_text(text.replace(block, ""), encoding="utf8")
    generate(tmp_path)
    assert output_shapes(tmp_path) is None

    with (tmp_path / file).open("a", encoding="utf8") as added:
        added.write(block)
    generate(tmp_path)
    assert output_shapes(tmp_path) == [shape]
    made = [*(f"convcalc/{part}/names.py" for part in ("nn", "ops", "standin")), *map(str, stub_files(root))]
    assert [name for name in made if (tmp_path / name).read_text() != (root / name).read_text()] == []


def stub_files(root: pathlib.Path) -> list[pathlib.Path]:
    return [path.relative_to(root) for path in (root / "stubs").rglob("*.pyi")]


def generate(copy: pathlib.Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.generate"], cwd=copy, check=True, capture_output=True, timeout=60)


def output_shapes(copy: pathlib.Path) -> Any:
    """The shapes that the last operation or layer of the script answers with; None where that is not known."""
    answer = json.loads(ask(copy, "summary", "script.py", "--format", "json") or "{}")
    rows = [row for model in answer.get("models", ()) for row in model["rows"]]
    return rows[-1]["outputs"] if rows and None not in rows[-1]["outputs"] else None
