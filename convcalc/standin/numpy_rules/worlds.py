"""Functions of arrays of unknown element types: each possible type is a world, and what all worlds agree on is known (`convcalc.ops.worlds`)."""

from __future__ import annotations

from itertools import product

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.dtypes import UnknownDType, one_of
from convcalc.tensor.unknown import kind_of

from ..numpy_arrays import ndarray, wrapped
from ..numpy_types import generic
from .registry import NotModelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST = 250


def _unknown_type(value: Any) -> Any:
    element: Any
    if type(value) is ndarray:
        element = value._tensor.dtype
    elif isinstance(value, Tensor):
        element = value.dtype
    else:
        element = getattr(value, "element", None) if hasattr(value, "element") and type(value) is not Unknown else None
    return element if isinstance(element, UnknownDType) else None


def _parts(value: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        if depth < 3:
            for part in value[:64]:
                yield from _parts(part, depth + 1)
    elif type(value) is dict:
        yield from _parts(tuple(value.values()), depth + 1)
    else:
        yield value


def are_needed(arguments: Any) -> bool:
    return any(_unknown_type(part) is not None for part in _parts(arguments))


def in_every_world(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What all worlds agree on; a refusal where every world refuses."""
    unsure = list(
        {id(kind): kind for part in _parts((args, kwargs)) if (kind := _unknown_type(part)) is not None}.values()
    )
    count = 1
    for kind in unsure:
        count *= len(kind.candidates)
    if count > MOST or "out" in kwargs:
        raise NotModelled
    answers, refusals = [], []
    for chosen in product(*[kind.candidates for kind in unsure]):
        world = {id(kind): element for kind, element in zip(unsure, chosen)}
        try:
            answers.append(function(*_in_world(args, world), **_in_world(kwargs, world)))
        except (TypeError, ValueError, IndexError) as error:
            refusals.append(error)
    if not answers:
        raise refusals[0]
    return _common(answers)


def _in_world(value: Any, world: dict[int, Any]) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_in_world(part, world) for part in value)
    if type(value) is dict:
        return {name: _in_world(part, world) for name, part in value.items()}
    kind = _unknown_type(value)
    if kind is None or id(kind) not in world:
        return value
    if type(value) is ndarray:
        return ndarray(make(value._tensor.shape, world[id(kind)], value._tensor._strides))
    if isinstance(value, Tensor):
        return make(value.shape, world[id(kind)], value._strides)
    from ..numpy_types import of_element

    return of_element(world[id(kind)])


def _form(value: Any) -> Any:
    """Whether it is an array or a scalar, and its tensor; (None, None) of anything else."""
    if type(value) is ndarray:
        return "array", value._tensor
    kind = kind_of(value)
    if isinstance(kind, type) and issubclass(kind, generic) and hasattr(kind, "tensor_dtype"):
        return "scalar", make((), kind.tensor_dtype)
    return None, None


def _common(answers: list[Any]) -> Any:
    if all(type(answer) in (tuple, list) and len(answer) == len(answers[0]) for answer in answers):
        return type(answers[0])(_common(list(column)) for column in zip(*answers))
    forms = [_form(answer) for answer in answers]
    if len({form for form, _ in forms}) > 1:
        raise NotModelled
    if forms[0][0] is None:
        if all(
            answer is answers[0] or (type(answer) in (int, bool, str, tuple) and answer == answers[0])
            for answer in answers
        ):
            return answers[0]
        raise NotModelled
    tensors = [tensor for _, tensor in forms]
    first = tensors[0]
    if any(len(t.shape) != len(first.shape) for t in tensors):
        raise NotModelled
    shape = [
        sizes[0]
        if all(size is sizes[0] or (type(size) is type(sizes[0]) is int and size == sizes[0]) for size in sizes)
        else Unknown("a size of an array", int)
        for sizes in zip(*[t.shape for t in tensors])
    ]
    element = one_of(t.dtype for t in tensors)
    strides = first._strides if all(t._strides == first._strides for t in tensors) else None
    made = make(shape, element, strides)
    return ndarray(made) if forms[0][0] == "array" else wrapped(made)
