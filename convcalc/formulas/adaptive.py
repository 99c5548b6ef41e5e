"""The windows of adaptive pooling, which follow from the sizes."""

from __future__ import annotations


def adaptive_window(index: int, size: int, output_size: int) -> tuple[int, int]:
    """The window (start, end) that makes element `index` of an adaptive pool's output.

    Formula: `start = index * size // output_size`; `end = 1 + ((index + 1) * size - 1) // output_size`
    Units:   positions along one dimension, `end` not included
    Errors:  ValueError: there is no such element
    Source:  aten/src/ATen/native/AdaptivePooling.h, start_index and end_index
    """
    if index < 0:
        raise ValueError(f"index must not be negative, got {index}")
    if index >= output_size:
        raise ValueError(f"index {index} is outside of an output of size {output_size}")
    return index * size // output_size, 1 + ((index + 1) * size - 1) // output_size
