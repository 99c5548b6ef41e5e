"""Examples of the tables of rows: Embedding and EmbeddingBag."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .pointwise_layers import any_shape
from .strategies import (
    Draw,
    Example,
    Fault,
    Given,
    laid_out,
    layer,
    other_rank,
    other_size,
    other_type,
    setting,
    with_input,
)

INDICES = ("int64", "int32")


def table(draw: Draw) -> dict[str, Any]:
    rows = draw(st.integers(1, 5))
    return {
        "num_embeddings": rows,
        "embedding_dim": draw(st.integers(1, 4)),
        "max_norm": draw(st.sampled_from([None, None, 1.0])),
        "padding_idx": draw(st.sampled_from([None, None, *range(-rows, rows)])),
        "dtype": draw(st.sampled_from(["float32", "float64"])),
    }


def no_such_row(draw: Draw, example: Example) -> Example:
    rows = example.arguments["num_embeddings"]
    return example.but("padding_idx is no row", padding_idx=draw(st.sampled_from([rows, rows + 1, -rows - 1])))


NO_INDICES: Fault = other_type(0)


@layer("Embedding", (NO_INDICES, no_such_row, setting(num_embeddings=(-1, 1.5), embedding_dim=(-1, 2.0))))
def embedding(draw: Draw) -> Example:
    x = laid_out(draw, any_shape(draw, 0, 3), INDICES)
    if draw(st.booleans()):
        x = Given(x.shape, x.dtype)
    return Example("Embedding", table(draw), (x,))


def offsets_and_rows(draw: Draw, example: Example) -> Example:
    """Offsets with bags that are rows already, or none with a bag that is not."""
    if len(example.inputs) > 1:
        return Example(example.layer, example.arguments, example.inputs[:1], fault="no offsets")
    return Example(example.layer, example.arguments, (*example.inputs, Given((2,), "int64")), fault="offsets for rows")


def weights_of_another_shape(draw: Draw, example: Example) -> Example:
    shape = example.inputs[0].shape
    weights = Given((*shape[:-1], shape[-1] + 1), example.arguments["dtype"])
    return Example(
        example.layer,
        {**example.arguments, "mode": "sum"},
        example.inputs,
        {"per_sample_weights": weights},
        "weights of another shape",
    )


def weights_for_a_mean(draw: Draw, example: Example) -> Example:
    weights = Given(example.inputs[0].shape, example.arguments["dtype"])
    return Example(example.layer, {**example.arguments, "mode": draw(st.sampled_from(["mean", "max"]))}, example.inputs, {"per_sample_weights": weights}, "weights, but no sum")  # fmt: skip


def three_dimensions(draw: Draw, example: Example) -> Example:
    return with_input(example, 0, Given(draw(st.sampled_from([(), (1, 2, 2)])), "int64"), "no bags")


BAG_FAULTS = (
    NO_INDICES, no_such_row, offsets_and_rows, weights_of_another_shape, weights_for_a_mean, three_dimensions, other_rank(0), other_size(0),
    setting(mode=("median",), num_embeddings=(-1,), embedding_dim=(-1,)),
)  # fmt: skip


@layer("EmbeddingBag", BAG_FAULTS)
def embedding_bag(draw: Draw) -> Example:
    arguments = {**table(draw), "mode": draw(st.sampled_from(["sum", "mean", "max"])), "include_last_offset": False}
    dtype = draw(st.sampled_from(INDICES))
    if draw(st.booleans()):
        inputs = [Given((draw(st.integers(1, 3)), draw(st.integers(1, 4))), dtype)]
    else:
        last = draw(st.booleans())
        arguments["include_last_offset"] = last
        inputs = [Given((draw(st.integers(1, 4)),), dtype), Given((draw(st.integers(1 + last, 3)),), dtype)]
    call = {}
    if arguments["mode"] == "sum" and draw(st.booleans()):
        call = {"per_sample_weights": Given(inputs[0].shape, arguments["dtype"])}
    return Example("EmbeddingBag", arguments, tuple(inputs), call)
