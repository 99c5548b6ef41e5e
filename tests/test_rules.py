"""The rules: each named once, each with a page and a fixture, none raised that is not registered."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

from convcalc.check.rule import PARTS, SEVERITIES, looked_for
from convcalc.check.rules import RULES, page
from convcalc.check.warnings import IN_LOSSES, IN_MODELS

ROOT = Path(__file__).parent.parent
BESIDE_PYTORCH = {
    "budget-params",
    "budget-macs",
    "syntax-error",
    "usage",
}  # errors of a setting or a call: no fixture for PyTorch
NOTES = {
    "macs-lower-bound",
    "passed-over",
    "refused",
    "missing-module",
    "not-built",
    "branch",
    "warning",
}  # what is noted is no rule


def raised(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The names of rules that a module gives to a refusal or a diagnosis; an expression that is no literal as '?'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name: str = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            values = [k.value for k in node.keywords if k.arg == "rule"]
            if name.startswith("Shape") and name.endswith("Error"):
                values += node.args[1:2]
            elif name == "Diagnostic":
                values += node.args[:1]
            for value in values:
                yield (str(value.value) if isinstance(value, ast.Constant) else "?"), node.lineno
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.targets[0]
            is_rule = isinstance(target, ast.Attribute) and target.attr == "rule"
            if is_rule or (isinstance(target, ast.Name) and target.id == "default_rule"):
                yield str(node.value.value), node.lineno


MODULES = [p for p in sorted((ROOT / "convcalc").rglob("*.py")) if "names.py" not in p.name]


def test_every_rule_that_is_raised_is_registered() -> None:
    strays = []
    count = 0
    for module in MODULES:
        for name, line in raised(ast.parse(module.read_text())):
            count += 1
            if name != "?" and name not in RULES and name not in NOTES:
                strays.append(f"{module.relative_to(ROOT)}:{line}: {name}")
    assert strays == []
    assert count > 500


def test_a_stray_name_would_be_seen() -> None:
    tree = ast.parse(
        'raise ShapeValueError("no", "no-such-rule")\nfound.update(rule="nor-this")\nfound.rule = "or-this"'
    )
    assert {name for name, _ in raised(tree)} == {"no-such-rule", "nor-this", "or-this"}


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_a_rule_has_each_part_or_says_why_not(rule: Any) -> None:
    assert rule.severity in SEVERITIES
    parts = PARTS[rule.kind]
    lacking = {part for part in parts if getattr(rule, part) is None}
    if rule.find_in_loss is not None:
        lacking.discard("find")
    assert set(rule.lacks) == lacking
    assert all(len(reason) > 15 for reason in rule.lacks.values())
    assert all(RULES[name].kind == "root_cause" for name in rule.root_causes or ())


def test_a_part_without_a_reason_would_be_seen() -> None:
    rule = looked_for("made-up", "warning", "a rule that says nothing of its fixes", fixes=None)
    with pytest.raises(AssertionError):
        test_a_rule_has_each_part_or_says_why_not(rule)


def test_a_rule_is_named_as_its_file() -> None:
    assert all(rule.name == name for name, rule in RULES.items())
    assert len(RULES) > 55
    assert RULES.get("../os") is None
    assert RULES.get("os") is None
    assert "linear-in-features" in RULES


def test_each_rule_that_looks_is_asked() -> None:
    assert {name for name, rule in RULES.items() if rule.find is not None} == set(IN_MODELS)
    assert {name for name, rule in RULES.items() if rule.find_in_loss is not None} == {
        n for names in IN_LOSSES.values() for n in names
    }


def test_nothing_else_is_keyed_by_the_names_of_rules() -> None:
    """What a rule knows stands in its own file: elsewhere in `check` a name may be compared with, but no table is made of them."""
    for module in (ROOT / "convcalc" / "check").rglob("*.py"):
        if module.parent.name == "rules":
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            keys = [k.value for k in node.keys if isinstance(k, ast.Constant)] if isinstance(node, ast.Dict) else []
            assert not set(keys) & (set(RULES) - {"dtype", "split", "einsum", "concat", "matmul", "groups"}), module


def test_the_names_of_the_rules_cost_no_import_of_their_files() -> None:
    code = (
        "import sys; from convcalc.check.rules import RULES; assert len(RULES.names()) > 55; RULES['view-size']; "
        "print([name for name in sys.modules if name.startswith('convcalc.check.rules.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['convcalc.check.rules.view_size']"


def test_the_command_lists_them_within_a_terminal() -> None:
    done = convcalc("rules")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80
    words = done.out.split()
    assert all(name in words for name in RULES)


def test_a_wrong_name_gets_a_hint() -> None:
    done = convcalc("rules", "view-sise")
    assert done.code == 2
    assert "did you mean view-size" in done.err


def test_every_error_and_warning_has_a_fixture() -> None:
    wanted = {rule.name for rule in RULES.values() if rule.severity != "unknown"} - BESIDE_PYTORCH
    assert {p.parent.name for p in (ROOT / "tests" / "rules").glob("*/faulty.py")} == wanted
    assert {p.parent.name for p in (ROOT / "tests" / "rules").glob("*/mended.py")} == wanted


def test_every_rule_has_a_page_that_starts_with_its_summary() -> None:
    assert {p.stem for p in (ROOT / "docs" / "rules").glob("*.md")} == {*RULES, "README"}
    for rule in RULES.values():
        text = page(rule.name)
        assert text is not None
        assert text.startswith(f"# {rule.name}\n\n{rule.severity.capitalize()}: {rule.summary}.\n\n")


def test_the_list_of_pages_is_complete() -> None:
    text = (ROOT / "docs" / "rules" / "README.md").read_text()
    for rule in RULES.values():
        assert f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.summary} |" in text


def test_the_command_shows_a_page() -> None:
    done = convcalc("rules", "view-size")
    assert done.code == 0
    assert done.out == (ROOT / "docs" / "rules" / "view-size.md").read_text()
