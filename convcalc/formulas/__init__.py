"""The arithmetic of windowed layers: one function a formula, on ints and on any object with `+ - * //` and comparisons.

These are public (`convcalc.conv_output_size`, …) and what the rules of `convcalc.ops` compute with. A function that could be
asked for an impossible window refuses with a `ValueError` that says what to change.
"""

from __future__ import annotations

from .adaptive import adaptive_window as adaptive_window
from .interpolation import interpolate_output_size as interpolate_output_size
from .windows import conv_output_size as conv_output_size
from .windows import conv_transpose_output_size as conv_transpose_output_size
from .windows import fold_block_count as fold_block_count
from .windows import max_unpool_output_size as max_unpool_output_size
from .windows import pool_output_size as pool_output_size
from .windows import pool_window_count as pool_window_count
from .windows import same_padding as same_padding
from .windows import transposed_size as transposed_size
from .windows import unfold_output_size as unfold_output_size
from .windows import window_count as window_count
from .windows import window_span as window_span
