"""Examples of the windowed layers: convolutions, pools, pads, resampling, folding.

Source of the ranges: the formulas; an example is valid because its sizes are chosen after its settings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from convcalc.formulas import conv_output_size, pool_window_count, transposed_size, window_span

from .strategies import (
    Draw,
    Example,
    Fault,
    Given,
    as_tuple,
    empty_dimension,
    fewer_dimensions,
    layer,
    more_dimensions,
    not_an_int,
    out_of_range,
    per_dimension,
    resized,
    row_major,
    spelled,
    tensor,
    wrong_length,
    wrong_type,
)


def kernel_sizes(draw: Draw, dims: int, most: int = 4) -> tuple[int, ...]:
    return per_dimension(draw, dims, 1, most if dims < 3 else min(most, 3))


def sizes_for(draw: Draw, spans: tuple[int, ...], padding: tuple[int, ...], least: tuple[int, ...]) -> tuple[int, ...]:
    """Input sizes in which windows of these spans have room."""
    extra = 5 if len(spans) < 3 else 2
    return tuple(max(span - 2 * p, low) + draw(st.integers(0, extra)) for span, p, low in zip(spans, padding, least))


# Convolutions


def convolution(draw: Draw, name: str, dims: int) -> Example:
    groups = draw(st.integers(1, 3))
    channels_in, channels_out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel, dilation = kernel_sizes(draw, dims), per_dimension(draw, dims, 1, 2)
    stride = per_dimension(draw, dims, 1, 3)
    mode = draw(st.sampled_from(["zeros", "zeros", "zeros", "reflect", "replicate", "circular"]))
    spans = tuple(window_span(k, d) for k, d in zip(kernel, dilation))
    text = draw(st.sampled_from([None, None, None, "same", "valid"]))
    if text == "same":
        stride = (1,) * dims
    padding = per_dimension(draw, dims, 0, 2) if text is None else (0,) * dims
    reach = tuple(span // 2 for span in spans) if text == "same" else padding
    least = tuple(p + 1 if mode == "reflect" else max(p, 1) for p in reach)
    sizes = sizes_for(draw, spans, padding if text is None or text == "valid" else reach, least)
    arguments: dict[str, Any] = {
        "out_channels": channels_out,
        "kernel_size": spelled(draw, kernel),
        "stride": spelled(draw, stride),
        "padding": spelled(draw, padding) if text is None else text,
        "dilation": spelled(draw, dilation),
        "groups": groups,
        "bias": draw(st.booleans()),
        "padding_mode": mode,
    }
    return convolution_example(draw, name, arguments, channels_in, sizes)


def transposed_convolution(draw: Draw, name: str, dims: int) -> Example:
    groups = draw(st.integers(1, 3))
    channels_in, channels_out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel, dilation, stride = (
        kernel_sizes(draw, dims),
        per_dimension(draw, dims, 1, 2),
        per_dimension(draw, dims, 1, 3),
    )
    extra = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
    padding = per_dimension(draw, dims, 0, 2)
    sizes = []
    for d in range(dims):
        size = draw(st.integers(1, 4 if dims < 3 else 3))
        while transposed_size(size, kernel[d], stride[d], padding[d], extra[d], dilation[d]) < 1:
            size += 1
        sizes.append(size)
    arguments: dict[str, Any] = {
        "out_channels": channels_out,
        "kernel_size": spelled(draw, kernel),
        "stride": spelled(draw, stride),
        "padding": spelled(draw, padding),
        "output_padding": spelled(draw, extra),
        "groups": groups,
        "bias": draw(st.booleans()),
        "dilation": spelled(draw, dilation),
    }
    example = convolution_example(draw, name, arguments, channels_in, tuple(sizes))
    if draw(st.booleans()):
        return example
    wanted = [
        transposed_size(sizes[d], kernel[d], stride[d], padding[d], 0, dilation[d])
        + draw(st.integers(0, stride[d] - 1))
        for d in range(dims)
    ]
    if any(size < 1 for size in wanted):
        return example
    lead = draw(st.sampled_from([(), example.inputs[0].shape[:-dims]]))
    return replace(example, call={"output_size": [*lead, *wanted]})


def convolution_example(
    draw: Draw, name: str, arguments: dict[str, Any], channels: int, sizes: tuple[int, ...]
) -> Example:
    if not name.startswith("Lazy"):
        arguments = {"in_channels": channels, **arguments}
    x = tensor(draw, (channels,), sizes)
    arguments["dtype"] = x.dtype
    return Example(name, arguments, (x,))


def wrong_channels(draw: Draw, example: Example) -> Example:
    shape = list(example.inputs[0].shape)
    dims = int(example.layer[-2])
    shape[-dims - 1] += draw(st.integers(1, 3))
    return example.but("other channels", tuple(shape))


def groups_not_dividing(draw: Draw, example: Example) -> Example:
    name = draw(st.sampled_from([n for n in ("in_channels", "out_channels") if n in example.arguments]))
    return example.but("groups do not divide", groups=2, **{name: 2 * example.arguments[name] + 1})


def output_padding_too_big(draw: Draw, example: Example) -> Example:
    arguments, dims = example.arguments, int(example.layer[-2])
    most = max(*as_tuple(arguments["stride"], dims), *as_tuple(arguments["dilation"], dims))
    return example.but("output_padding too big", call={}, output_padding=most + draw(st.integers(0, 2)))


def bad_output_size(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    wanted = draw(st.sampled_from([(1,) * dims, (50,) * dims, (3,) * (dims + 3), ()]))
    return example.but("output_size out of range", call={"output_size": wanted})


def window_without_room(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    size = draw(st.integers(1, 3))
    return example.but(
        "no room for the window",
        resized(example, dims, (size,) * dims),
        kernel_size=size + 5,
        padding=draw(st.integers(0, 1)),
        dilation=1,
    )


def too_much_padding(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    return example.but(
        "padding too big",
        resized(example, dims, (2,) * dims),
        call={},
        padding=draw(st.integers(3, 6)),
        padding_mode="reflect",
    )


def transposed_to_nothing(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    return example.but(
        "nothing left",
        resized(example, dims, (1,) * dims),
        call={},
        padding=draw(st.integers(5, 7)),
        output_padding=0,
        dilation=1,
    )


def same_with_stride(draw: Draw, example: Example) -> Example:
    return example.but("padding same with a stride", padding="same", stride=2)


def unknown_padding(draw: Draw, example: Example) -> Example:
    change = draw(st.sampled_from([{"padding": "full"}, {"padding_mode": "mirror"}]))
    return example.but("an unknown padding or padding mode", **change)


def input_of_other_type(draw: Draw, example: Example) -> Example:
    return replace(example, inputs=tuple(replace(x, dtype=draw(st.sampled_from(["float16", "int64", "complex64", "float64", "float32"]))) for x in example.inputs), fault="an input of another type")  # fmt: skip


SHAPE_FAULTS: tuple[Fault, ...] = (fewer_dimensions, more_dimensions, empty_dimension)
CONV_FAULTS: tuple[Fault, ...] = (
    *SHAPE_FAULTS,
    out_of_range("kernel_size", "stride", "dilation", "groups"),
    out_of_range("padding"),
    input_of_other_type,
)
CONV_FAULTS += (
    groups_not_dividing,
    not_an_int("stride", "dilation"),
    wrong_length("kernel_size", "stride", "dilation"),
)


def _register_convolutions(dims: int) -> None:
    for lazy in ("", "Lazy"):
        channels: tuple[Fault, ...] = () if lazy else (wrong_channels,)

        def plain(draw: Draw, name: str = f"{lazy}Conv{dims}d") -> Example:
            return convolution(draw, name, dims)

        def transposed(draw: Draw, name: str = f"{lazy}ConvTranspose{dims}d") -> Example:
            return transposed_convolution(draw, name, dims)

        more: tuple[Fault, ...] = (window_without_room, too_much_padding, same_with_stride, unknown_padding)
        layer(f"{lazy}Conv{dims}d", (*CONV_FAULTS, *channels, *more))(plain)
        more = (output_padding_too_big, bad_output_size, transposed_to_nothing, unknown_padding)
        layer(f"{lazy}ConvTranspose{dims}d", (*CONV_FAULTS, *channels, *more))(transposed)


# Pools


def pool(draw: Draw, name: str, dims: int, dilated: bool, **more: Any) -> Example:
    kernel = kernel_sizes(draw, dims)
    dilation = per_dimension(draw, dims, 1, 2) if dilated else (1,) * dims
    padded = "LP" not in name
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel) if padded else (0,) * dims
    stride = per_dimension(draw, dims, 1, 4)
    spans = tuple(window_span(k, d) for k, d in zip(kernel, dilation))
    least = kernel if name == "AvgPool3d" or name == "LPPool3d" else (1,) * dims
    sizes = sizes_for(draw, spans, padding, least)
    arguments: dict[str, Any] = {"kernel_size": spelled(draw, kernel), "ceil_mode": draw(st.booleans()), **more}
    if name == "LPPool1d":
        arguments["kernel_size"] = kernel[0]
    if draw(st.booleans()):
        arguments["stride"] = spelled(draw, stride)
    if padded:
        arguments["padding"] = spelled(draw, padding)
    if dilated:
        arguments["dilation"] = spelled(draw, dilation)
    steps = as_tuple(arguments.get("stride", kernel), dims)
    for d, size in enumerate(sizes):
        if pool_window_count(size, kernel[d], steps[d], padding[d], dilation[d], arguments["ceil_mode"]) < 1:
            return Example(name, arguments, (tensor(draw, (2,), sizes),), fault="no window by ceil_mode")
    return Example(name, arguments, (tensor(draw, (draw(st.integers(1, 3)),), sizes),))


def padding_over_half(draw: Draw, example: Example) -> Example:
    kernel = max(as_tuple(example.arguments["kernel_size"], 1))
    return example.but("padding over half the kernel", padding=kernel // 2 + draw(st.integers(1, 2)))


def pool_without_room(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    padding: dict[str, Any] = {"padding": 0} if "padding" in example.arguments else {}
    size = draw(st.integers(1, 3))
    return example.but(
        "no room for the window",
        resized(example, dims, (size,) * dims),
        kernel_size=size + draw(st.integers(1, 4)),
        **padding,
    )


POOL_FAULTS: tuple[Fault, ...] = (
    *SHAPE_FAULTS,
    wrong_type,
    pool_without_room,
    not_an_int("kernel_size", "stride"),
    out_of_range("kernel_size", "stride"),
)


def unpool(draw: Draw, name: str, dims: int) -> Example:
    kernel, stride = kernel_sizes(draw, dims), per_dimension(draw, dims, 1, 3)
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    sizes = []
    for d in range(dims):
        size = draw(st.integers(1, 4))
        while transposed_size(size, kernel[d], stride[d], padding[d]) < 1:
            size += 1
        sizes.append(size)
    arguments = {
        "kernel_size": spelled(draw, kernel),
        "stride": spelled(draw, stride),
        "padding": spelled(draw, padding),
    }
    x = tensor(draw, (draw(st.integers(1, 3)),), tuple(sizes))
    example = Example(name, arguments, (x, replace(x, dtype="int64")))
    if draw(st.booleans()):
        return example
    wanted = []
    for d in range(dims):
        natural = transposed_size(sizes[d], kernel[d], stride[d], padding[d])
        wanted.append(natural + draw(st.integers(max(1 - stride[d], 1 - natural), stride[d] - 1)))
    lead = draw(st.sampled_from([(), (2, 2)]))
    return replace(example, call={"output_size": (*lead, *wanted)})


def other_indices(draw: Draw, example: Example) -> Example:
    x, indices = example.inputs
    changed = draw(
        st.sampled_from([replace(indices, dtype="int32"), Given((*indices.shape[:-1], indices.shape[-1] + 1), "int64")])
    )
    return replace(example, inputs=(x, changed), fault="other indices")


def unpool_to_nothing(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    return example.but("nothing left", resized(example, dims, (1,) * dims), call={}, padding=draw(st.integers(5, 7)))


def adaptive_pool(draw: Draw, name: str, dims: int, keeps: bool) -> Example:
    target: Any = per_dimension(draw, dims, 1, 4)
    if keeps and draw(st.booleans()):
        target = tuple(draw(st.sampled_from([None, size])) for size in target)
    elif draw(st.booleans()):
        target = spelled(draw, target)
    arguments: dict[str, Any] = {"output_size": target}
    if "Max" in name:
        arguments["return_indices"] = draw(st.booleans())
    x = tensor(draw, (draw(st.integers(1, 3)),), per_dimension(draw, dims, 1, 6 if dims < 3 else 4))
    return Example(name, arguments, (x,))


def fractional_pool(draw: Draw, name: str, dims: int) -> Example:
    kernel, target = kernel_sizes(draw, dims, 3), per_dimension(draw, dims, 1, 3)
    sizes = tuple(k + t + draw(st.integers(0, 3)) for k, t in zip(kernel, target))
    arguments: dict[str, Any] = {"kernel_size": spelled(draw, kernel), "return_indices": draw(st.booleans())}
    if draw(st.booleans()):
        arguments["output_size"] = spelled(draw, target)
    else:
        ratios = tuple((t + 0.5) / size for t, size in zip(target, sizes))
        arguments["output_ratio"] = ratios
    return Example(name, arguments, (tensor(draw, (draw(st.integers(1, 3)),), sizes),))


def fractional_arguments(draw: Draw, example: Example) -> Example:
    changes = draw(
        st.sampled_from(
            [
                {"output_size": None, "output_ratio": None},
                {"output_size": 2, "output_ratio": 0.5},
                {"output_size": None, "output_ratio": 1.0},
            ]
        )
    )
    return example.but("output_size and output_ratio", **changes)


def fractional_without_room(draw: Draw, example: Example) -> Example:
    dims = int(example.layer[-2])
    return example.but(
        "no room for the window",
        resized(example, dims, (3,) * dims),
        output_size=2,
        output_ratio=None,
        kernel_size=draw(st.integers(2, 4)),
    )


def _register_pools(dims: int) -> None:
    def max_pool(draw: Draw) -> Example:
        return pool(draw, f"MaxPool{dims}d", dims, True, return_indices=draw(st.booleans()))

    def avg_pool(draw: Draw) -> Example:
        return pool(draw, f"AvgPool{dims}d", dims, False, count_include_pad=draw(st.booleans()))

    def lp_pool(draw: Draw) -> Example:
        return pool(draw, f"LPPool{dims}d", dims, False, norm_type=draw(st.sampled_from([1, 2, 2.5, float("inf")])))

    def max_unpool(draw: Draw) -> Example:
        return unpool(draw, f"MaxUnpool{dims}d", dims)

    def adaptive_avg(draw: Draw) -> Example:
        return adaptive_pool(draw, f"AdaptiveAvgPool{dims}d", dims, dims > 1)

    def adaptive_max(draw: Draw) -> Example:
        return adaptive_pool(draw, f"AdaptiveMaxPool{dims}d", dims, dims > 1)

    def fractional(draw: Draw) -> Example:
        return fractional_pool(draw, f"FractionalMaxPool{dims}d", dims)

    layer(
        f"MaxPool{dims}d",
        (
            *POOL_FAULTS,
            padding_over_half,
            out_of_range("dilation"),
            wrong_length("kernel_size", "stride", "padding", "dilation"),
        ),
    )(max_pool)
    layer(f"AvgPool{dims}d", (*POOL_FAULTS, padding_over_half, wrong_length("kernel_size", "stride", "padding")))(
        avg_pool
    )
    layer(f"LPPool{dims}d", POOL_FAULTS)(lp_pool)
    layer(f"MaxUnpool{dims}d", (*SHAPE_FAULTS, bad_output_size, other_indices, unpool_to_nothing))(max_unpool)
    adaptive_faults = (
        *SHAPE_FAULTS,
        wrong_type,
        out_of_range("output_size"),
        wrong_length("output_size"),
        not_an_int("output_size"),
    )
    layer(f"AdaptiveAvgPool{dims}d", adaptive_faults)(adaptive_avg)
    layer(f"AdaptiveMaxPool{dims}d", adaptive_faults)(adaptive_max)
    if dims > 1:
        layer(f"FractionalMaxPool{dims}d", (*SHAPE_FAULTS, wrong_type, fractional_arguments, fractional_without_room))(
            fractional
        )


# Pads

PAD_KINDS = {
    "CircularPad": "circular",
    "ConstantPad": "constant",
    "ReflectionPad": "reflect",
    "ReplicationPad": "replicate",
    "ZeroPad": "constant",
}


def padding_layer(draw: Draw, kind: str, dims: int) -> Example:
    mode = PAD_KINDS[kind]
    sizes = per_dimension(draw, dims, 1, 5)
    padding: list[int] = []
    for size in reversed(sizes):
        most = {"circular": size, "reflect": size - 1}.get(mode, 4)
        before = draw(st.integers(min(1 - size, 0), most))
        if mode == "circular" and before < 0:
            most = 0  # taking away at one end and adding at the other is refused for some shapes
        least = 0 if mode == "circular" and before > 0 else min(1 - size - min(before, 0), 0)
        padding += [before, draw(st.integers(least, most))]
    if draw(st.booleans()):
        padding = [draw(st.integers(0, min({"circular": min(sizes), "reflect": min(sizes) - 1}.get(mode, 4), 4)))] * (
            2 * dims
        )
    arguments: dict[str, Any] = {"padding": spelled(draw, tuple(padding))}
    if kind == "ConstantPad":
        arguments["value"] = draw(st.sampled_from([0, 1.5, -2.0]))
    x = tensor(draw, (draw(st.integers(1, 3)),), sizes, ("float32", "int64"))
    return Example(f"{kind}{dims}d", arguments, (x,))


def pad_too_much(draw: Draw, example: Example) -> Example:
    sizes = example.inputs[0].shape[-int(example.layer[-2]) :]
    return example.but("padding too big", padding=max(sizes) + draw(st.integers(0, 3)))


def pad_to_nothing(draw: Draw, example: Example) -> Example:
    """With a batch: of an empty one PyTorch 2.13 makes a tensor with a negative size."""
    shape = example.inputs[0].shape
    sizes = shape[-int(example.layer[-2]) :]
    return example.but(
        "nothing left", tuple(max(size, 1) for size in shape), padding=-(max(sizes) // 2) - draw(st.integers(0, 3))
    )


def _register_pads(kind: str, dims: int) -> None:
    def valid(draw: Draw) -> Example:
        return padding_layer(draw, kind, dims)

    layer(
        f"{kind}{dims}d",
        (*SHAPE_FAULTS, pad_too_much, pad_to_nothing, wrong_length("padding"), not_an_int("padding"), wrong_type),
    )(valid)


# Resampling

MODES = {1: ("nearest", "nearest-exact", "linear", "area"), 2: ("nearest", "nearest-exact", "bilinear", "bicubic", "area"), 3: ("nearest", "nearest-exact", "trilinear", "area")}  # fmt: skip
SCALES = st.one_of(st.sampled_from([0.5, 1, 2, 3, 1.5, 0.1, 0.7, 1.1, 1 / 3]), st.floats(0.3, 3))


def target_arguments(draw: Draw, dims: int, sizes: tuple[int, ...]) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"size": spelled(draw, per_dimension(draw, dims, 1, 6))}
    scale = draw(SCALES)
    if int(min(sizes) * scale) < 1:
        scale = 2
    return {"scale_factor": scale if draw(st.booleans()) else (scale,) * dims}


def type_without_kernel(draw: Draw, example: Example) -> Example:
    """Not uint8: PyTorch 2.13 takes it and then fails in an assertion of its own for some layouts."""
    dtype = draw(st.sampled_from(["int64", "bool", "complex64"]))
    return replace(example, inputs=tuple(replace(x, dtype=dtype) for x in example.inputs), fault=f"an input of {dtype}")


@layer("Upsample", (*SHAPE_FAULTS, type_without_kernel, out_of_range("size")))
def upsample(draw: Draw) -> Example:
    dims = draw(st.integers(1, 3))
    sizes = per_dimension(draw, dims, 1, 5)
    mode = draw(st.sampled_from(MODES[dims]))
    arguments = {**target_arguments(draw, dims, sizes), "mode": mode}
    if "linear" in mode or "cubic" in mode:
        arguments["align_corners"] = draw(st.sampled_from([None, True, False]))
    if "scale_factor" in arguments:
        arguments["recompute_scale_factor"] = draw(st.sampled_from([None, True, False]))
    return Example("Upsample", arguments, (batched(tensor(draw, (draw(st.integers(1, 3)),), sizes), dims),))


def batched(x: Given, dims: int) -> Given:
    """Resampling always wants a batch."""
    return x if len(x.shape) == dims + 2 else row_major(replace(x, shape=(1, *x.shape)))


def _register_upsampling_2d(name: str) -> None:
    def valid(draw: Draw) -> Example:
        sizes = per_dimension(draw, 2, 1, 5)
        return Example(
            name, target_arguments(draw, 2, sizes), (batched(tensor(draw, (draw(st.integers(1, 3)),), sizes), 2),)
        )

    layer(name, (*SHAPE_FAULTS, type_without_kernel, out_of_range("size"), both_or_none))(valid)


def both_or_none(draw: Draw, example: Example) -> Example:
    return example.but("size and scale_factor", **draw(st.sampled_from([{"size": None, "scale_factor": None}, {"size": 3, "scale_factor": 2.0}, {"size": (2, 2, 2), "scale_factor": None}])))  # fmt: skip


# Folding


def fold_settings(draw: Draw) -> tuple[dict[str, Any], list[tuple[int, ...]]]:
    kernel, dilation = kernel_sizes(draw, 2, 3), per_dimension(draw, 2, 1, 2)
    padding, stride = per_dimension(draw, 2, 0, 2), per_dimension(draw, 2, 1, 3)
    values = [kernel, dilation, padding, stride]
    return {name: spelled(draw, v) for name, v in zip(("kernel_size", "dilation", "padding", "stride"), values)}, values


FOLD_FAULTS: tuple[Fault, ...] = (
    *SHAPE_FAULTS, wrong_type, out_of_range("kernel_size", "dilation", "stride"), wrong_length("kernel_size", "dilation", "padding", "stride"),
    not_an_int("kernel_size", "stride"),
)  # fmt: skip


def unfold_without_room(draw: Draw, example: Example) -> Example:
    return example.but(
        "no room for the window",
        resized(example, 2, (2, 3)),
        kernel_size=draw(st.integers(4, 6)),
        padding=0,
        dilation=1,
    )


@layer("Unfold", (*FOLD_FAULTS, unfold_without_room, out_of_range("padding")))
def unfold(draw: Draw) -> Example:
    arguments, (kernel, dilation, padding, _) = fold_settings(draw)
    spans = tuple(window_span(k, d) for k, d in zip(kernel, dilation))
    sizes = sizes_for(draw, spans, padding, (1, 1))
    return Example("Unfold", arguments, (tensor(draw, (draw(st.integers(1, 3)),), sizes),))


def other_block_count(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    change = draw(st.sampled_from([(shape[-2], shape[-1] + 1), (shape[-2] + 1, shape[-1])]))
    return example.but("blocks or channels do not fit", (*shape[:-2], *change))


@layer("Fold", (*FOLD_FAULTS, other_block_count, out_of_range("output_size"), wrong_length("output_size")))
def fold(draw: Draw) -> Example:
    arguments, (kernel, dilation, padding, stride) = fold_settings(draw)
    spans = tuple(window_span(k, d) for k, d in zip(kernel, dilation))
    sizes = sizes_for(draw, spans, padding, (1, 1))
    blocks = [conv_output_size(sizes[d], kernel[d], stride[d], padding[d], dilation[d]) for d in (0, 1)]
    columns = draw(st.integers(1, 2)) * kernel[0] * kernel[1]
    return Example(
        "Fold",
        {"output_size": spelled(draw, sizes), **arguments},
        (tensor(draw, (columns,), (blocks[0] * blocks[1],)),),
    )


def other_factor(name: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        return example.but("a factor that does not divide", **{name: draw(st.sampled_from([7, 0, -1]))})

    return fault


@layer("PixelShuffle", (*SHAPE_FAULTS, other_factor("upscale_factor"), not_an_int("upscale_factor"), wrong_type))
def pixel_shuffle(draw: Draw) -> Example:
    r = draw(st.integers(1, 3))
    return Example(
        "PixelShuffle",
        {"upscale_factor": r},
        (tensor(draw, (draw(st.integers(1, 2)) * r * r,), per_dimension(draw, 2, 1, 4)),),
    )


@layer("PixelUnshuffle", (*SHAPE_FAULTS, other_factor("downscale_factor"), not_an_int("downscale_factor"), wrong_type))
def pixel_unshuffle(draw: Draw) -> Example:
    r = draw(st.integers(1, 3))
    sizes = tuple(r * size for size in per_dimension(draw, 2, 1, 3))
    return Example("PixelUnshuffle", {"downscale_factor": r}, (tensor(draw, (draw(st.integers(1, 3)),), sizes),))


@layer("ChannelShuffle", (*SHAPE_FAULTS, other_factor("groups"), not_an_int("groups"), wrong_type))
def channel_shuffle(draw: Draw) -> Example:
    groups = draw(st.integers(1, 3))
    shape = (
        draw(st.integers(1, 3)),
        groups * draw(st.integers(1, 3)),
        *per_dimension(draw, draw(st.integers(1, 3)), 1, 4),
    )
    order = draw(st.sampled_from([None, (0, *range(2, len(shape)), 1)]))
    return Example("ChannelShuffle", {"groups": groups}, (Given(shape, "float32", order),))


for _dims in (1, 2, 3):
    _register_convolutions(_dims)
    _register_pools(_dims)
    for _kind in PAD_KINDS:
        _register_pads(_kind, _dims)
for _name in ("UpsamplingNearest2d", "UpsamplingBilinear2d"):
    _register_upsampling_2d(_name)
