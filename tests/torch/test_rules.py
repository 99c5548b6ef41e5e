"""Each rule's fixture, judged by PyTorch: check finds that mistake and no other, at PyTorch's line, in PyTorch's words."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from convcalc.check.rules import RULES

ROOT = Path(__file__).parent.parent
_SPEC = importlib.util.spec_from_file_location("judge", ROOT / "rules" / "judge.py")
assert _SPEC is not None
assert _SPEC.loader is not None
judge: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(judge)


@pytest.mark.parametrize("name", judge.NAMES)
def test_fixture(name: str) -> None:
    faulty, mended = judge.HERE / name / "faulty.py", judge.HERE / name / "mended.py"
    refused = judge.run_in_torch(faulty)
    (found,) = judge.checked(faulty)
    assert (found["rule"], found["severity"]) == (name, RULES[name].severity)
    if RULES[name].severity == "error":
        assert refused is not None
        assert (found["line"], found["torch"].strip()) == (refused[1], refused[0].strip())
    else:
        assert refused is None
    assert judge.run_in_torch(mended) is None
    assert judge.checked(mended) == []


@pytest.mark.parametrize("name", judge.NAMES)
def test_page_shows_what_is_true(name: str) -> None:
    text = (judge.PAGES / f"{name}.md").read_text()
    assert text == judge.page_with(text, judge.example(name)), "run python tests/rules/judge.py"
