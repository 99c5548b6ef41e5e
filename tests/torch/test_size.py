"""`convcalc size` held against PyTorch."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from convcalc import formulas as bare
from convcalc.cli.commands import commands
from convcalc.cli.size_request import Formula
from convcalc.formulas.inverse import settings_for

LAYERS = {
    ("convolution", False): lambda size, **s: torch.nn.Conv2d(1, 1, **s)(torch.empty(1, 1, size, size)),
    ("pool", False): lambda size, **s: torch.nn.MaxPool2d(**s)(torch.empty(1, 1, size, size)),
    ("pool", True): lambda size, **s: torch.nn.MaxPool2d(**s, ceil_mode=True)(torch.empty(1, 1, size, size)),
    ("transposed", False): lambda size, **s: torch.nn.ConvTranspose2d(1, 1, **s)(torch.empty(1, 1, size, size)),
}
OPTIONS = {("convolution", False): [], ("pool", False): ["--pool"], ("pool", True): ["--ceil-mode"]}
OPTIONS["transposed", False] = ["--transposed"]

formulas = st.sampled_from(sorted(LAYERS))
small = st.integers(1, 6)


@given(formulas, st.integers(1, 40), small, small, st.integers(0, 4), st.integers(1, 3), st.integers(0, 3))
def test_the_same_size_or_both_refuse(
    formula: tuple[str, bool], size: int, k: int, s: int, p: int, d: int, added: int
) -> None:
    settings = {"kernel_size": k, "stride": s, "padding": p, "dilation": d}
    if formula[0] == "transposed":
        settings["output_padding"] = added
    try:
        # A transposed convolution with a result of size 0 is refused by some of PyTorch's kernels and not by others.
        real = LAYERS[formula](size, **settings).shape[-1] or None
    except RuntimeError:
        real = None
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    result = CliRunner().invoke(commands, ["size", str(size), *arguments, *OPTIONS[formula]])
    if real is None:
        assert result.exit_code == 2
    else:
        assert result.output.startswith(f"{size} -> {real}\n")


@pytest.mark.parametrize("formula", sorted(LAYERS))
@pytest.mark.parametrize(("size", "target"), [(28, 14), (28, 28), (7, 3), (8, 15), (13, 5)])
def test_every_setting_found_is_true(formula: tuple[str, bool], size: int, target: int) -> None:
    ours = Formula(*formula)
    found = settings_for([size], [target], ours.output_size, {}, ours.defaults)
    for settings in found:
        assert LAYERS[formula](size, **settings).shape[-1] == target, settings


TWINS: list[tuple[Callable[..., int], type]] = [
    (bare.window_count, torch.nn.Conv1d),
    (bare.conv_output_size, torch.nn.Conv1d),
    (bare.pool_window_count, torch.nn.MaxPool1d),
    (bare.pool_output_size, torch.nn.MaxPool1d),
    (bare.transposed_size, torch.nn.ConvTranspose1d),
    (bare.conv_transpose_output_size, torch.nn.ConvTranspose1d),
    (bare.unfold_output_size, torch.nn.Unfold),
    (bare.fold_block_count, torch.nn.Fold),
    (bare.max_unpool_output_size, torch.nn.MaxUnpool1d),
]


@pytest.mark.parametrize(("formula", "layer"), TWINS)
def test_defaults_are_those_of_the_layer(formula: Callable[..., int], layer: type) -> None:
    theirs = inspect.signature(layer).parameters
    ours = inspect.signature(formula).parameters
    defaults = {
        name: parameter.default for name, parameter in ours.items() if parameter.default is not inspect.Parameter.empty
    }
    assert defaults == {name: theirs[name].default for name in defaults}
    assert defaults
