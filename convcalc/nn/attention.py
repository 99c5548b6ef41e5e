"""Attention layers.

Source: torch/nn/modules/activation.py
"""

from __future__ import annotations

from convcalc.ops import attention as _attention
from convcalc.tensor import Parameter, ShapeAssertionError, ShapeValueError, Tensor, dtype_of, make
from convcalc.tensor.tensor import check_sizes

from .facts import facts
from .linear import NonDynamicallyQuantizableLinear
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(
    kind="attention", takes="embed_dim", gives="embed_dim", axis=-1, unit="features per step", ranks=(2, 3), sample=2
)
class MultiheadAttention(Module):
    """Every position of the query attends to every position of the key, with several heads.

    Shapes:  query: (L, N, E), (N, L, E) with batch_first, or (L, E); key: (S, N, kdim) and value: (S, N, vdim) likewise;
             y: as the query, and the weights (N, L, S), (N, heads, L, S) without average_attn_weights, or None
    Units:   params = E * (E + kdim + vdim) + 3 * E + E * E + E; add_bias_kv adds 2 * E;
             macs = N * (L * E * E + S * E * (kdim + vdim) + 2 * L * S * E + L * E * E)
    Errors:  num_heads does not divide embed_dim; sizes of query, key, value or of a mask do not fit
    Source:  torch.nn.MultiheadAttention; Vaswani et al., Attention is all you need, 2017

    PyTorch may run one fused kernel for it outside training: the shapes and the arithmetic are those of the plain way.
    """

    __constants__ = ["batch_first"]

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ShapeValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = kdim if kdim is not None else embed_dim
        self.vdim = vdim if vdim is not None else embed_dim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise ShapeAssertionError(
                "embed_dim must be divisible by num_heads",
                "attention-heads",
                expected=num_heads,
                actual=embed_dim,
                argument="num_heads",
            )
        self._add_projections(dtype_of(dtype), bias)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        if add_bias_kv:
            self.bias_k = Parameter(make((1, 1, embed_dim), dtype_of(dtype)))
            self.bias_v = Parameter(make((1, 1, embed_dim), dtype_of(dtype)))
        else:
            self.bias_k = self.bias_v = None  # type: ignore[assignment]
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _add_projections(self, dtype: Any, bias: bool) -> None:
        size = self.embed_dim
        apart = {"q_proj_weight": (size, size), "k_proj_weight": (size, self.kdim), "v_proj_weight": (size, self.vdim)}
        if self._qkv_same_embed_dim:
            self.in_proj_weight = Parameter(make(check_sizes((3 * size, size), "empty"), dtype))
            for name in apart:
                self.register_parameter(name, None)
        else:
            for name, sizes in apart.items():
                self.register_parameter(name, Parameter(make(check_sizes(sizes, "empty"), dtype)))
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", Parameter(make((3 * size,), dtype)) if bias else None)

    def _reset_parameters(self) -> None:
        """Values are not kept: nothing to do; here because subclasses override and call it."""

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        key_padding_mask = _attention.canonical_mask(
            key_padding_mask, "key_padding_mask", attn_mask, "attn_mask", query
        )
        attn_mask = _attention.canonical_mask(attn_mask, "attn_mask", None, "", query)
        turned = self.batch_first and query.dim() == 3
        if turned:
            query, key, value = _turned(query, key, value)
        output, weights = _attention.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        if turned:
            (length, batch, size), origin = output.shape, output.origin
            output = make((batch, length, size), output.dtype, (size, batch * size, 1), origin=origin)
        return output, weights

    def merge_masks(
        self, attn_mask: Tensor | None, key_padding_mask: Tensor | None, query: Tensor
    ) -> tuple[Tensor | None, int | None]:
        """Both masks as one, and which kind it is: 0 over scores, 1 over keys, 2 over scores of every head."""
        if attn_mask is None:
            return key_padding_mask, None if key_padding_mask is None else 1
        batch, length, _ = query.shape
        return make((batch, self.num_heads, length, length), attn_mask.dtype), 2


def _turned(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The sequence before the batch; what was one tensor stays one."""
    new: dict[int, Tensor] = {}
    for x in (query, key, value):
        if id(x) not in new:
            if x.dim() < 2:
                x.transpose(1, 0)  # refuses, in PyTorch's words
            new[id(x)] = make((x.shape[1], x.shape[0], *x.shape[2:]), x.dtype, origin=x.origin)
    return new[id(query)], new[id(key)], new[id(value)]
