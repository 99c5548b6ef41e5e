"""`torch.nn.attention.flex_attention`: attention whose scores and mask are functions of the positions.

Source: torch/nn/attention/flex_attention.py
"""

from __future__ import annotations

from convcalc.ops.dot_product_attention import scaled_dot_product_attention
from convcalc.ops.registry import Operation
from convcalc.tensor import ShapeValueError, Tensor, dtypes, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATH = "torch.nn.attention.flex_attention.flex_attention"


class BlockMask:
    """Which blocks of queries and keys meet: opaque but for its shape."""

    def __init__(self, shape: tuple[Any, ...], block_size: Any, mask_mod: Any = None) -> None:
        self.shape = shape
        self.seq_lengths = shape[-2:]
        self.BLOCK_SIZE = block_size if isinstance(block_size, tuple) else (block_size, block_size)
        self.mask_mod = mask_mod

    def to(self, device: Any) -> BlockMask:
        return self

    def numel(self) -> Any:
        batch, heads, queries, keys = self.shape
        return batch * heads * queries * keys


def create_block_mask(
    mask_mod: Any, B: Any, H: Any, Q_LEN: Any, KV_LEN: Any, device: Any = None, BLOCK_SIZE: Any = 128, _compile: bool = False, **options: Any
) -> BlockMask:  # fmt: skip
    """A mask from a function of batch, head, query and key."""
    return BlockMask((1 if B is None else B, 1 if H is None else H, Q_LEN, KV_LEN), BLOCK_SIZE, mask_mod)


def create_mask(mod_fn: Any, B: Any, H: Any, Q_LEN: Any, KV_LEN: Any, device: Any = None) -> Tensor:
    """The same as a tensor of booleans."""
    return make((1 if B is None else B, 1 if H is None else H, Q_LEN, KV_LEN), dtypes.bool_)


def _flex_attention(
    query: Tensor, key: Tensor, value: Tensor, score_mod: Any = None, block_mask: Any = None, scale: Any = None, enable_gqa: bool = False,
    return_lse: bool = False, kernel_options: Any = None, *, return_aux: Any = None,
) -> Any:  # fmt: skip
    """Attention with heads in dimension 1.

    Shapes: query: (B, H, L, E); key: (B, H_k, S, E); value: (B, H_k, S, E_v); y: (B, H, L, E_v)
    Errors: heads that differ without enable_gqa; what scaled_dot_product_attention refuses
    """
    if not enable_gqa and query.shape[-3] != key.shape[-3]:
        raise ShapeValueError(
            f"Expect query and key/value to have the same number of heads but got Hq={query.shape[-3]} and Hkv={key.shape[-3]}. Try setting enable_gqa=True for GQA.",
            "attention-shapes",
            expected=query.shape[-3],
            actual=key.shape[-3],
        )
    result = scaled_dot_product_attention(query, key, value, None, 0.0, False, scale, enable_gqa)
    return (result, make(query.shape[:-1], dtypes.float32)) if return_lse else result


def _macs(output: Any, query: Tensor, key: Tensor, value: Tensor, *settings: Any, **options: Any) -> Any:
    """Of all pairs of queries and keys, which is what PyTorch computes unless it is compiled."""
    return query.numel() * key.shape[-2] + query.numel() // query.shape[-1] * key.shape[-2] * value.shape[-1]


def _same_mask(*masks: Any) -> Any:
    return masks[0] if masks else None


FLEX: dict[str, Any] = {
    "flex_attention": Operation("flex_attention", _flex_attention, (_PATH,), _macs).labelled(_PATH),
    "create_block_mask": create_block_mask, "create_mask": create_mask, "BlockMask": BlockMask, "and_masks": _same_mask, "or_masks": _same_mask,
    "noop_mask": lambda batch, head, token_q, token_kv: True,
}  # fmt: skip

STANDS_FOR = {"torch.nn.attention.flex_attention": FLEX}
