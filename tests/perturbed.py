"""Calls that are like PyTorch's own samples but for one argument: another size, dimension, element type, number, word.

PyTorch is asked anew for each. `data/conformance.json` has the samples; `variations` makes the calls, in plain form
(`convcalc.verify.plain`), always the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Any

import torch

from convcalc.verify.plain import layer_members, result

DTYPES = ("float32", "int64", "bool", "complex64", "float64", "float16", "uint8")
LARGE = 7  # beyond the sizes that samples have
OUT = (
    "T float32 0",
    "T float64 0",
    "T int64 0",
    "T bool 0",
    "T complex64 0",
    "T float32 3 2",
)  # what a result may be written to


def variations(args: Any, kwargs: Any) -> Iterator[tuple[Any, Any]]:
    """The calls that differ from one in one place."""
    given = args["t"]
    for i, arg in enumerate(given):
        for other in _others(arg):
            yield {"t": [*given[:i], other, *given[i + 1 :]]}, kwargs
    for key, value in kwargs["d"].items():
        for other in _others(value):
            yield args, {"d": {**kwargs["d"], key: other}}


def written(args: Any, kwargs: Any) -> Iterator[tuple[Any, Any]]:
    """The call with somewhere to write its result."""
    for place in OUT:
        yield args, {"d": {**kwargs["d"], "out": place}}


def _others(plain: Any) -> Iterator[Any]:
    """What may stand in the place of a value."""
    if type(plain) is bool:
        yield not plain
    elif type(plain) is int:
        yield from (plain + 1, -plain - 1, 0 if plain else LARGE, float(plain))
    elif type(plain) is float:
        yield from (-plain - 0.5, 1)
    elif isinstance(plain, list):
        yield from _other_lists(plain, list)
    elif isinstance(plain, dict) and "t" in plain:
        for other in _other_lists(plain["t"], list):
            yield {"t": other}
    elif isinstance(plain, str) and plain[0] == "T":
        yield from _other_tensors(plain)
    elif isinstance(plain, str) and plain[0] == "S":
        yield "S other"
    elif isinstance(plain, str) and plain[0] == "D":
        yield from (f"D {name}" for name in ("int64", "float64", "complex64") if plain != f"D {name}")
    elif plain is None:
        yield 0


def _other_lists(parts: list[Any], kind: Any) -> Iterator[list[Any]]:
    yield from (parts[:-1], [*parts, *parts[-1:]])
    for other in _others(parts[-1]) if parts else ():
        yield [*parts[:-1], other]


def _other_tensors(plain: str) -> Iterator[str]:
    text = plain.partition(" =")[0].partition(" /")[0]
    _, dtype, *sizes = text.split()
    yield "S none"
    yield " ".join(["T", dtype, "2", *sizes])
    if sizes:
        yield " ".join(["T", dtype, *sizes[1:]])
        yield " ".join(["T", dtype, *sizes[:-1], str(int(sizes[-1]) + 1)])
        yield " ".join(["T", dtype, str(int(sizes[0]) + 1), *sizes[1:]])
        yield " ".join(["T", dtype, *sizes[:-1], "0"])
    yield from (" ".join(["T", other, *sizes]) for other in DTYPES if other != dtype)


def real(plain: Any) -> Any:
    """The value of a plain form, with PyTorch's tensors."""
    if isinstance(plain, list):
        return [real(part) for part in plain]
    if isinstance(plain, dict):
        ((kind, parts),) = plain.items()
        return {key: real(part) for key, part in parts.items()} if kind == "d" else tuple(real(part) for part in parts)
    if not isinstance(plain, str):
        return plain
    kind, _, text = plain.partition(" ")
    if kind == "T":
        return _real_tensor(text)
    readers: dict[str, Any] = {
        "S": str,
        "N": float,
        "C": complex,
        "D": lambda name: getattr(torch, name),
        "E": lambda _: ...,
    }
    return readers[kind](text)


def _real_tensor(text: str) -> torch.Tensor:
    text, marked, elements = text.partition(" =")
    text, _, strides = text.partition(" /")
    name, *sizes = text.split()
    dtype, shape = getattr(torch, name), tuple(map(int, sizes))
    if marked:
        made = torch.tensor([int(v) for v in elements.split()], dtype=torch.int64).to(dtype).reshape(shape)
    else:
        made = torch.zeros(shape, dtype=dtype)
    if not strides.split():
        return made
    steps = tuple(map(int, strides.split()))
    laid = torch.zeros(
        1 + sum((size - 1) * step for size, step in zip(shape, steps)) if 0 not in shape else 0, dtype=dtype
    )
    return laid.as_strided(shape, steps).copy_(made)


def real_function(name: str) -> Any:
    """PyTorch's function of a public name."""
    module, _, last = name.rpartition(".")
    if module == "Tensor":
        return getattr(torch.Tensor, last)
    owner: Any = operator if module == "_operator" else torch
    for part in module.split(".")[1:]:
        owner = getattr(owner, part)
    return getattr(owner, last)


def answer(name: str, args: Any, kwargs: Any) -> Any:
    """What PyTorch makes of a call, in plain form, or the error that it raises."""
    torch.manual_seed(0)
    try:
        return result(real_function(name)(*real(args), **real(kwargs)))
    except Exception as error:
        return error


def differs(theirs: Any, mine: Any) -> bool:
    """Whether one answer contradicts the other: another result, another refusal, or one where the other has none. What is unknown contradicts nothing."""
    if type(mine).__name__ == "UnknownValue":
        return False
    if isinstance(theirs, Exception) and isinstance(mine, Exception):
        kind = next(kind for kind in type(theirs).__mro__ if kind.__module__ == "builtins")
        told = kind is not TypeError or _POSITION.search(str(theirs))
        return not isinstance(mine, kind) or (bool(told) and _words(mine) != _words(theirs))
    if isinstance(theirs, Exception) or isinstance(mine, Exception):
        return True
    return not _equal(theirs, mine)


_POSITION = re.compile(r"argument '\w+' \(position \d+\) must be Tensor")  # of a `TypeError` other words are Python's


def _words(error: Exception) -> list[str]:
    """The words of an error's first line in alphabetical order: that of a set in it is another in each process."""
    return sorted(re.findall(r"[\w.-]+", (str(error).splitlines() or [""])[0]))


def _equal(theirs: Any, mine: Any) -> bool:
    if isinstance(theirs, list) and isinstance(mine, list):
        return len(theirs) == len(mine) and all(map(_equal, theirs, mine))
    if isinstance(theirs, str) and isinstance(mine, str):
        parts, ours = theirs.split(), mine.split()
        return len(parts) == len(ours) and all(b in (a, "?") for a, b in zip(parts, ours))
    return bool(theirs == mine)


def layer_answer(library: Any, read: Any, name: str, built: Any, fed: Any, training: bool) -> Any:
    """What a library's layer holds and returns, in plain form, or the error that it raises; `read` makes values of plain forms."""
    torch.manual_seed(0)
    try:
        made = getattr(library, name)(*read(built[0]), **read(built[1])).train(training)
        called = None if fed is None else result(made(*read(fed[0]), **read(fed[1])))
    except Exception as error:
        return error
    members = layer_members(made)
    held = [[f"{key} {list(value)}" for key, value in members[kind].items()] for kind in ("parameters", "buffers")]
    return [*held, called, repr(made)]


def layer_variations(built: Any, fed: Any) -> Iterator[tuple[Any, Any]]:
    """As `variations`, of what a layer is built with and of what it is fed."""
    for varied in variations(*built):
        yield varied, fed
    for varied in variations(*fed) if fed is not None else ():
        yield built, varied
