"""Examples of affine layers, of layers that only reshape, and of distances."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .pointwise_layers import any_shape, mixed_types
from .strategies import (
    Draw,
    Example,
    Given,
    empty_dimension,
    fewer_dimensions,
    laid_out,
    layer,
    more_dimensions,
    other_rank,
    other_size,
    other_type,
    setting,
    wrong_type,
)


def other_features(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    return example.but("other features", (*shape[:-1], shape[-1] + draw(st.integers(1, 3))))


def no_dimension(draw: Draw, example: Example) -> Example:
    return example.but("no dimension", ())


LINEAR_FAULTS = (
    wrong_type,
    mixed_types,
    other_features,
    no_dimension,
    empty_dimension,
    setting(in_features=(-1, 1.5), out_features=(-2, 2.0)),
)


@layer("Linear", LINEAR_FAULTS)
def linear(draw: Draw) -> Example:
    x = laid_out(draw, (*any_shape(draw, 0, 3), draw(st.integers(1, 5))))
    arguments = {"in_features": x.shape[-1], "out_features": draw(st.integers(0, 5)), "bias": draw(st.booleans())}
    return Example("Linear", {**arguments, "dtype": x.dtype}, (x,))


@layer("LazyLinear", (wrong_type, mixed_types, no_dimension, empty_dimension, setting(out_features=(-2,))))
def lazy_linear(draw: Draw) -> Example:
    x = laid_out(draw, (*any_shape(draw, 0, 3), draw(st.integers(1, 5))))
    arguments = {"out_features": draw(st.integers(1, 5)), "bias": draw(st.booleans())}
    return Example("LazyLinear", {**arguments, "dtype": x.dtype}, (x,))


@layer(
    "Bilinear",
    (
        wrong_type,
        other_size(0, 1),
        other_rank(0, 1),
        other_type(0, 1),
        setting(in1_features=(0, -1, 7), out_features=(-1,)),
    ),
)
def bilinear(draw: Draw) -> Example:
    lead = any_shape(draw, 0, 2, low=1)
    x = laid_out(draw, (*lead, draw(st.integers(1, 4))))
    y = Given((*lead, draw(st.integers(1, 4))), x.dtype)
    arguments = {"in1_features": x.shape[-1], "in2_features": y.shape[-1], "out_features": draw(st.integers(1, 4))}
    return Example("Bilinear", {**arguments, "bias": draw(st.booleans()), "dtype": x.dtype}, (x, y))


@layer("Identity", (wrong_type, fewer_dimensions))
def identity(draw: Draw) -> Example:
    arguments = draw(st.sampled_from([{}, {"unused": 3, "also": "unused"}]))
    return Example("Identity", arguments, (laid_out(draw, any_shape(draw)),))


@layer(
    "AdaptiveLogSoftmaxWithLoss",
    (
        other_size(0, 1),
        other_rank(0, 1),
        other_type(0, 1),
        setting(cutoffs=((), (3, 2), (0, 2), (1, 99), (2, 2)), n_classes=(1,), in_features=(99,)),
    ),
)
def adaptive_log_softmax(draw: Draw) -> Example:
    cutoffs = sorted(draw(st.sets(st.integers(1, 6), min_size=1, max_size=3)))
    features = draw(st.integers(4, 8))
    lead = draw(st.sampled_from([(), (1,), (3,)]))
    x = Given((*lead, features), draw(st.sampled_from(["float32", "float64"])))
    arguments: dict[str, Any] = {
        "in_features": features,
        "n_classes": cutoffs[-1] + draw(st.integers(1, 3)),
        "cutoffs": cutoffs,
    }
    arguments |= {"div_value": draw(st.sampled_from([2.0, 1, 1.5])), "head_bias": draw(st.booleans()), "dtype": x.dtype}
    return Example("AdaptiveLogSoftmaxWithLoss", arguments, (x, Given(lead, "int64")))


# Reshaping


@layer("Flatten", (fewer_dimensions, setting(start_dim=(6, -7), end_dim=(6, -7))))
def flatten(draw: Draw) -> Example:
    x = laid_out(draw, any_shape(draw, 1, 4), ("float32", "int64"))
    rank = len(x.shape)
    start = draw(st.integers(0, rank - 1))
    end = draw(st.integers(start, rank - 1))
    arguments = {
        "start_dim": start - draw(st.sampled_from([0, rank])),
        "end_dim": end - draw(st.sampled_from([0, rank])),
    }
    return Example("Flatten", arguments, (x,))


@layer("Unflatten", (no_dimension, setting(dim=(6, -7, 1.5), unflattened_size=((5, 7), (), (-1, -1), 3, (1.5, 2)))))
def unflatten(draw: Draw) -> Example:
    parts = any_shape(draw, 1, 3, low=1)
    before, after = any_shape(draw, 0, 2), any_shape(draw, 0, 1)
    product = 1
    for part in parts:
        product *= part
    x = laid_out(draw, (*before, product, *after), ("float32", "int64"))
    spelled = list(parts)
    if draw(st.booleans()):
        spelled[draw(st.integers(0, len(parts) - 1))] = -1
    dim = len(before) - draw(st.sampled_from([0, len(x.shape)]))
    return Example(
        "Unflatten", {"dim": dim, "unflattened_size": draw(st.sampled_from([tuple(spelled), spelled]))}, (x,)
    )


# Distances


def two_alike(draw: Draw, least: int) -> tuple[Given, Given]:
    """Two tensors whose shapes broadcast."""
    x = laid_out(draw, any_shape(draw, least, 3, low=1))
    shape = tuple(draw(st.sampled_from([size, size, 1])) for size in x.shape)
    return x, Given(shape, x.dtype)


@layer(
    "PairwiseDistance",
    (wrong_type, other_size(0, 1), other_type(0, 1), no_dimension, setting(p=("two",), keepdim=("yes",))),
)
def pairwise_distance(draw: Draw) -> Example:
    arguments = {"p": draw(st.sampled_from([2.0, 1, 0, 3.5, float("inf")])), "keepdim": draw(st.booleans())}
    return Example("PairwiseDistance", arguments, two_alike(draw, 1))


@layer(
    "CosineSimilarity",
    (wrong_type, other_size(0, 1), other_type(0, 1), no_dimension, setting(dim=(5, -6, 1.5)), more_dimensions),
)
def cosine_similarity(draw: Draw) -> Example:
    inputs = two_alike(draw, 1)
    rank = len(inputs[0].shape)
    return Example(
        "CosineSimilarity",
        {"dim": draw(st.integers(-rank, rank - 1)), "eps": draw(st.sampled_from([1e-8, 1e-3]))},
        inputs,
    )
