"""The pages of the layers are those that the docstrings give."""

from __future__ import annotations

import pathlib

import pytest

from convcalc import nn
from tools.layer_pages import SECTIONS, documented, layers, pages


def test_the_pages_are_current(root: pathlib.Path) -> None:
    folder = root / "docs" / "layers"
    written = {path.name: path.read_text(encoding="utf8") for path in folder.glob("*.md")}
    assert written == pages(), "run python -m tools.layer_pages"


@pytest.mark.parametrize("name", sorted(layers()))
def test_a_layer_tells_its_shapes_costs_and_source(name: str) -> None:
    summary, sections = documented(getattr(nn, name))
    assert summary
    assert set(sections) <= set(SECTIONS)
    assert {"Shapes", "Units", "Source"} <= set(sections)
    assert sections["Source"].startswith(f"torch.nn.{name}")
