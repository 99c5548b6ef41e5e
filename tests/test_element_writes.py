"""Writing single elements of small constants, as tables of positions are filled one by one."""

from __future__ import annotations

import pytest

from convcalc.ops import find
from convcalc.tensor import ShapeError, ShapeIndexError
from convcalc.tensor.dtypes import float16, int64

zeros = find("torch.zeros")
tensor = find("torch.tensor")


def test_elements_are_written() -> None:
    x = zeros(2, 3)
    x[0, 1] = 4
    x[-1, -1] = 2.5
    x[1, 0] = True
    assert x.tolist() == [[0, 4, 0], [1, 0, 2.5]]
    scalar = zeros(())
    scalar[()] = 3
    assert scalar.item() == 3


def test_elements_are_rounded() -> None:
    x = zeros(2, dtype=int64)
    x[0,] = 2.9
    assert x.tolist() == [2, 0]
    z = zeros(1, 1, dtype=float16)
    z[0, 0] = 0.1
    assert z.tolist() == [[0.0999755859375]]


def test_views_forget() -> None:
    x = tensor([[1, 2], [3, 4]])
    turned = x.t()
    x[0, 1] = 9
    assert x.tolist() == [[1, 9], [3, 4]]
    assert turned.values is None or turned.tolist() != [[1, 3], [2, 4]]
    turned = tensor([[1, 2], [3, 4]]).t()
    turned[0, 1] = 9
    assert turned.tolist() == [[1, 9], [2, 4]]


def test_refusals_stay() -> None:
    x = zeros(2, 3)
    with pytest.raises(ShapeIndexError, match="index 2 is out of bounds for dimension 0 with size 2"):
        x[2, 0] = 1
    wide = zeros(1, 3).expand(2, 3)
    for key in (slice(None), (slice(None), 0)):
        with pytest.raises(ShapeError, match="more than one element of the written-to tensor"):
            wide[key] = 1


def test_an_expanded_tensor_takes_a_write_without_overlap() -> None:
    for key in ((0, 0), 0, slice(0, 1), tensor([0]), (slice(None), tensor([0]))):
        wide = zeros(1, 3).expand(2, 3)
        wide[key] = 1
        assert wide.values is None  # the other row has changed too


def test_a_write_costs_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    from convcalc.ops import indexing

    x = zeros(16, 16, 31)
    monkeypatch.setattr(indexing, "_basic", None)
    x[3, 4, 5] = 1
    assert sum(map(sum, x.tolist()[3])) == 1
