"""Tensors of torch and arrays of numpy as inputs of the library: their shapes and element types."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import torch
from torch import nn

import convcalc

FLOATS = [
    (2, 3),
    [[2, 3], torch.float32],
    torch.rand(2, 3),
    torch.Size([2, 3]),
    numpy.zeros((2, 3), numpy.float32),
    (numpy.int64(2), 3),
]
WHOLE = [
    ((2, 3), torch.int64),
    torch.zeros(2, 3, dtype=torch.int64),
    numpy.zeros((2, 3), numpy.int64),
    ((2, 3), numpy.dtype("int64")),
]


@pytest.mark.parametrize("module", [convcalc.nn.Identity(), nn.Identity()], ids=["ours", "live"])
@pytest.mark.parametrize(("value", "dtype"), [*((v, "float32") for v in FLOATS), *((v, "int64") for v in WHOLE)])
def test_a_real_tensor_is_its_shape_and_type(module: Any, value: Any, dtype: str) -> None:
    (output,) = convcalc.summary(module, value).models[0].outputs
    assert (output.shape, output.dtype) == ((2, 3), dtype)


@pytest.mark.parametrize(
    "dtype", [torch.bool, torch.uint8, torch.float16, torch.bfloat16, torch.float64, torch.complex64]
)
def test_every_type_has_its_name(dtype: torch.dtype) -> None:
    for value in (torch.zeros(4, dtype=dtype), ((4,), dtype)):
        (output,) = convcalc.summary(nn.Identity(), value).models[0].outputs
        assert output.dtype == str(dtype).removeprefix("torch.")


def test_real_tensors_within_dicts_lists_and_tuples() -> None:
    class Sum(nn.Module):
        def forward(self, given: Any) -> Any:
            parts = given.values() if isinstance(given, dict) else given
            return sum(parts)

    class Two(nn.Module):
        def forward(self, a: Any, b: Any) -> Any:
            return a @ b

    x: Any = torch.rand(2, 3)
    y: Any = numpy.zeros((2, 3), numpy.float32)
    for given in ({"x": x, "y": y}, [x, y], [x, (2, 3)]):
        assert convcalc.summary(Sum(), given).models[0].outputs[0].shape == (2, 3)
    for both in ((x, torch.rand(3, 4)), (x, (3, 4))):  # all that `forward` takes
        assert convcalc.summary(Two(), both).models[0].outputs[0].shape == (2, 4)
        assert convcalc.check(Two(), *both).ok
    convcalc.assert_fits(Two(), x, b=torch.rand(3, 4))
