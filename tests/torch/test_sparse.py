"""`torch.sparse` beside PyTorch: what sparse tensors are made of, what their products are, what is refused."""

from __future__ import annotations

import pathlib
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convcalc.standin import find_module
from convcalc.tensor import Tensor, Unknown, UnknownValue
from convcalc.trace import Recorder

LINES = (pathlib.Path(__file__).parent.parent / "data" / "sparse.txt").read_text(encoding="utf8").splitlines()
EXPRESSIONS = [line for line in LINES if line and not line.startswith("#")]


def names(library: Any) -> dict[str, Any]:
    """The same tensors, of PyTorch's or of ours."""
    idx, v = library.tensor([[0, 1, 2, 2], [1, 2, 0, 1]]), library.ones(4)
    square = library.sparse_coo_tensor(idx, v, (4, 4))
    return {
        "torch": library, "idx": idx, "v": v, "A": library.sparse_coo_tensor(idx, v, (3, 4)), "S": square, "C": square.to_sparse_csr(),
        "X": library.randn(4, 5), "D": library.randn(4, 4),
        "G": library.sparse_coo_tensor(idx, library.ones(4, requires_grad=True), (4, 4)),
        "H": library.sparse_coo_tensor(library.tensor([[0, 1, 2]]), library.randn(3, 6), (4, 6)),
    }  # fmt: skip


def form(value: Any) -> Any:
    if isinstance(value, (torch.Tensor, Tensor)):
        layout = str(value.layout).removeprefix("torch.")
        return tuple(value.shape), str(value.dtype).removeprefix("torch."), layout, value.requires_grad
    return value


def answer(text: str, library: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return form(eval(text, names(library)))
        except Exception as error:
            return error


def agree(real: Any, here: Any) -> bool:
    """Whether two answers are the same, as far as ours is known."""
    if isinstance(real, Exception) or isinstance(here, Exception):
        return isinstance(real, Exception) and isinstance(here, type(real))
    if isinstance(real, tuple) and isinstance(here, tuple):
        return len(real) == len(here) and all(map(agree, real, here))
    return type(here) is Unknown or bool(real == here)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_ends_as_in_pytorch(text: str) -> None:
    real = answer(text.removeprefix("? "), torch)
    with Recorder(set()):
        here = answer(text.removeprefix("? "), find_module("torch"))
    is_known = not isinstance(here, (Unknown, UnknownValue))
    assert is_known != text.startswith("? "), here
    assert not is_known or agree(real, here), (real, here)


SIZES = st.integers(1, 4)


@given(
    st.lists(SIZES, min_size=4, max_size=4),
    st.booleans(),
    st.sampled_from(["torch.mm", "torch.matmul", "torch.sparse.mm", "torch.spmm"]),
    st.booleans(),
)
def test_products(sizes: list[int], is_sparse: bool, function: str, turned: bool) -> None:
    """Of matrices of any sizes, sparse or dense on the right: the same shape and layout, or the same refusal."""
    a, b, c, d = sizes
    left = f"torch.ones({b}, {a}).to_sparse().t()" if turned else f"torch.ones({a}, {b}).to_sparse()"
    text = f"{function}({left}, torch.ones({c}, {d}){'.to_sparse()' if is_sparse else ''})"
    real = answer(text, torch)
    with Recorder(set()):
        here = answer(text, find_module("torch"))
    assert agree(real, here), (text, real, here)
