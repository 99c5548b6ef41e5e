"""Operations on tensors of unknown element types: each possible type is a world, and what all worlds agree on is known.

    shape    known where all worlds have the same
    dtype    one of those that the worlds have
    refusal  where every world refuses; a world that alone refuses is not the one of a program that goes on

A number of which not even the type is known (`Number`) is treated alike: it may be a bool, an int, a float or a complex number.
"""

from __future__ import annotations

from itertools import product

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import UnknownDType, one_of
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import Number, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST = 64  # worlds
NUMBER_TYPES = (bool, int, float, complex)


def _parts(value: Any) -> Iterator[Any]:
    """The arguments of a call, those in lists, tuples and dicts too."""
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _parts(part)
    elif type(value) is dict:
        yield from _parts(tuple(value.values()))
    else:
        yield value


def are_needed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether an argument's element type, or a number's type, is not known."""
    return any(_question(part) is not None for part in _parts((args, kwargs)))


def _question(value: Any) -> Any:
    """What differs from world to world: an unknown element type, or an unknown number."""
    if isinstance(value, Tensor):
        return value.dtype if isinstance(value.dtype, UnknownDType) else None
    if isinstance(value, UnknownDType):
        return value
    return value if type(value) is Unknown and kind_of(value) is Number else None


class World:
    """One assignment of types, and the arguments as they are in it."""

    def __init__(self, types: dict[int, Any]) -> None:
        self.types = types  # by the identity of what is not known
        self.twins: dict[
            int, tuple[Tensor, Tensor]
        ] = {}  # of tensors, by the identity of the one in the world and of the user's

    def of(self, value: Any) -> Any:
        """An argument as it is in this world."""
        if isinstance(value, (list, tuple)) and not isinstance(value, Size):
            return type(value)(map(self.of, value)) if type(value) in (list, tuple) else value
        if type(value) is dict:
            return {name: self.of(part) for name, part in value.items()}
        asked = _question(value)
        if asked is None:
            return value
        answer = self.types[id(asked)]
        if isinstance(value, Tensor):
            return self._twin(value, answer)
        return answer if asked is not value or isinstance(value, UnknownDType) else Unknown(value.reason, answer)

    def _twin(self, tensor: Tensor, dtype: Any) -> Tensor:
        for twin, original in self.twins.values():
            if original is tensor:
                return twin
        twin = make(tensor.shape, dtype, tensor._strides, tensor.device, tensor.values, tensor.origin)
        twin._grad = tensor._grad
        self.twins[id(twin)] = (twin, tensor)
        return twin


def in_every_world(rule: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What an operation gives where all that is not known of its arguments' types is tried."""
    asked = {id(q): q for q in map(_question, _parts((args, kwargs))) if q is not None}
    answers = [q.candidates if isinstance(q, UnknownDType) else NUMBER_TYPES for q in asked.values()]
    count = 1
    for each in answers:
        count *= len(each)
    if count > MOST:
        raise UnknownValue("an element type")
    worlds, results = [], []
    refusal: Exception | None = None
    for types in product(*answers):
        world = World(dict(zip(asked, types)))
        try:
            results.append(rule(*world.of(args), **world.of(kwargs)))
        except UnknownValue:
            raise
        except (ShapeError, TypeError, RuntimeError) as error:
            refusal = refusal or error
        else:
            worlds.append(world)
    if refusal is not None and not results:
        raise refusal
    return _Merging(worlds, asked).result(results)


class _Merging:
    """What the results of several worlds agree on."""

    def __init__(self, worlds: list[World], asked: dict[int, Any]) -> None:
        self.worlds = worlds
        self.asked = asked

    def result(self, results: list[Any]) -> Any:
        first = results[0]
        if all(isinstance(r, Tensor) for r in results):
            return self._tensor(results)
        if isinstance(first, (tuple, list)) and all(type(r) is type(first) and len(r) == len(first) for r in results):
            parts = [self.result(list(part)) for part in zip(*results)]
            return first._make(parts) if hasattr(first, "_make") else type(first)(parts)
        if all(r is first or (type(r) is type(first) and type(r) is not Unknown and r == first) for r in results):
            return first
        kinds = {kind_of(r) for r in results}
        return Unknown("what depends on an element type", kinds.pop() if len(kinds) == 1 else None)

    def _tensor(self, results: list[Tensor]) -> Any:
        originals = [world.twins.get(id(r), (None, r))[1] for world, r in zip(self.worlds, results)]
        first = results[0]
        if any(r.ndim != first.ndim for r in results):
            return Unknown("what depends on an element type")
        shape = [self._size(sizes) for sizes in zip(*[r.shape for r in results])] if first.ndim else ()
        if all(original is originals[0] for original in originals):  # written to, or handed back
            kept = originals[0]
            kept.shape, kept.values = Size(shape), None if any(r.values is None for r in results) else kept.values
            return kept
        strides = first._strides if all(r._strides == first._strides for r in results) else unknown_strides(shape)
        return make(shape, self._dtype(results), strides, first.device)

    @staticmethod
    def _size(sizes: tuple[Any, ...]) -> Any:
        return sizes[0] if all(size is sizes[0] or (size == sizes[0]) is True for size in sizes) else Unknown("a size that depends on an element type", int)  # fmt: skip

    def _dtype(self, results: list[Tensor]) -> Any:
        """The type of an argument where it is that in every world, else one of those that there are."""
        found = [r.dtype for r in results]
        for key, asked in self.asked.items():
            if isinstance(asked, UnknownDType) and all(
                world.types[key] is dtype for world, dtype in zip(self.worlds, found)
            ):
                return asked
        return one_of(found)
