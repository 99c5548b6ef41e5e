"""The stand-in for pandas: what it answers to expressions is what pandas answered (`python tests/torch/test_tables.py` asks it again), or less.

`tests/data/tables.txt` has an expression on each line, then pandas's answer: the class, the shape, the names of columns and the types.
"""

from __future__ import annotations

import pathlib
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from beside import evaluated

from convcalc.standin import find_module, reset
from convcalc.tensor import Tensor, Unknown, UnknownValue
from convcalc.tensor.unknown import kind_of
from convcalc.trace import Recorder

FILE = pathlib.Path(__file__).resolve().parents[1] / "data" / "tables.txt"
ARROW = "  ->  "
MODULES = {"np": "numpy", "pd": "pandas", "torch": "torch"}
KINDS = {
    "texts": "text",
    "objects": "object",
    "categories": "category",
    "dates": "date",
    "spans": "span",
    "anything": "?",
}
Form = Any


def real_type(dtype: Any) -> str:
    name = str(dtype)
    if name in ("str", "string"):
        return "text"
    return "date" if name.startswith("datetime") else "span" if name.startswith("timedelta") else name


def real_form(value: Any) -> Form:
    """What pandas, numpy or PyTorch answered, as a list of texts and numbers."""
    import numpy
    import torch

    pandas: Any = import_module("pandas")
    if isinstance(value, pandas.DataFrame):
        return [
            "frame",
            *value.shape,
            [str(name) for name in value.columns],
            [real_type(kind) for kind in value.dtypes],
        ]
    if isinstance(value, pandas.Series):
        return ["series", *value.shape, real_type(value.dtype)]
    if isinstance(value, pandas.Index):
        return ["index", *value.shape]
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return ["array", list(value.shape), "object"]
    if isinstance(value, torch.Tensor):
        return ["tensor", list(value.shape), str(value.dtype).removeprefix("torch.")]
    if isinstance(value, numpy.ndarray):
        return ["array", list(value.shape), "date" if value.dtype.kind == "M" else value.dtype.name]
    if isinstance(value, numpy.generic):
        return ["scalar", value.dtype.name]
    if isinstance(value, numpy.dtype):
        return "dtype"
    if isinstance(value, (tuple, list)):
        return [real_form(part) for part in value]
    if isinstance(value, Exception):
        return "raises"
    return type(value).__name__


def our_type(column: Any) -> str:
    return KINDS[column.kind] if column.kind in KINDS else named(column.element)


def named(element: Any) -> str:
    if not element.name:
        return "|".join(kind.name for kind in element.candidates)
    return "date" if element.name.startswith("datetime") else str(element.name)


def our_form(value: Any) -> Form:
    name = type(value).__name__
    if type(value) is Unknown:
        kind: Any = kind_of(value)
        return (
            ["scalar", kind.tensor_dtype.name]
            if hasattr(kind, "tensor_dtype")
            else "?"
            if kind is None
            else kind.__name__
        )
    if name == "DataFrame":
        known = value._rest is None
        return [
            "frame",
            *map(size, value.shape),
            list(map(str, value._named)) if known else "?",
            [our_type(column) for column in value._named.values()] if known else "?",
        ]
    if name == "Series":
        return ["series", *map(size, value.shape), our_type(value._column)]
    if name == "Index":
        return ["index", *map(size, value.shape)]
    if isinstance(value, Tensor):
        return ["tensor", list(map(size, value.shape)), named(value.dtype)]
    if hasattr(type(value), "__tensor__"):
        element = named(value._tensor.dtype if name == "ndarray" else value.tensor_dtype)
        return ["array", list(map(size, value.shape)), element] if name == "ndarray" else ["scalar", element]
    if isinstance(value, (tuple, list)):
        return [our_form(part) for part in value]
    if isinstance(value, Exception):
        return "?" if isinstance(value, UnknownValue) else "raises"
    return name


def size(value: Any) -> Any:
    return "?" if type(value) is Unknown else value


def agree(real: Form, ours: Form) -> bool:
    """Whether what is known here is what pandas says. Texts are `str` from pandas 3 on and `object` before."""
    if ours == "?" or real == ours:
        return True
    if isinstance(real, str) and isinstance(ours, str):
        return {real, ours} == {"text", "object"} or real in ours.split("|")
    if isinstance(real, list) and isinstance(ours, list):
        return len(real) == len(ours) and all(map(agree, real, ours))
    return False


def lines() -> Iterator[tuple[str, str]]:
    for line in FILE.read_text(encoding="utf8").splitlines():
        if line and not line.startswith("#"):
            expression, _, answer = line.partition(ARROW)
            yield expression, answer


def ours(expression: str) -> Any:
    reset()
    with Recorder():
        return evaluated(expression, {short: find_module(name) for short, name in MODULES.items()})


def reals(expression: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return evaluated(expression, {short: import_module(name) for short, name in MODULES.items()})


LINES = list(lines())


@pytest.mark.parametrize(("expression", "answer"), LINES, ids=[expression[:80] for expression, _ in LINES])
def test_as_pandas_answered(expression: str, answer: str) -> None:
    expected = eval(answer.removeprefix("~"))
    found = our_form(ours(expression))
    assert agree(expected, found), (expected, found)
    if not answer.startswith("~"):
        assert found != "?", "not known"


@pytest.mark.parametrize(("expression", "answer"), LINES, ids=[expression[:80] for expression, _ in LINES])
def test_pandas_still_answers_so(expression: str, answer: str) -> None:
    pandas = pytest.importorskip("pandas")
    if int(pandas.__version__.partition(".")[0]) < 3:
        pytest.skip("the answers are those of pandas 3")
    assert repr(real_form(reals(expression))) == answer.removeprefix("~")


if __name__ == "__main__":
    written = []
    for line in FILE.read_text(encoding="utf8").splitlines():
        if not line or line.startswith("#"):
            written.append(line)
            continue
        expression, _, before = line.partition(ARROW)
        mark = "~" if before.startswith("~") or our_form(ours(expression)) == "?" else ""
        written.append(f"{expression}{ARROW}{mark}{real_form(reals(expression))!r}")
    FILE.write_text("\n".join(written) + "\n", encoding="utf8")
