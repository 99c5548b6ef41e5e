"""Every operation and every layer with unknown sizes: no refusal, and nothing else than what they say of numbers."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convcalc.standin import find_module
from convcalc.tensor import ShapeError, Unknown, make
from convcalc.tensor.dtypes import bool_, float32, int64
from convcalc.verify import attention_layers as _attention  # noqa: F401  each registers its layers
from convcalc.verify import embedding_layers as _embedding  # noqa: F401
from convcalc.verify import linear_layers as _linear  # noqa: F401
from convcalc.verify import losses as _losses  # noqa: F401
from convcalc.verify import normalized as _normalized  # noqa: F401
from convcalc.verify import pointwise_layers as _pointwise  # noqa: F401
from convcalc.verify import recurrent_layers as _recurrent  # noqa: F401
from convcalc.verify import windowed as _windowed  # noqa: F401
from convcalc.verify.plain import decode, function
from convcalc.verify.strategies import LAYERS, Example
from convcalc.verify.symbolic import layer_call
from convcalc.verify.unknown_sizes import Unknowns, contradiction, outcome

PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
LAYER_EXAMPLES = {"dev": 20, "ci": 50, "deep": 500}[PROFILE]
DATA = json.loads((pathlib.Path(__file__).parent / "data" / "conformance.json").read_text(encoding="utf8"))
FAMILIES = sorted({name.rpartition(".")[0] for name in DATA["operations"]})

CHOICES = {
    "all": lambda place: True,
    "the odd ones": lambda place: place % 2 == 1,
    "the even ones": lambda place: place % 2 == 0,
    **{f"number {i}": (lambda place, i=i: place == i) for i in range(1, 7)},
}


def differences(name: str, calls: list[Any], way: str) -> list[str]:
    """What an operation says of unknown sizes (`shapes_of`) or numbers (`numbers_of`) that it does not say of known ones."""
    rule = function(name)
    found = []
    for args, kwargs, _ in calls if rule is not None else ():
        plain = outcome(lambda: rule(*decode(args), **decode(kwargs)))  # noqa: B023
        if isinstance(plain, Exception):
            continue
        for choice, choose in CHOICES.items():
            change = getattr(Unknowns(choose), way)
            given_, named = change(decode(args)), change(decode(kwargs))
            text = contradiction(plain, outcome(lambda: rule(*given_, **named)))  # noqa: B023
            if text:
                found.append(f"{name} {args} {kwargs}, {choice} unknown: {text}")
    return found


@pytest.mark.parametrize("way", ["shapes_of", "numbers_of"])
@pytest.mark.parametrize("family", FAMILIES)
def test_an_operation_says_of_unknown_sizes_nothing_else_than_of_known_ones(family: str, way: str) -> None:
    names = [name for name in DATA["operations"] if name.rpartition(".")[0] == family]
    assert [text for name in names for text in differences(name, DATA["operations"][name], way)] == []


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_says_of_unknown_sizes_nothing_else_than_of_known_ones(layer: str) -> None:
    @settings(max_examples=LAYER_EXAMPLES)
    @given(LAYERS[layer].valid, st.integers(1, 2**20 - 1))
    def agrees(example: Example, chosen: int) -> None:
        call = layer_call(example)
        plain = outcome(lambda: call(tuple))
        assume(not isinstance(plain, Exception) and type(plain) is not Unknown)
        # of no samples PyTorch's pixel_unshuffle gives back what it is given, channels and all
        assume(layer != "PixelUnshuffle" or 0 not in plain.shape)
        for choose in (lambda place: chosen >> ((place - 1) % 20) & 1 == 1, *CHOICES.values()):
            sizes = Unknowns(choose)
            assert contradiction(plain, outcome(lambda: call(sizes.shape))) is None  # noqa: B023

    agrees()


def test_a_wrong_answer_and_a_refusal_are_noticed() -> None:
    plain = make((2, 3), float32)
    assert contradiction(plain, make((Unknown("a size", int), 3), float32)) is None
    assert contradiction(plain, make((Unknown("a size", int), 4), float32))
    assert contradiction(plain, make((2, 3, 1), float32))
    assert contradiction(plain, make((2, 3), int64))
    assert contradiction(plain, ShapeError("refused"))
    assert contradiction((plain, 1), (plain, 2))


torch: Any = find_module("torch")
F: Any = find_module("torch.nn.functional")
nn: Any = find_module("torch.nn")


def some(*sizes: Any, dtype: Any = float32) -> Any:
    """A tensor of which a size of None is unknown."""
    return make([Unknown("a size", int) if size is None else size for size in sizes], dtype)


# What two shapes agree on is known: the shape that comes out, None for a size that stays unknown.
AGREED: dict[str, tuple[Any, tuple[int | None, ...]]] = {
    "stack": (lambda: torch.stack([some(None, 3), some(4, 3), some(4, None)]), (3, 4, 3)),
    "stack of unknown ones": (lambda: torch.stack([some(None, 3), some(None, 3)]), (2, None, 3)),
    "cat": (lambda: torch.cat([some(2, None), some(2, 5)]), (4, 5)),
    "cat along it": (lambda: torch.cat([some(2, None), some(2, 5)], 1), (2, None)),
    "cat of a vector that must be empty": (lambda: torch.cat([some(None), some(2, 5)], 1), (2, 5)),
    "add": (lambda: some(None, 3) + some(7, 3), (7, 3)),
    "add of one row": (lambda: some(None, 3) + some(1, 3), (None, 3)),
    "add_": (lambda: some(None, 3).add_(some(7, 3)), (7, 3)),
    "add_ to what is known": (lambda: some(7, 3).add_(some(None, 3)), (7, 3)),
    "out": (lambda: torch.add(some(7, 3), 1, out=some(None, 3)), (7, 3)),
    "out of another size": (lambda: torch.add(some(None, 3), 1, out=some(2, 3)), (None, 3)),
    "bmm": (lambda: torch.bmm(some(None, 2, 3), some(5, 3, 4)), (5, 2, 4)),
    "baddbmm": (lambda: torch.baddbmm(some(2, 4), some(None, 2, 3), some(5, 3, 4)), (5, 2, 4)),
    "matmul": (lambda: some(None, 2, 3) @ some(5, 3, 4), (5, 2, 4)),
    "binary_cross_entropy": (lambda: F.binary_cross_entropy(some(None, 3), some(6, 3), reduction="none"), (6, 3)),
    "with logits": (lambda: F.binary_cross_entropy_with_logits(some(6, 3), some(None, 3), reduction="none"), (6, 3)),
    "cross_entropy of probabilities": (lambda: F.cross_entropy(some(None, 3), some(6, 3), reduction="none"), (6,)),
    "cross_entropy of classes": (lambda: F.cross_entropy(some(None, 3), some(6, dtype=int64), reduction="none"), (None,)),
    "bilinear": (lambda: F.bilinear(some(None, 2), some(8, 3), some(4, 2, 3)), (8, 4)),
    "masked_fill_": (lambda: some(None, 3).masked_fill_(some(6, 3, dtype=bool_), 0.0), (6, 3)),
    "an empty product": (lambda: some(0, None).flatten(), (0,)),
    "view": (lambda: some(None, 4, 3).view(-1, 12), (None, 12)),
    "view of an unknown size": (lambda: some(6, 4).view(-1, Unknown("a size", int)), (None, None)),
    "expand": (lambda: some(1, 4).expand(Unknown("a size", int), -1), (None, 4)),
    "repeat": (lambda: some(2, 4).repeat(Unknown("a count", int), 2), (None, 8)),
    "zeros": (lambda: torch.zeros(Unknown("a size", int), 3), (None, 3)),
    "zeros of a tuple": (lambda: torch.zeros((2, Unknown("a size", int))), (2, None)),
    "arange": (lambda: torch.arange(Unknown("a size", int)), (None,)),
    "pad": (lambda: F.pad(some(2, 3), (0, Unknown("a size", int))), (2, None)),
    "a piece of split": (lambda: torch.split(some(6, 4), [Unknown("a size", int), 2])[1], (2, 4)),
    "narrow": (lambda: some(6, 4).narrow(0, 1, Unknown("a size", int)), (None, 4)),
    "a slice": (lambda: some(6, 4)[: Unknown("a size", int)], (None, 4)),
    "linear": (lambda: nn.Linear(3, 2)(some(None, 3)), (None, 2)),
    "transposed and reshaped": (lambda: some(2, None, 4).transpose(1, 2).reshape(8, -1), (8, None)),
    "transposed and viewed": (lambda: some(2, None, 4).transpose(1, 2).view(2, -1), (2, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", AGREED)
def test_what_two_shapes_agree_on_is_known(name: str) -> None:
    call, expected = AGREED[name]
    shape = outcome(call).shape
    assert tuple(None if type(size) is Unknown else size for size in shape) == expected


REFUSED: dict[str, Any] = {
    "stack": lambda: torch.stack([some(None, 3), some(None, 4)]),
    "stack of the third": lambda: torch.stack([some(None, 3), some(4, 3), some(5, None, 3)]),
    "add": lambda: some(None, 3) + some(2, 4),
    "add_": lambda: some(1, 3).add_(some(7, None)),
    "bmm": lambda: torch.bmm(some(None, 2, 3), some(5, 4, 4)),
    "binary_cross_entropy": lambda: F.binary_cross_entropy(some(None, 3), some(6, 4)),
    "linear": lambda: nn.Linear(3, 2)(some(None, 4)),
    "view after a transposition": lambda: some(None, 3, 4).transpose(1, 2).view(-1, 12),
    "cross_entropy": lambda: F.cross_entropy(some(None, 3), some(None, 4)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_shapes_that_certainly_differ_are_refused(name: str) -> None:
    assert isinstance(outcome(REFUSED[name]), ShapeError)


def test_whether_shapes_with_unknown_sizes_are_equal_is_unknown_unless_they_differ() -> None:
    x, y = some(None, 3), some(5, 3)
    assert type(x.shape == y.shape) is type(x.shape != y.shape) is type(x.shape == (5, 3)) is Unknown
    assert (x.shape == some(None, 4).shape, x.shape != some(None, 4).shape) == (False, True)
    assert (x.shape == some(None, 3, 1).shape, x.shape != some(None, 3, 1).shape) == (False, True)
    assert (x.shape == x.relu().shape, x.shape != x.shape) == (True, False)


def test_double_an_unknown_size_is_another_size() -> None:
    x = some(None, 3)
    assert type(torch.cat([x, x]).shape == x.shape) is Unknown
    assert (torch.zeros(x.shape[0] * 2).shape == torch.zeros(x.shape[0] * 2).shape) is True


def test_one_unknown_whole_number_is_a_size() -> None:
    size = Unknown("a size", int)
    assert [made.ndim for made in (torch.zeros(size), some(4, 5).view(size), some(1, 5).new_ones(size))] == [1, 1, 1]
    assert type(outcome(lambda: torch.zeros(Unknown("sizes")))) is Unknown
