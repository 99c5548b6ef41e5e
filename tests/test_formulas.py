"""The formulas against windows that are really laid out and counted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import pytest

from convcalc import dim, formulas
from convcalc.formulas.interpolation import scaled_size
from convcalc.formulas.inverse import settings_for
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


CONVOLUTION = {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1}
REFUSED_BELOW = [
    (formulas.conv_output_size, CONVOLUTION, {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}),
    (formulas.unfold_output_size, CONVOLUTION, {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}),
    (formulas.fold_block_count, CONVOLUTION, {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}),
    (formulas.pool_output_size, CONVOLUTION, {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}),
    (
        formulas.conv_transpose_output_size,
        {**CONVOLUTION, "output_padding": 1},
        {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0},
    ),
]


@pytest.mark.parametrize(("formula", "settings", "least"), REFUSED_BELOW)
def test_each_setting_has_a_least_value(
    formula: Callable[..., int], settings: dict[str, int], least: dict[str, int]
) -> None:
    for name, value in least.items():
        loose = {**settings, "padding": 0} if name == "kernel_size" else settings
        if name == "stride" and "output_padding" in settings:
            loose = {**settings, "output_padding": 0}
        assert formula(20, **{**loose, name: value}) >= 1
        with pytest.raises(ValueError, match=f"{name} must "):
            formula(20, **{**loose, name: value - 1})


def test_where_the_last_size_is_taken_and_the_next_refused() -> None:
    assert formulas.conv_output_size(5, 5) == 1
    assert formulas.conv_output_size(3, 5, padding=1) == 1
    with pytest.raises(
        ValueError, match=r"kernel_size 5 \(9 with dilation 2\) is larger than the input of size 6 \(8 with padding 1\)"
    ):
        formulas.conv_output_size(6, 5, padding=1, dilation=2)
    with pytest.raises(ValueError, match=r"kernel_size 5 is larger than the input of size 4$"):
        formulas.conv_output_size(4, 5)
    assert formulas.pool_output_size(3, 3, padding=1) == 1
    with pytest.raises(ValueError, match="padding 2 is more than half of kernel_size 3: use at most 1"):
        formulas.pool_output_size(9, 3, padding=2)
    assert formulas.conv_transpose_output_size(1, 1) == 1
    with pytest.raises(ValueError, match=r"padding 1 leaves nothing of the output \(size 0\)"):
        formulas.conv_transpose_output_size(1, 2, padding=1)
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        formulas.conv_transpose_output_size(0, 3)
    assert formulas.conv_transpose_output_size(2, 1, dilation=2, output_padding=1) == 3
    assert formulas.max_unpool_output_size(1, 2, padding=1) == 0
    assert formulas.interpolate_output_size(2, 0.5) == 1
    assert formulas.adaptive_window(0, 5, 2) == (0, 3)
    with pytest.raises(ValueError, match="index must not be negative, got -1"):
        formulas.adaptive_window(-1, 5, 2)
    with pytest.raises(ValueError, match="index 2 is outside of an output of size 2"):
        formulas.adaptive_window(2, 5, 2)


def test_a_factor_that_floats_multiply_exactly_is_a_fraction_of_a_symbolic_size() -> None:
    h = dim.symbol("H", hint=10)
    assert str(scaled_size(h, 0.5)) == "H//2"
    assert str(scaled_size(h, 2**-20)) == "H//1048576"
    assert scaled_size(10, -0.55) == -5
    with (
        dim.Conditions() as conditions
    ):  # floats round a third of a size: it is worked out for the one that is followed
        assert scaled_size(h, 1 / 3) == 3
    solved = conditions.solve("H")
    assert solved is not None
    assert str(solved.words()) == "10"


def settings_of(sizes: list[int], targets: list[int], output_size: Callable[..., int], **fixed: Any) -> list[str]:
    defaults = {"kernel_size": 0, "stride": 1, "dilation": 1, "padding": 0}
    if output_size is formulas.conv_transpose_output_size:
        defaults["output_padding"] = 0
    found = settings_for(sizes, targets, output_size, fixed, defaults)
    letters = {"kernel_size": "k", "stride": "s", "dilation": "d", "padding": "p", "output_padding": "o"}
    return [" ".join(f"{letters[name]}{value}" for name, value in one.items()) for one in found]


def test_settings_are_in_the_order_in_which_people_mean_them() -> None:
    """Padding that keeps the size or none, windows side by side with any stride, small odd kernels, no dilation."""
    halved = settings_of([28], [14], formulas.conv_output_size)
    assert halved[:8] == [
        "k3 s2 d1 p1", "k2 s2 d1 p0", "k5 s2 d1 p2", "k4 s2 d1 p1", "k7 s2 d1 p3", "k1 s2 d1 p0", "k3 s2 d2 p2", "k9 s2 d1 p4",
    ]  # fmt: skip
    quartered = settings_of([28], [7], formulas.pool_output_size)
    assert quartered[:9] == [
        "k4 s4 d1 p0", "k5 s4 d1 p2", "k4 s4 d1 p1", "k7 s4 d1 p3", "k9 s3 d1 p0", "k3 s4 d1 p1", "k22 s1 d1 p0", "k5 s3 d2 p0", "k8 s3 d1 p0",
    ]  # fmt: skip
    doubled = settings_of([14], [28], formulas.conv_transpose_output_size)
    assert doubled[:6] == [
        "k2 s2 d1 p0 o0", "k3 s2 d1 p1 o1", "k4 s2 d1 p1 o0", "k5 s2 d1 p2 o1", "k7 s2 d1 p3 o1", "k1 s2 d1 p0 o1",
    ]  # fmt: skip


def test_all_settings_of_the_search_are_found() -> None:
    """Against trying each: kernels to 11 and the single step, strides to 4, dilations to 3, paddings within the window."""
    for size, target in ((28, 14), (9, 9), (40, 2), (5, 8)):
        expected = set()
        for k, s, d in product(sorted({*range(1, 12), abs(size - target) + 1}), range(1, 5), range(1, 4)):
            for p in range(min(d * (k - 1) + 1, 64)) if k > 1 or d == 1 else ():
                if size + 2 * p >= d * (k - 1) + 1 and formulas.window_count(size, k, s, p, d) == target:
                    expected.add(f"k{k} s{s} d{d} p{p}")
        found = settings_of([size], [target], formulas.conv_output_size)
        assert len(found) == len(set(found))
        assert set(found) == expected, (size, target)


def test_given_settings_hold_in_each_dimension() -> None:
    assert (
        settings_of([28, 14], [14, 14], formulas.conv_output_size, stride=(2, 1), padding=(1, 1))[0]
        == "k3 s(2, 1) d1 p(1, 1)"
    )
    assert settings_of([28, 14], [14, 13], formulas.conv_output_size, stride=2) == []


def test_an_unknown_size_gives_an_unknown_size() -> None:
    size = Unknown("a size")
    for result in (
        formulas.conv_output_size(size, 3, padding=1),  # type: ignore[arg-type]
        formulas.pool_output_size(size, 2, ceil_mode=True),  # type: ignore[arg-type]
        formulas.conv_transpose_output_size(size, 2, stride=2),  # type: ignore[arg-type]
        formulas.interpolate_output_size(size, 0.7),  # type: ignore[arg-type]
    ):
        assert isinstance(result, Unknown)
