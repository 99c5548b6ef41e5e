"""The sizes that a model takes, solved from the conditions of one symbolic run, against trying every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from convcalc import nn
from convcalc.dim import Conditions, SizeSet, symbol
from convcalc.nn import functional as F
from convcalc.ops.joining import cat
from convcalc.tensor import ShapeError, make
from convcalc.tensor.dtypes import float32

LIMIT = 256


def conv(i: int, o: int, k: int = 3, **options: Any) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(i, o, k, **options), nn.ReLU())


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = conv(3, 4, padding=1), conv(4, 8, padding=1), conv(8, 16, padding=1)
        self.up1, self.up2 = nn.ConvTranspose2d(16, 8, 2, 2), nn.ConvTranspose2d(8, 4, 2, 2)
        self.d1, self.d2 = conv(16, 8, padding=1), conv(8, 4, padding=1)

    def forward(self, x: Any) -> Any:
        a = self.a(x)
        b = self.b(F.max_pool2d(a, 2))
        c = self.c(F.max_pool2d(b, 2))
        d = self.d1(cat([b, self.up1(c)], 1))
        return self.d2(cat([a, self.up2(d)], 1))


class Residual(nn.Module):
    """A shortcut pooled one way, a branch convolved another: they meet for some sizes only."""

    def __init__(self, rounding: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1))
        self.short = nn.Sequential(nn.Conv2d(3, 8, 1), nn.AvgPool2d(4, ceil_mode=rounding))

    def forward(self, x: Any) -> Any:
        return cat([self.body(x), self.short(x)], 1)


def lenet() -> Any:
    return nn.Sequential(
        conv(3, 6, 5), nn.MaxPool2d(2), conv(6, 16, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10)
    )


def alexnet(head: bool) -> Any:
    body = [
        conv(3, 64, 11, stride=4, padding=2), nn.MaxPool2d(3, 2), conv(64, 192, 5, padding=2), nn.MaxPool2d(3, 2),
        conv(192, 384, padding=1), conv(384, 256, padding=1), nn.MaxPool2d(3, 2),
    ]  # fmt: skip
    end = (
        [nn.Flatten(), nn.Linear(256 * 6 * 6, 10)]
        if head
        else [nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Linear(256 * 36, 10)]
    )
    return nn.Sequential(*body, *end)


def vgg() -> Any:
    layers: list[Any] = []
    for i, o in ((3, 8), (8, 16), (16, 16), (16, 16), (16, 16)):
        layers += [conv(i, o, padding=1), nn.MaxPool2d(2, 2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 7 * 7, 10))


MODELS: dict[str, tuple[Callable[[], Any], int, str]] = {
    "lenet": (lenet, 32, "32 to 35"),
    "alexnet": (lambda: alexnet(False), 224, "any from 63"),
    "alexnet with a head": (lambda: alexnet(True), 224, "223 to 254"),
    "vgg": (vgg, 224, "224 to 255"),
    "u-net": (UNet, 64, "multiples of 4"),
    "residual": (lambda: Residual(False), 64, "multiples of 4"),
    "residual with ceil_mode": (lambda: Residual(True), 64, "any"),
    "dilated": (lambda: nn.Sequential(conv(3, 4, 3, dilation=4), conv(4, 4, 5, dilation=2, stride=3), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Flatten(), nn.Linear(100, 2)), 44, ""),
    "flattened to any": (lambda: nn.Sequential(conv(3, 4, 3, padding=1), nn.MaxPool2d(3, 3, padding=1, ceil_mode=True), nn.Flatten(), nn.Linear(64, 2)), 9, ""),
    "upsampled": (lambda: nn.Sequential(conv(3, 4, 3), nn.Upsample(scale_factor=1.5), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(4 * 64, 2)), 24, ""),
    "pixel unshuffle": (lambda: nn.Sequential(nn.PixelUnshuffle(8), nn.Conv2d(192, 4, 3), nn.Conv2d(4, 4, 3)), 64, "multiples of 8 from 40"),
    "a row at a time": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.Linear(15, 4)), 32, "31 and 32"),
}  # fmt: skip


class Added(Residual):
    """Beside the sizes that meet, those whose shortcut is 1 high broadcast."""

    def forward(self, x: Any) -> Any:
        return self.body(x) + self.short(x)


class Branching(nn.Module):
    """Other layers for large pictures; a loop over the rows of what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.small, self.large = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 7, 3)
        self.end = nn.Linear(36, 2)

    def forward(self, x: Any) -> Any:
        y = self.large(x) if x.shape[2] % 3 and x.shape[2] > 20 else self.small(x)
        return (
            self.end(F.max_pool2d(y, 3).flatten(1))
            if y.shape[3] < 40
            else self.end(F.adaptive_avg_pool2d(y, 3).flatten(1))
        )


def accepted(run: Callable[[Any], bool], name: str, least: int = 2, most: int | None = None) -> SizeSet | None:
    """The sizes for which `run(size)` is true: a run with a symbol settles all sizes that meet its conditions."""
    left, found = SizeSet.interval(least, most), SizeSet()
    for _ in range(64):
        hint = left.least
        if hint is None:
            return found
        with Conditions() as conditions:
            answer = run(symbol(name, hint, least, most))
        settled = conditions.solve(name, least=least, most=most) or SizeSet.points(hint)
        found = found | settled if answer else found
        left = left - settled
    return None


def takes(model: Any, size: Any) -> bool:
    try:
        model(make((2, 3, size, size), float32))
    except ShapeError:
        return False
    return True


@pytest.mark.parametrize("name", MODELS)
def test_the_sizes_that_fit_are_those_that_work(name: str) -> None:
    build, hint, words = MODELS[name]
    model = build()
    h: Any = symbol("H", hint)
    with Conditions() as conditions:
        model(make((2, 3, h, h), float32))
    fits = conditions.solve("H")
    assert fits is not None
    assert fits.up_to(LIMIT) == [size for size in range(2, LIMIT + 1) if takes(model, size)]
    if words:
        assert fits.words(2) == words


EXTRA = {"added": (lambda: Added(False)), "added with ceil_mode": (lambda: Added(True)), "branching": Branching}


@pytest.mark.parametrize("name", [*MODELS, *EXTRA])
def test_all_branches_together_are_all_sizes_that_work(name: str) -> None:
    model = MODELS[name][0]() if name in MODELS else EXTRA[name]()
    fits = accepted(lambda h: takes(model, h), "H", least=1)
    assert fits is not None
    assert fits.up_to(LIMIT) == [size for size in range(1, LIMIT + 1) if takes(model, size)]
    large = [*range(5000, 5100), 100_003]
    assert [size in fits for size in large] == [takes(model, size) for size in large]


def test_what_cannot_be_solved_is_tried() -> None:
    def run(h: Any) -> bool:
        return bool((h * h) // (h + 3) % 5 == 2)

    assert accepted(run, "H", 2, 40) == SizeSet((n, n) for n in range(2, 41) if (n * n) // (n + 3) % 5 == 2)
    assert accepted(run, "H") is None


def test_two_symbols_are_solved_one_by_one() -> None:
    h: Any = symbol("H", 32)
    w: Any = symbol("W", 33)
    with Conditions() as conditions:
        lenet()(make((2, 3, h, w), float32))
    assert conditions.solve("H") is None
    fits = conditions.solve("H", {"W": 32})
    assert fits is not None
    assert fits.words() == "32 to 35"
