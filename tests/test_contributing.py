"""CONTRIBUTING.md shows an operation as it stands in the code."""

from __future__ import annotations

import pathlib


def test_the_example_is_the_block_of_the_code(root: pathlib.Path) -> None:
    guide = (root / "CONTRIBUTING.md").read_text(encoding="utf8")
    block = guide.partition("```python\n")[2].partition("```")[0]
    assert block.count("@operation(") == 1
    assert block in (root / "convcalc/ops/products.py").read_text(encoding="utf8")
