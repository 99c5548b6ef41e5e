"""Why an operation, or an input that PyTorch refuses, is left out: the one place where the reasons stand."""

from __future__ import annotations

from fnmatch import fnmatchcase

INTERNAL = "internal: a kernel that PyTorch's own functions call, and model code does not"
BACKWARD = "internal: the backward pass of another operation"
JITERATOR = "a kernel compiled when it runs, on CUDA only"
SPARSE = "sparse tensors, which this comparison does not translate; `tests/torch/test_sparse.py` has them"
LOW_PRECISION = "internal: scaled products of 8-bit floats, for particular GPUs"
DATA = "how large the result is depends on the elements"
RANK = "whether there are residuals depends on the rank of the matrix (drivers gelsd and gelss)"

# Patterns of names, in the order in which they are asked.
LEFT_OUT = {
    "jiterator_*": JITERATOR,
    "torch._scaled_mm*": LOW_PRECISION,
    "torch.ops.aten.*": INTERNAL,
    "*_backward*": BACKWARD,
    "sparse.*": SPARSE,
    "to_sparse": SPARSE,
    "linalg.lstsq*": RANK,
    "hash_tensor": INTERNAL,
    "slice": INTERNAL + "; `x[a:b]` has its rule",
    "_segment_reduce.*": "a prototype of PyTorch's; no model code known",
    "_*": INTERNAL,
    "native_*": INTERNAL,
    "argwhere": DATA,
    "masked_select": DATA,
    "nonzero": DATA,
    "unique*": DATA,
    "nn.functional.one_hot": DATA + ", where num_classes is not given",
}

# What a refusal is about, by a part of PyTorch's message, where that is no shape, dimension or type.
APART = {
    "single memory location": "memory that several elements, or the input and `out`, share",
    "Expected all tensors to be on the same device": "device",
    "on the same device": "device",
    "only supported on CUDA": "device",
    "probability tensor contains": "values: probabilities",
    "invalid multinomial distribution": "values: probabilities",
    "weights cannot be negative": "values: weights",
    "is out of bounds for dimension": "values: an index",
    "out of bounds for storage": "the size of the memory behind a view",
    "descriptor '": "called on a number, which has no such method in Python",
    "'int' object has no attribute": "called on a number, which has no such method in Python",
}


def reason_left_out(name: str) -> str:
    """Why an operation of the databases has no rule, or gives an unknown; empty where there is no such reason."""
    return next((reason for pattern, reason in LEFT_OUT.items() if fnmatchcase(name, pattern)), "")


def reason_apart(name: str, message: str) -> str:
    """What a refusal is about, when it is not about shapes, dimensions or types; empty when it is."""
    return next((reason for part, reason in APART.items() if part in message), "")
