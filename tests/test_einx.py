"""`einx` by the names of axes: shapes, types and layouts as einx 0.4 itself answers with PyTorch 2.13."""

from __future__ import annotations

from typing import Any

import pytest

from convcalc.standin import find_module
from convcalc.tensor import ShapeError, Unknown

torch: Any = find_module("torch")
einx: Any = find_module("einx")
z = torch.zeros

# fmt: off
ANSWERS: list[tuple[str, tuple[int, ...], str, tuple[int, ...]]] = [
    ("einx.subtract('j, i -> i j', z(6), z(5))", (5, 6), "float32", (6, 1)),
    ("einx.where('b n, b n d, -> b n d', z(2,3)>0, z(2,3,4), 0.)", (2, 3, 4), "float32", (12, 4, 1)),
    ("einx.where('b n, b n d, -> b n d', z(2,3)>0, z(2,3,4).half(), 0.)", (2, 3, 4), "float32", (12, 4, 1)),
    ("einx.add('b n d, s d -> (b s) n d', z(2,3,4), z(5,4))", (10, 3, 4), "float32", (12, 4, 1)),
    ("einx.get_at('b n [l], b n -> b n', z(2,3,4), z(2,3).long())", (2, 3), "float32", (3, 1)),
    ("einx.get_at('b [h w] c, b p [2] -> b p c', z(2,3,4,7), z(2,5,2).long())", (2, 5, 7), "float32", (35, 7, 1)),
    ("einx.multiply('b n h, b h n d ->b h n d', z(2,3,4), z(2,4,3,5))", (2, 4, 3, 5), "float32", (60, 5, 20, 1)),
    ("einx.multiply('a, b, c -> c b a', z(2), z(3), z(4))", (4, 3, 2), "float32", (6, 2, 1)),
    ("einx.sum('... c -> ...', z(2,3,4))", (2, 3), "float32", (3, 1)),
    ("einx.sum('a [b] c', z(2,3,4))", (2, 4), "float32", (4, 1)),
    ("einx.mean('[...]', z(2,3,4))", (), "float32", ()),
    ("einx.max('a [...]', z(2,3,4))", (2,), "float32", (1,)),
    ("einx.sum('a ([b])', z(2,3))", (2, 1), "float32", (1, 1)),
    ("einx.sum('a (b [c]) d -> d a b', z(2,6,4), c=3)", (4, 2, 2), "float32", (1, 8, 4)),
    ("einx.any('a b c -> c', z(2,6,4)>0)", (4,), "bool", (1,)),
    ("einx.count_nonzero('a b c -> c', z(2,6,4))", (4,), "int64", (1,)),
    ("einx.add('a b,', z(2,3), 1.0)", (2, 3), "float32", (3, 1)),
    ("einx.add('a b,', z(2,3).to(torch.int8), 1)", (2, 3), "int64", (3, 1)),
    ("einx.less('a b,', z(2,3), 1.0)", (2, 3), "bool", (3, 1)),
    ("einx.add('a, b -> 1 b a 2', z(2), z(3))", (1, 3, 2, 2), "float32", (6, 2, 1, 0)),
    ("einx.add('... i, ... j -> ... i j', z(2,7,3), z(2,7,4))", (2, 7, 3, 4), "float32", (84, 12, 4, 1)),
    ("einx.add('a b, b', z(2,3), z(3))", (2, 3), "float32", (3, 1)),
    ("einx.add('b, a b', z(3), z(2,3))", (2, 3), "float32", (3, 1)),
    ("einx.id('a (b c) -> (a c) b d', z(2,6),b=2,d=4)", (6, 2, 4), "float32", (8, 4, 1)),
    ("einx.id('a 1 b -> b a', z(2,1,3))", (3, 2), "float32", (1, 3)),
    ("einx.dot('a [b], [b] c -> a c', z(2,3), z(3,4))", (2, 4), "float32", (4, 1)),
    ("einx.dot('n a b, n b c -> n a c', z(5,2,3), z(5,3,4))", (5, 2, 4), "float32", (8, 4, 1)),
    ("einx.dot('b (h d), d e -> b h e', z(2,6), z(3,4))", (2, 2, 4), "float32", (8, 4, 1)),
    ("einx.softmax('a [b] c', z(2,3,4))", (2, 3, 4), "float32", (12, 4, 1)),
    ("einx.softmax('a [b c]', z(2,3,4))", (2, 3, 4), "float32", (12, 4, 1)),
    ("einx.flip('a [b]', z(2,3))", (2, 3), "float32", (3, 1)),
    ("einx.log_softmax('a b [c] -> [c] b a', z(2,3,4))", (4, 3, 2), "float32", (1, 4, 12)),
    ("einx.std('a [b]', z(2,3))", (2,), "float32", (1,)),
    ("einx.prod('a [b]', z(2,3))", (2,), "float32", (1,)),
    ("einx.logsumexp('a [b]', z(2,3))", (2,), "float32", (1,)),
    ("einx.equal('j, b i -> b j i', z(6), z(2,5))", (2, 6, 5), "bool", (30, 5, 1)),
    ("einx.logical_and('a b, b -> a b', z(2,3)>0, z(3)>0)", (2, 3), "bool", (3, 1)),
    ("einx.id('a b -> (b a)', z(2,3), a=2)", (6,), "float32", (1,)),
    ("einx.min('b n ... [c]', z(2,3,4,5,6))", (2, 3, 4, 5), "float32", (60, 20, 5, 1)),
]
REFUSED = [
    ("einx.add('a b, b', z(2, 3), z(4))", "Failed to determine the size of all axes"),
    ("einx.add('a b', z(2, 3), z(4))", "1 input expression, but 2 input tensors"),
    ("einx.add('a b, c', z(2, 3), z(4))", "The output expression is missing"),
    ("einx.sum('a b -> a', z(4))", "The number of tensor dimensions and axes"),
    ("einx.id('a (b c) -> (a c) b', z(2, 6), b=4)", "Failed to determine the size of all axes"),
    ("einx.id('a (b c) -> (a c) b', z(2, 6))", "Failed to uniquely determine the size of the axes b, c"),
    ("einx.get_at('b n [l], b n -> b n', z(2, 3, 4), z(2, 5).long())", "Failed to determine the size of all axes"),
    ("einx.log_softmax('a b [c] -> c b a', z(2, 3, 4))", "inconsistent bracket usage"),
    ("einx.dot('a [b], [b] c', z(2, 3), z(3, 4))", "no '->' was found"),
]
UNREAD = ["einx.id('a, b -> (a + b)', z(2), z(3))", "einx.sum('a... [b]', z(2, 3))", "einx.argmax('a [b]', z(2, 3))", "einx.prod('a [b c]', z(2, 3, 4))"]
# fmt: on


@pytest.mark.parametrize(("call", "shape", "dtype", "strides"), ANSWERS)
def test_answers(call: str, shape: tuple[int, ...], dtype: str, strides: tuple[int, ...]) -> None:
    result = eval(call)
    assert (tuple(result.shape), str(result.dtype), tuple(result.stride())) == (shape, f"torch.{dtype}", strides)


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_refusals(call: str, message: str) -> None:
    with pytest.raises(ShapeError, match=message.replace("(", r"\(")):
        eval(call)


@pytest.mark.parametrize("call", UNREAD)
def test_what_is_not_read_is_unknown(call: str) -> None:
    found = eval(call)
    assert isinstance(found, Unknown)
