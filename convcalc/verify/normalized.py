"""Examples of the normalisations: over the batch, each instance, groups, the last dimensions, across channels."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .pointwise_layers import any_shape, mixed_types
from .strategies import (
    Draw,
    Example,
    Fault,
    empty_dimension,
    fewer_dimensions,
    laid_out,
    layer,
    more_dimensions,
    not_an_int,
    out_of_range,
    row_major,
    setting,
    wrong_type,
)


def image(draw: Draw, channels: int, dims: int, batch: bool | None = None, least: int = 1) -> tuple[int, ...]:
    """(N, C, *) or (C, *) with more than one place."""
    sizes = tuple(draw(st.integers(least, 4)) for _ in range(dims))
    batched = draw(st.booleans()) if batch is None else batch
    return (*((draw(st.integers(1, 3)),) if batched else ()), channels, *sizes)


def running(draw: Draw) -> dict[str, Any]:
    return {
        "eps": draw(st.sampled_from([1e-5, 1e-3])),
        "momentum": draw(st.sampled_from([0.1, None, 0.5])),
        "affine": draw(st.booleans()),
        "track_running_stats": draw(st.booleans()),
    }


def other_channels(draw: Draw, example: Example) -> Example:
    """The channels are behind the batch, or in front without one."""
    shape = list(example.inputs[0].shape)
    shape[1 if len(shape) > 1 else 0] += draw(st.integers(1, 2))
    return example.but("other channels", tuple(shape))


def one_value(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    return example.but("one value a channel", (1, shape[1], *(1 for _ in shape[2:])), track_running_stats=False)


def _register_batch_norm(name: str, dims: int) -> None:
    def valid(draw: Draw) -> Example:
        channels = draw(st.integers(1, 4))
        training = draw(st.booleans())
        places = 0 if dims == 1 and draw(st.booleans()) else dims
        shape = image(draw, channels, places, True)
        x = laid_out(draw, (max(shape[0], 2), *shape[1:]))
        arguments: dict[str, Any] = {**running(draw), "dtype": x.dtype}
        if not name.startswith("Lazy"):
            arguments = {"num_features": channels, **arguments}
        return Example(name, arguments, (x,), training=training)

    faults: list[Fault] = [wrong_type, mixed_types, fewer_dimensions, more_dimensions, empty_dimension, one_value]
    if not name.startswith("Lazy"):
        faults += [other_channels, out_of_range("num_features"), not_an_int("num_features")]
    layer(name, tuple(faults))(valid)


def one_place(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    dims = int(example.layer[-2])
    return example.but("one place", (*shape[:-dims], *(1 for _ in range(dims))))


def _register_instance_norm(name: str, dims: int) -> None:
    def valid(draw: Draw) -> Example:
        channels = draw(st.integers(1, 4))
        batch = True if name.startswith("Lazy") else None  # a lazy layer looks for the channels behind a batch
        x = laid_out(draw, image(draw, channels, dims, batch, least=2))
        arguments: dict[str, Any] = {**running(draw), "dtype": x.dtype}
        if not name.startswith("Lazy"):
            arguments = {"num_features": channels, **arguments}
        return Example(name, arguments, (x,), training=draw(st.booleans()))

    faults: list[Fault] = [wrong_type, mixed_types, fewer_dimensions, more_dimensions, empty_dimension, one_place]
    if not name.startswith("Lazy"):
        faults += [other_channels, out_of_range("num_features")]
    layer(name, tuple(faults))(valid)


GROUP_FAULTS = (
    wrong_type,
    mixed_types,
    fewer_dimensions,
    empty_dimension,
    other_channels,
    setting(num_groups=(5, 7, 0, -1)),
)


@layer("GroupNorm", GROUP_FAULTS)
def group_norm(draw: Draw) -> Example:
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 2))
    x = laid_out(draw, (draw(st.integers(2, 3)), channels, *any_shape(draw, 0, 3, low=1)))
    arguments = {"num_groups": groups, "num_channels": channels, "affine": draw(st.booleans()), "dtype": x.dtype}
    return Example("GroupNorm", arguments, (x,))


def other_last_sizes(draw: Draw, example: Example) -> Example:
    shape = list(example.inputs[0].shape)
    shape[-1] += draw(st.integers(1, 2))
    return example.but("other last sizes", tuple(shape))


def _register_last_dimensions(name: str) -> None:
    def valid(draw: Draw) -> Example:
        normalized = any_shape(draw, 1, 3, low=1)
        x = laid_out(draw, (*any_shape(draw, 0, 2), *normalized))
        ways: list[Any] = [normalized, list(normalized)] + ([normalized[0]] if len(normalized) == 1 else [])
        arguments = {"normalized_shape": draw(st.sampled_from(ways)), "elementwise_affine": draw(st.booleans())}
        if name == "LayerNorm":
            arguments["bias"] = draw(st.booleans())
        return Example(name, {**arguments, "dtype": x.dtype}, (x,))

    faults = (
        wrong_type,
        mixed_types,
        fewer_dimensions,
        other_last_sizes,
        setting(normalized_shape=((), (7, 7), -1, 1.5)),
    )
    layer(name, faults)(valid)


def _register_response_norm(name: str, ranks: tuple[int, int]) -> None:
    def valid(draw: Draw) -> Example:
        arguments = {
            "size": draw(st.integers(1, 5)),
            "alpha": draw(st.sampled_from([1e-4, 1])),
            "beta": 0.75,
            "k": draw(st.sampled_from([1.0, 2])),
        }
        x = laid_out(draw, any_shape(draw, *ranks, low=1))
        return Example(name, arguments, (row_major(x) if len(x.shape) == 5 else x,))  # a volume is made a view

    layer(name, (wrong_type, fewer_dimensions, empty_dimension, setting(size=(0, -1))))(valid)


for _dims in (1, 2, 3):
    for _lazy in ("", "Lazy"):
        _register_batch_norm(f"{_lazy}BatchNorm{_dims}d", _dims)
        _register_instance_norm(f"{_lazy}InstanceNorm{_dims}d", _dims)
for _name in ("LayerNorm", "RMSNorm"):
    _register_last_dimensions(_name)
_register_response_norm("LocalResponseNorm", (3, 5))
_register_response_norm("CrossMapLRN2d", (4, 4))
