"""Calls of a model with symbolic sizes: which number each letter stands for while the model runs, and under which conditions.

`choose_hints` is a guess, tried on the model itself: usual sizes, until one runs. What the symbolic run then says holds for all sizes
that meet its conditions, whichever hints were chosen.
"""

from __future__ import annotations

import sys

from convcalc.dim import Conditions, symbol
from convcalc.nn.module import named_modules
from convcalc.tensor import Tensor, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.trace import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.trace import Call

    from .discovery import Found, Given
    from .program import Program

USUAL_BATCHES = (2, 64, 32, 100, 16, 3)  # 1 would broadcast
USUAL_SIZES = (224, 32, 28, 64, 256, 227, 299, 16, 128, 96)
USUAL_LENGTH = 16  # of a sequence of tokens


def _shapes(given: Given) -> list[tuple[tuple[Any, ...], str | None]]:
    return [*given.inputs, *given.kwargs.values()]


def call_given(program: Program, model: Found, given: Given) -> Call:
    """Calls the model with the shapes of `given`, whose letters are symbols."""
    hints, runs = choose_hints(program, model, given)
    names = {name: symbol(name, hint) for name, hint in hints.items()}
    args, kwargs = _arguments(given, names)
    if not runs:
        return call_with_symbols(program, model, args, kwargs, bool(given.training))
    record = program.record
    calls, notes, failure = len(record.calls), len(record.notes), record.failure
    call = call_with_symbols(program, model, args, kwargs, bool(given.training))
    if call.error is None:
        return call
    # the file did something with a size that only a real int can do: its shapes are those of the hints
    del record.calls[calls:], record.notes[notes:]
    record.failure = failure
    args, kwargs = _arguments(given, hints)
    with Conditions() as conditions:
        for name in names.values():
            name.pin()
    call = call_with_symbols(program, model, args, kwargs, bool(given.training))
    model.conditions = conditions
    return call


def call_with_symbols(
    program: Program, model: Found, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> Call:
    """Calls the model with tensors of symbolic sizes; `model.conditions` says what the result takes for granted."""
    from .discovery import call_module

    record = program.record
    with Conditions(lambda: record.place(sys._getframe(2))) as conditions:
        call = call_module(program, model.module, args, kwargs, training)
    model.conditions = conditions
    return call


def _arguments(given: Given, sizes: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the model is fed, with these sizes for the letters."""
    args = tuple(_tensor(shape, dtype, sizes) for shape, dtype in given.inputs)
    kwargs = {name: _tensor(shape, dtype, sizes) for name, (shape, dtype) in given.kwargs.items()}
    return args, {**kwargs, **given.literals}


def _tensor(shape: tuple[Any, ...], dtype: str | None, sizes: dict[str, Any]) -> Tensor:
    return make(tuple([sizes[size] if type(size) is str else size for size in shape]), dtype_of(dtype))


# Hints


def choose_hints(program: Program, model: Found, given: Given) -> tuple[dict[str, int], bool]:
    """A number for each letter, and whether the model runs with them: the first of the usual ones with which it does."""
    first = None
    for hints in _candidates(model, given):
        first = first or hints
        if _runs(program, model, given, hints):
            return hints, True
    return first or {}, False


def _candidates(model: Found, given: Given) -> Iterator[dict[str, int]]:
    fixed: dict[str, int] = {}
    free: list[str] = []
    batch: str | None = None
    for shape, dtype in _shapes(given):
        for at, letter in enumerate(shape):
            if type(letter) is not str or letter in fixed or letter in free:
                continue
            if at == 0 and len(shape) > 1:
                fixed[letter] = max(2, given.batch or USUAL_BATCHES[0])
                batch = batch or letter
                continue
            hint = _usual_size(model, dtype, len(shape), at)
            if hint is None:
                free.append(letter)
            else:
                fixed[letter] = max(2, hint)
    for size in USUAL_SIZES if free else (0,):
        yield {**fixed, **dict.fromkeys(free, size)}
    if batch is not None and given.batch is None:
        for count in USUAL_BATCHES[1:]:
            for size in USUAL_SIZES[:3] if free else (0,):
                yield {**fixed, batch: count, **dict.fromkeys(free, size)}


def _usual_size(model: Found, dtype: str | None, ndim: int, at: int) -> int | None:
    """What the size of a dimension is likely to be, from the first layer that takes tensors of that kind; None: a picture's size."""
    if dtype is not None and not dtype.startswith("float"):
        return USUAL_LENGTH
    if at == 1 and ndim > 2:
        found = next((m.in_channels for _, m in named_modules(model.module) if hasattr(m, "in_channels")), None)
        if type(found) is int:
            return found
    if at == ndim - 1 and ndim in (2, 3):
        found = next((m.in_features for _, m in named_modules(model.module) if hasattr(m, "in_features")), None)
        if type(found) is int:
            return found
    return None


def _runs(program: Program, model: Found, given: Given, hints: dict[str, int]) -> bool:
    """Whether the model takes these sizes; tried beside the record."""
    args, kwargs = _arguments(given, hints)
    for _, m in named_modules(model.module):
        m.__dict__["training"] = bool(given.training)
    try:
        with program.recording(Recorder({program.file})):
            model.module(*args, **kwargs)
    except Exception:
        return False
    return True
