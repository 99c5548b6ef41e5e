"""Calls of a model with symbolic sizes: which number each letter stands for while the model runs, and under which conditions.

`choose_hints` takes usual sizes, or asks `fitting` which others the model accepts. What the symbolic run then says holds for all
sizes that meet its conditions, whichever hints were chosen.
"""

from __future__ import annotations

import sys

from convcalc.dim import Conditions, symbol
from convcalc.nn.module import named_modules

from .fitting import Fit, Letters, choose
from .inference import Wanted
from .recorded_call import call_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call

    from .found import Found, Given
    from .program import Program

USUAL_BATCHES = (2, 64, 32, 100, 16, 3)  # 1 would broadcast
USUAL_SIZES = (224, 32, 28, 64, 256, 227, 299, 16, 128, 96)
USUAL_LENGTH = 16  # of a sequence of tokens


def _shapes(given: Given) -> list[tuple[tuple[Any, ...], str | None]]:
    return [*given.inputs, *given.kwargs.values()]


def call_given(program: Program, model: Found, given: Given) -> Call:
    """Calls the model with the shapes of `given`, whose letters are symbols."""
    found = choose_hints(program, model, given)
    letters = {name: symbol(name, hint) for name, hint in hints_of(found, given).items()}
    record = program.record
    mark, notes, failure = record.mark(), len(record.notes), record.failure
    call = call_with_symbols(program, model, found.tensors(letters), found.named(letters), found.training)
    if call.error is None or not found.accepted:
        return call
    # the file did something with a size that only a real int can do: its shapes are those of the hints
    record.take_back(mark)
    del record.notes[notes:]
    record.failure = failure
    with Conditions() as conditions:
        for letter in letters.values():
            letter.pin()
    call = call_with_symbols(program, model, found.tensors(), found.named(), found.training)
    model.conditions = conditions
    return call


def call_with_symbols(
    program: Program, model: Found, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> Call:
    """Calls the model with tensors of symbolic sizes; `model.conditions` says what the result takes for granted."""
    record = program.record
    with Conditions(lambda: record.place(sys._getframe(2))) as conditions:
        call = call_module(program, model.module, args, kwargs, training)
    model.conditions = conditions
    return call


# Hints


def choose_hints(program: Program, model: Found, given: Given) -> Fit:
    """A way to feed the model what is given, with a number for each letter: usual ones, else what it is found to accept."""
    groups = [Letters(letters, usual, least=2) for letters, usual in _letters(model, given)]
    inputs = {f"args[{i}]": Wanted(shape, dtype or "float32") for i, (shape, dtype) in enumerate(given.inputs)}
    named = {name: Wanted(shape, dtype or "float32") for name, (shape, dtype) in given.kwargs.items()}
    found = Fit(inputs, groups, {**named, **given.literals}, bool(given.training))
    found.probe = found.call(program, model.module)
    if not found.accepted:
        choose(program, model.module, found)
    return found


def hints_of(found: Fit, given: Given) -> dict[str, int]:
    """The numbers of the letters, in the order in which the shapes have them."""
    values = {letter: group.value for group in found.groups for letter in group.letters}
    return {size: values[size] for shape, _ in _shapes(given) for size in shape if type(size) is str}


def _letters(model: Found, given: Given) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """The letters with the numbers that are usual for them; what may be the sizes of one picture goes together."""
    free: list[str] = []
    batch: list[str] = []
    known: dict[str, int] = {}
    for shape, dtype in _shapes(given):
        for at, letter in enumerate(shape):
            if type(letter) is not str or letter in free or letter in batch or letter in known:
                continue
            if at == 0 and len(shape) > 1:
                batch.append(letter)
                continue
            hint = _usual_size(model, dtype, len(shape), at)
            if hint is None:
                free.append(letter)
            else:
                known[letter] = max(2, hint)
    batches = USUAL_BATCHES if given.batch is None else (max(2, given.batch),)
    groups = [(tuple(free), USUAL_SIZES)] if free else []
    return [*groups, *(((letter,), batches) for letter in batch), *(((k,), (v,)) for k, v in known.items())]


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
