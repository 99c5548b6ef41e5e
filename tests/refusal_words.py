"""Whether what a refusal says beside its words fits these: its rule, what was expected and what came.

The words are PyTorch's (that they are, other tests say), and name both: "expected 3 channels, but got 5". Held in every test, of
every refusal that it meets (`conftest.py`).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import Any

# The words in which PyTorch refuses, and the rule that they are of; the first that fit.
WORDS = {
    r"lambda must be in range|^approximate argument|^narrow\(\)|^torch\.[hvd]split": "torch-error",
    r"one_hot is only applicable": "embedding-dtype",
    r"must be (Tensor|int|tuple of Tensors)\b.*, not ": "argument",
    r"must match the size of tensor|doesn't match the broadcast shape": "broadcast",
    r"Sizes of tensors must match except|Tensors must have same number of dimensions|stack expects a non-empty TensorList": "concat",
    r"^Dimension out of range \(expected to be in range|only tensors with up to": "dimension-range",
    r"dtype|scalar type|not implemented for|boolean masks|without overflow|on a bool tensor|complex-valued|for complex tensors|bias type": "dtype",
    r"Dimension specified as|exceeds dimension size|reduction dim to|^start out of range": "index-range",
    r"shape of indices|Index tensor must have|Size does not match at dimension": "index-shapes",
    r"divisible by num_groups|Given groups|non-positive groups": "groups",
    r"normalized_shape, but|Given normalized_shape|Mismatch of parameter numbers|Expected `weight` to be a scalar|zero-dim input": "norm-channels",
    r"Output size is too small": "kernel-larger-than-input",
    r"\(batch mode\) tensor|Input dimension should be at least": "input-dimensions",
    r"window length|strided tensors only|output_size|half of effective kernel|pad must be|negative padding|padding='same'|stride must be|divisor": "argument",
    r"valid value for reduction|negative dimension|Center must be None|must be non-negative, got|Coefficients cannot": "argument",
    r"is invalid for input of size": "view-size",
    r"target size|linear_weight|linear_bias|anchor|margin_ranking_loss|weight must be one-dimensional|var is of incorrect": "loss-shapes",
}

EXPECTS = re.compile(r"expect|should|must|divisible|required", re.IGNORECASE)
CAME = re.compile(r"\b(?:but got|got|but found|found|but received|received|, not)\b")
SEEN_ENOUGH = 3  # refusals of one place in the code


def numbers(value: Any) -> list[int]:
    """The whole numbers in a size, a shape, or several."""
    if type(value) is int:
        return [value]
    return [number for part in value for number in numbers(part)] if isinstance(value, (tuple, list)) else []


def said(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?<![\w.])-?\d+", text)]


def contradiction(error: Any) -> str | None:
    """How what a refusal says beside its words contradicts them."""
    words = str(error)
    before, *after = CAME.split(words, maxsplit=1)
    expected, actual = numbers(error.expected), numbers(error.actual)
    if not after or not EXPECTS.search(before) or not expected or not actual or sorted(expected) == sorted(actual):
        return None
    if set(expected) <= set(said(after[0])) - set(said(before)) or set(actual) <= set(said(before)) - set(said(after[0])):
        return f"expected {error.expected} and came {error.actual}: {words}"
    return None
