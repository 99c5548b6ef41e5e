"""Every layer and every operation with symbolic sizes: what it says holds for all sizes that meet its conditions."""

from __future__ import annotations

import json
import math
import os
import pathlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc.standin import find_module
from convcalc.tensor import make
from convcalc.tensor.dtypes import float32
from convcalc.verify import attention_layers as _attention  # noqa: F401  each registers its layers
from convcalc.verify import embedding_layers as _embedding  # noqa: F401
from convcalc.verify import linear_layers as _linear  # noqa: F401
from convcalc.verify import losses as _losses  # noqa: F401
from convcalc.verify import normalized as _normalized  # noqa: F401
from convcalc.verify import pointwise_layers as _pointwise  # noqa: F401
from convcalc.verify import recurrent_layers as _recurrent  # noqa: F401
from convcalc.verify import windowed as _windowed  # noqa: F401
from convcalc.verify.plain import function
from convcalc.verify.strategies import LAYERS, Example, examples_of
from convcalc.verify.symbolic import Differs, compare, layer_call, operation_call

PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
DATA = json.loads((pathlib.Path(__file__).parent / "data" / "conformance.json").read_text(encoding="utf8"))

NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHOICES = {
    "each its own": lambda size, place: NAMES[place - 1] if place <= 26 else None,
    "equal ones alike": lambda size, place: NAMES[size % 26],
    "the first": lambda size, place: "N" if place == 1 else None,
    "every other": lambda size, place: NAMES[place % 26] if place % 2 else None,
    "some alike": lambda size, place: NAMES[size % 26] if place % 3 else None,
}
OTHERS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.integers(-4, 9), max_size=26), min_size=3, max_size=3)
SAME = [dict.fromkeys(NAMES, step) for step in (-2, -1, 1, 2, 4, 12)]
ONE = [{name: step} for name in NAMES[:4] for step in (-1, 1)]
LAYER_EXAMPLES = {"dev": 20, "ci": 50, "deep": 500}[PROFILE]


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_says_of_symbols_what_it_says_of_numbers(layer: str) -> None:
    @settings(max_examples=LAYER_EXAMPLES)
    @given(examples_of(layer), st.sampled_from(sorted(CHOICES)), OTHERS)
    def agrees(example: Example, choice: str, others: list[dict[str, int]]) -> None:
        compare(layer_call(example), CHOICES[choice], [*SAME, *ONE, *others])

    agrees()


FAMILIES = sorted({name.rpartition(".")[0] for name in DATA["operations"]})


@pytest.mark.parametrize("choice", sorted(CHOICES))
@pytest.mark.parametrize("family", FAMILIES)
def test_an_operation_says_of_symbols_what_it_says_of_numbers(family: str, choice: str) -> None:
    wrong = []
    for name, calls in DATA["operations"].items():
        rule = function(name)
        if name.rpartition(".")[0] == family and rule is not None:
            for args, kwargs, _ in calls:
                try:
                    compare(operation_call(rule, args, kwargs), CHOICES[choice], [*SAME, *ONE])
                except Differs as difference:
                    wrong.append(f"{name} {args} {kwargs}\n{difference}")
    assert wrong == []


# What models do with sizes. Each runs on a tensor of shape (N, C, H, W) with values for all letters, and needs at most these conditions.

torch: Any = find_module("torch")
np: Any = find_module("numpy")
F: Any = find_module("torch.nn.functional")

FLOWS: dict[str, tuple[Any, set[str]]] = {
    "flatten by hand": (lambda x: x.view(x.size(0), x.size(1) * x.size(2) * x.size(3)), set()),
    "flatten by -1": (lambda x: x.view(x.shape[0], -1), set()),
    "features": (lambda x: x.view(-1, x[0].numel()), set()),
    "prod of a shape": (lambda x: x.reshape(-1, math.prod(x.shape[1:])), set()),
    "tokens": (lambda x: x.flatten(2).transpose(1, 2), set()),
    "tokens and back": (lambda x: x.flatten(2).transpose(1, 2).transpose(1, 2).reshape(x.shape), set()),
    "permuted and viewed": (lambda x: x.permute(0, 2, 3, 1).contiguous().view(x.shape[0], -1, x.shape[1]), set()),
    "halves": (lambda x: torch.cat([x[:, :, : x.shape[2] // 2], x[:, :, x.shape[2] // 2 :]], 2), set()),
    "every other": (lambda x: torch.cat([x[..., ::2], x[..., 1::2]], 3), set()),
    "without the border": (lambda x: x[:, :, 1:-1, 1:-1], set()),
    "last row": (lambda x: x[:, :, -1] + x[:, :, 0], set()),
    "resized": (lambda x: F.interpolate(x, size=[s * 2 for s in x.shape[2:]]), set()),
    "resized to another": (lambda x: F.interpolate(x[:, :, ::2, ::2], size=x.shape[-2:], mode="bilinear"), set()),
    "by a factor": (lambda x: F.interpolate(x, scale_factor=(0.5, 2)), {"H", "W"}),
    "pooled to half": (lambda x: F.adaptive_avg_pool2d(x, (x.shape[2] // 2, 1)), {"H"}),
    "pooled whole": (lambda x: F.avg_pool2d(x, x.shape[2:]), set()),
    "positions": (lambda x: x + torch.arange(x.size(3)).view(1, 1, 1, -1), set()),
    "grid": (lambda x: torch.stack(torch.meshgrid(torch.arange(x.size(2)), torch.arange(x.size(3)), indexing="ij")), set()),
    "linspace": (lambda x: torch.linspace(-1, 1, x.size(2)).unsqueeze(1).expand(x.size(2), x.size(3)), set()),
    "token in front": (lambda x: torch.cat([torch.zeros(1, 1, 3).expand(x.size(0), -1, -1), torch.zeros(x.size(0), 5, 3)], 1), set()),
    "repeated": (lambda x: torch.zeros(1, 4).repeat(x.size(0), x.size(1)), set()),
    "mask": (lambda x: torch.ones(x.size(3), x.size(3)).tril().masked_fill(torch.eye(x.size(3)) == 0, 1.0), set()),
    "attention": (lambda x: F.scaled_dot_product_attention(x, x, x), set()),
    "products": (lambda x: torch.einsum("nchw,ndhw->ncd", x, x).bmm(x.mean(3)), set()),
    "softmax and argmax": (lambda x: x.softmax(1).argmax(dim=1), set()),
    "statistics": (lambda x: (x - x.mean(dim=(0, 2, 3), keepdim=True)) / x.std(dim=(0, 2, 3), keepdim=True), set()),
    "norms": (lambda x: F.layer_norm(x, x.shape[1:]), set()),
    "padded to even": (lambda x: F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)), set()),
    "padded to a multiple": (lambda x: F.pad(x, (0, (8 - x.shape[3] % 8) % 8)), set()),
    "rolled": (lambda x: torch.roll(x, (x.shape[2] // 2, 1), (2, 3)), set()),
    "unfolded": (lambda x: F.unfold(x, 3, padding=1).view(x.shape[0], x.shape[1] * 9, x.shape[2], x.shape[3]), set()),
    "folded": (lambda x: F.fold(F.unfold(x, 3, padding=1), x.shape[2:], 3, padding=1), set()),
    "split in two": (lambda x: torch.cat(x.split(x.size(1), 1), 0), set()),
    "chunks": (lambda x: x.chunk(2, dim=0)[0], {"N"}),
    "topk": (lambda x: x.flatten(1).topk(3, dim=1)[0], set()),
    "loss": (lambda x: F.cross_entropy(x, torch.zeros(x.shape[0], x.shape[2], x.shape[3], dtype=torch.int64)), set()),
    "broadcast": (lambda x: x * x.mean((2, 3), keepdim=True) + torch.ones(x.shape[1], 1, 1), set()),
    "tuple of sizes": (lambda x: x.new_zeros((*x.shape[:2], x.shape[3], x.shape[2])), set()),
    "matrix product": (lambda x: x @ x.transpose(-2, -1), set()),
    "squeezed": (lambda x: x[:, :1].squeeze(1), set()),
    "a loop over rows": (lambda x: torch.stack([x[:, :, i] for i in range(x.shape[2])]), {"H"}),
    "windows": (lambda x: x.view(x.shape[0], x.shape[1], x.shape[2] // 2, 2, x.shape[3] // 2, 2).permute(0, 2, 4, 3, 5, 1).reshape(-1, 4, x.shape[1]), {"H", "W"}),
    "numpy's product": (lambda x: x.reshape(x.shape[0], int(np.prod(x.shape[1:]))), {"C", "H", "W"}),
    "a root": (lambda x: x.flatten(2)[:, :, : int(math.sqrt(x.shape[2] * x.shape[3]))], {"H", "W"}),
    "rounded": (lambda x: F.interpolate(x, size=(round(x.shape[2] / 2), math.ceil(x.shape[3] / 3))), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOWS)
def test_what_models_do_with_sizes(name: str) -> None:
    function_, allowed = FLOWS[name]
    sizes = {"N": 4, "C": 6, "H": 12, "W": 10}
    letters = "NCHW"
    conditions = compare(
        lambda shaped: function_(make(shaped(tuple(sizes.values())), float32)),
        lambda size, place: letters[place - 1],
        [*SAME, *({letter: step} for letter in letters for step in (-2, -1, 1, 2, 4, 12))],
    )
    assert {letter for condition in conditions for letter in condition.symbols} <= allowed, list(conditions)
