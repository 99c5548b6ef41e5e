"""What the fuzzer feeds to layers: for each layer, examples that are valid by construction, and examples with one fault.

    @layer("Linear", faults=(…))
    def linear(draw): return Example("Linear", {"in_features": 3, …}, [Given((2, 3))])

A registered layer is all that `fuzz`, the command and the tests need; this is the one module that imports Hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Given:
    """A tensor: its shape, its type, the order of its dimensions in memory (None: row-major), what it is filled with."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    order: tuple[int, ...] | None = None
    fill: int = 0  # also an index and a class number that always exist


@dataclass(frozen=True)
class Part:
    """A layer that is an argument of another."""

    layer: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A call of a layer: constructor arguments, inputs, further arguments of the call, and what is wrong with it.

    An input may also be a tuple of tensors (the state of an LSTM) or None; an argument may be a tensor or a layer.
    """

    layer: str
    arguments: dict[str, Any]
    inputs: tuple[Any, ...]
    call: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None
    training: bool = True
    half: bool = False  # the layer's parameters in half precision

    def but(
        self, fault: str, shape: tuple[int, ...] | None = None, call: dict[str, Any] | None = None, **arguments: Any
    ) -> Example:
        """The example with something else, which is a fault; another shape is every tensor's, in row-major order."""
        inputs = self.inputs
        if shape is not None:
            inputs = tuple(replace(x, shape=shape, order=None) if isinstance(x, Given) else x for x in inputs)
        return replace(
            self,
            arguments={**self.arguments, **arguments},
            inputs=inputs,
            call=self.call if call is None else call,
            fault=fault,
        )


Fault = Callable[[Draw, Example], Example]


@dataclass(frozen=True)
class LayerStrategies:
    """How to make examples of one layer."""

    valid: st.SearchStrategy[Example]
    faulty: st.SearchStrategy[Example]


LAYERS: dict[str, LayerStrategies] = {}


def layer(name: str, faults: tuple[Fault, ...]) -> Callable[[Callable[[Draw], Example]], Callable[[Draw], Example]]:
    """Registers the examples of a layer: the decorated function draws a valid one, a fault makes it wrong in one way."""

    def register(valid: Callable[[Draw], Example]) -> Callable[[Draw], Example]:
        if name in LAYERS:
            raise ValueError(f"{name} has examples already")

        def faulty(draw: Draw) -> Example:
            fault: Fault = draw(st.sampled_from(faults))
            return fault(draw, valid(draw))

        LAYERS[name] = LayerStrategies(st.composite(valid)(), st.composite(faulty)())
        return valid

    return register


def examples_of(name: str, halves: bool = False) -> st.SearchStrategy[Example]:
    """Valid examples of a layer and faulty ones, in equal parts; with `halves` some of them in half precision."""
    examples = st.one_of(LAYERS[name].valid, LAYERS[name].faulty)
    return st.one_of(examples, examples.map(in_half)) if halves else examples


def in_half(example: Example) -> Example:
    """The example with float16 in place of float32."""
    arguments = {n: "float16" if n == "dtype" and v == "float32" else v for n, v in example.arguments.items()}
    return replace(example, arguments=_halved(arguments), inputs=_halved(example.inputs), call=_halved(example.call), half="dtype" not in arguments)  # fmt: skip


def _halved(value: Any) -> Any:
    if isinstance(value, Given):
        return replace(value, dtype="float16") if value.dtype == "float32" else value
    if isinstance(value, dict):
        return {name: _halved(part) for name, part in value.items()}
    return tuple(map(_halved, value)) if isinstance(value, tuple) else value


def search(
    name: str, check: Callable[[Example], None], examples: int, start: int | None = None, halves: bool = False
) -> None:
    """Calls `check` with that many examples of a layer; an exception of it ends the search with the smallest example."""
    run = given(examples_of(name, halves))(check)
    run = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=start is None,
        suppress_health_check=list(HealthCheck),
    )(run)
    (run if start is None else seed(start)(run))()


# Parts of examples. Sizes are small: what goes wrong, goes wrong small, and PyTorch really runs each.


def spelled(draw: Draw, values: tuple[int, ...]) -> Any:
    """Values for each dimension as a user may write them: one number where they are equal, a tuple or a list."""
    ways: list[Any] = [values, list(values)]
    if len(set(values)) == 1:
        ways += [values[0], values[0]]
    return draw(st.sampled_from(ways))


def per_dimension(draw: Draw, dims: int, low: int, high: int) -> tuple[int, ...]:
    """A number for each dimension, often the same."""
    if draw(st.booleans()):
        return (draw(st.integers(low, high)),) * dims
    return tuple(draw(st.integers(low, high)) for _ in range(dims))


def tensor(
    draw: Draw, channels: tuple[int, ...], sizes: tuple[int, ...], dtypes: tuple[str, ...] = ("float32", "float64")
) -> Given:
    """An input with a batch dimension or without, in one of the layouts that users meet."""
    batch = draw(st.sampled_from([(), (1,), (2,), (2,), (0,)]))
    shape = (*batch, *channels, *sizes)
    last = len(shape) - 1
    at = len(batch)
    channels_last = tuple(d for d in range(len(shape)) if d != at) + (at,) if len(shape) > at + 1 else None
    swapped = (*range(last - 1), last, last - 1) if last > 0 else None
    order = draw(st.sampled_from([None, None, channels_last, swapped]))
    return Given(shape, draw(st.sampled_from(dtypes)), order)


def laid_out(draw: Draw, shape: tuple[int, ...], dtypes: tuple[str, ...] = ("float32", "float64")) -> Given:
    """A tensor of that shape in one of the layouts that users meet."""
    last = len(shape) - 1
    orders: list[tuple[int, ...] | None] = [None, None]
    if last > 0:
        orders += [(*range(last - 1), last, last - 1), (0, *range(2, len(shape)), 1)]
    return Given(shape, draw(st.sampled_from(dtypes)), draw(st.sampled_from(orders)))


def row_major(x: Given) -> Given:
    return replace(x, order=None)


def resized(example: Example, dims: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the example's input with other windowed sizes."""
    shape = example.inputs[0].shape
    return (*shape[: len(shape) - dims], *sizes)


def as_tuple(value: Any, dims: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * dims


# Faults that many layers share


def fewer_dimensions(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    return example.but("too few dimensions", shape[: draw(st.integers(0, max(0, len(shape) - 2)))])


def more_dimensions(draw: Draw, example: Example) -> Example:
    return example.but("too many dimensions", (*((1,) * draw(st.integers(1, 3))), *example.inputs[0].shape))


def empty_dimension(draw: Draw, example: Example) -> Example:
    shape = list(example.inputs[0].shape)
    shape[draw(st.integers(0, len(shape) - 1))] = 0
    return example.but("an empty dimension", tuple(shape))


def wrong_type(draw: Draw, example: Example) -> Example:
    dtype = draw(st.sampled_from(["int64", "bool", "uint8", "complex64"]))
    inputs = tuple(replace(x, dtype=dtype) if isinstance(x, Given) else x for x in example.inputs)
    return replace(example, inputs=inputs, fault=f"an input of {dtype}")


def with_input(example: Example, at: int, value: Any, fault: str) -> Example:
    """The example with another tensor as one of its inputs."""
    return replace(example, inputs=(*example.inputs[:at], value, *example.inputs[at + 1 :]), fault=fault)


def other_size(*at: int) -> Fault:
    """One of these inputs has one size more than it should."""

    def fault(draw: Draw, example: Example) -> Example:
        i = draw(st.sampled_from(at))
        shape = list(example.inputs[i].shape)
        if shape:
            shape[draw(st.integers(0, len(shape) - 1))] += draw(st.integers(1, 2))
        else:
            shape = [2]
        return with_input(
            example, i, replace(example.inputs[i], shape=tuple(shape), order=None), f"input {i} of another size"
        )

    return fault


def other_rank(*at: int) -> Fault:
    """One of these inputs has a dimension more or less than it should."""

    def fault(draw: Draw, example: Example) -> Example:
        i = draw(st.sampled_from(at))
        shape = example.inputs[i].shape
        changed = (draw(st.integers(1, 2)), *shape) if draw(st.booleans()) or not shape else shape[1:]
        return with_input(
            example, i, replace(example.inputs[i], shape=changed, order=None), f"input {i} of another rank"
        )

    return fault


def other_type(*at: int) -> Fault:
    """One of these inputs is of another type."""

    def fault(draw: Draw, example: Example) -> Example:
        i = draw(st.sampled_from(at))
        dtype = draw(st.sampled_from(["int64", "int32", "bool", "float64", "float32", "complex64"]))
        return with_input(example, i, replace(example.inputs[i], dtype=dtype), f"input {i} of {dtype}")

    return fault


def setting(**choices: tuple[Any, ...]) -> Fault:
    """An argument has one of these values, which it should not have."""

    def fault(draw: Draw, example: Example) -> Example:
        name = draw(st.sampled_from(sorted(choices)))
        value = draw(st.sampled_from(choices[name]))
        return example.but(f"{name} = {value!r}", **{name: value})

    return fault


def wrong_length(*names: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        name = draw(st.sampled_from(names))
        return example.but(
            f"{name} of a wrong length", **{name: draw(st.sampled_from([(), (1, 1, 1, 1, 1), (2, 1, 1, 2)]))}
        )

    return fault


def out_of_range(*names: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        name = draw(st.sampled_from(names))
        return example.but(f"{name} out of range", **{name: draw(st.sampled_from([0, -1, -2]))})

    return fault


def not_an_int(*names: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        name = draw(st.sampled_from(names))
        return example.but(f"{name} not an int", **{name: draw(st.sampled_from([1.5, 2.0, "2"]))})

    return fault
