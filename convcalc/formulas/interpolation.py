"""The size that resampling by a factor gives."""

from __future__ import annotations

import math

EXACT_DENOMINATOR = 2**20  # a factor like 0.5 or 1.25 is a fraction that floats multiply without rounding


def interpolate_output_size(size: int, scale_factor: float) -> int:
    """The output size of `interpolate` along one dimension, in the arithmetic of 64-bit floats.

    Formula: `floor(size * scale_factor)`
    Units:   elements of one dimension
    Errors:  ValueError: the result is below 1
    Source:  torch.nn.Upsample; aten/src/ATen/native/UpSample.cpp, compute_output_size
    """
    result = scaled_size(size, scale_factor)
    if result < 1:
        raise ValueError(f"scale_factor {scale_factor} leaves nothing of an input of size {size}")
    return result


def scaled_size(size: int, scale_factor: float) -> int:
    """`floor(size * scale_factor)`, without refusals; exact for sizes that are no numbers where the factor allows it."""
    if isinstance(size, int):
        return math.trunc(size * scale_factor)
    numerator, denominator = float(scale_factor).as_integer_ratio()
    if denominator <= EXACT_DENOMINATOR:
        return size * numerator // denominator
    return size * scale_factor // 1
