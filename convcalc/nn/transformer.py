"""Transformers: encoders, decoders, and both together.

Outside training and without gradients PyTorch may run an encoder layer as one fused kernel, which calls none of its inner
modules. The calls recorded here are those of the plain way, which PyTorch itself takes in training, with gradients, and as
soon as a forward hook watches; shapes and arithmetic are the same either way.
Source: torch/nn/modules/transformer.py
"""

from __future__ import annotations

from copy import deepcopy

from convcalc.ops.attention import canonical_mask
from convcalc.tensor import ShapeError, ShapeIndexError, Tensor, dtype_of, make

from . import functional as F
from .activation import GELU, ReLU
from .attention import MultiheadAttention
from .container import ModuleList
from .dropout import Dropout
from .facts import facts
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Activation = str | Callable[[Tensor], Tensor]


def _square_mask(size: int, device: Any = None, dtype: Any = None) -> Tensor:
    return make((size, size), dtype_of(dtype))


def _clones(module: Module, count: int) -> ModuleList:
    return ModuleList([deepcopy(module) for _ in range(count)])


def _activation_of(activation: Any) -> Any:
    if not isinstance(activation, str):
        return activation
    if activation not in ("relu", "gelu"):
        raise ShapeError(f"activation should be relu/gelu, not {activation}")
    return F.relu if activation == "relu" else F.gelu


@facts(kind="transformer", takes="d_model", gives="d_model", axis=-1, unit="features per step", ranks=(2, 3), sample=2)
class Transformer(Module):
    """An encoder of `src` and a decoder of `tgt` that looks at what the encoder made of it.

    Shapes:  src: (S, N, E), (N, S, E) with batch_first, or (S, E); tgt: (T, N, E), (N, T, E) or (T, E); y: as tgt
    Units:   params and macs of its layers
    Errors:  the last sizes are not d_model; the batches differ; a mask does not fit
    Source:  torch.nn.Transformer; Vaswani et al., Attention is all you need, 2017
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        layer = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype)  # fmt: skip
        norm = {"eps": layer_norm_eps, "bias": bias, "device": device, "dtype": dtype}
        if custom_encoder is not None:
            self.encoder = custom_encoder
        else:
            self.encoder = TransformerEncoder(
                TransformerEncoderLayer(*layer), num_encoder_layers, LayerNorm(d_model, **norm)
            )
        if custom_decoder is not None:
            self.decoder = custom_decoder
        else:
            self.decoder = TransformerDecoder(
                TransformerDecoderLayer(*layer), num_decoder_layers, LayerNorm(d_model, **norm)
            )
        self._reset_parameters()
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        dim = 0 if self.batch_first else 1
        if src.size(dim) != tgt.size(dim) and src.dim() == 3:
            raise ShapeError("the batch number of src and tgt must be equal", "attention-shapes", expected=src.size(dim), actual=tgt.size(dim))  # fmt: skip
        for x in (src, tgt):
            if x.size(-1) != self.d_model:
                raise ShapeError("the feature number of src and tgt must be equal to d_model", "attention-shapes", expected=self.d_model, actual=x.size(-1), shape=tuple(x.shape), argument="d_model")  # fmt: skip
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        return self.decoder(  # type: ignore[no-any-return]
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """The mask that hides later positions: (sz, sz)."""
        return _square_mask(sz, device, dtype)

    def _reset_parameters(self) -> None:
        """Values are not kept: nothing to do; here because subclasses override and call it."""


@facts(kind="transformer", ranks=(2, 3), sample=2)
class TransformerEncoder(Module):
    """`num_layers` copies of an encoder layer, one after the other, and a norm.

    Shapes:  src: (S, N, E), (N, S, E) with batch_first, or (S, E); y: the same
    Units:   params = num_layers * the layer's + the norm's; macs likewise
    Errors:  as TransformerEncoderLayer
    Source:  torch.nn.TransformerEncoder
    """

    __constants__ = ["norm"]

    def __init__(
        self,
        encoder_layer: Any,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _clones(encoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor = enable_nested_tensor
        self.use_nested_tensor = enable_nested_tensor and _may_nest(encoder_layer)
        self.mask_check = mask_check

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        src_key_padding_mask = canonical_mask(src_key_padding_mask, "src_key_padding_mask", mask, "mask", src)
        if not self.layers:
            raise ShapeIndexError("index 0 is out of range")  # the first one is asked for its settings
        _check_length(src, self.layers[0])
        mask = canonical_mask(mask, "mask", None, "", src)
        output: Any = src
        for layer in self.layers:
            output = layer(
                output, src_mask=mask, is_causal=is_causal is True, src_key_padding_mask=src_key_padding_mask
            )
        return output if self.norm is None else self.norm(output)  # type: ignore[no-any-return]


def _check_length(x: Tensor, layer: Any) -> None:
    """Without a dimension for the sequence there is no length to read."""
    attention = getattr(layer, "self_attn", None)
    if x.ndim == 0 or (x.ndim == 1 and attention is not None and attention.batch_first):
        raise ShapeIndexError("tuple index out of range")


def _may_nest(layer: Any) -> bool:
    """Whether PyTorch might run this encoder on nested tensors; only told, never done here."""
    return (
        isinstance(layer, TransformerEncoderLayer)
        and not layer.norm_first
        and layer.self_attn.batch_first
        and layer.self_attn._qkv_same_embed_dim
        and layer.self_attn.in_proj_bias is not None
        and bool(layer.activation_relu_or_gelu)
        and layer.norm1.eps == layer.norm2.eps
        and layer.self_attn.num_heads % 2 == 0
    )


@facts(kind="transformer", ranks=(2, 3), sample=2)
class TransformerDecoder(Module):
    """`num_layers` copies of a decoder layer, one after the other, and a norm.

    Shapes:  tgt: (T, N, E), (N, T, E) with batch_first, or (T, E); memory: (S, N, E), (N, S, E) or (S, E); y: as tgt
    Units:   params = num_layers * the layer's + the norm's; macs likewise
    Errors:  as TransformerDecoderLayer
    Source:  torch.nn.TransformerDecoder
    """

    __constants__ = ["norm"]

    def __init__(self, decoder_layer: Any, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = _clones(decoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        if not self.layers:
            raise ShapeIndexError("index 0 is out of range")
        _check_length(tgt, self.layers[0])
        output: Any = tgt
        for layer in self.layers:
            output = layer(
                output,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=tgt_is_causal is True,
                memory_is_causal=memory_is_causal,
            )
        return output if self.norm is None else self.norm(output)  # type: ignore[no-any-return]


@facts(kind="transformer", takes="d_model", gives="d_model", axis=-1, unit="features per step", ranks=(2, 3), sample=2)
class TransformerEncoderLayer(Module):
    """Self-attention and a network of two linear layers, each beside a shortcut and followed (or led) by a norm.

    Shapes:  src: (S, N, E), (N, S, E) with batch_first, or (S, E); y: the same
    Units:   params = those of MultiheadAttention(E, nhead) + 2 * E * F + F + E + 4 * E, F being dim_feedforward;
             macs = those of the attention + 2 * N * S * E * F
    Errors:  nhead does not divide d_model; the last size is not d_model; a mask does not fit
    Source:  torch.nn.TransformerEncoderLayer
    """

    __constants__ = ["norm_first"]

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout=dropout, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        activation = _activation_of(activation)
        self.activation_relu_or_gelu = 0
        for number, function, layer in ((1, F.relu, ReLU), (2, F.gelu, GELU)):
            if activation is function or isinstance(activation, layer):
                self.activation_relu_or_gelu = number
        self.activation: Any = activation

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        src_key_padding_mask = canonical_mask(src_key_padding_mask, "src_key_padding_mask", src_mask, "src_mask", src)
        src_mask = canonical_mask(src_mask, "src_mask", None, "", src)
        x = src
        if self.norm_first:
            x = x + self._sa_block(self.norm1(x), src_mask, src_key_padding_mask, is_causal=is_causal)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(x + self._sa_block(x, src_mask, src_key_padding_mask, is_causal=is_causal))
        return self.norm2(x + self._ff_block(x))  # type: ignore[no-any-return]

    def _sa_block(
        self, x: Tensor, attn_mask: Tensor | None, key_padding_mask: Tensor | None, is_causal: bool = False
    ) -> Tensor:
        masks = {"attn_mask": attn_mask, "key_padding_mask": key_padding_mask}
        x = self.self_attn(x, x, x, **masks, need_weights=False, is_causal=is_causal)[0]
        return self.dropout1(x)  # type: ignore[no-any-return]

    def _ff_block(self, x: Tensor) -> Tensor:
        x = self.linear2(self.dropout(self.activation(self.linear1(x))))
        return self.dropout2(x)  # type: ignore[no-any-return]


@facts(kind="transformer", takes="d_model", gives="d_model", axis=-1, unit="features per step", ranks=(2, 3), sample=2)
class TransformerDecoderLayer(Module):
    """Self-attention, attention to what an encoder made, and two linear layers, each beside a shortcut and a norm.

    Shapes:  tgt: (T, N, E), (N, T, E) with batch_first, or (T, E); memory: (S, N, E), (N, S, E) or (S, E); y: as tgt
    Units:   params = 2 * those of MultiheadAttention(E, nhead) + 2 * E * F + F + E + 6 * E, F being dim_feedforward;
             macs = those of both attentions + 2 * N * T * E * F
    Errors:  nhead does not divide d_model; the last sizes are not d_model; a mask does not fit
    Source:  torch.nn.TransformerDecoderLayer
    """

    __constants__ = ["norm_first"]

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout=dropout, batch_first=batch_first, **made)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout=dropout, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.norm3 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.dropout3 = Dropout(dropout)
        self.activation: Any = _activation_of(activation)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        other = (memory, memory_mask, memory_key_padding_mask, memory_is_causal)
        x = tgt
        if self.norm_first:
            x = x + self._sa_block(self.norm1(x), *own)
            x = x + self._mha_block(self.norm2(x), *other)
            return x + self._ff_block(self.norm3(x))
        x = self.norm1(x + self._sa_block(x, *own))
        x = self.norm2(x + self._mha_block(x, *other))
        return self.norm3(x + self._ff_block(x))  # type: ignore[no-any-return]

    def _sa_block(
        self, x: Tensor, attn_mask: Tensor | None, key_padding_mask: Tensor | None, is_causal: bool = False
    ) -> Tensor:
        masks = {"attn_mask": attn_mask, "key_padding_mask": key_padding_mask}
        x = self.self_attn(x, x, x, **masks, is_causal=is_causal, need_weights=False)[0]
        return self.dropout1(x)  # type: ignore[no-any-return]

    def _mha_block(
        self, x: Tensor, mem: Tensor, attn_mask: Tensor | None, key_padding_mask: Tensor | None, is_causal: bool = False
    ) -> Tensor:
        masks = {"attn_mask": attn_mask, "key_padding_mask": key_padding_mask}
        x = self.multihead_attn(x, mem, mem, **masks, is_causal=is_causal, need_weights=False)[0]
        return self.dropout2(x)  # type: ignore[no-any-return]

    def _ff_block(self, x: Tensor) -> Tensor:
        x = self.linear2(self.dropout(self.activation(self.linear1(x))))
        return self.dropout3(x)  # type: ignore[no-any-return]
