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
    """An input tensor: its shape, its type, and the order of its dimensions in memory (None: row-major)."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    order: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Example:
    """A call of a layer: constructor arguments, inputs, further arguments of the call, and what is wrong with it."""

    layer: str
    arguments: dict[str, Any]
    inputs: tuple[Given, ...]
    call: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None

    def but(self, fault: str, shape: tuple[int, ...] | None = None, call: dict[str, Any] | None = None, **arguments: Any) -> Example:
        """The example with something else, which is a fault; another shape is every input's, in row-major order."""
        inputs = self.inputs if shape is None else tuple(replace(x, shape=shape, order=None) for x in self.inputs)
        return replace(self, arguments={**self.arguments, **arguments}, inputs=inputs, call=self.call if call is None else call, fault=fault)


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


def examples_of(name: str) -> st.SearchStrategy[Example]:
    """Valid examples of a layer and faulty ones, in equal parts."""
    return st.one_of(LAYERS[name].valid, LAYERS[name].faulty)


def search(name: str, check: Callable[[Example], None], examples: int, start: int | None = None) -> None:
    """Calls `check` with that many examples of a layer; an exception of it ends the search with the smallest example."""
    run = given(examples_of(name))(check)
    run = settings(max_examples=examples, deadline=None, database=None, derandomize=start is None, suppress_health_check=list(HealthCheck))(run)
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


def tensor(draw: Draw, channels: tuple[int, ...], sizes: tuple[int, ...], dtypes: tuple[str, ...] = ("float32", "float64")) -> Given:
    """An input with a batch dimension or without, in one of the layouts that users meet."""
    batch = draw(st.sampled_from([(), (1,), (2,), (2,), (0,)]))
    shape = (*batch, *channels, *sizes)
    last = len(shape) - 1
    at = len(batch)
    channels_last = tuple(d for d in range(len(shape)) if d != at) + (at,) if len(shape) > at + 1 else None
    swapped = (*range(last - 1), last, last - 1) if last > 0 else None
    order = draw(st.sampled_from([None, None, channels_last, swapped]))
    return Given(shape, draw(st.sampled_from(dtypes)), order)


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
    return replace(example, inputs=tuple(replace(x, dtype=dtype) for x in example.inputs), fault=f"an input of {dtype}")


def wrong_length(*names: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        name = draw(st.sampled_from(names))
        return example.but(f"{name} of a wrong length", **{name: draw(st.sampled_from([(), (1, 1, 1, 1, 1), (2, 1, 1, 2)]))})

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


