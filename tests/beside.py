"""An expression in real PyTorch and numpy, and in the stand-ins: whether both give the same kind of thing, or refuse it alike.

A statement may stand before the expression: `x = np.zeros(3); x[0] = 1; x`.
"""

from __future__ import annotations

import operator
import pathlib
import warnings
from typing import Any

import numpy
import torch

from convcalc.standin import find_module
from convcalc.tensor import DType, Tensor, Unknown, UnknownValue
from convcalc.tensor.unknown import kind_of
from convcalc.trace import Recorder

REAL = {"np": numpy, "torch": torch, "F": torch.nn.functional, "operator": operator}
OURS = {
    "np": find_module("numpy"), "torch": find_module("torch"), "F": find_module("torch.nn.functional"), "operator": operator,
}  # fmt: skip
KINDS = (NotImplementedError, IndexError, TypeError, ValueError, AttributeError, AssertionError, ZeroDivisionError, RuntimeError)  # fmt: skip
FOLDER = pathlib.Path(__file__).parent / "data" / "beside"


def expressions(file: str) -> list[str]:
    lines = (FOLDER / file).read_text(encoding="utf8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def evaluated(text: str, names: dict[str, Any]) -> Any:
    """What an expression gives, or the exception that it raises."""
    before, _, last = text.rpartition(";")
    names = dict(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(before, names)
            return eval(last.strip(), names)
        except Exception as error:
            return error


def real_form(value: Any) -> Any:
    """Whether it is a tensor, an array, a scalar of numpy or something of Python's, with its shape and type."""
    if isinstance(value, torch.Tensor):
        return "tensor", tuple(value.shape), str(value.dtype).removeprefix("torch.")
    if isinstance(value, numpy.ndarray):
        return "array", value.shape, value.dtype.name
    if isinstance(value, numpy.generic):
        return "scalar", (), value.dtype.name
    if isinstance(value, (tuple, list)):
        return [real_form(part) for part in value]
    return str(value) if isinstance(value, torch.dtype) else type(value).__name__


def our_form(value: Any) -> Any:
    if type(value) is Unknown:
        kind: Any = kind_of(value)
        return ("scalar", (), kind.tensor_dtype.name) if hasattr(kind, "tensor_dtype") else kind and kind.__name__
    if isinstance(value, Tensor):
        return "tensor", tuple(value.shape), value.dtype.name
    if hasattr(type(value), "__tensor__"):
        return ("array" if type(value).__name__ == "ndarray" else "scalar"), tuple(value.shape), value.dtype.name
    if isinstance(value, (tuple, list)):
        return [our_form(part) for part in value]
    return str(value) if isinstance(value, DType) else type(value).__name__


def agree(real: Any, ours: Any, may_be_unknown: bool) -> bool:
    """Equal, but for sizes that are not known; with `may_be_unknown` a type or the whole may not be known either."""
    if ours is None or (may_be_unknown and ours == "Number"):
        return may_be_unknown
    if isinstance(real, list) and isinstance(ours, list):
        return len(real) == len(ours) and all(agree(a, b, may_be_unknown) for a, b in zip(real, ours))
    if isinstance(real, tuple) and isinstance(ours, tuple):
        sizes = len(real[1]) == len(ours[1]) and all(type(b) is Unknown or a == b for a, b in zip(real[1], ours[1]))
        return bool(real[0] == ours[0] and sizes and (real[2] == ours[2] or (may_be_unknown and ours[2] is None)))
    return bool(real == ours)


def elements(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [elements(part) for part in value]
    return value.tolist() if hasattr(value, "tolist") else value


def same_elements(real: Any, ours: Any) -> bool:
    """Whether what is known of the elements is what they are."""
    if type(ours) is Unknown:
        return True
    if isinstance(real, list) and isinstance(ours, list):
        return len(real) == len(ours) and all(map(same_elements, real, ours))
    if isinstance(real, float) and isinstance(ours, (int, float)):
        return real == ours or (real != real and ours != ours) or abs(real - ours) <= 1e-4 * max(abs(real), 1e-2)
    return bool(real == ours) if isinstance(real, (bool, int, float, complex, str)) else True


def difference(line: str) -> str | None:
    """What the stand-ins say of an expression that PyTorch and numpy do not say, in words."""
    may_be_unknown = line.startswith("?")
    text = line.lstrip("? ")
    real = evaluated(text, REAL)
    with Recorder():
        ours = evaluated(text, OURS)
    if isinstance(ours, UnknownValue) or (type(ours) is Unknown and kind_of(ours) is None):
        return None if may_be_unknown else f"{text}: not known here ({ours.reason})"
    if isinstance(real, Exception) or isinstance(ours, Exception):
        kinds = [next((kind for kind in KINDS if isinstance(x, kind)), type(x)) for x in (real, ours)]
        return None if kinds[0] is kinds[1] or may_be_unknown else f"{text}: {real!r}, here {ours!r}"
    if not agree(real_form(real), our_form(ours), may_be_unknown):
        return f"{text}: {real_form(real)}, here {our_form(ours)}"
    if len(str(real)) < 10_000 and not same_elements(elements(real), elements(ours)):
        return f"{text}: {elements(real)}, here {elements(ours)}"
    return None
