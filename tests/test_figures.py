"""The figures of five tutorials on first convolutional networks, measured with PyTorch 2.13: calls, inputs, outputs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from convcalc import ShapeError, Tensor, conv_output_size, nn, pool_output_size
from convcalc.ops import find

F = nn.functional

FIGURES: list[tuple[str, Callable[[Tensor], Any], tuple[int, ...], tuple[int, ...]]] = [
    ("Conv1d", nn.Conv1d(16, 33, 3, stride=2), (20, 16, 50), (20, 33, 24)),
    ("Conv2d", nn.Conv2d(16, 33, 3, stride=2), (20, 16, 50, 100), (20, 33, 24, 49)),
    ("Conv2d, oblong", nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2)), (20, 16, 50, 100), (20, 33, 28, 100)),
    (
        "Conv2d, dilated",
        nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1)),
        (20, 16, 50, 100),
        (20, 33, 26, 100),
    ),
    ("MaxPool1d", nn.MaxPool1d(3, stride=2), (20, 16, 50), (20, 16, 24)),
    ("conv1d", lambda x: F.conv1d(x, Tensor(33, 16, 3)), (20, 16, 50), (20, 33, 48)),
    ("avg_pool1d", lambda x: F.avg_pool1d(x, kernel_size=3, stride=2), (1, 1, 7), (1, 1, 3)),
    ("pairwise_distance", lambda x: F.pairwise_distance(x, Tensor(100, 128), p=2), (100, 128), (100,)),
    ("Conv2d, valid", nn.Conv2d(1, 3, kernel_size=3, stride=1, padding=0), (1, 1, 28, 28), (1, 3, 26, 26)),
    ("Conv2d, same", nn.Conv2d(1, 3, kernel_size=3, stride=1, padding=1), (1, 1, 28, 28), (1, 3, 28, 28)),
    ("Conv2d, halving", nn.Conv2d(1, 3, kernel_size=3, stride=2, padding=1), (1, 1, 28, 28), (1, 3, 14, 14)),
    ("Conv2d, colour", nn.Conv2d(3, 16, 3, padding=1), (2, 3, 28, 28), (2, 16, 28, 28)),
    ("MaxPool2d", nn.MaxPool2d(2, stride=2), (1, 16, 14, 14), (1, 16, 7, 7)),
    ("avg_pool2d", lambda x: F.avg_pool2d(x, 2, stride=2), (1, 16, 14, 14), (1, 16, 7, 7)),
    ("interpolate, 2", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), (1, 16, 7, 7), (1, 16, 14, 14)),
    ("interpolate, 3", lambda x: F.interpolate(x, scale_factor=3, mode="nearest"), (1, 16, 7, 7), (1, 16, 21, 21)),
    ("conv2d", lambda x: F.conv2d(x, Tensor(1, 1, 3, 3), stride=1, padding=0), (1, 1, 5, 5), (1, 1, 3, 3)),
    ("MaxPool2d, ceil_mode", nn.MaxPool2d(kernel_size=3, ceil_mode=True), (1, 1, 5, 5), (1, 1, 2, 2)),
    ("MaxPool2d, ceil_mode, CIFAR", nn.MaxPool2d(kernel_size=3, ceil_mode=True), (64, 3, 32, 32), (64, 3, 11, 11)),
    ("Conv2d, CIFAR", nn.Conv2d(3, 6, kernel_size=3), (64, 3, 32, 32), (64, 6, 30, 30)),
    ("reshape", lambda x: find("torch.reshape")(x, (-1, 3, 30, 30)), (64, 6, 30, 30), (128, 3, 30, 30)),  # type: ignore[misc]
    ("flatten from 1", lambda x: find("torch.flatten")(x, start_dim=1), (2, 3, 4, 4), (2, 48)),  # type: ignore[misc]
    ("flatten", lambda x: find("torch.flatten")(x), (2, 3, 4, 4), (96,)),  # type: ignore[misc]
    ("Linear", nn.Linear(10, 5), (3, 10), (3, 5)),
]


@pytest.mark.parametrize(("name", "layer", "given", "expected"), FIGURES, ids=[figure[0] for figure in FIGURES])
def test_figure(name: str, layer: Any, given: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert layer(Tensor(*given)).shape == expected


def test_a_weight_for_colour_refuses_a_grey_image() -> None:
    with pytest.raises(ShapeError) as refusal:
        F.conv2d(Tensor(1, 1, 28, 28), Tensor(16, 3, 5, 5))
    assert str(refusal.value) == (
        "Given groups=1, weight of size [16, 3, 5, 5], expected input[1, 1, 28, 28] to have 3 channels, "
        "but got 1 channels instead"
    )


def test_two_convolutions_and_a_linear_layer() -> None:
    net = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 3), nn.Flatten(), nn.Linear(4 * 6 * 6, 20))
    assert net(Tensor(8, 3, 10, 10)).shape == (8, 20)


def test_weights_of_five_linear_layers() -> None:
    widths = [784, 256, 256, 256, 256, 10]
    net = nn.Sequential(*(nn.Linear(a, b, bias=False) for a, b in itertools.pairwise(widths)))
    assert sum(p.numel() for p in net.parameters()) == 399_872


def test_four_blocks_on_a_28_pixel_image() -> None:
    size, sizes = 28, []
    for _ in range(4):
        size = pool_output_size(conv_output_size(size, kernel_size=5, padding=2), kernel_size=2)
        sizes.append(size)
    assert sizes == [14, 7, 3, 1]
