"""Tensors, arrays, scalars of numpy and lists of them: what PyTorch and numpy make of each expression, the stand-ins make of it."""

from __future__ import annotations

import pytest
from beside import difference, expressions


@pytest.mark.parametrize("line", expressions("collections.txt"))
def test_tensors_of_lists_numbers_and_arrays(line: str) -> None:
    assert difference(line) is None


@pytest.mark.parametrize("line", expressions("tensors_and_arrays.txt"))
def test_tensors_and_arrays_together(line: str) -> None:
    assert difference(line) is None


@pytest.mark.parametrize("line", expressions("arrays.txt"))
def test_arrays_and_scalars(line: str) -> None:
    assert difference(line) is None


@pytest.mark.parametrize("line", expressions("numpy_expressions.txt"))
def test_what_pipelines_write(line: str) -> None:
    assert difference(line) is None


IS_REAL = "type(torch).__name__ == 'module'"


@pytest.mark.parametrize(
    "wrong",
    [
        f"torch.tensor([1, 2] if {IS_REAL} else [1, 3])",
        f"torch.tensor([1, 2] if {IS_REAL} else [1, 2, 3])",
        f"torch.tensor([1, 2] if {IS_REAL} else [1.0, 2.0])",
        f"np.ones(2)[0 if {IS_REAL} else 5]",
        f"np.ones(2)[5 if {IS_REAL} else 0]",
        f"np.ones(2) if {IS_REAL} else torch.ones(2)",
        f"np.float64(1) if {IS_REAL} else 1.0",
    ],
)
def test_a_difference_is_noticed(wrong: str) -> None:
    assert difference(wrong) is not None


def test_each_family_has_the_names_that_the_module_says_it_has() -> None:
    from convcalc.standin.numpy import NUMPY
    from convcalc.standin.numpy_rules.names import FAMILY
    from convcalc.standin.numpy_rules.registry import HOMES, find

    for name in FAMILY:
        assert find(name) is not None
    assert FAMILY == HOMES
    for name in NUMPY:
        assert name == "newaxis" or NUMPY.get(name) is not None
