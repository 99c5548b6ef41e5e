"""One program with two libraries: PyTorch's `nn` and ours. What it returns, or raises, must be the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch

import convcalc.nn
import convcalc.nn.functional
from convcalc.ops import find
from convcalc.standin import find_module
from convcalc.tensor import Tensor, dtype_of, make

Program = Callable[[Any], Any]
DTYPES = ("float32", "float64", "float16", "int64", "int32", "uint8", "bool")


def _of_ours() -> Any:
    module: Any = find_module("torch")

    def zeros(*shape: Any, dtype: str = "float32") -> Any:
        return module.zeros(*shape, dtype=dtype_of(dtype))

    more = {"cat": find("torch.cat"), "arange": lambda n: make((n,), dtype_of("int64")), "full": module.full}
    return SimpleNamespace(
        lib=module, nn=convcalc.nn, F=convcalc.nn.functional, zeros=zeros, **more, **{name: dtype_of(name) for name in DTYPES}
    )  # fmt: skip


def _of_pytorch() -> Any:
    def zeros(*shape: int, dtype: str = "float32") -> torch.Tensor:
        return torch.zeros(*shape, dtype=getattr(torch, dtype))

    more = {"cat": torch.cat, "arange": torch.arange, "full": torch.full}
    return SimpleNamespace(
        lib=torch, nn=torch.nn, F=torch.nn.functional, zeros=zeros, **more, **{name: getattr(torch, name) for name in DTYPES}
    )  # fmt: skip


OURS, THEIRS = _of_ours(), _of_pytorch()


def plain(value: Any) -> Any:
    """Tensors as shapes and element types, classes by their names: what both sides can be asked."""
    if isinstance(value, (Tensor, torch.Tensor)):
        return tuple(value.shape), str(value.dtype)
    if isinstance(value, dict):
        return [(key, plain(part)) for key, part in value.items()]
    if isinstance(value, (convcalc.nn.Module, torch.nn.Module)):
        return type(value).__name__
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def outcome(program: Program, library: Any) -> Any:
    try:
        return plain(program(library))
    except Exception as error:
        return type(error), error


def compare(program: Program) -> None:
    """Assert that a program ends with both libraries alike; of errors the class and the words."""
    theirs, mine = outcome(program, THEIRS), outcome(program, OURS)
    if isinstance(theirs, tuple) and isinstance(theirs[1], Exception):
        assert isinstance(mine, tuple), (theirs, mine)
        assert issubclass(mine[0], theirs[0]), (theirs, mine)
        assert in_layers(mine[1]) == in_layers(theirs[1])
    else:
        assert mine == theirs


def in_layers(error: Exception) -> str:
    """An error's text without the files that layers stand in."""
    return re.sub(r"torch\.nn\.modules\.\w+\.", "", str(error))
