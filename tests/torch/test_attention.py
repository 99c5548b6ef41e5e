"""Attention and transformers beside PyTorch's: every kind of mask, right and wrong, and inputs that do not fit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import convcalc.nn
from convcalc.tensor import Tensor, dtype_of, make

Spec = tuple[tuple[int, ...], str]


def described(value: Any) -> Any:
    if isinstance(value, tuple):
        return [described(part) for part in value]
    if value is None:
        return None
    shape, strides = tuple(value.shape), tuple(value.stride())
    layout = None if 0 in shape else tuple(s for n, s in zip(shape, strides) if n != 1)
    return shape, str(value.dtype).removeprefix("torch."), layout


def outcome(function: Callable[[], Any]) -> tuple[Any, Exception | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return described(function()), None
        except Exception as error:
            return None, error


def tensors(specs: dict[str, Any], library: str) -> dict[str, Any]:
    """Shapes with element types as tensors of one library; the same spec object twice is the same tensor."""
    made: dict[int, Any] = {}
    for spec in specs.values():
        if isinstance(spec, tuple) and id(spec) not in made:
            shape, dtype = spec
            made[id(spec)] = (
                make(shape, dtype_of(dtype)) if library == "ours" else torch.zeros(shape, dtype=getattr(torch, dtype))
            )
    return {name: made.get(id(spec), spec) for name, spec in specs.items()}


def compare(
    name: str, arguments: tuple[Any, ...], settings: dict[str, Any], specs: dict[str, Any], training: bool
) -> None:
    theirs = getattr(torch.nn, name)(*arguments, **settings).train(training)
    mine = getattr(convcalc.nn, name)(*arguments, **settings).train(training)
    want, error = outcome(lambda: theirs(**tensors(specs, "theirs")))
    got, fault = outcome(lambda: mine(**tensors(specs, "ours")))
    where = f"{name}{arguments}{settings} on {specs}"
    assert (error is None) == (fault is None), f"{where}: PyTorch {error!r}, here {fault!r}"
    if error is not None:
        assert isinstance(fault, type(error)), f"{where}: PyTorch {error!r}, here {fault!r}"
        assert str(fault).splitlines()[0] == str(error).splitlines()[0], where
    assert got == want, where


@st.composite
def attentions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and inputs of an attention, most of them right."""
    heads, batch, length = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    size = heads * draw(st.integers(1, 3))
    itself = draw(st.booleans())
    source = length if itself else draw(st.integers(1, 4))
    settings = {
        "embed_dim": size, "num_heads": heads, "bias": draw(st.booleans()), "batch_first": draw(st.booleans()),
        "add_bias_kv": draw(st.booleans()), "add_zero_attn": draw(st.booleans()), "dropout": draw(st.sampled_from([0.0, 0.5])),
    }  # fmt: skip
    if not itself and draw(st.booleans()):
        settings.update(kdim=draw(st.integers(1, 3)), vdim=draw(st.integers(1, 3)))
    batched = draw(st.booleans())
    off = draw(st.sampled_from([0] * 12 + [1, 2, 3, 4]))  # one fault in a quarter of the cases

    def sequence(count: int, features: Any, fault: int) -> Spec:
        shape: tuple[int, ...] = (
            (count, features)
            if not batched
            else (batch, count, features)
            if settings["batch_first"]
            else (count, batch, features)
        )
        if off == fault:
            d = draw(st.integers(0, len(shape) - 1))
            shape = (*shape[:d], shape[d] + 1, *shape[d + 1 :])
        return tuple(shape), "float32"

    query = sequence(length, size, 1)
    specs: dict[str, Any] = {"query": query, "key": query, "value": query}
    if not itself:
        specs["key"] = sequence(source, settings.get("kdim", size), 2)
        same = "kdim" not in settings and draw(st.booleans())
        specs["value"] = specs["key"] if same else sequence(source, settings.get("vdim", size), 3)
    dtypes = st.sampled_from(["bool", "float32", "float32", "bool", "float64", "int64"])
    wrong = 1 if off == 4 else 0
    if draw(st.booleans()):
        specs["key_padding_mask"] = ((batch, source + wrong) if batched else (source + wrong,), draw(dtypes))
    kind = draw(st.sampled_from([0, 2, 3, 4]))
    if kind:
        lead = {2: (), 3: (heads * (batch if batched else 1),), 4: (1, 1)}[kind]
        specs["attn_mask"] = ((*lead, length, source + wrong), draw(dtypes))
    specs.update(
        need_weights=draw(st.booleans()),
        average_attn_weights=draw(st.booleans()),
        is_causal=draw(st.integers(0, 4)) == 0,
    )
    return settings, specs


@given(attentions(), st.booleans())
def test_any_attention(case: tuple[dict[str, Any], dict[str, Any]], training: bool) -> None:
    settings, specs = case
    compare("MultiheadAttention", (), settings, specs, training)


@st.composite
def encoder_layers(draw: st.DrawFn) -> tuple[tuple[Any, ...], dict[str, Any], dict[str, Any]]:
    heads, batch, length = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    size = heads * draw(st.integers(1, 3))
    settings = {
        "batch_first": draw(st.booleans()), "norm_first": draw(st.booleans()), "bias": draw(st.booleans()),
        "activation": draw(st.sampled_from(["relu", "gelu"])),
    }  # fmt: skip
    features = size + draw(st.sampled_from([0, 0, 0, 1]))
    batched = draw(st.booleans())
    shape = (
        (length, features)
        if not batched
        else (batch, length, features)
        if settings["batch_first"]
        else (length, batch, features)
    )
    specs: dict[str, Any] = {"src": (shape, "float32")}
    wrong = draw(st.sampled_from([0, 0, 0, 1]))
    if draw(st.booleans()):
        specs["src_mask"] = ((length, length + wrong), draw(st.sampled_from(["bool", "float32"])))
    if draw(st.booleans()):
        specs["src_key_padding_mask"] = (
            (batch, length) if batched else (length,),
            draw(st.sampled_from(["bool", "float32"])),
        )
    specs["is_causal"] = draw(st.booleans())
    return (size, heads, draw(st.integers(1, 5))), settings, specs


@given(encoder_layers(), st.booleans())
def test_any_encoder_layer(case: tuple[tuple[Any, ...], dict[str, Any], dict[str, Any]], training: bool) -> None:
    compare("TransformerEncoderLayer", *case, training)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(
    ("source", "target", "masks"),
    [
        ((5, 3, 8), (4, 3, 8), {}),
        ((5, 3, 8), (4, 2, 8), {}),
        ((5, 3, 8), (4, 3, 6), {}),
        ((5, 3, 6), (4, 3, 8), {}),
        ((5, 8), (4, 8), {}),
        ((5, 3, 8), (4, 3, 8), {"tgt_mask": ((4, 4), "float32")}),
        ((5, 3, 8), (4, 3, 8), {"tgt_mask": ((4, 5), "float32")}),
        ((5, 3, 8), (4, 3, 8), {"tgt_mask": ((4, 4), "float32"), "tgt_is_causal": True}),
        ((5, 3, 8), (4, 3, 8), {"memory_mask": ((4, 5), "bool"), "memory_key_padding_mask": ((3, 5), "bool")}),
        ((5, 3, 8), (4, 3, 8), {"src_key_padding_mask": ((3, 5), "bool"), "tgt_key_padding_mask": ((3, 4), "bool")}),
        ((5, 3, 8), (4, 3, 8), {"src_key_padding_mask": ((5, 3), "bool")}),
    ],
)
def test_transformer(
    source: tuple[int, ...], target: tuple[int, ...], masks: dict[str, Any], batch_first: bool
) -> None:
    turn = lambda s: (s[1], s[0], *s[2:]) if batch_first and len(s) == 3 else s  # noqa: E731
    specs = {"src": (turn(source), "float32"), "tgt": (turn(target), "float32"), **masks}
    compare("Transformer", (8, 2, 2, 1, 16), {"batch_first": batch_first}, specs, True)


def test_the_mask_of_later_positions() -> None:
    mine = convcalc.nn.Transformer.generate_square_subsequent_mask(4)
    assert described(mine) == described(torch.nn.Transformer.generate_square_subsequent_mask(4))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize(
    "settings",
    [{}, {"norm_first": True}, {"bias": False}, {"nhead": 1}, {"activation": "gelu"}, {"batch_first": False}],
)
def test_attributes(settings: dict[str, Any]) -> None:
    settings = {"d_model": 8, "nhead": 2, "batch_first": True, **settings}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(**settings), 2)
    mine = convcalc.nn.TransformerEncoder(convcalc.nn.TransformerEncoderLayer(**settings), 2)
    for name in ("use_nested_tensor", "enable_nested_tensor", "num_layers", "mask_check", "norm"):
        assert getattr(mine, name) == getattr(theirs, name), name
    for name in ("activation_relu_or_gelu", "norm_first"):
        assert getattr(mine.layers[0], name) == getattr(theirs.layers[0], name), name


def functional(specs: dict[str, Any], library: str) -> Any:
    given_tensors = tensors(specs, library)
    function = convcalc.nn.functional if library == "ours" else torch.nn.functional
    return function.multi_head_attention_forward(**given_tensors)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"embed_dim_to_check": 6},
        {"num_heads": 3},
        {"in_proj_weight": None},
        {"use_separate_proj_weight": True},
        {"static_k": ((6, 5, 4), "float32"), "static_v": ((6, 5, 4), "float32")},
        {"static_k": ((5, 5, 4), "float32")},
        {"static_v": ((6, 5, 3), "float32")},
        {"static_k": ((6, 5, 4), "float32"), "bias_k": ((1, 1, 8), "float32"), "bias_v": ((1, 1, 8), "float32")},
        {"bias_k": ((1, 1, 8), "float32")},
        {"bias_v": ((1, 1, 8), "float32")},
        {"add_zero_attn": True, "need_weights": False},
        {"out_proj_weight": ((5, 8), "float32"), "out_proj_bias": ((5,), "float32")},
        {"out_proj_weight": ((8, 5), "float32")},
        {"query": ((4, 3, 8), "float64")},
        {"query": ((4, 3, 8, 1), "float32")},
        {"key": ((4, 8), "float32")},
        {"value": ((6, 3, 8), "float32")},
    ],
)
def test_function(change: dict[str, Any]) -> None:
    specs: dict[str, Any] = {
        "query": ((4, 3, 8), "float32"), "key": ((5, 3, 8), "float32"), "value": ((5, 3, 8), "float32"),
        "embed_dim_to_check": 8, "num_heads": 2, "in_proj_weight": ((24, 8), "float32"), "in_proj_bias": ((24,), "float32"),
        "bias_k": None, "bias_v": None, "add_zero_attn": False, "dropout_p": 0.0, "out_proj_weight": ((8, 8), "float32"),
        "out_proj_bias": ((8,), "float32"), **change,
    }  # fmt: skip
    want, error = outcome(lambda: functional(specs, "theirs"))
    got, fault = outcome(lambda: functional(specs, "ours"))
    assert got == want
    assert (error is None) == (fault is None), (error, fault)
    if error is not None:
        assert isinstance(fault, type(error)), (error, fault)
        assert str(fault).splitlines()[0] == str(error).splitlines()[0]


def test_unknown_sizes_flow_through() -> None:
    from convcalc.tensor import Unknown

    batch = Unknown("the batch")
    module = convcalc.nn.MultiheadAttention(8, 2, batch_first=True)
    x = make((batch, 5, 8), dtype_of("float32"))
    output, weights = module(x, x, x)
    assert output.shape[1:] == (5, 8)
    assert isinstance(output.shape[0], Unknown)
    assert weights.shape[1:] == (5, 5)
    assert convcalc.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)(x).shape[1:] == (5, 8)
    assert Tensor(2).shape == (2,)
