"""The stand-in for scikit-learn beside the real one, expression by expression, where that is installed; its answers are known in any case."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy
import pytest
from beside import FOLDER, agree, evaluated, our_form, real_form

from convcalc.standin import find_module
from convcalc.tensor import Unknown

MODULES = (
    "sklearn.model_selection sklearn.preprocessing sklearn.datasets sklearn.metrics sklearn.impute sklearn.decomposition sklearn.pipeline sklearn.compose "
    "sklearn.feature_extraction.text sklearn.utils"
).split()
LINES = [line for line in (FOLDER / "learning.txt").read_text(encoding="utf8").splitlines() if not line.startswith("#")]


def names(find: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"pd": find("pandas")}
    for module in MODULES:
        from convcalc.standin.names import HOMES

        (home,) = HOMES[module]
        table = import_module(f"convcalc.standin.{home.partition(':')[2]}").STANDS_FOR[module]
        found.update({name: getattr(find(module), name) for name in table})
    return found


@pytest.mark.parametrize("line", LINES)
def test_known(line: str) -> None:
    ours = evaluated(line, {"np": find_module("numpy"), **names(find_module)})
    assert type(ours) is not Unknown
    assert isinstance(ours, (ValueError, TypeError)) or not isinstance(ours, Exception)


@pytest.mark.parametrize("line", LINES)
def test_beside_the_real_one(line: str) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("pandas")
    real = evaluated(line, {"np": numpy, **names(import_module)})
    ours = evaluated(line, {"np": find_module("numpy"), **names(find_module)})
    if isinstance(real, Exception) or isinstance(ours, Exception):
        assert [isinstance(x, ValueError) for x in (real, ours)] == [True, True], (real, ours)
        return
    if isinstance(real, list) and all(isinstance(x, (int, str)) for x in real):
        assert real == list(ours)
        return
    assert agree(real_form(real), our_form(ours), False), (real_form(real), our_form(ours))
