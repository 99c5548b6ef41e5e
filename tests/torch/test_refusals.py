"""What a refusal says beside its words: its rule, what was expected and what came.

The judge is PyTorch: it refuses the call with the value that came, and takes it with the value that was expected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from both_libraries import OURS, THEIRS
from refused import answer, judge_values, judge_words

from convcalc.tensor import ShapeError

# Rule, call, the value that came, the value that was expected. `t` is either library, `v` the value.
CASES: dict[str, tuple[str, Callable[[Any, Any], Any], Any, Any]] = {
    # layers
    "Linear": ("linear-in-features", lambda t, v: t.nn.Linear(3, 4)(t.zeros(2, v)), 5, 3),
    "Linear of another type": ("dtype", lambda t, v: t.nn.Linear(3, 4)(t.zeros(2, 3, dtype=v)), "float64", "float32"),
    "Bilinear, first": ("linear-in-features", lambda t, v: t.nn.Bilinear(3, 5, 4)(t.zeros(2, v), t.zeros(2, 5)), 7, 3),
    "Bilinear, second": ("linear-in-features", lambda t, v: t.nn.Bilinear(3, 5, 4)(t.zeros(2, 3), t.zeros(2, v)), 7, 5),
    "Conv2d, channels": ("conv-channels", lambda t, v: t.nn.Conv2d(3, 4, 1)(t.zeros(1, v, 8, 8)), 5, 3),
    "Conv2d, groups of the input": ("conv-channels", lambda t, v: t.nn.Conv2d(6, 4, 1, groups=2)(t.zeros(1, v, 8, 8)), 4, 6),
    "Conv1d, dimensions": ("input-dimensions", lambda t, v: t.nn.Conv1d(3, 4, 1)(t.zeros(*[3] * v)), 4, 3),
    "F.conv2d, dimensions": ("input-dimensions", lambda t, v: t.F.conv2d(t.zeros(*[3] * v), t.zeros(3, 3, 1, 1)), 5, 4),
    "F.conv2d, bias": ("argument", lambda t, v: t.F.conv2d(t.zeros(1, 3, 8, 8), t.zeros(4, 3, 1, 1), t.zeros(v)), 5, 4),
    "Conv2d of another type": ("dtype", lambda t, v: t.nn.Conv2d(3, 4, 1)(t.zeros(1, 3, 8, 8, dtype=v)), "float64", "float32"),
    "in_channels and groups": ("groups", lambda t, v: t.nn.Conv2d(v, 8, 1, groups=4), 6, 4),
    "out_channels and groups": ("groups", lambda t, v: t.nn.Conv2d(8, v, 1, groups=4), 6, 4),
    "ConvTranspose2d, channels": ("conv-channels", lambda t, v: t.nn.ConvTranspose2d(3, 4, 2)(t.zeros(1, v, 8, 8)), 5, 3),
    "ConvTranspose2d, output_size": ("argument", lambda t, v: t.nn.ConvTranspose2d(3, 4, 2)(t.zeros(1, 3, 8, 8), output_size=[9] * v), 3, 2),
    "GroupNorm": ("groups", lambda t, v: t.nn.GroupNorm(3, v), 7, 3),
    "F.group_norm": ("groups", lambda t, v: t.F.group_norm(t.zeros(2, v, 4), 2), 7, 2),
    "BatchNorm2d, dimensions": ("input-dimensions", lambda t, v: t.nn.BatchNorm2d(3)(t.zeros(*[3] * v)), 3, 4),
    "BatchNorm2d, channels": ("norm-channels", lambda t, v: t.nn.BatchNorm2d(3)(t.zeros(2, v, 4, 4)), 5, 3),
    "InstanceNorm1d": ("norm-channels", lambda t, v: t.nn.InstanceNorm1d(3, affine=True)(t.zeros(2, v, 4)), 5, 3),
    "LayerNorm": ("norm-channels", lambda t, v: t.nn.LayerNorm(3)(t.zeros(2, v)), 5, 3),
    "F.layer_norm's weight": ("norm-channels", lambda t, v: t.F.layer_norm(t.zeros(2, 3), (3,), t.zeros(*v)), (5,), (3,)),
    "PReLU": ("norm-channels", lambda t, v: t.nn.PReLU(3)(t.zeros(2, v)), 5, 3),
    "Embedding of floats": ("embedding-dtype", lambda t, v: t.nn.Embedding(5, 3)(t.zeros(2, dtype=v)), "float32", "int64"),
    "Embedding's weight": ("torch-error", lambda t, v: t.nn.Embedding(5, 3, _weight=t.zeros(*v)), (3, 5), (5, 3)),
    "MaxPool2d, dimensions": ("input-dimensions", lambda t, v: t.nn.MaxPool2d(2)(t.zeros(*[4] * v)), 5, 4),
    "MaxPool2d, padding": ("argument", lambda t, v: t.nn.MaxPool2d(4, padding=v)(t.zeros(1, 1, 8, 8)), 3, 2),
    "AvgPool1d, padding": ("argument", lambda t, v: t.nn.AvgPool1d(4, padding=v)(t.zeros(1, 1, 8)), 3, 2),
    "AvgPool3d, dimensions": ("input-dimensions", lambda t, v: t.nn.AvgPool3d(2)(t.zeros(*[4] * v)), 3, 4),
    "MaxPool1d, dimensions": ("input-dimensions", lambda t, v: t.nn.MaxPool1d(2)(t.zeros(*[4] * v)), 4, 3),
    "AdaptiveAvgPool2d": ("argument", lambda t, v: t.F.adaptive_avg_pool2d(t.zeros(1, 2, 8, 8), (3,) * v), 3, 2),
    "AdaptiveMaxPool2d, dimensions": ("input-dimensions", lambda t, v: t.nn.AdaptiveMaxPool2d(2)(t.zeros(*[4] * v)), 2, 3),
    "MaxUnpool2d, indices": ("index-shapes", lambda t, v: t.nn.MaxUnpool2d(2)(t.zeros(1, 2, 3, 4), t.zeros(*v, dtype="int64")), (1, 2, 3, 5), (1, 2, 3, 4)),
    "MaxUnpool2d, indices' type": ("dtype", lambda t, v: t.nn.MaxUnpool2d(2)(t.zeros(1, 2, 3, 4), t.zeros(1, 2, 3, 4, dtype=v)), "float32", "int64"),
    "PixelShuffle": ("channel-multiple", lambda t, v: t.nn.PixelShuffle(2)(t.zeros(1, v, 2, 2)), 6, 4),
    "ChannelShuffle": ("groups", lambda t, v: t.nn.ChannelShuffle(3)(t.zeros(1, v, 2, 2)), 4, 3),
    "PixelUnshuffle": ("channel-multiple", lambda t, v: t.nn.PixelUnshuffle(2)(t.zeros(1, 1, v, 2)), 3, 2),
    "Fold, channels": ("channel-multiple", lambda t, v: t.nn.Fold((4, 5), (2, 2))(t.zeros(1, v, 12)), 6, 4),
    "Fold, blocks": ("channel-multiple", lambda t, v: t.nn.Fold((4, 5), (2, 2))(t.zeros(1, 4, v)), 11, 12),
    "ReflectionPad1d": ("pad-size", lambda t, v: t.nn.ReflectionPad1d((v, 0))(t.zeros(1, 1, 4)), 4, 3),
    "ZeroPad2d, dimensions": ("pad-size", lambda t, v: t.F.pad(t.zeros(2, 2), (1,) * v), 6, 4),
    "CircularPad1d": ("input-dimensions", lambda t, v: t.nn.CircularPad1d(1)(t.zeros(*[3] * v)), 4, 3),
    "LSTM, features": ("recurrent-input", lambda t, v: t.nn.LSTM(3, 4)(t.zeros(5, 2, v)), 7, 3),
    "GRU, dimensions": ("input-dimensions", lambda t, v: t.nn.GRU(3, 4)(t.zeros(*[3] * v)), 4, 3),
    "RNN, hidden state": ("recurrent-hidden", lambda t, v: t.nn.RNN(3, 4)(t.zeros(5, 2, 3), t.zeros(*v)), (1, 7, 4), (1, 2, 4)),
    "LSTM of another type": ("dtype", lambda t, v: t.nn.LSTM(3, 4)(t.zeros(5, 2, 3, dtype=v)), "float64", "float32"),
    "GRUCell, features": ("recurrent-input", lambda t, v: t.nn.GRUCell(3, 4)(t.zeros(2, v)), 7, 3),
    "GRUCell, batch": ("recurrent-hidden", lambda t, v: t.nn.GRUCell(3, 4)(t.zeros(2, 3), t.zeros(v, 4)), 7, 2),
    "GRUCell, hidden": ("recurrent-hidden", lambda t, v: t.nn.GRUCell(3, 4)(t.zeros(2, 3), t.zeros(2, v)), 7, 4),
    "MultiheadAttention, heads": ("attention-heads", lambda t, v: t.nn.MultiheadAttention(v, 4), 6, 4),
    "MultiheadAttention, features": ("attention-shapes", lambda t, v: t.nn.MultiheadAttention(4, 2)(*[t.zeros(3, 2, v)] * 3), 6, 4),
    "Transformer, features": ("attention-shapes", lambda t, v: t.nn.Transformer(4, 2, 1, 1, 8)(t.zeros(3, 2, v), t.zeros(3, 2, v)), 6, 4),
    "Transformer, batches": ("attention-shapes", lambda t, v: t.nn.Transformer(4, 2, 1, 1, 8)(t.zeros(3, 2, 4), t.zeros(3, v, 4)), 5, 2),
    "AdaptiveLogSoftmaxWithLoss": ("loss-shapes", lambda t, v: t.nn.AdaptiveLogSoftmaxWithLoss(4, 9, [3])(t.zeros(5, 4), t.zeros(v, dtype="int64")), 7, 5),
    "packed lengths": ("packed-lengths", lambda t, v: t.nn.utils.rnn.pack_padded_sequence(t.zeros(5, 3, 2), [4] * v), 2, 3),
    "Upsample, sizes": ("input-dimensions", lambda t, v: t.F.interpolate(t.zeros(1, 1, 4, 4), size=(8,) * v), 3, 2),
    "Upsample, factors": ("input-dimensions", lambda t, v: t.F.interpolate(t.zeros(1, 1, 4, 4), scale_factor=(2.0,) * v), 3, 2),
    "dirac_": ("argument", lambda t, v: t.nn.init.dirac_(t.zeros(v, 1, 3), 2), 3, 2),
    # losses
    "CrossEntropyLoss, batch": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(v, dtype="int64")), 5, 4),
    "CrossEntropyLoss, type": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(4, dtype=v)), "int32", "int64"),
    "CrossEntropyLoss, weight": ("loss-shapes", lambda t, v: t.F.cross_entropy(t.zeros(4, 3), t.zeros(4, dtype="int64"), t.zeros(v)), 5, 3),
    "BCELoss": ("loss-shapes", lambda t, v: t.F.binary_cross_entropy(t.zeros(4, 1), t.zeros(*v)), (4,), (4, 1)),
    "BCEWithLogitsLoss": ("loss-shapes", lambda t, v: t.F.binary_cross_entropy_with_logits(t.zeros(4, 1), t.zeros(*v)), (4,), (4, 1)),
    "MultiLabelMarginLoss": ("loss-shapes", lambda t, v: t.F.multilabel_margin_loss(t.zeros(4, 3), t.zeros(*v, dtype="int64")), (4, 5), (4, 3)),
    "SoftMarginLoss's reduction": ("argument", lambda t, v: t.F.mse_loss(t.zeros(3), t.zeros(3), reduction=v), "average", "mean"),
    "GaussianNLLLoss": ("loss-shapes", lambda t, v: t.F.gaussian_nll_loss(t.zeros(4, 3), t.zeros(4, 3), t.zeros(*v)), (4, 2), (4, 3)),
    # operations
    "mm": ("matmul", lambda t, v: t.lib.mm(t.zeros(2, v), t.zeros(3, 4)), 5, 3),
    "mv": ("matmul", lambda t, v: t.lib.mv(t.zeros(2, 3), t.zeros(v)), 5, 3),
    "matmul": ("matmul", lambda t, v: t.lib.matmul(t.zeros(2, v), t.zeros(3, 4)), 5, 3),
    "matmul by a vector": ("matmul", lambda t, v: t.lib.matmul(t.zeros(2, 3), t.zeros(v)), 5, 3),
    "dot of vectors": ("matmul", lambda t, v: t.lib.dot(t.zeros(3), t.zeros(v)), 5, 3),
    "outer": ("matmul", lambda t, v: t.lib.outer(t.zeros(3), t.zeros(*[3] * v)), 2, 1),
    "mm of other types": ("dtype", lambda t, v: t.lib.mm(t.zeros(2, 3), t.zeros(3, 4, dtype=v)), "float64", "float32"),
    "cat": ("concat", lambda t, v: t.lib.cat([t.zeros(2, 3), t.zeros(v, 3)], 1), 5, 2),
    "stack": ("concat", lambda t, v: t.lib.stack([t.zeros(2, 3), t.zeros(*v)]), (2, 5), (2, 3)),
    "split": ("split", lambda t, v: t.lib.split(t.zeros(6), [v - 2, 2]), 5, 6),
    "view": ("view-size", lambda t, v: t.zeros(4, 6).view(v), 20, 24),
    "unflatten": ("view-size", lambda t, v: t.zeros(4, 6).unflatten(1, (v,)), 5, 6),
    "expand": ("broadcast", lambda t, v: t.zeros(v, 1).expand(3, 4), 5, 3),
    "in place": ("broadcast", lambda t, v: t.zeros(3, 1).add_(t.zeros(*v)), (3, 2), (3, 1)),
    "addition": ("broadcast", lambda t, v: t.zeros(3, 4) + t.zeros(3, v), 5, 4),
    "einsum, sizes": ("einsum", lambda t, v: t.lib.einsum("ij,jk->ik", t.zeros(2, 3), t.zeros(v, 4)), 5, 3),
    "einsum, dimensions": ("einsum", lambda t, v: t.lib.einsum("ij->i", t.zeros(*[3] * v)), 3, 2),
    "einsum, operands": ("einsum", lambda t, v: t.lib.einsum("ij,jk->ik", *[t.zeros(3, 3)] * v), 3, 2),
    "topk": ("index-range", lambda t, v: t.lib.topk(t.zeros(3), v), 5, 3),
    "gather": ("index-shapes", lambda t, v: t.lib.gather(t.zeros(2, 3), 1, t.zeros(v, 3, dtype="int64")), 4, 2),
    "masks": ("index-shapes", lambda t, v: t.zeros(3, 2)[t.zeros(v, dtype="bool")], 5, 3),
    "cdist": ("matmul", lambda t, v: t.lib.cdist(t.zeros(4, 3), t.zeros(5, v)), 6, 3),
    "grid_sample, batch": ("grid-sample", lambda t, v: t.F.grid_sample(t.zeros(2, 1, 4, 4), t.zeros(v, 3, 3, 2), align_corners=False), 5, 2),
    "grid_sample, coordinates": ("grid-sample", lambda t, v: t.F.grid_sample(t.zeros(2, 1, 4, 4), t.zeros(2, 3, 3, v), align_corners=False), 3, 2),
    "scaled_dot_product_attention": ("matmul", lambda t, v: t.F.scaled_dot_product_attention(t.zeros(1, 2, 5, v), t.zeros(1, 2, 4, 3), t.zeros(1, 2, 4, 3)), 6, 3),
    "repeat": ("argument", lambda t, v: t.zeros(2, 3).repeat(*[1] * v), 1, 2),
    "view_as_complex": ("view-size", lambda t, v: t.lib.view_as_complex(t.zeros(3, v)), 4, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_what_was_expected_is_what_pytorch_takes(name: str) -> None:
    judge_values(*CASES[name])


# Rule, call, how many there are, the first number that PyTorch refuses for that.
COUNTS: dict[str, tuple[str, Callable[[Any, Any], Any], int]] = {
    "classes": ("class-count", lambda t, v: t.F.cross_entropy(t.zeros(2, 5), t.full((2,), v, dtype=t.int64)), 5),
    "classes of nll_loss": ("class-count", lambda t, v: t.F.nll_loss(t.zeros(2, 5), t.full((2,), v, dtype=t.int64)), 5),
    "rows of an embedding": ("embedding-index", lambda t, v: t.nn.Embedding(5, 3)(t.full((2,), v, dtype=t.int64)), 5),
    "padding_idx": ("torch-error", lambda t, v: t.nn.Embedding(5, 3, padding_idx=v), 5),
    "labels of ctc_loss": ("class-count", lambda t, v: t.F.ctc_loss(t.zeros(6, 2, 5), t.full((2, 3), 1, dtype=t.int64), [6, 6], [3, 3], blank=v), 5),
    "output_padding": ("argument", lambda t, v: t.nn.ConvTranspose2d(1, 1, 3, stride=5, output_padding=v)(t.zeros(1, 1, 4, 4)), 5),
    "elements": ("index-range", lambda t, v: t.zeros(5)[v], 5),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.filterwarnings("ignore")
def test_a_number_beyond_what_there_is(name: str) -> None:
    rule, call, count = COUNTS[name]
    assert answer(THEIRS, call, count - 1) is None
    assert answer(THEIRS, call, count + 2) is not None
    assert answer(OURS, call, count - 1) is None
    error: Any = answer(OURS, call, count + 2)
    assert isinstance(error, ShapeError)
    assert error.rule == rule
    assert (error.expected, error.actual) == (count, count + 2)


# Rule and call, where nothing that was expected has to be told: PyTorch refuses it in the same words.
REFUSED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "embedding_bag's padding_idx, too large": ("torch-error", lambda t: t.F.embedding_bag(t.zeros(2, 2, dtype="int64"), t.zeros(5, 3), padding_idx=5)),
    "embedding_bag's padding_idx, too small": ("torch-error", lambda t: t.F.embedding_bag(t.zeros(2, 2, dtype="int64"), t.zeros(5, 3), padding_idx=-6)),
    "embedding_bag without offsets": ("embedding-bag", lambda t: t.F.embedding_bag(t.zeros(2, dtype="int64"), t.zeros(5, 3))),
    "embedding_bag, offsets of a matrix": ("embedding-bag", lambda t: t.F.embedding_bag(t.zeros(2, 2, dtype="int64"), t.zeros(5, 3), t.zeros(2, dtype="int64"))),
    "embedding_bag of three dimensions": ("embedding-bag", lambda t: t.F.embedding_bag(t.zeros(2, 2, 2, dtype="int64"), t.zeros(5, 3))),
    "embedding_bag, weights of samples": ("embedding-bag", lambda t: t.F.embedding_bag(t.zeros(2, 2, dtype="int64"), t.zeros(5, 3), per_sample_weights=t.zeros(2, 3), mode="sum")),
    "embedding_bag, weights of samples and mean": ("embedding-bag", lambda t: t.F.embedding_bag(t.zeros(2, 2, dtype="int64"), t.zeros(5, 3), per_sample_weights=t.zeros(2, 2))),
    "Embedding's padding_idx, too small": ("torch-error", lambda t: t.nn.Embedding(5, 3, padding_idx=-6)),
    "one_hot of floats": ("embedding-dtype", lambda t: t.F.one_hot(t.zeros(2))),
    "interpolate without a size": ("argument", lambda t: t.F.interpolate(t.zeros(1, 1, 4, 4))),
    "interpolate with both": ("argument", lambda t: t.F.interpolate(t.zeros(1, 1, 4, 4), 8, 2)),
    "interpolate to a size that is none": ("argument", lambda t: t.F.interpolate(t.zeros(1, 1, 4, 4), (2.5, 2.5))),
    "interpolate, bilinear in one dimension": ("input-dimensions", lambda t: t.F.interpolate(t.zeros(1, 1, 4), 8, mode="bilinear")),
    "interpolate, linear in two": ("input-dimensions", lambda t: t.F.interpolate(t.zeros(1, 1, 4, 4), 8, mode="linear")),
    "interpolate, nearest with align_corners": ("argument", lambda t: t.F.interpolate(t.zeros(1, 1, 4, 4), 8, align_corners=True)),
    "attention of vectors: query": ("matmul", lambda t: t.F.scaled_dot_product_attention(t.zeros(3), t.zeros(4, 3), t.zeros(4, 3))),
    "attention of vectors: key": ("matmul", lambda t: t.F.scaled_dot_product_attention(t.zeros(4, 3), t.zeros(3), t.zeros(4, 3))),
    "attention of vectors: value": ("matmul", lambda t: t.F.scaled_dot_product_attention(t.zeros(4, 3), t.zeros(4, 3), t.zeros(3))),
    "attention of other types": ("dtype", lambda t: t.F.scaled_dot_product_attention(t.zeros(4, 3), t.zeros(4, 3), t.zeros(4, 3, dtype="float64"))),
    "groups of none": ("groups", lambda t: t.nn.Conv2d(4, 4, 1, groups=0)),
    "groups below none": ("groups", lambda t: t.nn.Conv2d(4, 4, 1, groups=-1)),
    "same padding with a stride": ("argument", lambda t: t.nn.Conv2d(4, 4, 3, stride=2, padding="same")),
    "dropout of more than all": ("argument", lambda t: t.nn.Dropout(1.5)),
    "dropout of less than nothing": ("argument", lambda t: t.nn.Dropout(-0.1)),
    "F.dropout of more than all": ("argument", lambda t: t.F.dropout(t.zeros(3), 1.5)),
    "GLU of an odd size": ("channel-multiple", lambda t: t.nn.GLU()(t.zeros(2, 3))),
    "mv of a matrix": ("matmul", lambda t: t.lib.mv(t.zeros(2, 3), t.zeros(3, 4))),
    "bmm of a matrix": ("matmul", lambda t: t.lib.bmm(t.zeros(2, 3), t.zeros(2, 3, 4))),
    "matmul of a number": ("matmul", lambda t: t.lib.matmul(t.zeros(()), t.zeros(3))),
    "two sizes to infer": ("view-size", lambda t: t.zeros(4, 6).view(-1, -1)),
    "a size below none": ("view-size", lambda t: t.zeros(4, 6).view(-2, 12)),
    "a view after a permutation": ("view-stride", lambda t: t.zeros(4, 6).t().view(24)),
    "a dimension twice": ("dimension-range", lambda t: t.zeros(4, 6).permute(0, 0)),
    "a dimension that is not there": ("dimension-range", lambda t: t.lib.softmax(t.zeros(2, 3), 2)),
    "a dimension before the first": ("dimension-range", lambda t: t.lib.softmax(t.zeros(2, 3), -3)),
    "too few sizes": ("broadcast", lambda t: t.zeros(4, 6).expand(6)),
    "subtraction of flags": ("dtype", lambda t: t.zeros(2, dtype="bool") - t.zeros(2, dtype="bool")),
    "a mean of whole numbers": ("dtype", lambda t: t.zeros(2, dtype="int64").mean()),
    "a softmax of whole numbers": ("dtype", lambda t: t.lib.softmax(t.zeros(2, dtype="int64"), 0)),
    "an einsum that repeats a letter": ("einsum", lambda t: t.lib.einsum("ij->ii", t.zeros(2, 2))),
    "an einsum of a letter that is not there": ("einsum", lambda t: t.lib.einsum("ij->ik", t.zeros(2, 2))),
    "padding an image by three": ("pad-size", lambda t: t.F.pad(t.zeros(1, 1, 4, 4), (1, 1, 1))),
    "a pool of an empty kernel": ("argument", lambda t: t.nn.MaxPool2d(0)(t.zeros(1, 1, 4, 4))),
    "a pool with a stride of none": ("argument", lambda t: t.nn.AvgPool2d(2, stride=0)(t.zeros(1, 1, 4, 4))),
    "a convolution with a stride of none": ("argument", lambda t: t.nn.Conv2d(1, 1, 1, stride=0)(t.zeros(1, 1, 4, 4))),
    "a padding below none": ("argument", lambda t: t.nn.Conv2d(1, 1, 2, padding=-1)(t.zeros(1, 1, 4, 4))),
    "a kernel that is too large": ("kernel-larger-than-input", lambda t: t.nn.Conv2d(1, 1, 5)(t.zeros(1, 1, 4, 4))),
    "a pool that is too large": ("kernel-larger-than-input", lambda t: t.nn.MaxPool2d(5)(t.zeros(1, 1, 4, 4))),
    "heads that do not divide": ("attention-heads", lambda t: t.nn.MultiheadAttention(6, 4)),
    "label smoothing of more than all": ("argument", lambda t: t.F.cross_entropy(t.zeros(2, 3), t.zeros(2, dtype="int64"), label_smoothing=1.5)),
    "a rounding mode that is none": ("argument", lambda t: t.lib.div(t.zeros(2), t.zeros(2), rounding_mode="up")),
    "an index of floats": ("dtype", lambda t: t.lib.gather(t.zeros(2, 3), 1, t.zeros(2, 3))),
    "a narrow piece beyond the end": ("index-range", lambda t: t.zeros(4).narrow(0, 2, 3)),
    "packed sequences, not sorted": ("packed-lengths", lambda t: t.nn.utils.rnn.pack_padded_sequence(t.zeros(5, 2, 3), [2, 4])),
    "packed sequences, of nothing": ("packed-lengths", lambda t: t.nn.utils.rnn.pack_padded_sequence(t.zeros(5, 2, 3), [4, 0])),
    "fans of a vector": ("argument", lambda t: t.nn.init.xavier_uniform_(t.zeros(3))),
    "a dirac of a matrix": ("argument", lambda t: t.nn.init.dirac_(t.zeros(3, 3))),
    "an eye of a vector": ("argument", lambda t: t.nn.init.eye_(t.zeros(3))),
    "states of an LSTM, of three dimensions": ("recurrent-hidden", lambda t: t.nn.LSTM(3, 4)(t.zeros(5, 3), (t.zeros(1, 1, 4), t.zeros(1, 1, 4)))),
    "a state of a GRU, of two dimensions": ("recurrent-hidden", lambda t: t.nn.GRU(3, 4)(t.zeros(5, 2, 3), t.zeros(1, 4))),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_a_refusal_in_pytorchs_words_has_its_rule(name: str) -> None:
    judge_words(*REFUSED[name])
