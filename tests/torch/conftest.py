"""The tests of this folder compare with PyTorch: without it they fail, they do not skip."""

from __future__ import annotations

import importlib.util
import pathlib
from collections.abc import Iterable

import pytest

MISSING = 'this test compares with PyTorch, which is not installed: pip install -e ".[test]"'


class NeedsTorch(pytest.Module):
    """A test module that cannot be collected because torch is missing."""

    def collect(self) -> Iterable[pytest.Item]:
        raise self.CollectError(MISSING)


def pytest_pycollect_makemodule(module_path: pathlib.Path, parent: pytest.Collector) -> pytest.Module | None:
    if importlib.util.find_spec("torch") is None:
        return NeedsTorch.from_parent(parent, path=module_path)
    return None


def pytest_report_header() -> str:
    try:
        import torch
    except ImportError:
        return "torch: missing"
    return f"torch: {torch.__version__}"
