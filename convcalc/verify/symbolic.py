"""Symbolic runs against plain ones: what comes out with symbols in the shapes must be what comes out with numbers.

A call is made with some of its sizes symbolic, which gives shapes as expressions and conditions. Then it is made with numbers: the
hints first, where everything must be the same, then other sizes, where it must be the same as long as the conditions hold.
Nothing here needs torch: `convcalc verify` holds the plain runs against PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from convcalc import nn
from convcalc.dim import Conditions, evaluated, symbol
from convcalc.tensor import Size, Tensor, Unknown, dtype_of, make
from convcalc.trace import Recorder

from .plain import decode
from .strategies import Example, Given, Part

KINDS = (NotImplementedError, IndexError, TypeError, ValueError, AssertionError, ZeroDivisionError, RuntimeError)


class Run:
    """What a call gave: its tensors as (shape, type, strides), or the kind of error that it raised."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.error: BaseException | None = None
        self.outputs: tuple[Any, ...] = ()
        try:
            with Recorder() as record:
                result = call()
            self.macs = sum(made.own_macs for made in record.calls)
            self.outputs = tuple(_described(result))
        except Exception as error:
            self.error = error

    def at(self, sizes: dict[str, int]) -> Any:
        """What it says of these sizes: comparable with a plain run's."""
        if self.error is not None:
            return next((kind for kind in KINDS if isinstance(self.error, kind)), type(self.error))
        return _telling(evaluated(self.outputs, sizes)), evaluated(self.macs, sizes)


def _described(value: Any) -> Iterator[Any]:
    if isinstance(value, Tensor):
        yield tuple(value.shape), value.dtype.name, tuple(value.strides)
    elif isinstance(value, (tuple, list)):
        yield len(value)
        for part in value:
            yield from _described(part)
    elif isinstance(value, dict):
        yield from _described(list(value.values()))
    elif value is None or isinstance(value, (bool, str)):
        yield value
    elif isinstance(value, int):
        yield value


def _telling(outputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the strides that say nothing: of sizes of 1, and of tensors without elements."""
    told: list[Any] = []
    for output in outputs:
        if isinstance(output, tuple):
            shape, dtype, strides = output
            told.append(
                (shape, dtype, () if 0 in shape else tuple(None if n == 1 else s for n, s in zip(shape, strides)))
            )
        else:
            told.append(output)
    return tuple(told)


Choose = Callable[[int, int], "str | None"]


class Symbols:
    """Turns some sizes of shapes into symbols, and back into numbers; `choose(size, place)` names the symbol or says None."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose
        self.hints: dict[str, int] = {}
        self._at = 0

    def shape(self, shape: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple([self._size(size) for size in shape])

    def _size(self, size: int) -> Any:
        self._at += 1
        name = self.choose(size, self._at) if size > 1 else None
        if name is None or self.hints.setdefault(name, size) != size:
            return size
        return symbol(name, size)


def tensor_of(shape: tuple[Any, ...], dtype: Any, order: tuple[int, ...] | None) -> Tensor:
    """A tensor whose dimensions lie in memory in that order."""
    if order is None:
        return make(shape, dtype)
    steps: list[Any] = [0] * len(shape)
    step: Any = 1
    for d in reversed(order):
        steps[d] = step
        step = step * (1 if shape[d] == 0 else shape[d])
    return make(shape, dtype, tuple(steps))


class Differs(AssertionError):
    """A symbolic run says something else than a plain one."""


Shaped = Callable[[tuple[int, ...]], tuple[Any, ...]]


def compare(call: Callable[[Shaped], Any], choose: Choose, others: list[dict[str, int]]) -> Conditions:
    """Makes a call with symbols and with numbers; `call(shaped)` makes it with every shape passed through `shaped`.

    Raises `Differs`; returns the conditions of the symbolic run.
    """
    symbols = Symbols(choose)
    with Conditions() as conditions:
        symbolic = Run(lambda: call(symbols.shape))
    hints = symbols.hints
    _check(symbolic, Run(lambda: call(tuple)), hints, conditions)
    for other in others:
        sizes = {name: max(2, hint + other.get(name, 0)) for name, hint in hints.items()}
        if sizes != hints and all(condition.holds(sizes) for condition in conditions):
            again = Symbols(choose)
            plain = Run(lambda again=again, sizes=sizes: call(lambda shape: evaluated(again.shape(shape), sizes)))  # type: ignore[misc]
            _check(symbolic, plain, sizes, conditions)
    return conditions


def _check(symbolic: Run, plain: Run, sizes: dict[str, int], conditions: Conditions) -> None:
    said, is_so = symbolic.at(sizes), plain.at(sizes)
    if not _agree(said, is_so):
        noted = ", ".join(map(str, conditions)) or "no condition"
        raise Differs(
            f"at {sizes}, under {noted}:\n  symbolic: {said} {symbolic.error or symbolic.outputs}\n  plain:    {is_so} {plain.error or ''}"
        )


def _agree(said: Any, is_so: Any) -> bool:
    """Equal, but for what the symbolic run does not know."""
    if isinstance(said, Unknown):
        return True
    if isinstance(said, (tuple, Size)) and isinstance(is_so, (tuple, Size)):
        return len(said) == len(is_so) and all(map(_agree, said, is_so))
    return bool(said == is_so)


# Layers


def layer_call(example: Example) -> Callable[[Shaped], Any]:
    """The call of an example of a layer, with the shapes of its inputs passed through `shaped`."""

    def call(shaped: Shaped) -> Any:
        layer = getattr(nn, example.layer)(**_plain(example.arguments, tuple))
        layer.train(example.training)
        return layer(*_plain(example.inputs, shaped), **_plain(example.call, shaped))

    return call


def _plain(value: Any, shaped: Shaped) -> Any:
    if isinstance(value, Given):
        return tensor_of(shaped(value.shape), dtype_of(value.dtype), value.order)
    if isinstance(value, Part):
        return getattr(nn, value.layer)(**_plain(value.arguments, tuple))
    if isinstance(value, dict):
        return {name: _plain(part, shaped) for name, part in value.items()}
    return tuple(_plain(part, shaped) for part in value) if isinstance(value, tuple) else value


# Operations


def operation_call(rule: Callable[..., Any], args: Any, kwargs: Any) -> Callable[[Shaped], Any]:
    """A call of an operation in plain form (`convcalc.verify.plain`), with the shapes of its tensors passed through `shaped`."""
    return lambda shaped: rule(*_with_shapes(decode(args), shaped), **_with_shapes(decode(kwargs), shaped))


def _with_shapes(value: Any, shaped: Shaped) -> Any:
    if isinstance(value, Tensor):
        order = order_of(value)
        if value.values is not None or order is None:
            return value
        return tensor_of(shaped(tuple(value.shape)), value.dtype, order)
    if isinstance(value, dict):
        return {name: _with_shapes(part, shaped) for name, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_with_shapes(part, shaped) for part in value)
    return value


def order_of(tensor: Tensor) -> tuple[int, ...] | None:
    """The order of the dimensions in memory, outermost first; None where there are gaps or overlaps."""
    strides, shape = tensor.strides, tuple(tensor.shape)
    order = tuple(sorted(range(len(shape)), key=lambda d: (-strides[d], d)))
    made = tensor_of(shape, tensor.dtype, order).strides
    return order if all(size == 1 or a == b for size, a, b in zip(shape, made, strides)) else None
