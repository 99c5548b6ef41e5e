"""Examples of the losses: of elements, of classes, of pairs and triplets, of sequences."""

from __future__ import annotations

from dataclasses import replace
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

REDUCTIONS = ("mean", "sum", "none")
OTHER_REDUCTION = setting(reduction=("median", "None"))


def reduction(draw: Draw) -> dict[str, Any]:
    return {"reduction": draw(st.sampled_from(REDUCTIONS))}


def both_of(dtype: str) -> Fault:
    def fault(draw: Draw, example: Example) -> Example:
        inputs = tuple(replace(x, dtype=dtype) if isinstance(x, Given) else x for x in example.inputs)
        return replace(example, inputs=inputs, fault=f"all of {dtype}")

    return fault


PAIR_FAULTS: tuple[Fault, ...] = (
    other_size(0, 1), other_rank(0, 1), other_type(0, 1), both_of("int64"), both_of("bool"), OTHER_REDUCTION,
)  # fmt: skip


# Losses of elements: input and target alike

ELEMENT_SETTINGS: dict[str, dict[str, tuple[Any, ...]]] = {
    "L1Loss": {},
    "MSELoss": {},
    "SmoothL1Loss": {"beta": (1.0, 0.5, 0.0)},
    "HuberLoss": {"delta": (1.0, 0.5)},
    "KLDivLoss": {"log_target": (False, True)},
    "PoissonNLLLoss": {"log_input": (True, False), "full": (False, True)},
    "BCELoss": {},
    "BCEWithLogitsLoss": {},
    "SoftMarginLoss": {},
    "HingeEmbeddingLoss": {"margin": (1.0, 0.5)},
    "MultiLabelSoftMarginLoss": {},
}
ELEMENT_FAULTS = {"SmoothL1Loss": setting(beta=(-1.0,)), "HuberLoss": setting(delta=(0.0, -1, "one"))}
WEIGHTED = ("BCELoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss")


def other_weight(draw: Draw, example: Example) -> Example:
    x = example.inputs[0]
    size = (x.shape[-1] if x.shape else 1) + 2
    return example.but("a weight of another size", weight=Given((size,), x.dtype))


def _register_elements(name: str) -> None:
    def valid(draw: Draw) -> Example:
        least = 1 if name == "MultiLabelSoftMarginLoss" else 0
        x = laid_out(draw, any_shape(draw, least, 3))
        arguments = {
            **reduction(draw),
            **{n: draw(st.sampled_from(choices)) for n, choices in ELEMENT_SETTINGS[name].items()},
        }
        if name in WEIGHTED and x.shape and draw(st.booleans()):
            arguments["weight"] = Given(x.shape[-1:], x.dtype)
        if name == "BCEWithLogitsLoss" and x.shape and draw(st.booleans()):
            arguments["pos_weight"] = Given(x.shape[-1:], x.dtype)
        return Example(name, arguments, (x, Given(x.shape, x.dtype)))

    more = (ELEMENT_FAULTS[name],) if name in ELEMENT_FAULTS else ()
    layer(name, (*PAIR_FAULTS, *more, *((other_weight,) if name in WEIGHTED else ())))(valid)


@layer("GaussianNLLLoss", (other_size(0, 1, 2), other_rank(0, 1, 2), other_type(0, 1, 2), OTHER_REDUCTION))
def gaussian_nll(draw: Draw) -> Example:
    x = laid_out(draw, any_shape(draw, 1, 3))
    var = draw(st.sampled_from([x.shape, x.shape[:-1], (*x.shape[:-1], 1)]))
    arguments = {**reduction(draw), "full": draw(st.booleans())}
    return Example("GaussianNLLLoss", arguments, (x, Given(x.shape, x.dtype), Given(var, x.dtype)))


# Losses of classes


def class_weight(draw: Draw, classes: int, dtype: str) -> dict[str, Any]:
    return {"weight": Given((classes,), dtype, fill=1)} if draw(st.booleans()) else {}


def other_class_weight(draw: Draw, example: Example) -> Example:
    x = example.inputs[0]
    return example.but("a weight of another size", weight=Given((sum(x.shape) + 1,), x.dtype))


def scores(draw: Draw, most: int) -> tuple[Given, tuple[int, ...]]:
    """(C,), (N, C) or (N, C, *), and the shape without C."""
    shape = any_shape(draw, 1, most, low=1)
    x = laid_out(draw, shape)
    return x, shape[:0] if len(shape) == 1 else (shape[0], *shape[2:])


CLASS_FAULTS: tuple[Fault, ...] = (
    other_size(0, 1),
    other_rank(0, 1),
    other_type(0, 1),
    OTHER_REDUCTION,
    other_class_weight,
)


def _register_classes(name: str) -> None:
    def valid(draw: Draw) -> Example:
        x, places = scores(draw, 4)
        classes = x.shape[0 if len(x.shape) == 1 else 1]
        arguments = {
            **reduction(draw),
            **class_weight(draw, classes, x.dtype),
            "ignore_index": draw(st.sampled_from([-100, 0])),
        }
        target = Given(places, "int64")
        if name == "CrossEntropyLoss":
            arguments["label_smoothing"] = draw(st.sampled_from([0.0, 0.1]))
            if draw(st.booleans()):
                target = Given(x.shape, x.dtype)
                arguments["ignore_index"] = -100
        return Example(name, arguments, (x, target))

    more = (setting(label_smoothing=(1.5, -0.1)),) if name == "CrossEntropyLoss" else ()
    layer(name, (*CLASS_FAULTS, *more))(valid)


@layer(
    "LinearCrossEntropyLoss",
    (
        other_size(0, 1),
        other_rank(0, 1),
        other_type(1),
        OTHER_REDUCTION,
        setting(in_features=(9,), label_smoothing=(2.0,), weight=(Given((9,)),)),
    ),
)
def linear_cross_entropy(draw: Draw) -> Example:
    features, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    lead = (draw(st.integers(1, 3)),) if draw(st.booleans()) else ()
    arguments = {"in_features": features, "num_classes": classes, "bias": draw(st.booleans()), **reduction(draw)}
    return Example("LinearCrossEntropyLoss", arguments, (Given((*lead, features)), Given(lead, "int64")))


def _register_margins(name: str) -> None:
    several = name == "MultiLabelMarginLoss"

    def valid(draw: Draw) -> Example:
        x, places = scores(draw, 2)
        arguments = reduction(draw)
        if not several:
            arguments |= {"p": draw(st.sampled_from([1, 2])), **class_weight(draw, x.shape[-1], x.dtype)}
        return Example(name, arguments, (x, Given(x.shape if several else places, "int64")))

    faults = (other_size(0, 1), other_rank(0, 1), other_type(0, 1), OTHER_REDUCTION)
    layer(name, faults if several else (*faults, setting(p=(3, 0)), other_class_weight))(valid)


# Pairs, triplets, ranks


@layer("CosineEmbeddingLoss", (other_size(0, 1, 2), other_rank(0, 1, 2), other_type(0, 1, 2), OTHER_REDUCTION))
def cosine_embedding(draw: Draw) -> Example:
    lead = draw(st.sampled_from([(), (1,), (3,)]))
    x = laid_out(draw, (*lead, draw(st.integers(1, 3))))
    target = Given(lead, draw(st.sampled_from(["int64", x.dtype])), fill=1)
    return Example(
        "CosineEmbeddingLoss",
        {**reduction(draw), "margin": draw(st.sampled_from([0.0, 0.5]))},
        (x, Given(x.shape, x.dtype), target),
    )


@layer("MarginRankingLoss", (other_size(0, 1, 2), other_rank(0, 1, 2), other_type(0, 1, 2), OTHER_REDUCTION))
def margin_ranking(draw: Draw) -> Example:
    x = laid_out(draw, any_shape(draw, 0, 3))
    return Example(
        "MarginRankingLoss",
        {**reduction(draw), "margin": 0.5},
        (x, Given(x.shape, x.dtype), Given(x.shape, x.dtype, fill=1)),
    )


def _register_triplets(name: str) -> None:
    def valid(draw: Draw) -> Example:
        x = laid_out(draw, any_shape(draw, 1, 3))
        arguments = {**reduction(draw), "margin": draw(st.sampled_from([1.0, 0.5])), "swap": draw(st.booleans())}
        if name == "TripletMarginLoss":
            arguments["p"] = draw(st.sampled_from([2.0, 1, 3]))
        return Example(name, arguments, (x, Given(x.shape, x.dtype), Given(x.shape, x.dtype)))

    layer(
        name,
        (other_size(0, 1, 2), other_rank(0, 1, 2), other_type(0, 1, 2), OTHER_REDUCTION, setting(margin=(0, -1.0))),
    )(valid)


# Sequences


def other_count(draw: Draw, example: Example) -> Example:
    at = draw(st.sampled_from([2, 3]))
    return (
        with_input(example, at, (*example.inputs[at], 1), "a length too many")
        if isinstance(example.inputs[at], tuple)
        else example
    )


@layer("CTCLoss", (other_rank(0), other_type(0), OTHER_REDUCTION, other_count, setting(blank=(99, -1))))
def ctc(draw: Draw) -> Example:
    steps, classes, longest = draw(st.integers(2, 5)), draw(st.integers(2, 4)), draw(st.integers(1, 2))
    batch = draw(st.integers(1, 3))
    x = Given((steps, batch, classes), draw(st.sampled_from(["float32", "float64"])))
    lengths = tuple(draw(st.integers(1, longest)) for _ in range(batch))
    targets = draw(st.sampled_from([(batch, longest), (sum(lengths),)]))
    arguments = {**reduction(draw), "zero_infinity": draw(st.booleans())}
    return Example("CTCLoss", arguments, (x, Given(targets, "int64", fill=1), (steps,) * batch, lengths))


for _name in ELEMENT_SETTINGS:
    _register_elements(_name)
for _name in ("NLLLoss", "NLLLoss2d", "CrossEntropyLoss"):
    _register_classes(_name)
for _name in ("MultiLabelMarginLoss", "MultiMarginLoss"):
    _register_margins(_name)
for _name in ("TripletMarginLoss", "TripletMarginWithDistanceLoss"):
    _register_triplets(_name)
