"""Arithmetic of the small arrays of the stand-in for numpy, element by element, as numpy itself answers."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from convcalc.standin import find_module
from convcalc.tensor import Unknown

standin: Any = find_module("numpy")

KNOWN = """
np.arange(6) * 20.5 + 24
np.arange(6) // 4 - 3
(np.arange(6) + 1) % 4
2 ** np.arange(5)
np.power(2.5, np.round(np.log(np.arange(1, 6) / 3) / np.log(2.5)))
(np.round(np.array([30.0, 44.0, 60.0]) / 8) * 8).astype(int)
np.round(np.array([0.5, 1.5, 2.5, -0.5]))
np.round(np.array([0.125, 0.135]), 2)
np.unique([3, 1, 2, 1, 3])
np.unique(np.array([8, 8, 16, 24, 24, 24]), return_counts=True)[1]
np.unique(np.array([8, 8, 16, 24]), return_index=True, return_inverse=True, return_counts=True)[2]
np.arange(5)[1:4]
-np.arange(3)
1 / np.arange(1, 4)
np.arange(3) < 2
np.add([1, 2], [3, 4])
np.maximum(np.arange(4), 2)
np.linspace(0, 0.3, 7)
np.array([1.9, -1.9]).astype("int64")
np.array([1, 2, 3], dtype=np.float32) * 0.1
np.arange(4).astype(np.int32) + np.ones(4, dtype=np.float32) * 0
np.arange(4)[:2].copy()
np.array([[1, 2], [3, 4]]).reshape(-1) + 1
""".strip().splitlines()
NUMBERS = """
np.arange(5).sum()
np.arange(1, 5).prod()
np.array([4, 9, 2]).max()
np.array([4, 9, 2]).min()
np.array([4, 9, 2]).mean()
np.round(2.675, 2)
np.rint(2.5)
np.add(2, 3)
""".strip().splitlines()


@pytest.mark.parametrize("expression", KNOWN)
def test_elements(expression: str) -> None:
    ours, theirs = eval(expression, {"np": standin}), eval(expression, {"np": numpy})
    assert (ours.shape, ours.dtype.name) == (theirs.shape, theirs.dtype.name)
    if "np.ones" not in expression:
        assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("expression", NUMBERS)
def test_numbers(expression: str) -> None:
    ours, theirs = eval(expression, {"np": standin}), eval(expression, {"np": numpy})
    assert (type(ours).__name__, ours.item()) == (type(theirs).__name__, theirs.item())


def test_what_is_written_to_is_known_or_forgotten_in_every_array_over_that_memory() -> None:
    array = standin.arange(4)
    flat, part, other = array.reshape(-1), array[1:], array.copy()
    array[0] = 7
    assert [x.sum().item() for x in (array, flat, other)] == [13, 13, 6]
    assert type(part.sum()) is Unknown
    array += 1
    assert [x.sum().item() for x in (array, flat, other)] == [17, 17, 6]
    standin.random.shuffle(array)
    assert [type(x[0]) is Unknown for x in (array, flat, part, other)] == [True, True, True, False]


def test_tensors_and_arrays_over_the_same_memory() -> None:
    torch: Any = find_module("torch")
    array = standin.arange(3)
    tensor, copy = torch.from_numpy(array), torch.tensor(array)
    array[1] = 9
    assert [x.tolist() for x in (tensor, tensor.numpy(), standin.asarray(tensor), copy)] == [[0, 9, 2]] * 3 + [
        [0, 1, 2]
    ]
    tensor.fill_(4)
    assert array.tolist() == [4, 4, 4]
