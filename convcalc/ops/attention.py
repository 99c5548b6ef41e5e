"""Attention of many heads, from the projections in to the projection out.

Source: torch/nn/functional.py, multi_head_attention_forward
"""

from __future__ import annotations

from convcalc.tensor import ShapeAssertionError, ShapeError, Tensor, make
from convcalc.tensor.dtypes import FLOATING, bool_, result_dtype
from convcalc.trace.recorder import warn

from .added_products import baddbmm
from .dot_product_attention import scaled_dot_product_attention
from .linear import linear
from .products import bmm
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


@operation("F.multi_head_attention_forward", kind="attention", unit="features per step", axis=-1)
def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Projects queries, keys and values, attends with each head, and projects the heads' answers.

    Shapes:  query: (L, N, E) or (L, E); key: (S, N, kdim) or (S, kdim); value: (S, N, vdim) or (S, vdim);
             key_padding_mask: (N, S) or (S); attn_mask: (L, S) or (N * heads, L, S);
             y: (L, N, E) or (L, E), and the weights (N, L, S'), (N, heads, L, S') or without N, or None
    Formula: S' = S + 1 for bias_k, + 1 for add_zero_attn
    Units:   macs = N * (L * E * E + S * E * (kdim + vdim) + 2 * L * S' * E + L * E * E)
    Errors:  sizes of query, key, value or of a mask do not fit; a mask of integers; is_causal without a mask
    Source:  torch.nn.functional.multi_head_attention_forward; Vaswani et al., Attention is all you need, 2017
    """
    batched = _is_batched(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        alone = query is key, key is value
        query = _insert(query, 1)
        key = query if alone[0] else _insert(key, 1)
        value = key if alone[1] else _insert(value, 1)
        key_padding_mask = None if key_padding_mask is None else _insert(key_padding_mask, 0)
    length, batch, embed_dim = query.shape
    source = key.shape[0]
    key_padding_mask = canonical_mask(key_padding_mask, "key_padding_mask", attn_mask, "attn_mask", query)
    if is_causal and attn_mask is None:
        raise ShapeError("Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.")  # fmt: skip
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None
    else:
        attn_mask = canonical_mask(attn_mask, "attn_mask", None, "", query)
        is_causal = is_causal and key_padding_mask is None
    if embed_dim != embed_dim_to_check:
        raise ShapeAssertionError(
            f"was expecting embedding dimension of {embed_dim_to_check}, but got {embed_dim}",
            "attention-shapes",
            expected=embed_dim_to_check,
            actual=embed_dim,
            shape=tuple(query.shape),
            argument="embed_dim",
        )
    head_dim = embed_dim // num_heads
    if head_dim * num_heads != embed_dim:
        raise ShapeAssertionError(f"embed_dim {embed_dim} not divisible by num_heads {num_heads}", "attention-heads")
    if use_separate_proj_weight:
        _check_same(key.shape[:2], value.shape[:2], "key's sequence and batch dims {} do not match value's {}")
        q, k, v = _project(query, key, value, (q_proj_weight, k_proj_weight, v_proj_weight), in_proj_bias)
    else:
        _check_same(key.shape, value.shape, "key shape {} does not match value shape {}")
        q, k, v = _project_packed(query, key, value, in_proj_weight, in_proj_bias)
    attn_mask = _checked_mask(attn_mask, length, source, batch, num_heads)

    added = _added_keys(k, v, bias_k, bias_v, static_k, static_v, batch)
    heads = batch * num_heads
    q = _split_heads(q, length, heads, head_dim)
    k = _split_heads(k, k.shape[0] + added, heads, head_dim, added) if static_k is None else _static(static_k, "static_k", heads, head_dim)  # fmt: skip
    v = _split_heads(v, v.shape[0] + added, heads, head_dim, added) if static_v is None else _static(static_v, "static_v", heads, head_dim)  # fmt: skip
    if add_zero_attn:
        k, v = (make((heads, x.shape[1] + 1, head_dim), x.dtype) for x in (k, v))
        added = added + 1
    attn_mask = _longer(attn_mask, added)
    mask = _merged(attn_mask, _longer(key_padding_mask, added), batch, num_heads, k.shape[1])
    attended, weights = _attend(q, k, v, mask, batch, num_heads, is_causal, need_weights)
    rows = linear(attended, out_proj_weight, out_proj_bias)
    output = make((length, batch, rows.shape[1]) if batched else (length, rows.shape[1]), rows.dtype)
    if weights is None:
        return output, None
    sizes = (batch, *(() if average_attn_weights else (num_heads,)), length, k.shape[1])
    return output, make(sizes if batched else sizes[1:], weights.dtype)


@multi_head_attention_forward.cost  # type: ignore[attr-defined, untyped-decorator]
def _attention_macs(output: Any, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any) -> Any:
    embed_dim = query.shape[-1]
    batch = query.shape[1] if len(query.shape) == 3 else 1
    length, source = query.shape[0], key.shape[0]
    settings = dict(zip(_SETTINGS, args), **kwargs)
    static = settings.get("static_k")
    keys = source if static is None else static.shape[1]
    keys = keys + (settings.get("bias_k") is not None) + bool(settings.get("add_zero_attn"))
    projected_in = length * embed_dim * embed_dim + source * embed_dim * (key.shape[-1] + value.shape[-1])
    projected_out = length * embed_dim * output[0].shape[-1]
    return batch * (projected_in + 2 * length * keys * embed_dim + projected_out)


_SETTINGS = (
    "embed_dim_to_check", "num_heads", "in_proj_weight", "in_proj_bias", "bias_k", "bias_v", "add_zero_attn", "dropout_p",
    "out_proj_weight", "out_proj_bias", "training", "key_padding_mask", "need_weights", "attn_mask", "use_separate_proj_weight",
    "q_proj_weight", "k_proj_weight", "v_proj_weight", "static_k", "static_v", "average_attn_weights", "is_causal",
)  # fmt: skip


def _insert(x: Tensor, dim: int) -> Tensor:
    return make((*x.shape[:dim], 1, *x.shape[dim:]), x.dtype)


def _check_same(a: Sequence[Any], b: Sequence[Any], message: str) -> None:
    if len(a) != len(b) or any(m != n for m, n in zip(a, b)):
        raise ShapeAssertionError(message.format(a, b), "attention-shapes", expected=tuple(a), actual=tuple(b))


# masks


def canonical_mask(
    mask: Tensor | None, name: str, other: Tensor | None, other_name: str, query: Tensor
) -> Tensor | None:
    """A mask as numbers to add to the scores: a boolean one becomes one of the query's type."""
    if mask is None or not isinstance(mask, Tensor):
        return mask
    if mask.dtype is not bool_ and mask.is_floating_point() is False:  # of a type that is not known nobody knows
        raise ShapeAssertionError(
            f"only bool and floating types of {name} are supported", "dtype", actual=mask.dtype.name
        )
    if mask.dtype is bool_ and query.dtype.category < FLOATING:
        raise ShapeError("value cannot be converted to type int64_t without overflow", "dtype", actual=query.dtype.name)
    if other is not None and isinstance(other, Tensor) and mask.dtype is not other.dtype:
        warn(f"Support for mismatched {name} and {other_name} is deprecated. Use same type for both instead.")
    return make(mask.shape, query.dtype) if mask.dtype is bool_ else mask


def _is_batched(
    query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, mask: Tensor | None, heads: int
) -> bool:
    if query.ndim not in (2, 3):
        raise ShapeAssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {query.ndim}-D query tensor",
            "attention-shapes",
            expected=3,
            actual=query.ndim,
        )
    count = query.ndim
    start = f"For {'batched' if count == 3 else 'unbatched'} ({count}-D) `query`, expected"
    if key.ndim != count or value.ndim != count:
        raise ShapeAssertionError(
            f"{start} `key` and `value` to be {count}-D but found {key.ndim}-D and {value.ndim}-D tensors respectively",
            "attention-shapes",
        )
    if padding is not None and padding.ndim != count - 1:
        raise ShapeAssertionError(
            f"{start} `key_padding_mask` to be `None` or {count - 1}-D but found {padding.ndim}-D tensor instead",
            "attention-shapes",
        )
    if mask is not None:
        if mask.ndim not in (2, 3):
            raise ShapeAssertionError(
                f"{start} `attn_mask` to be `None`, 2-D or 3-D but found {mask.ndim}-D tensor instead",
                "attention-shapes",
            )
        wanted = (heads, query.shape[0], key.shape[0])
        if count == 2 and mask.ndim == 3 and any(m != n for m, n in zip(mask.shape, wanted)):
            raise ShapeAssertionError(
                f"Expected `attn_mask` shape to be {wanted} but got {mask.shape}", "attention-shapes"
            )
    return count == 3


def _checked_mask(mask: Tensor | None, length: Any, source: Any, batch: Any, heads: int) -> Tensor | None:
    """The mask over the scores, with a leading dimension for the heads."""
    if mask is None:
        return None
    wanted = (length, source) if mask.ndim == 2 else (batch * heads, length, source)
    if any(m != n for m, n in zip(mask.shape, wanted)):
        raise ShapeError(
            f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {wanted}.",
            "attention-shapes",
            expected=wanted,
            actual=tuple(mask.shape),
        )
    return _insert(mask, 0) if mask.ndim == 2 else mask


def _longer(mask: Tensor | None, added: Any) -> Tensor | None:
    return mask if mask is None or not added else make((*mask.shape[:-1], mask.shape[-1] + added), mask.dtype)


def _merged(mask: Tensor | None, padding: Tensor | None, batch: Any, heads: int, source: Any) -> Tensor | None:
    """Both masks as one to add to the scores: (1 or N * heads, 1 or L, S)."""
    if padding is None:
        return mask
    for i, wanted in ((0, batch), (1, source)):
        if padding.shape[i] != wanted:
            raise ShapeAssertionError(
                f"Expected key_padded_mask.shape[{i}] to be {wanted}, but got {padding.shape[i]}",
                "attention-shapes",
                expected=wanted,
                actual=padding.shape[i],
            )
    if mask is None:
        return make((batch * heads, 1, source), padding.dtype)
    return make((batch * heads, *mask.shape[1:]), result_dtype((mask, padding)))


# projections


def _rows(tensor: Tensor | None, start: int, stop: int) -> Tensor | None:
    return None if tensor is None else make((stop - start, *tensor.shape[1:]), tensor.dtype)


def _project_packed(
    query: Tensor, key: Tensor, value: Tensor, weight: Tensor | None, bias: Tensor | None
) -> list[Tensor]:
    """Projects with one weight for all three: (3 E, E)."""
    if weight is None:
        raise ShapeAssertionError("use_separate_proj_weight is False but in_proj_weight is None")
    size = query.shape[-1]
    if weight.shape[0] != 3 * size:
        raise ShapeError(
            f"split_with_sizes expects split_sizes to sum exactly to {weight.shape[0]} (input tensor's size at dimension 0), but got split_sizes=[{size}, {2 * size}]",
            "attention-shapes",
            expected=weight.shape[0],
            actual=3 * size,
        )
    if key is value and query is key:
        whole = linear(query, weight, bias)
        return [make((*query.shape[:-1], size), whole.dtype)] * 3
    first = linear(query, _rows(weight, 0, size), _rows(bias, 0, size))  # type: ignore[arg-type]
    if key is value:
        both = linear(key, _rows(weight, size, 3 * size), _rows(bias, size, 3 * size))  # type: ignore[arg-type]
        return [first, *[make((*key.shape[:-1], size), both.dtype)] * 2]
    one = _rows(weight, 0, size), _rows(bias, 0, size)
    return [first, linear(key, *one), linear(value, *one)]  # type: ignore[arg-type]


def _project(
    query: Tensor, key: Tensor, value: Tensor, weights: Sequence[Tensor | None], bias: Tensor | None
) -> list[Tensor]:
    """Projects with a weight for each: (E, E), (E, kdim), (E, vdim)."""
    for letter, weight in zip("qkv", weights):
        if weight is None:
            raise ShapeAssertionError(f"use_separate_proj_weight is True but {letter}_proj_weight is None")
    size = query.shape[-1]
    part = None if bias is None else make((bias.shape[0] // 3,), bias.dtype)
    for name, x, weight in zip(("query", "key", "value"), (query, key, value), weights):
        wanted = (size, x.shape[-1])
        if any(m != n for m, n in zip(weight.shape, wanted)):  # type: ignore[union-attr]
            raise ShapeAssertionError(
                f"expecting {name} weights shape of {wanted}, but got {weight.shape}",  # type: ignore[union-attr]
                "attention-shapes",
                expected=tuple(weight.shape),  # type: ignore[union-attr]
                actual=wanted,
            )
    for name in ("query", "key", "value"):
        if part is not None and part.shape[0] != size:
            raise ShapeAssertionError(f"expecting {name} bias shape of {(size,)}, but got {part.shape}")
    return [linear(x, weight, part) for x, weight in zip((query, key, value), weights)]  # type: ignore[arg-type]


# heads


def _added_keys(k: Tensor, v: Tensor, bias_k: Any, bias_v: Any, static_k: Any, static_v: Any, batch: Any) -> int:
    """How many keys `bias_k` adds: one, or none."""
    if bias_k is None and bias_v is None:
        return 0
    if bias_v is None or bias_k is None:
        missing, given = ("bias_v", "bias_k") if bias_v is None else ("bias_k", "bias_v")
        raise ShapeAssertionError(f"{given} is set but {missing} is None")
    for name, static in (("key", static_k), ("value", static_v)):
        if static is not None:
            raise ShapeAssertionError(f"bias cannot be added to static {name}.")
    for x in (k, v):
        if x.shape[1] != batch:
            raise ShapeError(
                f"Sizes of tensors must match except in dimension 0. Expected size {x.shape[1]} but got size {batch} for tensor number 1 in the list.",
                "concat",
            )
    return 1


def _split_heads(x: Tensor, rows: Any, heads: Any, head_dim: Any, added: int = 0) -> Tensor:
    """(rows, N, E) as (N * heads, rows, head_dim)."""
    if x.shape[1] * x.shape[2] != heads * head_dim:
        raise ShapeError(
            f"shape '[{rows}, {heads}, {head_dim}]' is invalid for input of size {x.numel() + added * x.shape[1] * x.shape[2]}",
            "attention-shapes",
            expected=heads * head_dim,
            actual=x.shape[1] * x.shape[2],
        )
    return make((heads, rows, head_dim), x.dtype)


def _static(x: Tensor, name: str, heads: Any, head_dim: Any) -> Tensor:
    for i, wanted in ((0, heads), (2, head_dim)):
        if x.shape[i] != wanted:
            raise ShapeAssertionError(
                f"expecting {name}.size({i}) of {wanted}, but got {x.shape[i]}", "attention-shapes"
            )
    return x


def _attend(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, batch: Any, heads: int, is_causal: bool, need_weights: bool
) -> tuple[Tensor, Tensor | None]:
    """softmax(q k^T) v for every head: (L * N, E), and the weights (N * heads, L, S) if they are wanted."""
    length, head_dim = q.shape[1], q.shape[2]
    if need_weights:
        turned = make((k.shape[0], k.shape[2], k.shape[1]), k.dtype)
        weights = bmm(q, turned) if mask is None else baddbmm(mask, q, turned)
        heads_out = bmm(weights, v)
        return make((length * batch, heads * heads_out.shape[-1]), heads_out.dtype), weights
    if mask is not None:
        single = mask.shape[0] == 1
        mask = make((1, *mask.shape) if single else (batch, heads, *mask.shape[1:]), mask.dtype)
    q, k, v = (make((batch, heads, *x.shape[1:]), x.dtype) for x in (q, k, v))
    heads_out = scaled_dot_product_attention(q, k, v, mask, 0.0, is_causal)
    return make((batch * length, heads * head_dim), heads_out.dtype), None
