"""Refusals in plain words: PyTorch refuses each of these lines, and what is said of it is true of what it was given."""

from __future__ import annotations

import contextlib
import io
import textwrap
import warnings
from typing import Any

import pytest
import torch

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.discovery import Given

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

# The last line of a program, which PyTorch refuses, after those that prepare it; and the words of convcalc.
CASES = [
    # recurrent-hidden
    ("rnn = nn.LSTM(4, 6, num_layers=2)\nh = torch.zeros(1, 3, 6)\nrnn(torch.randn(5, 3, 4), (h, h))",
     "LSTM(num_layers=2) expected a hidden state of (2, 3, 6), got (1, 3, 6): its first size counts layers and directions"),
    ("nn.GRU(4, 6)(torch.randn(5, 3, 4), torch.zeros(1, 2, 6))",
     "GRU() expected a hidden state of (1, 3, 6), got (1, 2, 6): its second size is the batch"),
    ("nn.RNN(4, 6)(torch.randn(5, 3, 4), torch.zeros(1, 3, 7))",
     "RNN() expected a hidden state of (1, 3, 6), got (1, 3, 7): its last size is the hidden size"),
    ("nn.GRU(4, 6)(torch.randn(5, 3, 4), torch.zeros(2, 2, 6))", "GRU() expected a hidden state of (1, 3, 6), got (2, 2, 6)"),
    ("nn.GRUCell(4, 6)(torch.randn(3, 4), torch.zeros(2, 6))", "Input batch size 3 doesn't match hidden0 batch size 2"),
    # the operand of a loss that does not fit, and no other
    ("nn.CrossEntropyLoss(weight=torch.ones(3))(torch.randn(8, 4), torch.zeros(8).long())",
     "the class weights of CrossEntropyLoss must be (4,), not (3,)"),
    ("nn.CrossEntropyLoss(weight=torch.ones(4).long())(torch.randn(8, 4), torch.zeros(8).long())",
     "the class weights of CrossEntropyLoss must be float32, not int64"),
    ("F.nll_loss(torch.randn(2, 5, 8, 8), torch.zeros(2, 8, 8).long(), weight=torch.ones(4))",
     "the class weights of F.nll_loss must be (5,), not (4,)"),
    ("nn.MultiMarginLoss(weight=torch.ones(4))(torch.randn(4, 5), torch.zeros(4).long())",
     "the class weights of MultiMarginLoss must be (5,), not (4,)"),
    ("nn.CrossEntropyLoss()(torch.randn(4, 5), torch.zeros(4, 5).long())",
     "the targets (a number for each class) of CrossEntropyLoss must be float32, not int64"),
    ("nn.BCELoss(weight=torch.ones(3))(torch.rand(8, 2), torch.rand(8, 2))",
     "the weights of BCELoss must be (8, 2) or broadcast to it, not (3,)"),
    ("nn.BCEWithLogitsLoss(pos_weight=torch.ones(5))(torch.randn(8, 4), torch.rand(8, 4))",
     "the weights of the positives (pos_weight) of BCEWithLogitsLoss must be (8, 4) or broadcast to it, not (5,)"),
    ("nn.BCEWithLogitsLoss()(torch.randn(8, 1), torch.ones(8, 1).long())",
     "the targets of BCEWithLogitsLoss must be float32, not int64"),
    ("nn.CTCLoss()(torch.randn(50, 16, 20), torch.ones(16, 30).long(), torch.full((15,), 50), torch.full((16,), 30))",
     "the number of input_lengths of CTCLoss must be 16, one for each sequence of log_probs (50, 16, 20), which are (time, batch, classes), not 15"),
    ("nn.CTCLoss()(torch.randn(50, 16, 20), torch.ones(16, 30).long(), torch.full((16,), 50), torch.full((8,), 30))",
     "the number of target_lengths of CTCLoss must be 16, one for each sequence of log_probs (50, 16, 20), which are (time, batch, classes), not 8"),
    ("nn.CTCLoss()(torch.randn(50, 4, 20), torch.ones(4, 30).long(), torch.full((4,), 51), torch.full((4,), 30))",
     "the input_lengths of CTCLoss must be at most 50, the time of log_probs (50, 4, 20), which are (time, batch, classes), not 51"),
    ("nn.CTCLoss()(torch.randn(50, 4, 20), torch.ones(4, 30).long(), torch.full((4,), 50), torch.full((4,), 31))",
     "the target_lengths of CTCLoss must be at most 30, the length of the targets (4, 30), not 31"),
    ("nn.CTCLoss()(torch.randn(50, 4, 20), torch.ones(100).long(), torch.full((4,), 50), torch.full((4,), 30))",
     "the targets of CTCLoss must be (120,), as many as the target_lengths add up to, not (100,)"),
    ("nn.CTCLoss()(torch.randn(50, 4, 20), torch.ones(5, 30).long(), torch.full((4,), 50), torch.full((4,), 30))",
     "the targets of CTCLoss must be 4 rows, one for each sequence, not (5, 30)"),
    ("nn.CTCLoss()(torch.randn(50, 4, 20), torch.ones(4, 30).long(), torch.full((4,), 50.0), torch.full((4,), 30))",
     "the input_lengths of CTCLoss must be int64, not float32"),
    ("nn.CosineEmbeddingLoss()(torch.randn(4, 8), torch.randn(4, 8), torch.ones(4, 1))",
     "the targets (1 or -1 for each pair of vectors) of CosineEmbeddingLoss must be (4,), not (4, 1)"),
    ("nn.CosineEmbeddingLoss()(torch.randn(4, 8), torch.randn(4, 8), torch.ones(5))",
     "the targets of CosineEmbeddingLoss must be (4,), not (5,)"),
    ("nn.CosineEmbeddingLoss()(torch.randn(4, 8), torch.randn(8), torch.ones(4))",
     "input2 of CosineEmbeddingLoss must be 2-dimensional, as the targets (4,) ask, not (8,)"),
    ("nn.MarginRankingLoss()(torch.randn(4, 1), torch.randn(4, 1), torch.ones(4))",
     "the targets of MarginRankingLoss must be (4, 1), not (4,)"),
    ("nn.TripletMarginLoss()(torch.randn(4, 8), torch.randn(4, 8), torch.randn(8))",
     "the negative of TripletMarginLoss must be 2-dimensional, as the others, not (8,)"),
    ("nn.GaussianNLLLoss()(torch.randn(4, 2), torch.randn(4, 2), torch.ones(3, 2))",
     "the variances (var) of GaussianNLLLoss must be (4, 2), not (3, 2)"),
    ("nn.GaussianNLLLoss()(torch.randn(4, 2), torch.randn(4, 2), -torch.ones(4, 2))",
     "the variances (var) of GaussianNLLLoss must be positive, not -1.0"),
    # attention-shapes, attention-heads
    ("x = torch.randn(5, 2, 12)\nnn.MultiheadAttention(16, 4)(x, x, x)",
     "MultiheadAttention(embed_dim=16, num_heads=4) expected 16 features per step, got 12"),
    ("nn.MultiheadAttention(10, 3)", "MultiheadAttention cannot split 10 features evenly among 3 heads"),
    ("nn.TransformerEncoderLayer(10, 3)", "TransformerEncoderLayer cannot split 10 features evenly among 3 heads"),
    # channel-multiple
    ("nn.PixelShuffle(3)(torch.randn(1, 8, 4, 4))",
     "PixelShuffle(upscale_factor=3) expected a multiple of 9 channels, got 8 in (1, 8, 4, 4)"),
    ("nn.PixelUnshuffle(3)(torch.randn(1, 8, 9, 4))",
     "PixelUnshuffle(downscale_factor=3) expected height and width to be multiples of 3, got 4 in (1, 8, 9, 4)"),
    ("nn.GLU()(torch.randn(2, 5))", "GLU() halves a dimension, whose size must be even, but it is 5 in (2, 5)"),
    # groups
    ("nn.Conv1d(6, 8, 3, groups=4)", "Conv1d cannot split its 6 input channels into 4 equal groups"),
    ("nn.ConvTranspose2d(6, 8, 3, groups=3)", "ConvTranspose2d cannot split its 8 output channels into 3 equal groups"),
    ("nn.GroupNorm(4, 10)", "GroupNorm cannot split its 10 channels into 4 equal groups"),
    ("nn.Conv2d(1, 4, 3, groups=2)", "Conv2d cannot split its one input channel into 2 equal groups"),
    ("nn.ChannelShuffle(3)(torch.randn(1, 8, 2, 2))", "ChannelShuffle(groups=3) cannot split 8 channels into 3 equal groups"),
    # pad-size
    ("nn.ReflectionPad1d(5)(torch.randn(1, 2, 5))", "ReflectionPad1d(padding=5) pads (1, 2, 5) by 5 and 5, where at most 4 fits"),
    ("F.pad(torch.randn(1, 2, 5), (6, 0), mode='circular')", "F.pad pads (1, 2, 5) by 6 and 0, where at most 5 fits"),
    # empty-input
    ("nn.AdaptiveAvgPool2d(2)(torch.randn(2, 3, 0, 4))",
     "AdaptiveAvgPool2d(output_size=2) got a tensor without elements: dimension 2 is empty in (2, 3, 0, 4)"),
    # view-stride
    ("torch.randn(2, 3, 4).transpose(1, 2).view(2, -1)",
     "view cannot regroup (2, 4, 3), whose elements are in another order in memory (as after permute or transpose); reshape can"),
    # einsum
    ("torch.einsum('bij,bjk->bik', torch.randn(2, 3, 4), torch.randn(2, 5, 6))",
     "einsum of (2, 3, 4) and (2, 5, 6): the letter j stands for 4 and for 5"),
    # split
    ("torch.randn(4, 7).split([3, 3], dim=1)", "split of (4, 7) along dimension 1: 3 + 3 is 6, but the size is 7"),
    ("torch.split(torch.randn(7, 4), [5, 5])", "split of (7, 4) along dimension 0: 5 + 5 is 10, but the size is 7"),
    # dimension-range
    ("torch.randn(2, 3).sum(2)", "Tensor.sum asks for dimension 2 of (2, 3), where -2 to 1 are possible"),
    ("torch.randn(2, 3).unsqueeze(4)", "Tensor.unsqueeze asks for dimension 4 of (2, 3), where -3 to 2 are possible"),
    ("nn.Softmax(dim=2)(torch.randn(2, 3))", "Softmax(dim=2) asks for dimension 2 of (2, 3), where -2 to 1 are possible"),
    # index-range
    ("torch.randn(2, 3)[:, 3]", "index 3 is out of range: dimension 1 of (2, 3) has indices 0 to 2"),
    ("torch.randn(2, 3)[-3]", "index -3 is out of range: dimension 0 of (2, 3) has indices 0 to 1"),
    ("torch.randn(2, 0)[:, 0]", "index 0 is out of range: dimension 1 of (2, 0) is empty"),
    # embedding-index, class-count
    ("nn.Embedding(5, 2)(torch.tensor([1, 5]))", "Embedding(num_embeddings=5, embedding_dim=2) has 5 rows, 0 to 4, but is asked for row 5"),
    ("F.cross_entropy(torch.randn(2, 3), torch.tensor([0, 3]))", "the predictions (2, 3) are for 3 classes, 0 to 2, but a target is 3"),
    # backward-scalar, gradient
    ("x = torch.randn(3, requires_grad=True)\n(x * 2).backward()",
     "backward() starts from a single number, but this tensor is (3,): reduce it first, by .mean() or .sum()"),
    ("torch.randn(3).sum().backward()", "backward() is called on a tensor that no parameter with requires_grad leads to"),
    ("w = torch.randn(3, requires_grad=True)\nw.add_(1)",
     "a tensor that itself requires a gradient is written to in place: do it under torch.no_grad(), or on a copy"),
    # broadcast: the part that is written, what is scored
    ("x = torch.zeros(32, 4)\nx[0] = torch.zeros(4, 1)", "the part of (32, 4) that is written to is (4,), but it gets (4, 1)"),
    ("x = torch.zeros(32, 4)\nx[:, 0] = torch.zeros(8)", "the part of (32, 4) that is written to is (32,), but it gets (8,)"),
    ("torch.distributions.Normal(torch.zeros(4), 1.0).log_prob(torch.zeros(7))",
     "log_prob of a value of (7,), but the distribution is over (4,)"),
    # loss-shapes, concat, view-size
    ("F.cross_entropy(torch.randn(8, 5), torch.randint(0, 5, (6,)))", "F.cross_entropy got 8 predictions (8, 5) for 6 targets (6,)"),
    ("F.cross_entropy(torch.randn(8, 5), torch.randint(0, 5, (8, 2)))",
     "F.cross_entropy takes one class number for each sample, (8,), but got targets (8, 2)"),
    ("nn.CrossEntropyLoss()(torch.randn(8, 5, 4), torch.randint(0, 5, (8, 5)))",
     "CrossEntropyLoss got predictions (8, 5, 4) and targets (8, 5), which do not fit each other"),
    ("torch.cat([torch.randn(2, 3), torch.randn(2)], 1)", "cat takes tensors with the same number of dimensions, but got (2, 3), (2,)"),
    ("torch.cat([torch.randn(2, 3), torch.randn(2, 4)])",
     "cat along dimension 0 of (2, 3), (2, 4): all other sizes must be equal, but one has 4 where 3 was expected"),
    ("torch.randn(2, 3, 4).view(7, -1)", "view(7, -1) does not fit (2, 3, 4): its 24 values cannot be divided by 7"),
    ("torch.randn(4, 6).view(3, 9)", "view(3, 9) has room for 27 values, but (4, 6) has 24"),
    # matmul, broadcast, linear-in-features
    ("torch.randn(2, 5, 8) @ torch.randn(6, 3)",
     "matmul of (2, 5, 8) and (6, 3): the last size of the first is 8, the second-to-last of the second is 6; they must be equal"),
    ("torch.randn(2, 4) + torch.randn(2, 3)",
     "add of (2, 4) and (2, 3): the last size is 4 and 3, which must be equal (or one of them 1)"),
    ("torch.randn(2, 4, 5) * torch.randn(2, 3, 5)",
     "mul of (2, 4, 5) and (2, 3, 5): the second-to-last size is 4 and 3, which must be equal (or one of them 1)"),
    ("nn.Linear(8, 2)(torch.randn(3, 7))", "Linear(in_features=8, out_features=2) expected 8 features, got 7 in (3, 7)"),
    ("nn.Conv1d(3, 4, 3)(torch.randn(2, 5, 9))", "Conv1d(in_channels=3, out_channels=4, kernel_size=3) expected 3 channels, got 5 in (2, 5, 9)"),
    ("nn.BatchNorm1d(3)(torch.randn(2, 3, 4, 4))", "BatchNorm1d(num_features=3) does not take 4 dimensions: it got (2, 3, 4, 4)"),
    ("nn.GRU(3, 4)(torch.randn(5, 2, 6))", "GRU() expected 3 features per step, got 6 in (5, 2, 6)"),
    ("nn.Linear(3, 4)(torch.ones(2, 3, dtype=torch.int64))", "Linear(in_features=3, out_features=4) takes float32, but got int64"),
    ("nn.LayerNorm(16)(torch.randn(2, 5, 12))", "LayerNorm(normalized_shape=16) expected (16,) as last sizes, got (12,) in (2, 5, 12)"),
    # norm-one-value
    ("nn.BatchNorm1d(4)(torch.randn(1, 4))", "BatchNorm1d(num_features=4) in training needs more than one value per channel to average over, but got (1, 4)"),
]  # fmt: skip


def refused_by_torch(source: str) -> bool:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "model.py", "exec"), {"__name__": "__main__"})
        except Exception as error:
            line = error.__traceback__.tb_next.tb_lineno  # type: ignore[union-attr]
            return line == len(source.splitlines())
    return False


def first_error(source: str) -> dict[str, Any]:
    report = check_source(Subject("model.py", source.encode(), None, Given()), CheckSettings()).to_dict()
    return next((d for d in report["diagnostics"] if d["severity"] == "error"), {"message": "", "line": 0})


@pytest.mark.parametrize(("program", "words"), CASES)
def test_the_words_of_a_refusal(program: str, words: str) -> None:
    source = HEAD + textwrap.dedent(program) + "\n"
    torch.manual_seed(0)
    assert refused_by_torch(source)
    found = first_error(source)
    assert (found["message"], found["line"]) == (words, len(source.splitlines()))
