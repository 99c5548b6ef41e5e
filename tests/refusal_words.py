"""The words in which PyTorch refuses, and the rules of `check` that they may be of."""

from __future__ import annotations

import re

# The first that fit; several rules where a layer knows better what its operation refuses.
WORDS = {
    r"unexpected keyword argument": "argument",
    r"^Found dtype": "loss-shapes",
    r"must match the existing size|number of sizes provided|cannot be broadcast to|broadcastable mask": "broadcast",
    r"only supports 1-d": "torch-error",
    r"linear_weight last dimensions": "linear-in-features",
    r"Given groups=.* channels, but got": "conv-channels",
    r"argument #1 'indices' to have one of": "embedding-dtype",
    r"with possibly 0 batch size": "input-dimensions empty-input",
    r"tensor_indices_or_sections|an unexpected error": "torch-error",
    r"Trying to create tensor with negative dimension|must be non-negative, got": "argument torch-error kernel-larger-than-input",
    r"length must be non-negative": "torch-error kernel-larger-than-input",
    r"Length of pad|Padding length|Padding size should be|wrapping around": "pad-size argument",
    r"argument 'length' must be int": "argument",
    r"can require gradients": "gradient",
    r"^Dimension out of range \(expected to be in": "dimension-range index-range input-dimensions",
    r"lambda must be in range|^approximate argument|^narrow\(\)|^torch\.[hvd]split": "torch-error",
    r"one_hot is only applicable": "embedding-dtype",
    r"must be (Tensor|int|tuple of Tensors)\b.*, not ": "argument",
    r"must match the size of tensor": "broadcast",
    r"doesn't match the broadcast shape": "broadcast loss-shapes",
    r"Sizes of tensors must match except|Tensors must have same number of dimensions|stack expects a non-empty TensorList": "concat",
    r"only tensors with up to": "dimension-range",
    r"dtype|scalar type|not implemented for|boolean masks|without overflow|on a bool tensor|complex-valued|for complex tensors|bias type": "dtype loss-shapes",
    r"Dimension specified as|exceeds dimension size|reduction dim to|^start out of range": "index-range",
    r"shape of indices|Index tensor must have|Size does not match at dimension|^Expected index .* no larger than self": "index-shapes",
    r"divisible by num_groups|Given groups|non-positive groups": "groups",
    r"normalized_shape, but|Given normalized_shape|Mismatch of parameter numbers|Expected `weight` to be a scalar|zero-dim input": "norm-channels",
    r"^running_(mean|var) should contain|to be a vector of size equal to the number of channels": "norm-channels",
    r"Output size is too small|can't be greater than actual input": "kernel-larger-than-input",
    r"\(batch mode\) tensor|Input dimension should be at least": "input-dimensions",
    r"window length|strided tensors only|output_size|half of effective kernel|pad must be|negative padding|padding='same'|stride must be|divisor": "argument",
    r"(kernel size|stride|dilation) should|non-positive stride|to be a single integer value|must be greater than 0, got": "argument torch-error",
    r"valid value for reduction|Center must be None|Coefficients cannot": "argument",
    r"is invalid for input of size": "view-size attention-shapes",
    r"target size|Target size|to match target batch_size|linear_weight|linear_bias|anchor|margin_ranking_loss|weight must be one-dimensional|var is of incorrect": "loss-shapes",
    r"can't be cast to the desired|with a bool tensor|complex types|Type promoting|should be type int64|point or complex tensor|[Ii]ntegral inputs|a long tensor for": "dtype",
    r"^grid_sampler": "grid-sample empty-input",
    r"batch2 tensor to be|^size mismatch|mat1 and mat2 shapes|inconsistent tensor size": "matmul linear-in-features grid-sample attention-shapes loss-shapes",
    r"Only zero batch or zero channel inputs": "empty-input",
    r"inconsistent input_size|must be equal to input_size": "recurrent-input",
    r"inconsistent hidden_size": "recurrent-hidden input-dimensions",
}  # fmt: skip


def rules_of(words: str) -> list[str]:
    """The rules that a refusal in these words may be of; none where they do not tell."""
    return next((rules.split() for known, rules in WORDS.items() if re.search(known, words)), [])
