"""Input specs: what a caller gives in the place of tensors, as tensors of shapes.

    (64, 1, 28, 28)                  a shape, with the batch; a capital letter is a size of any value
    ((2, 16), "int64")               a shape and an element type
    "2x3x224x224", "Nx16:int64"      the same as the command's --input takes it
    a tensor                         of convcalc, of torch, or an array of numpy: its shape and element type
    a dict, a list or a tuple        of these, as `forward` takes it

A list or a tuple of sizes is a shape, any other one holds inputs.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Tensor, make
from convcalc.tensor.dtypes import ALIASES, ALL, dtype_of
from convcalc.tensor.tensor import is_letter, symbolic_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Spec = tuple[tuple[int | str, ...], str | None]

FORMS = "a shape such as (64, 1, 28, 28), (shape, element type), a text such as '64x1x28x28:int64', or a tensor"


def tensors_in(value: Any, name: str, hints: dict[str, int] | None = None) -> Any:
    """An input with a tensor for each of its specs. `name` is what a refusal calls it, `hints` are sizes for letters to follow.

    Raises TypeError for what is no spec, and ValueError for one that cannot be meant (a size below zero, an unknown element type).
    """
    if isinstance(value, Tensor):
        return value
    spec = spec_of(value, name)
    if spec is not None:
        sizes, dtype = spec
        known = hints or {}
        shape = tuple(
            [symbolic_size(size, i, known.get(size)) if type(size) is str else size for i, size in enumerate(sizes)]
        )
        return make(shape, dtype_of(dtype))
    if isinstance(value, dict):
        return {key: tensors_in(part, f"{name}[{key!r}]", hints) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [tensors_in(part, f"{name}[{i}]", hints) for i, part in enumerate(value)]
        if isinstance(value, tuple) and hasattr(value, "_fields"):  # a named tuple
            return type(value)(*parts)
        return parts if isinstance(value, list) else tuple(parts)
    raise TypeError(f"{name} is no input: {_shown(value)}; write {FORMS}")


def spec_of(value: Any, name: str) -> Spec | None:
    """The shape and the name of the element type of one tensor; None where the value may hold several, or is none."""
    if isinstance(value, Tensor):
        return tuple(value.shape), value.dtype.name
    if isinstance(value, str):
        return _of_text(value, name)
    real = _of_real(value, name)
    if real is not None:
        return real
    if not isinstance(value, (list, tuple)):
        return None
    if len(value) == 2 and isinstance(value[0], (list, tuple)) and _is_dtype(value[1]) and _holds_sizes(value[0]):
        return _sizes(value[0], name), _dtype(value[1], name)
    return (_sizes(value, name), None) if _holds_sizes(value) else None


def one_spec(value: Any, name: str) -> Spec:
    """The spec of an input that must be a single tensor: of a file, whose model is called in another process."""
    spec = spec_of(value, name)
    if spec is None:
        what = type(value).__name__ if isinstance(value, (dict, list, tuple)) else _shown(value)
        raise TypeError(
            f"{name} of a file is one tensor, not {what}: write {FORMS}; a module takes dicts, lists and tuples of these"
        )
    return spec


def option(spec: Spec) -> str:
    """A spec as the command's `--input` takes it."""
    sizes, dtype = spec
    text = "x".join(map(str, sizes)) or "()"
    return f"{text}:{dtype}" if dtype is not None else text


def is_spec(value: Any) -> bool:
    """Whether a keyword's value is meant as an input, and is not an argument of another kind (a number, a flag, a text, None)."""
    if isinstance(value, (Tensor, dict)) or _of_real(value, "") is not None:
        return True
    if isinstance(value, (list, tuple)):
        return _holds_sizes(value) or (len(value) > 0 and all(map(is_spec, value))) or _is_pair(value)
    return False


def is_shape_text(text: Any) -> bool:
    """Whether a text is the shape of an input, and not the name of a file."""
    import os

    if not isinstance(text, str) or os.path.exists(text):
        return False
    parts = text.partition(":")[0].strip("()").replace(",", "x").split("x")
    return text == "()" or all(part.strip().isdigit() or is_letter(part.strip()) for part in parts)


def _is_pair(value: Any) -> bool:
    return len(value) == 2 and isinstance(value[0], (list, tuple)) and _holds_sizes(value[0]) and _is_dtype(value[1])


def _holds_sizes(value: Any) -> bool:
    """Whether a list or a tuple is a shape: all its items are numbers or capital letters."""
    return all(_is_number(item) or (isinstance(item, str) and is_letter(item)) for item in value)


def _is_number(item: Any) -> bool:
    if isinstance(item, Tensor) or _of_real(item, "") is not None:  # which have `__index__` as well
        return False
    return isinstance(item, (int, float)) or hasattr(item, "__index__")


def _sizes(value: Any, name: str) -> tuple[int | str, ...]:
    sizes: list[int | str] = []
    for item in value:
        if isinstance(item, str) or (item.__class__ is int and type(item) is not int):  # a letter, or a symbolic size
            sizes.append(item)
        elif isinstance(item, (bool, float)):
            raise TypeError(f"{name}: {item!r} is no size: the sizes of a shape are whole numbers or capital letters")
        else:
            size = item.__index__()
            if not 0 <= size < 1 << 63:
                raise ValueError(f"{name}: {size} is no size: it is from 0 to {(1 << 63) - 1:,}")
            sizes.append(size)
    return tuple(sizes)


def _of_text(text: str, name: str) -> Spec:
    from convcalc.source.target import UsageError, parse_shape

    try:
        return parse_shape(text)
    except UsageError as error:
        raise ValueError(f"{name}{str(error).removeprefix('--input')}") from None


def _is_dtype(value: Any) -> bool:
    return isinstance(value, str) or type(value).__name__ in ("dtype", "DType") or "DType" in type(value).__name__


def _dtype(value: Any, name: str) -> str:
    dtype = str(value).removeprefix("torch.")
    if dtype in ALIASES:
        return ALIASES[dtype].name
    if dtype not in ALL:
        from difflib import get_close_matches

        near = get_close_matches(dtype, ALL, 1)
        raise ValueError(
            f"{name}: {dtype!r} is no element type: {f'did you mean {near[0]!r}?' if near else 'one of ' + ', '.join(ALL)}"
        )
    return dtype


def _of_real(value: Any, name: str) -> Spec | None:
    """The spec of a tensor of torch or an array of numpy; neither is imported here, for whoever has one has imported it."""
    for module, kind in (("torch", "Tensor"), ("numpy", "ndarray")):
        if isinstance(value, getattr(sys.modules.get(module), kind, ())):
            real: Any = value
            return tuple(real.shape), _dtype(real.dtype, name)
    return None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
