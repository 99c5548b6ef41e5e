"""Attention: softmax of the products of queries and keys, times values.

Source: aten/src/ATen/native/transformers/attention.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    Tensor,
    make,
)
from convcalc.tensor.dtypes import (
    bool_,
)
from convcalc.tensor.size import differ

from .arguments import broadcast_shapes, tensor_argument
from .layout import preserved_strides
from .products import _c_name
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("F.scaled_dot_product_attention")
def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False,
) -> Tensor:  # fmt: skip
    """softmax(query key^T * scale + mask) value.

    Shapes:  query: (*, heads, L, E); key: (*, heads_k, S, E); value: (*, heads_k, S, Ev); attn_mask: broadcasts to (*, L, S)
             y: (*, heads, L, Ev)
    Units:   macs = batch * L * S * (E + Ev)
    Errors:  fewer than 2 dimensions; sizes that differ; a mask beside is_causal; element types that differ
    Source:  aten/src/ATen/native/transformers/attention.cpp
    """
    for name, x in (("query", query), ("key", key), ("value", value)):
        tensor_argument(x, "scaled_dot_product_attention", ("query", "key", "value").index(name) + 1, name)
    if not query.dtype is key.dtype is value.dtype:
        raise ShapeError(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {_c_name(query)} key.dtype: {_c_name(key)} and value.dtype: {_c_name(value)} instead.",
            "dtype",
        )
    if query.ndim < 2 or key.ndim < 2 or value.ndim < 2:
        raise ShapeError(
            f"Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: {query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead.",
            "matmul",
        )
    if attn_mask is not None:
        if is_causal:
            raise ShapeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
        if attn_mask.dtype is not bool_ and attn_mask.dtype is not query.dtype and attn_mask.dtype.name != "float32":
            raise ShapeError(
                f"Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: {_c_name(attn_mask)} and  query.dtype: {_c_name(query)} instead.",
                "dtype",
            )
    heads, heads_k = (x.shape[:-2] for x in (query, key))
    if enable_gqa:
        if (
            query.ndim < 3
            or key.ndim < 3
            or query.shape[-3] % key.shape[-3] != 0
            or query.shape[-3] % value.shape[-3] != 0
        ):
            raise ShapeError("Number of heads in key and value must divide the number of heads in query", "matmul")
        heads_k = (*key.shape[:-3], query.shape[-3])
    if query.shape[-1] != key.shape[-1]:
        _refuse_attention(query, key)
    batch = broadcast_shapes(heads, heads_k)
    if key.shape[-2] != value.shape[-2]:
        count = math.prod(batch)
        raise ShapeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {key.shape[-2]}] but got: [{count}, {value.shape[-2]}].",
            "matmul",
            expected=key.shape[-2],
            actual=value.shape[-2],
        )
    heads_v = (*value.shape[:-3], query.shape[-3]) if enable_gqa else value.shape[:-2]
    full = broadcast_shapes(batch, heads_v)
    if attn_mask is not None:
        scores = (*batch, query.shape[-2], key.shape[-2])
        if differ(broadcast_shapes(scores, attn_mask.shape), scores):
            full = broadcast_shapes(broadcast_shapes(scores, attn_mask.shape)[:-2], heads_v)
    return make(
        (*full, query.shape[-2], value.shape[-1]),
        query.dtype,
        _attention_strides(query, key, value, dropout_p),
        query.device,
    )


def _refuse_attention(query: Tensor, key: Tensor) -> None:
    q, k = query.shape, key.shape
    if query.ndim == 2 and key.ndim == 2:
        raise ShapeError(
            f"mat1 and mat2 shapes cannot be multiplied ({q[0]}x{q[1]} and {k[1]}x{k[0]})",
            "matmul",
            expected=k[1],
            actual=q[1],
        )
    count = math.prod(broadcast_shapes(q[:-2], k[:-2]))
    raise ShapeError(
        f"Expected size for first two dimensions of batch2 tensor to be: [{count}, {q[-1]}] but got: [{count}, {k[-1]}].",
        "matmul",
        expected=k[-1],
        actual=q[-1],
    )


def _attention_strides(query: Tensor, key: Tensor, value: Tensor, dropout_p: Any) -> tuple[int, ...] | None:
    """The fused CPU kernel answers in the layout of the query; the plain product, contiguous."""
    if query._strides is None or query.ndim != 4 or key.ndim != 4 or value.ndim != 4 or dropout_p > 0:
        return None
    if query.shape[-1] != value.shape[-1]:
        return None
    if differ(query.shape[:2], key.shape[:2]) or differ(key.shape[:2], value.shape[:2]):
        return None
    for x in (query, key, value):
        if x.strides[-1] != 1 or 0 in x.shape:
            return None

    return preserved_strides(query)


@scaled_dot_product_attention.cost  # type: ignore[attr-defined, untyped-decorator]
def _attention_macs(output: Tensor, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any) -> Any:
    return math.prod(output.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])
