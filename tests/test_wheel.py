"""What is in the wheel: the package and its pages, and none of the maintainers' tools."""

from __future__ import annotations

import pathlib

import pytest


def test_the_wheel_has_the_package_and_no_tool(root: pathlib.Path) -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="the build backend, of the extra `test`")
    builder = wheel.WheelBuilder(str(root))
    files = {file.distribution_path.replace("\\", "/") for file in builder.recurse_included_files()}
    assert {
        "convcalc/__init__.py",
        "convcalc/py.typed",
        "convcalc/ops/names.py",
        "convcalc/check/pages/concat.md",
    } <= files
    assert {name.partition("/")[0] for name in files} == {"convcalc"}
    mains = {name for name in files if name.endswith("__main__.py")}
    assert mains == {"convcalc/__main__.py"}, "a module that is run rewrites site-packages, or belongs into tools/"


def test_no_module_of_the_package_writes_into_it(root: pathlib.Path) -> None:
    """A generator that comes with the wheel would rewrite the user's site-packages."""
    writers = []
    for path in (root / "convcalc").rglob("*.py"):
        text = path.read_text("utf8")
        if "__file__" in text and ("write_text(" in text or "write_bytes(" in text):
            writers.append(path.relative_to(root).as_posix())
    assert writers == []
