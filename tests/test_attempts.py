"""Attempts to get out by somebody who had read the source and not made it (tests/attempts), without the kernel's locks: none gets anything.

`attempt_runner` runs them, a process for each, and looks at what they hand over from outside of the cage.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
CORPORA = sorted((TESTS / "attempts").glob("*.txt"))

# A hole is made in the guard before the attempts are run: what it lets out is noticed.
HOLES = {
    "patterns": ("names", "builtin.matched = lambda kind, careful=False: kind"),
    "names of the guard": ("names", "attributes.is_refused_attribute.__code__ = (lambda name: False).__code__"),
    "copies": ("copies", "from convcalc.source import library\nlibrary._GUARDS.pop('copy')"),
    "signatures": ("evaluated", "from convcalc.source import library\nlibrary._GUARDS.pop('inspect')"),
    "aliases": ("forwarding", "from convcalc.source import library\nlibrary._GUARDS.pop('typing')"),
    "sections": ("files", "from convcalc.source import library\nlibrary._GUARDS.pop('configparser')"),
    "counters": ("evaluated", "from convcalc.source import templates\nbuiltin.type_of = type\ntemplates.ENVIRONMENT.update(dict.fromkeys(['__class__', '__base__', '__subclasses__']))"),
    "setters": ("patches", "from convcalc.standin import patches\npatches._check = lambda cls: None\nattributes.Sealed.__setattr__ = type.__setattr__"),
    "imports": ("imports", "from convcalc.nn import names\nnames.FAMILY['import_module'] = 'linear'"),
}  # fmt: skip


def outcomes(corpus: Path, before: str = "") -> list[dict[str, Any]]:
    program = f"import sys\nsys.path.insert(0, {str(TESTS.parent)!r})\nsys.path.insert(0, {str(TESTS)!r})\nimport attempt_runner\n"
    program += f"from convcalc.source import builtin\nfrom convcalc.tensor import attributes\n{before}\nattempt_runner.main([{str(corpus)!r}])\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda path: path.stem)
def test_nothing_is_got(corpus: Path) -> None:
    found = outcomes(corpus)
    assert {one["name"]: one["got"] for one in found if one["got"]} == {}
    assert {one["name"]: one["said"] for one in found if one["code"] not in (0, 1, 2, 3)} == {}


def test_there_are_as_many_as_are_told() -> None:
    texts = {path.stem: path.read_text(encoding="utf8") for path in CORPORA}
    names = [line for text in texts.values() for line in text.splitlines() if line.startswith("#### ")]
    assert len(names) == len(set(names)) >= 365


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_noticed(hole: str) -> None:
    corpus, before = HOLES[hole]
    assert any(one["got"] for one in outcomes(TESTS / "attempts" / f"{corpus}.txt", before))
