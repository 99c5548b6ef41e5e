"""What refusals of operations say beside their words, judged as in `test_refusals.py`: those that few people meet."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from both_libraries import OURS, THEIRS, compare
from refused import answer, judge_values, judge_words

INT = {"dtype": "int64"}


def heads(t: Any, size: int = 4, **given: Any) -> Any:
    """The call of multi-head attention on its own, of four features and two heads, with what differs from that."""
    x = t.zeros(3, 2, size)
    arguments: dict[str, Any] = {
        "query": x, "key": x, "value": x, "embed_dim_to_check": size, "num_heads": 2, "in_proj_weight": t.zeros(3 * size, size),
        "in_proj_bias": None, "bias_k": None, "bias_v": None, "add_zero_attn": False, "dropout_p": 0.0,
        "out_proj_weight": t.zeros(size, size), "out_proj_bias": None,
    }  # fmt: skip
    return t.F.multi_head_attention_forward(**{**arguments, **given})


def packed(t: Any, lengths: Any, **given: Any) -> Any:
    return t.nn.utils.rnn.pack_padded_sequence(t.zeros(5, 3, 2), lengths, **given)


# Rule, call, the value that came, the value that was expected. `t` is either library, `v` the value.
VALUES: dict[str, tuple[str, Callable[[Any, Any], Any], Any, Any]] = {
    "lazy Conv1d and groups": ("groups", lambda t, v: t.nn.LazyConv1d(4, 1, groups=2)(t.zeros(1, v, 5)), 3, 2),
    "lazy Conv1d, dimensions": ("input-dimensions", lambda t, v: t.nn.LazyConv1d(4, 1)(t.zeros(*[3] * v)), 4, 3),
    "packed steps, dimensions": ("input-dimensions", lambda t, v: t.nn.GRU(2, 4)(t.nn.utils.rnn.PackedSequence(t.zeros(*[2] * v), t.full((1,), 2, dtype=t.int64))), 3, 2),
    "packed lengths, one too many": ("packed-lengths", lambda t, v: packed(t, [4] * v, enforce_sorted=False), 4, 3),
    "total_length": ("packed-lengths", lambda t, v: t.nn.utils.rnn.pad_packed_sequence(packed(t, [4, 3, 2]), total_length=v), 3, 4),
    "fractional pool, output_size": ("argument", lambda t, v: t.F.fractional_max_pool2d(t.zeros(1, 2, 8, 8), 2, output_size=(3,) * v), 3, 2),
    "fractional pool, samples' images": ("argument", lambda t, v: t.F.fractional_max_pool2d(t.zeros(3, 2, 8, 8), 2, 3, _random_samples=t.zeros(v, 2, 2)), 1, 3),
    "fractional pool, samples' channels": ("argument", lambda t, v: t.F.fractional_max_pool2d(t.zeros(1, 2, 8, 8), 2, 3, _random_samples=t.zeros(1, v, 2)), 5, 2),
    "fractional pool, samples' dimensions": ("argument", lambda t, v: t.F.fractional_max_pool2d(t.zeros(1, 2, 8, 8), 2, 3, _random_samples=t.zeros(1, 2, v)), 3, 2),
    "baddbmm, inner": ("matmul", lambda t, v: t.lib.baddbmm(t.zeros(2, 3, 5), t.zeros(2, 3, 4), t.zeros(2, v, 5)), 6, 4),
    "baddbmm, batch": ("matmul", lambda t, v: t.lib.baddbmm(t.zeros(2, 3, 5), t.zeros(2, 3, 4), t.zeros(v, 4, 5)), 6, 2),
    "bmm, inner": ("matmul", lambda t, v: t.lib.bmm(t.zeros(2, 3, 4), t.zeros(2, v, 5)), 6, 4),
    "bmm, batch": ("matmul", lambda t, v: t.lib.bmm(t.zeros(2, 3, 4), t.zeros(v, 4, 5)), 6, 2),
    "attention, keys and values": ("attention-shapes", lambda t, v: heads(t, value=t.zeros(v, 2, 4)), 5, 3),
    "attention, query's dimensions": ("attention-shapes", lambda t, v: t.nn.MultiheadAttention(4, 2)(*[t.zeros(*[4] * v)] * 3), 4, 3),
    "attention, mask": ("attention-shapes", lambda t, v: heads(t, attn_mask=t.zeros(*v)), (3, 5), (3, 3)),
    "attention, mask of each head": ("attention-shapes", lambda t, v: heads(t, attn_mask=t.zeros(*v)), (2, 3, 3), (4, 3, 3)),
    "attention, padding's batch": ("attention-shapes", lambda t, v: heads(t, key_padding_mask=t.zeros(v, 3, dtype="bool"), attn_mask=t.zeros(3, 3)), 5, 2),
    "attention, padding's keys": ("attention-shapes", lambda t, v: heads(t, key_padding_mask=t.zeros(2, v, dtype="bool")), 5, 3),
    "attention, rows of the projection": ("attention-shapes", lambda t, v: heads(t, query=t.zeros(3, 2, v // 3), key=t.zeros(3, 2, v // 3), value=t.zeros(3, 2, v // 3), embed_dim_to_check=v // 3, num_heads=1, in_proj_weight=t.zeros(12, 4)), 15, 12),
    "attention, weight of the keys": ("attention-shapes", lambda t, v: heads(t, key=t.zeros(3, 2, v[1]), use_separate_proj_weight=True, q_proj_weight=t.zeros(4, 4), k_proj_weight=t.zeros(4, 4), v_proj_weight=t.zeros(4, 4)), (4, 5), (4, 4)),
    "convolution, dimensions": ("input-dimensions", lambda t, v: t.lib.convolution(t.zeros(*(1, 3, 8, 8, 8)[:v]), t.zeros(4, 3, 1, 1), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1), 5, 4),
    "conv_tbc, channels": ("conv-channels", lambda t, v: t.lib.conv_tbc(t.zeros(6, 2, v), t.zeros(3, 4, 5), t.zeros(5)), 3, 4),
    "conv_tbc, bias": ("argument", lambda t, v: t.lib.conv_tbc(t.zeros(6, 2, 4), t.zeros(3, 4, 5), t.zeros(v)), 3, 5),
    "conv_tbc, dimensions": ("input-dimensions", lambda t, v: t.lib.conv_tbc(t.zeros(*(6, 2, 4, 4)[:v]), t.zeros(3, 4, 5), t.zeros(5)), 4, 3),
    "cross entropy, no sample": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(v, **INT)), 0, 4),
    "cross entropy, several numbers each": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(*v, **INT)), (4, 2), (4,)),
    "cross entropy, images": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(2, 3, 5, 6), t.zeros(*v, **INT)), (2, 5, 7), (2, 5, 6)),
    "cross entropy, sequences": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(2, 3, 5), t.zeros(*v, **INT)), (2, 4), (2, 5)),
    "cross entropy, bytes for an image": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(2, 3, 5, 5), t.zeros(2, 5, 5, dtype=v)), "uint8", "int64"),
    "cross entropy of probabilities, weight": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(4, 3), t.zeros(v)), 5, 3),
    "BCELoss, type": ("loss-shapes", lambda t, v: t.F.binary_cross_entropy(t.zeros(4), t.zeros(4, dtype=v)), "float64", "float32"),
    "attention on its own, keys and values": ("matmul", lambda t, v: t.F.scaled_dot_product_attention(t.zeros(5, 3), t.zeros(4, 3), t.zeros(v, 3)), 6, 4),
    "attention on its own, matrices": ("matmul", lambda t, v: t.F.scaled_dot_product_attention(t.zeros(5, v), t.zeros(4, 3), t.zeros(4, 3)), 6, 3),
    "einsum of a diagonal": ("einsum", lambda t, v: t.lib.einsum("ii->i", t.zeros(3, v)), 4, 3),
    "unfold, dimensions": ("input-dimensions", lambda t, v: t.F.unfold(t.zeros(*[4] * v), 2), 5, 4),
    "unfold, kernel": ("kernel-larger-than-input", lambda t, v: t.F.unfold(t.zeros(1, 1, *v), (3, 3)), (2, 3), (3, 3)),
    "fold, dimensions": ("input-dimensions", lambda t, v: t.F.fold(t.zeros(*(4, 4, 4, 4)[:v]), (3, 3), 2), 4, 3),
    "fold, output_size": ("argument", lambda t, v: t.F.fold(t.zeros(1, 4, 4), (3,) * v, 2), 3, 2),
    "channel_shuffle, dimensions": ("input-dimensions", lambda t, v: t.F.channel_shuffle(t.zeros(*[2] * v), 2), 2, 3),
    "pixel_shuffle, dimensions": ("input-dimensions", lambda t, v: t.F.pixel_shuffle(t.zeros(*[4] * v), 2), 2, 3),
    "trapezoid, places": ("broadcast", lambda t, v: t.lib.trapezoid(t.zeros(2, 5), t.zeros(v)), 4, 5),
    "grid_sample, dimensions": ("grid-sample", lambda t, v: t.F.grid_sample(t.zeros(2, 1, 4, 4), t.zeros(*(2, 3, 3, 3)[: v - 1], 2), align_corners=False), 5, 4),
    "grid_sample, type": ("dtype", lambda t, v: t.F.grid_sample(t.zeros(2, 1, 4, 4), t.zeros(2, 3, 3, 2, dtype=v), align_corners=False), "float64", "float32"),
    "affine_grid, columns": ("grid-sample", lambda t, v: t.F.affine_grid(t.zeros(1, 2, v), (1, 1, 4, 4), align_corners=False), 4, 3),
    "affine_grid, batch": ("grid-sample", lambda t, v: t.F.affine_grid(t.zeros(v, 2, 3), (3, 1, 4, 4), align_corners=False), 2, 3),
    "linear of one row": ("linear-in-features", lambda t, v: t.F.linear(t.zeros(2, v), t.zeros(3)), 5, 3),
    "bilinear, bias of another type": ("dtype", lambda t, v: t.F.bilinear(t.zeros(2, 3), t.zeros(2, 3), t.zeros(4, 3, 3), t.zeros(4, dtype=v)), "float64", "float32"),
    "mse_loss, weights": ("loss-shapes", lambda t, v: t.F.mse_loss(t.zeros(2, 3), t.zeros(2, 3), weight=t.zeros(*v)), (2, 4), (2, 3)),
    "soft_margin_loss": ("loss-shapes", lambda t, v: t.F.soft_margin_loss(t.zeros(1, 3), t.zeros(*v)), (2, 3), (1, 3)),
    "multi_margin_loss, target": ("loss-shapes", lambda t, v: t.F.multi_margin_loss(t.zeros(5, 4), t.zeros(*v, **INT)), (4,), (5,)),
    "multi_margin_loss, type": ("loss-shapes", lambda t, v: t.F.multi_margin_loss(t.zeros(5, 4), t.zeros(5, dtype=v)), "float32", "int64"),
    "multi_margin_loss, weight": ("loss-shapes", lambda t, v: t.F.multi_margin_loss(t.zeros(5, 4), t.zeros(5, **INT), weight=t.zeros(v)), 6, 4),
    "layer_norm, type of the bias": ("dtype", lambda t, v: t.F.layer_norm(t.zeros(2, 3), (3,), t.zeros(3), t.zeros(3, dtype=v)), "float64", "float32"),
    "layer_norm, parameters in half of whole input": ("dtype", lambda t, v: t.F.layer_norm(t.zeros(2, 3), (3,), t.zeros(3, dtype=v), t.zeros(3, dtype=v)), "float16", "float32"),
    "rms_norm, dimensions": ("norm-channels", lambda t, v: t.F.rms_norm(t.zeros(*[3] * v), (3, 3)), 1, 2),
    "group_norm, weight": ("norm-channels", lambda t, v: t.F.group_norm(t.zeros(2, v, 4), 2, t.zeros(6)), 4, 6),
    "constant_pad_nd, length": ("pad-size", lambda t, v: t.lib.constant_pad_nd(t.zeros(2, 2), (1,) * v), 6, 4),
    "circular padding, twice around": ("pad-size", lambda t, v: t.F.pad(t.zeros(1, 1, 4), (v, 0), mode="circular"), 5, 4),
    "max_pool3d, kernel": ("kernel-larger-than-input", lambda t, v: t.F.avg_pool3d(t.zeros(1, *v), 3), (2, 2, 2), (3, 3, 3)),
    "max_pool1d, padding": ("argument", lambda t, v: t.F.max_pool1d(t.zeros(1, 1, 8), 4, padding=v), 3, 2),
    "avg_pool2d, padding": ("argument", lambda t, v: t.F.avg_pool2d(t.zeros(1, 1, 8, 8), 4, padding=v), 3, 2),
    "avg_pool3d, padding": ("argument", lambda t, v: t.F.avg_pool3d(t.zeros(1, 1, 8, 8, 8), 4, padding=v), 3, 2),
    "matmul of batches": ("matmul", lambda t, v: t.zeros(2, 3, v) @ t.zeros(2, 4, 5), 6, 4),
    "matmul of a batch and a vector": ("matmul", lambda t, v: t.zeros(2, 3, v) @ t.zeros(4), 6, 4),
    "matmul of a vector and a batch": ("matmul", lambda t, v: t.zeros(v) @ t.zeros(2, 4, 5), 6, 4),
    "matmul of a matrix and a batch": ("matmul", lambda t, v: t.zeros(3, v) @ t.zeros(2, 4, 5), 6, 4),
    "matmul of a batch and a matrix": ("matmul", lambda t, v: t.zeros(2, 3, v) @ t.zeros(4, 5), 6, 4),
    "matmul of batches of other types": ("dtype", lambda t, v: t.zeros(2, 3, 4) @ t.zeros(2, 4, 5, dtype=v), "float64", "float32"),
    "matmul of matrices of other types": ("dtype", lambda t, v: t.zeros(3, 4) @ t.zeros(4, 5, dtype=v), "float64", "float32"),
    "inner": ("matmul", lambda t, v: t.lib.inner(t.zeros(2, 6), t.zeros(3, v)), 4, 6),
    "RNN, type of the state": ("dtype", lambda t, v: t.nn.RNN(3, 4)(t.zeros(5, 2, 3), t.zeros(1, 2, 4, dtype=v)), "float64", "float32"),
    "ctc_loss, lengths": ("loss-shapes", lambda t, v: t.F.ctc_loss(t.zeros(6, 2, 5), t.full((2, 3), 1, dtype=t.int64), [6] * v, [3, 3]), 3, 2),
    "max_unpool2d, dimensions": ("input-dimensions", lambda t, v: t.F.max_unpool2d(t.zeros(*[3] * v), t.zeros(*[3] * v, **INT), 2), 2, 3),
    "max_unpool2d, lengths of output_size": ("argument", lambda t, v: t.F.max_unpool2d(t.zeros(1, 1, 3, 3), t.zeros(1, 1, 3, 3, **INT), 2, output_size=(6,) * v), 3, 2),
    "adaptive_avg_pool1d, dimensions": ("input-dimensions", lambda t, v: t.F.adaptive_avg_pool1d(t.zeros(*[4] * v), 2), 4, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.filterwarnings("ignore")
def test_what_was_expected_is_what_pytorch_takes(name: str) -> None:
    judge_values(*VALUES[name])


# Rule and call, where nothing that was expected has to be told.
WORDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "bilinear, one type each": ("dtype", lambda t: t.F.bilinear(t.zeros(2, 3), t.zeros(2, 3, dtype="float64"), t.zeros(4, 3, 3), t.zeros(4, dtype="float16"))),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.filterwarnings("ignore")
def test_a_refusal_in_pytorchs_words_has_its_rule(name: str) -> None:
    judge_words(*WORDS[name])


NUMBERS = (
    0,
    1.5,
    255,
    256,
    300,
    -1,
    -128,
    -129,
    -255,
    -256,
    65504.0,
    70000.0,
    -1e9,
    1e30,
    math.inf,
    -math.inf,
    math.nan,
    2 + 1j,
    2 + 0j,
    True,
)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool", "float16", "float32"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_written_where_pytorch_writes_it(dtype: str, number: Any) -> None:
    def fill(t: Any) -> Any:
        return t.zeros(3, dtype=dtype).masked_fill(t.zeros(3, dtype="bool"), number)

    if answer(THEIRS, lambda t, _: fill(t), None) is None:
        compare(fill)
    else:
        judge_words("dtype", fill)


def test_of_a_tensor_whose_number_is_not_known_nothing_is_said() -> None:
    compare(lambda t: t.zeros(3, dtype="int64").masked_fill(t.zeros(3, dtype="bool"), t.zeros(2).sum()))
    compare(lambda t: t.zeros(3, dtype="bool").masked_fill(t.zeros(3, dtype="bool"), t.zeros(2).mean()))


def sequence(t: Any, rows: int, sizes: list[int]) -> Any:
    return t.nn.utils.rnn.PackedSequence(t.zeros(rows, 2), t.lib.tensor(sizes))


# Calls that PyTorch takes, or refuses, of what no sample has.
OTHERS: dict[str, Callable[[Any], Any]] = {
    "a vector that is none": lambda t: t.nn.utils.vector_to_parameters(3, []),
    "parameters from a list": lambda t: t.nn.utils.vector_to_parameters([1.0], [t.nn.Parameter(t.zeros(1))]),
    "rows for all steps": lambda t: t.nn.utils.rnn.pad_packed_sequence(sequence(t, 6, [3, 1, 1, 1])),
    "rows for fewer steps": lambda t: t.nn.utils.rnn.pad_packed_sequence(sequence(t, 5, [3, 1, 1, 1])),
    "rows for fewer steps, later": lambda t: t.nn.utils.rnn.pad_packed_sequence(sequence(t, 5, [2, 2, 1, 1])),
    "rows for no step": lambda t: t.nn.utils.rnn.pad_packed_sequence(sequence(t, 1, [3])),
    "larger elements, by columns": lambda t: t.zeros(4, 6)[:, :4].view(t.float64).stride(),
    "smaller elements, by columns": lambda t: t.zeros(4, 6)[:, :4].view(t.uint8).stride(),
    "smaller elements, of three dimensions": lambda t: t.zeros(2, 4, 6)[:, ::2].view(t.float16).stride(),
    "larger elements of an odd number": lambda t: t.zeros(4, 6)[:, :3].view(t.float64),
    "larger elements, turned": lambda t: t.zeros(4, 6).t().view(t.float64),
    "larger elements at an odd stride": lambda t: t.zeros(4, 7)[:, :4].view(t.float64),
    "elements as large, turned": lambda t: t.zeros(4, 6).t().view(t.int32).stride(),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.filterwarnings("ignore")
def test_other_calls_are_answered_as_by_pytorch(name: str) -> None:
    compare(OTHERS[name])


# Calls of which PyTorch warns, by the class of the warning alone.
WARNED: dict[str, Callable[[Any], Any]] = {
    "dropout2d of a sequence": lambda t: t.F.dropout2d(t.zeros(2, 3, 4)),
    "a loss of other sizes": lambda t: t.F.mse_loss(t.zeros(3, 1), t.zeros(3)),
    "softmax without a dimension": lambda t: t.F.softmax(t.zeros(2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_a_warning_of_pytorchs_is_one_here(name: str) -> None:
    for library in (THEIRS, OURS):
        with pytest.warns(UserWarning, match="."):
            WARNED[name](library)
