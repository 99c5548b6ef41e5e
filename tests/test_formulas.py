"""The formulas against windows that are really laid out and counted."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from convcalc import formulas
from convcalc.tensor import Unknown


def windows(size: int, kernel_size: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """Counts the windows one by one, from the left end of the padded input."""
    count, start = 0, -padding
    while True:
        last = start + dilation * (kernel_size - 1)
        fits = last < size + padding
        overhangs = ceil_mode and start < size and last - (stride - 1) < size + padding
        if not (fits or overhangs):
            return count
        count, start = count + 1, start + stride


SETTINGS = list(product(range(1, 10), range(1, 5), range(1, 5), range(3), range(1, 4)))


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pools_have_the_windows_that_can_be_laid_out(ceil_mode: bool) -> None:
    checked = 0
    for size, kernel_size, stride, padding, dilation in SETTINGS:
        if padding > kernel_size // 2:
            continue
        counted = windows(size, kernel_size, stride, padding, dilation, ceil_mode)
        computed = formulas.pool_window_count(size, kernel_size, stride, padding, dilation, ceil_mode)
        assert max(computed, 0) == counted, (size, kernel_size, stride, padding, dilation)
        if counted:
            assert formulas.pool_output_size(size, kernel_size, stride, padding, dilation, ceil_mode) == counted
        else:
            with pytest.raises(ValueError, match=r"larger than the input|no room"):
                formulas.pool_output_size(size, kernel_size, stride, padding, dilation, ceil_mode)
        checked += 1
    assert checked > 800


def test_convolutions_have_the_windows_that_can_be_laid_out() -> None:
    for size, kernel_size, stride, padding, dilation in SETTINGS:
        counted = windows(size, kernel_size, stride, padding, dilation, ceil_mode=False)
        if counted:
            assert formulas.conv_output_size(size, kernel_size, stride, padding, dilation) == counted
            assert formulas.unfold_output_size(size, kernel_size, dilation, padding, stride) == counted
            assert formulas.fold_block_count(size, kernel_size, dilation, padding, stride) == counted
        else:
            with pytest.raises(ValueError, match="larger than the input"):
                formulas.conv_output_size(size, kernel_size, stride, padding, dilation)


def test_a_transposed_convolution_covers_what_its_windows_touch() -> None:
    for size, kernel_size, stride, padding, dilation in SETTINGS:
        touched = {i * stride + k * dilation for i in range(size) for k in range(kernel_size)}
        covered = max(touched) + 1 - 2 * padding
        for output_padding in range(max(stride, dilation)):
            if covered + output_padding >= 1:
                found = formulas.conv_transpose_output_size(
                    size, kernel_size, stride, padding, output_padding, dilation
                )
                assert found == covered + output_padding


def test_a_convolution_undoes_its_transpose() -> None:
    for size, kernel_size, stride, padding, dilation in SETTINGS:
        grown = formulas.transposed_size(size, kernel_size, stride, padding, 0, dilation)
        if grown >= 1:
            assert formulas.window_count(grown, kernel_size, stride, padding, dilation) == size


def test_same_padding_keeps_the_size() -> None:
    for size, kernel_size, dilation in product(range(1, 10), range(1, 6), range(1, 4)):
        left, right = formulas.same_padding(kernel_size, dilation)
        assert 0 <= right - left <= 1
        assert size + left + right - formulas.window_span(kernel_size, dilation) + 1 == size


def test_adaptive_windows_cover_the_input_in_order() -> None:
    for size, output_size in product(range(1, 12), range(1, 12)):
        bounds = [formulas.adaptive_window(i, size, output_size) for i in range(output_size)]
        assert bounds[0][0] == 0
        assert bounds[-1][1] == size
        assert all(start < end for start, end in bounds)
        assert all(after[0] <= before[1] for before, after in pairwise(bounds))


def test_interpolation_multiplies_in_floats() -> None:
    assert formulas.interpolate_output_size(10, 0.7) == 7
    assert formulas.interpolate_output_size(100, 1 / 3) == 33
    assert formulas.interpolate_output_size(5, 1.3) == 6
    with pytest.raises(ValueError, match="leaves nothing"):
        formulas.interpolate_output_size(5, 0.1)


def test_max_unpool_undoes_a_pool_that_divides() -> None:
    assert formulas.max_unpool_output_size(formulas.pool_output_size(12, 3), 3) == 12
    with pytest.raises(ValueError, match="leaves nothing"):
        formulas.max_unpool_output_size(1, 1, padding=2)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: formulas.conv_output_size(28, 0), "kernel_size must be at least 1"),
        (lambda: formulas.conv_output_size(28, 3, stride=0), "stride must be at least 1"),
        (lambda: formulas.conv_output_size(28, 3, padding=-1), "padding must not be negative"),
        (
            lambda: formulas.conv_output_size(4, 3, dilation=2),
            r"kernel_size 3 \(5 with dilation 2\) is larger than the input of size 4",
        ),
        (lambda: formulas.pool_output_size(28, 2, padding=2), "more than half of kernel_size 2: use at most 1"),
        (
            lambda: formulas.conv_transpose_output_size(5, 3, output_padding=1),
            "must be smaller than stride 1 or dilation 1",
        ),
        (lambda: formulas.conv_transpose_output_size(1, 1, padding=1), "leaves nothing of the output"),
        (lambda: formulas.adaptive_window(3, 7, 3), "outside of an output of size 3"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(call: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()  # type: ignore[operator]


def test_an_unknown_size_gives_an_unknown_size() -> None:
    size = Unknown("a size")
    for result in (
        formulas.conv_output_size(size, 3, padding=1),  # type: ignore[arg-type]
        formulas.pool_output_size(size, 2, ceil_mode=True),  # type: ignore[arg-type]
        formulas.conv_transpose_output_size(size, 2, stride=2),  # type: ignore[arg-type]
        formulas.interpolate_output_size(size, 0.7),  # type: ignore[arg-type]
    ):
        assert isinstance(result, Unknown)
