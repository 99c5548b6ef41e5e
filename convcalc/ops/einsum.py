"""`einsum`: a product of tensors told by letters.

Source: aten/src/ATen/native/Linear.cpp, einsum
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import LEGACY_NAMES
from convcalc.tensor.strides import contiguous_strides, elementwise_strides, is_row_major

from .arguments import broadcast_shapes
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else chr(ord("a") + number - 26)


def read_equation(equation: Any, operands: tuple[Any, ...]) -> tuple[list[str], str | None, list[Tensor]]:
    """The subscripts of each operand (`.` for an ellipsis), those of the result (None: implicit), and the operands."""
    if not isinstance(equation, str):  # einsum(tensor, [0, 1], tensor, [1, 2], [0, 2])
        mixed = (equation, *operands)
        pairs = len(mixed) // 2
        terms = ["".join("." if i is Ellipsis else _letter(i) for i in mixed[2 * n + 1]) for n in range(pairs)]
        result = "".join("." if i is Ellipsis else _letter(i) for i in mixed[-1]) if len(mixed) % 2 else None
        return terms, result, [mixed[2 * n] for n in range(pairs)]
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    left, arrow, right = equation.replace(" ", "").partition("->")
    return [_subscripts(term) for term in left.split(",")], _subscripts(right) if arrow else None, list(operands)


def _subscripts(term: str) -> str:
    parts = term.split("...")
    if len(parts) > 2:
        raise ShapeError("einsum(): found '.' for operand 0 for which an ellipsis was already found", "einsum")
    for part in parts:
        for letter in part:
            if letter == ".":
                raise ShapeError("einsum(): found '.' for operand 0 that is not part of any ellipsis", "einsum")
            if not (letter.isascii() and letter.isalpha()):
                raise ShapeError(
                    f"einsum(): invalid subscript given at index 0 in the equation string, subscripts must be in [a-zA-Z]: {letter}",
                    "einsum",
                )
    return ".".join(parts)


def solve(
    terms: list[str], result: str | None, operands: list[Tensor]
) -> tuple[tuple[Any, ...], dict[str, Any], tuple[Any, ...]]:
    """The result's shape, the size of each letter, and what the ellipses stand for."""
    if not operands:
        raise ShapeError("einsum(): must provide at least one operand", "einsum")
    if len(terms) != len(operands):
        more = "more" if len(operands) > len(terms) else "fewer"
        raise ShapeError(
            f"einsum(): {more} operands were provided than specified in the equation",
            "einsum",
            expected=len(terms),
            actual=len(operands),
        )
    sizes: dict[str, Any] = {}
    hidden: list[tuple[Any, ...]] = []
    for i, (term, operand) in enumerate(zip(terms, operands)):
        if isinstance(operand, Unknown):
            raise UnknownValue(operand.reason)
        shape = tuple(operand.shape)
        named = len(term) - ("." in term)
        if named != len(shape) and ("." not in term or named > len(shape)):
            raise ShapeError(
                f"einsum(): the number of subscripts in the equation ({named}) {'is more than' if named > len(shape) else 'does not match'} the number of dimensions ({len(shape)}) for operand {i}",
                "einsum", expected=named, actual=len(shape), shape=shape,
            )  # fmt: skip
        before, _, after = term.partition(".")
        if "." in term:
            hidden.append(shape[len(before) : len(shape) - len(after)])
        sized = list(zip(before, shape)) + (list(zip(after, shape[len(shape) - len(after) :])) if after else [])
        own: dict[str, Any] = {}
        for letter, size in sized:
            if letter in own and own[letter] != size:
                raise ShapeError(
                    f"einsum(): subscript {letter} is repeated for operand {i} but the sizes don't match, {size} != {own[letter]}",
                    "einsum",
                    expected=own[letter],
                    actual=size,
                )
            own[letter] = size
        for letter, size in own.items():
            have = sizes.get(letter, 1)
            if have.__class__ is int and have == 1:
                sizes[letter] = size
            elif size != have and size != 1:
                raise ShapeError(
                    f"einsum(): subscript {letter} has size {size} for operand {i} which does not broadcast with previously seen size {have}",
                    "einsum", expected=have, actual=size, shape=shape,
                )  # fmt: skip
    ellipsis = broadcast_shapes(*hidden) if hidden else ()
    if result is None:
        counts = "".join(terms)
        result = "." + "".join(sorted(letter for letter in sizes if counts.count(letter) == 1))
    for letter in result:
        if letter != ".":
            if result.count(letter) > 1:
                raise ShapeError(f"einsum(): output subscript {letter} appears more than once in the output", "einsum")
            if letter not in sizes:
                raise ShapeError(
                    f"einsum(): output subscript {letter} does not appear in the equation for any input operand",
                    "einsum",
                )
    shape_of_result: list[Any] = []
    for letter in result:
        shape_of_result += ellipsis if letter == "." else [sizes[letter]]
    return tuple(shape_of_result), sizes, ellipsis if "." in result else ()


@operation("torch.einsum")
def einsum(equation: Any, *operands: Any) -> Tensor:
    """The sum of products that the equation tells: equal letters run together, letters absent from the result are summed.

    Shapes:  as the letters say; sizes of 1 broadcast
    Units:   macs: operands are multiplied from left to right; a product costs the sizes of all letters in it
    Errors:  another number of operands or subscripts; sizes that do not broadcast; a letter only in the result
    Source:  torch.einsum
    """
    terms, result, tensors = read_equation(equation, operands)
    shape, _, _ = solve(terms, result, tensors)
    dtype = tensors[0].dtype
    for other in tensors[1:]:
        if other.dtype is not dtype and _multiplies(terms):
            raise ShapeError(
                f"expected scalar type {LEGACY_NAMES[dtype]} but found {LEGACY_NAMES[other.dtype]}", "dtype"
            )
    made = make(shape, dtype, None, tensors[0].device)
    made._strides = _layout(terms, result, tensors, shape)
    return made


def _multiplies(terms: list[str]) -> bool:
    return len(terms) > 1


def _strided(term: str, operand: Tensor) -> dict[Any, tuple[Any, Any]]:
    """Size and stride of each letter of an operand; dimensions of an ellipsis are numbered from its end."""
    before, dots, after = term.partition(".")
    hidden = operand.ndim - len(before) - len(after)
    keys: list[Any] = [*before, *range(-hidden, 0), *after] if dots else list(term)
    found: dict[Any, tuple[Any, Any]] = {}
    for key, size, stride in zip(keys, operand.shape, operand.strides):
        found[key] = (size, stride + found[key][1]) if key in found else (size, stride)
    return found


def _in_order(sizes: dict[Any, Any], order: list[Any]) -> dict[Any, tuple[Any, Any]]:
    steps = contiguous_strides([sizes[key] for key in order])
    return {key: (sizes[key], step) for key, step in zip(order, steps)}


def _layout(terms: list[str], result: str | None, operands: list[Tensor], shape: tuple[Any, ...]) -> Any:
    """The strides of the result: each product is a batched matrix product, then seen in the order of the letters.

    Its memory has the letters of both operands first, then those of the left one alone, then those of the right one.
    """
    if any(type(size) is Unknown for operand in operands for size in operand.shape):
        return None
    read = [_strided(term, operand) for term, operand in zip(terms, operands)]
    every: dict[Any, int] = {}
    for found in read:
        for key in found:
            every[key] = every.get(key, 0) + 1
    hidden = sorted([key for key in every if isinstance(key, int)])
    if result is None:
        joined = "".join(terms)
        out: list[Any] = [*hidden, *sorted(key for key in every if isinstance(key, str) and joined.count(key) == 1)]
    else:
        out = [key for letter in result for key in (hidden if letter == "." else [letter])]
    keys = [*out, *sorted([key for key in every if key not in out], key=str)]
    running = read[0]
    if len(read) == 1 and any(key not in out for key in running):
        running = _in_order({key: running[key][0] for key in out}, out)
    for i, right in enumerate(read[1:], 1):
        needed = {*out, *[key for later in read[i + 1 :] for key in later]}
        running = _product(running, right, keys, needed)
    strides = tuple([running[key][1] for key in out])
    return None if is_row_major(shape, strides) else strides


def _product(left: Any, right: Any, keys: list[Any], needed: set[Any]) -> dict[Any, tuple[Any, Any]]:
    one = (1, 1)
    kept = [key for key in keys if key in needed]
    sizes = {key: max(left.get(key, one)[0], right.get(key, one)[0]) for key in kept}
    summed = [key for key in keys if key not in needed and left.get(key, one)[0] != 1 and right.get(key, one)[0] != 1]
    if not summed:
        sides = []
        for side in (left, right):
            if any(key not in needed and size != 1 for key, (size, _) in side.items()):
                side = _in_order({key: side.get(key, one)[0] for key in kept}, kept)
            sides.append(side)
        shape = [sizes[key] for key in kept]
        pairs = [([side.get(key, one)[0] for key in kept], [side.get(key, one)[1] for key in kept]) for side in sides]
        steps = elementwise_strides(shape, pairs) or contiguous_strides(shape)
        return {key: (sizes[key], step) for key, step in zip(kept, steps)}
    both: list[Any] = []
    on_left: list[Any] = []
    on_right: list[Any] = []
    for key in keys:
        if key not in summed:
            wide = [key in sizes and side.get(key, one)[0] != 1 for side in (left, right)]
            (both if all(wide) else on_left if wide[0] else on_right).append(key)
    # the operands change places where that leaves nothing to permute
    if on_left and on_right and keys.index(on_right[-1]) < keys.index(on_left[0]):
        on_left, on_right = on_right, on_left
    return _in_order(sizes, [key for key in (*both, *on_left, *on_right) if key in sizes])


@einsum.cost  # type: ignore[attr-defined, untyped-decorator]
def _einsum_macs(output: Tensor, equation: Any, *operands: Any) -> Any:
    terms, result, tensors = read_equation(equation, operands)
    if len(tensors) < 2:
        return 0
    _, sizes, hidden = solve(terms, result, tensors)
    kept = set(result) if result is not None else {letter for letter in sizes if "".join(terms).count(letter) == 1}
    total: Any = 0
    running = _letter_sizes(terms[0], tensors[0])
    inner = math.prod(hidden)
    for i, term in enumerate(terms[1:], 1):
        other = _letter_sizes(term, tensors[i])
        later = set("".join(terms[i + 1 :])) | kept
        summed = {letter for letter in (*running, *other) if letter not in later and letter != "."}
        # what only one of the two has is summed before; a product without a common sum multiplies, but accumulates nothing
        common = {letter for letter in summed if not _is_one(running, letter) and not _is_one(other, letter)}
        together = {**other, **{letter: size for letter, size in running.items() if not _is_one(running, letter)}}
        if common:
            product = math.prod([size for letter, size in together.items() if letter not in summed - common])
            total = total + product * (inner if "." in terms[0] or "." in term else 1)
        running = {letter: size for letter, size in together.items() if letter not in summed}
    return total


def _letter_sizes(term: str, operand: Tensor) -> dict[str, Any]:
    return {key: size for key, (size, _) in _strided(term, operand).items() if isinstance(key, str)}


def _is_one(sizes: dict[str, Any], letter: str) -> bool:
    """Whether an operand has no such letter, or broadcasts along it."""
    return letter not in sizes or bool(sizes[letter] == 1)
