"""Examples of the layers that work on elements or along one dimension: activations, softmax, dropout."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from .strategies import Draw, Example, Fault, Given, laid_out, layer, setting, wrong_type


def any_shape(draw: Draw, least: int = 0, most: int = 4, low: int = 0) -> tuple[int, ...]:
    """A shape of some dimensions, seldom empty."""
    sizes = st.sampled_from([1, 2, 2, 3, 4, 0]) if low == 0 else st.integers(low, 4)
    return tuple(draw(sizes) for _ in range(draw(st.integers(least, most))))


def number(draw: Draw) -> float:
    return draw(st.sampled_from([0, 0.5, 1.0, -2.0, 3]))  # type: ignore[no-any-return]


# Activations: the settings of each


def _nothing(draw: Draw) -> dict[str, Any]:
    return {}


def _inplace(draw: Draw) -> dict[str, Any]:
    return {"inplace": draw(st.booleans())}


def _threshold(draw: Draw) -> dict[str, Any]:
    return {"threshold": number(draw), "value": number(draw), **_inplace(draw)}


def _hardtanh(draw: Draw) -> dict[str, Any]:
    low = number(draw)
    return {"min_val": low, "max_val": low + 1.5, **_inplace(draw)}


def _rrelu(draw: Draw) -> dict[str, Any]:
    return {
        "lower": draw(st.sampled_from([0.1, 0.125])),
        "upper": draw(st.sampled_from([0.2, 0.125])),
        **_inplace(draw),
    }


def _alpha(draw: Draw) -> dict[str, Any]:
    return {"alpha": draw(st.sampled_from([0.5, 1.0, 2])), **_inplace(draw)}


def _slope(draw: Draw) -> dict[str, Any]:
    return {"negative_slope": number(draw), **_inplace(draw)}


def _gelu(draw: Draw) -> dict[str, Any]:
    return {"approximate": draw(st.sampled_from(["none", "tanh"]))}


def _softplus(draw: Draw) -> dict[str, Any]:
    return {"beta": draw(st.sampled_from([1, 0.5])), "threshold": draw(st.sampled_from([20.0, 5]))}


def _lambd(draw: Draw) -> dict[str, Any]:
    return {"lambd": draw(st.sampled_from([0.5, 0, 1.0]))}


ACTIVATIONS: dict[str, tuple[Any, tuple[Fault, ...]]] = {
    "ReLU": (_inplace, ()),
    "ReLU6": (_inplace, ()),
    "SiLU": (_inplace, ()),
    "Mish": (_inplace, ()),
    "SELU": (_inplace, ()),
    "Hardsigmoid": (_inplace, ()),
    "Hardswish": (_inplace, ()),
    "Threshold": (_threshold, ()),
    "Hardtanh": (_hardtanh, (setting(max_val=(-2.0, -3)),)),
    "RReLU": (_rrelu, (setting(lower=(0.5, 2.0)),)),
    "ELU": (_alpha, (setting(alpha=("one",)),)),
    "CELU": (_alpha, (setting(alpha=(0.0,)),)),
    "LeakyReLU": (_slope, (setting(negative_slope=("steep",)),)),
    "Sigmoid": (_nothing, ()),
    "Tanh": (_nothing, ()),
    "LogSigmoid": (_nothing, ()),
    "Softsign": (_nothing, ()),
    "Tanhshrink": (_nothing, ()),
    "GELU": (_gelu, (setting(approximate=("erf", None)),)),
    "Softplus": (_softplus, (setting(beta=("one",)),)),
    "Hardshrink": (_lambd, (setting(lambd=("half",)),)),
    "Softshrink": (_lambd, (setting(lambd=(-0.5,)),)),
}


def _register_activation(name: str) -> None:
    settings, faults = ACTIVATIONS[name]

    def valid(draw: Draw) -> Example:
        return Example(name, settings(draw), (laid_out(draw, any_shape(draw)),), training=draw(st.booleans()))

    layer(name, (*faults, wrong_type))(valid)


@layer("GLU", (wrong_type, setting(dim=(4, -5)), lambda draw, example: example.but("an odd size", (3, 3, 3))))
def glu(draw: Draw) -> Example:
    shape = list(any_shape(draw, 1))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    shape[dim] *= 2
    return Example("GLU", {"dim": dim}, (laid_out(draw, tuple(shape)),))


def _other_channels(draw: Draw, example: Example) -> Example:
    count = example.arguments["num_parameters"]
    return example.but("other channels", (2, max(count, 2) + 1, 2), num_parameters=max(count, 2))


@layer("PReLU", (wrong_type, _other_channels, setting(num_parameters=(0, -1, 1.5))))
def prelu(draw: Draw) -> Example:
    shape = any_shape(draw)
    count = draw(st.sampled_from([1, shape[1] if len(shape) > 1 else 1]))
    x = laid_out(draw, shape)
    return Example("PReLU", {"num_parameters": count or 1, "dtype": x.dtype}, (x,))


# Along a dimension


def _register_softmax(name: str) -> None:
    def valid(draw: Draw) -> Example:
        x = laid_out(draw, any_shape(draw))
        last = max(len(x.shape), 1)
        return Example(name, {"dim": draw(st.sampled_from([None, *range(-last, last)]))}, (x,))

    layer(name, (wrong_type, setting(dim=(5, -6, 1.5))))(valid)


def _other_rank(draw: Draw, example: Example) -> Example:
    return example.but("another rank", draw(st.sampled_from([(), (2,), (2, 3), (1, 2, 2, 2, 2)])))


@layer("Softmax2d", (wrong_type, _other_rank))
def softmax2d(draw: Draw) -> Example:
    return Example("Softmax2d", {}, (laid_out(draw, any_shape(draw, 3, 4)),))


# Dropout

DROPOUT_RANKS = {"Dropout": (0, 4), "AlphaDropout": (0, 4), "FeatureAlphaDropout": (2, 4), "Dropout1d": (2, 3), "Dropout2d": (3, 4), "Dropout3d": (4, 5)}  # fmt: skip


def _outside_of_ranks(draw: Draw, example: Example) -> Example:
    return example.but("a rank that it has not", draw(st.sampled_from([(), (2,), (1, 2, 1, 2, 1, 2)])))


def _register_dropout(name: str) -> None:
    least, most = DROPOUT_RANKS[name]

    def valid(draw: Draw) -> Example:
        arguments = {"p": draw(st.sampled_from([0, 0.5, 1.0, 1])), "inplace": draw(st.booleans())}
        return Example(name, arguments, (laid_out(draw, any_shape(draw, least, most)),), training=draw(st.booleans()))

    faults = (wrong_type, setting(p=(-0.1, 1.5, "half")), _outside_of_ranks)
    layer(name, faults)(valid)


def mixed_types(draw: Draw, example: Example) -> Example:
    """An input of a type that the parameters are not of."""
    x: Given = example.inputs[0]
    dtype = {"float32": "float64"}.get(x.dtype, "float32")
    return replace(example, inputs=(replace(x, dtype=dtype), *example.inputs[1:]), fault=f"an input of {dtype}")


for _name in ACTIVATIONS:
    _register_activation(_name)
for _name in ("Softmax", "Softmin", "LogSoftmax"):
    _register_softmax(_name)
for _name in DROPOUT_RANKS:
    _register_dropout(_name)
