"""Examples of attention and of the layers of a transformer."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .recurrent_layers import another_type, other_features
from .strategies import Draw, Example, Fault, Given, Part, layer, other_rank, other_size, setting


def sequence(batch: int | None, length: int, size: int, batch_first: bool, dtype: str = "float32") -> Given:
    if batch is None:
        return Given((length, size), dtype)
    return Given((batch, length, size) if batch_first else (length, batch, size), dtype)


def other_mask(draw: Draw, example: Example) -> Example:
    """A mask of another size."""
    name = (
        "attn_mask"
        if example.layer == "MultiheadAttention"
        else "src_mask"
        if "Encoder" in example.layer
        else "tgt_mask"
    )
    name = "mask" if example.layer == "TransformerEncoder" else name
    return example.but(
        "a mask of another size",
        call={**example.call, name: Given(draw(st.sampled_from([(7, 7), (5,), (7, 1, 2, 2)])), "bool")},
    )


ATTENTION_FAULTS: tuple[Fault, ...] = (
    other_features, another_type, other_rank(0, 1, 2), other_size(0, 1, 2), other_mask, setting(num_heads=(0, -1, 7), embed_dim=(0, -2, 7), kdim=(9,)),
)  # fmt: skip


@layer("MultiheadAttention", ATTENTION_FAULTS)
def multihead_attention(draw: Draw) -> Example:
    heads = draw(st.integers(1, 3))
    size = heads * draw(st.integers(1, 2))
    kdim, vdim = draw(st.sampled_from([(size, size), (size, size), (3, size), (3, 2)]))
    first, dtype = draw(st.booleans()), draw(st.sampled_from(["float32", "float64"]))
    batch, length, keys = draw(st.sampled_from([None, 1, 2])), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    arguments: dict[str, Any] = {
        "embed_dim": size,
        "num_heads": heads,
        "bias": draw(st.booleans()),
        "add_bias_kv": draw(st.sampled_from([False, False, True])),
        "add_zero_attn": draw(st.sampled_from([False, False, True])),
        "kdim": kdim,
        "vdim": vdim,
        "batch_first": first,
        "dtype": dtype,
    }
    inputs = (
        sequence(batch, length, size, first, dtype),
        sequence(batch, keys, kdim, first, dtype),
        sequence(batch, keys, vdim, first, dtype),
    )
    call: dict[str, Any] = {"need_weights": draw(st.booleans()), "average_attn_weights": draw(st.booleans())}
    if draw(st.booleans()):
        call["attn_mask"] = Given(
            draw(st.sampled_from([(length, keys), ((batch or 1) * heads, length, keys)])),
            draw(st.sampled_from(["bool", dtype])),
        )
    if draw(st.booleans()):
        call["key_padding_mask"] = Given(
            (keys,) if batch is None else (batch, keys), draw(st.sampled_from(["bool", dtype]))
        )
    return Example("MultiheadAttention", arguments, inputs, call, training=draw(st.booleans()))


def block_settings(draw: Draw) -> dict[str, Any]:
    heads = draw(st.integers(1, 2))
    return {
        "d_model": heads * draw(st.integers(1, 2)),
        "nhead": heads,
        "dim_feedforward": draw(st.integers(1, 4)),
        "dropout": draw(st.sampled_from([0.0, 0.1])),
        "activation": draw(st.sampled_from(["relu", "gelu"])),
        "batch_first": draw(st.booleans()),
        "norm_first": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }


def source_and_target(draw: Draw, size: int, first: bool) -> tuple[Given, Given]:
    batch = draw(st.sampled_from([None, 1, 2]))
    return sequence(batch, draw(st.integers(1, 3)), size, first), sequence(batch, draw(st.integers(1, 3)), size, first)


def square(x: Given, first: bool, dtype: str) -> Given:
    length = x.shape[0] if len(x.shape) == 2 or not first else x.shape[1]
    return Given((length, length), dtype)


BLOCK_SETTINGS = setting(nhead=(0, 7, -1), activation=("tanh",), d_model=(0, 7), dropout=(2.0,))


def _register_encoder(name: str, stacked: bool) -> None:
    def valid(draw: Draw) -> Example:
        block = block_settings(draw)
        first = block["batch_first"]
        x = source_and_target(draw, block["d_model"], first)[0]
        call = {"mask" if stacked else "src_mask": square(x, first, "bool")} if draw(st.booleans()) else {}
        return Example(
            name,
            _stack(draw, "TransformerEncoderLayer", block) if stacked else block,
            (x,),
            call,
            training=draw(st.booleans()),
        )

    faults: tuple[Fault, ...] = (other_features, another_type, other_rank(0), other_mask)
    layer(name, faults if stacked else (*faults, BLOCK_SETTINGS))(valid)


def _stack(draw: Draw, part: str, block: dict[str, Any]) -> dict[str, Any]:
    name = "encoder_layer" if "Encoder" in part else "decoder_layer"
    norm = Part("LayerNorm", {"normalized_shape": block["d_model"]}) if draw(st.booleans()) else None
    return {name: Part(part, block), "num_layers": draw(st.integers(1, 2)), "norm": norm}


def _register_decoder(name: str, stacked: bool) -> None:
    def valid(draw: Draw) -> Example:
        block = block_settings(draw)
        first = block["batch_first"]
        memory, target = source_and_target(draw, block["d_model"], first)
        call = {"tgt_mask": square(target, first, "bool")} if draw(st.booleans()) else {}
        arguments = _stack(draw, "TransformerDecoderLayer", block) if stacked else block
        return Example(name, arguments, (target, memory), call, training=draw(st.booleans()))

    faults: tuple[Fault, ...] = (other_features, another_type, other_rank(0, 1), other_size(0, 1), other_mask)
    layer(name, faults if stacked else (*faults, BLOCK_SETTINGS))(valid)


@layer(
    "Transformer",
    (
        other_features,
        another_type,
        other_rank(0, 1),
        other_size(0, 1),
        other_mask,
        BLOCK_SETTINGS,
        setting(num_encoder_layers=(0,), num_decoder_layers=(0,)),
    ),
)
def transformer(draw: Draw) -> Example:
    block = block_settings(draw)
    layers = {"num_encoder_layers": draw(st.integers(1, 2)), "num_decoder_layers": draw(st.integers(1, 2))}
    source, target = source_and_target(draw, block["d_model"], block["batch_first"])
    call = {"tgt_mask": square(target, block["batch_first"], "bool")} if draw(st.booleans()) else {}
    return Example("Transformer", {**block, **layers}, (source, target), call, training=draw(st.booleans()))


for _stacked in (False, True):
    _layer = "" if _stacked else "Layer"
    _register_encoder(f"TransformerEncoder{_layer}", _stacked)
    _register_decoder(f"TransformerDecoder{_layer}", _stacked)
