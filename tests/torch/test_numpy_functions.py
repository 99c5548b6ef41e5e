"""numpy's functions, each called at random and judged by real numpy: shape, element type, layout, the elements that are known, and what is refused.

`CONVCALC_NUMPY_EXAMPLES=10000 python -m pytest tests/torch/test_numpy_functions.py -k test_function` makes so many calls of each function; a few dozen are made else.
A call that differs is printed as it would be written, with the seed that makes it again (`Call(name, TABLE[name], seed)`).
"""

from __future__ import annotations

import os
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_calls import OURS, Call, compare, difference
from numpy_table import TABLE

from convcalc.standin.numpy_rules.names import FAMILY

EXAMPLES = int(os.environ.get("CONVCALC_NUMPY_EXAMPLES", "30"))
BLOCK = 1 if EXAMPLES < 1000 else 50  # calls of neighbouring seeds that one example makes

# What has rules and is not called at random here, with the reason: what it is called with does not come from a table of letters.
NOT_CALLED = {
    "objects and classes": "np.ufunc np.vectorize np.finfo np.iinfo np.errstate np.printoptions np.ndindex np.ndenumerate np.poly1d np.memmap np.r_ np.c_ np.s_ np.mgrid "
    "np.ogrid np.index_exp np.vectorize() np.memmap() linalg.LinAlgError exceptions.AxisError",
    "what is read and written": "np.load np.loadtxt np.genfromtxt np.fromregex np.save np.savez np.savez_compressed np.savetxt np.frombuffer np.fromfile np.fromstring "
    "lib.open_memmap ndarray.tofile ndarray.dump ndarray.tobytes",
    "settings": "np.set_printoptions np.seterr np.seterrcall np.setbufsize np.show_config np.show_runtime np.info ndarray.setflags",
    "written in place": "np.put np.put_along_axis np.putmask np.place np.copyto np.fill_diagonal ndarray.put ndarray.partition ndarray.sort",
    "texts": "np.array_str np.array_repr np.array2string np.format_float_positional np.format_float_scientific",
    "functions of a file's own": "np.fromfunction np.apply_along_axis np.piecewise",
    "names that numpy no longer has": "np.product np.sometrue np.alltrue np.round_ np.trapz np.row_stack np.in1d ndarray.ptp",
    "answers that are never known": "np.isdtype np.min_scalar_type np.mintypecode np.typename np.shares_memory np.may_share_memory np.roots",
    "in SPOKEN": "np.trim_zeros np.einsum np.select np.choose ndarray.choose np.extract np.compress ndarray.compress np.ravel_multi_index np.real_if_close np.asarray_chkfinite np.require "
    "np.astype np.fromiter np.isfortran np.unstack np.iterable np.isscalar stride_tricks.as_strided stride_tricks.sliding_window_view",
    "methods of what is called as a function": "ndarray.conj ndarray.conjugate ndarray.argpartition linalg.tensordot",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLE))
def test_function(name: str) -> None:
    @settings(max_examples=EXAMPLES // BLOCK, database=None, deadline=None)
    @given(st.integers(0, 2**40))
    def judged(first: int) -> None:
        for seed in range(first, first + BLOCK):
            found = difference(Call(name, TABLE[name], seed))
            assert found is None, f"seed {seed}: {found}"

    judged()


def test_every_rule_is_called() -> None:
    called = {
        name.removeprefix("np.").replace("lib.", "") if name.startswith(("np.linalg.", "np.fft.", "np.lib.")) else name
        for name in TABLE
    }
    excused = set(" ".join(NOT_CALLED.values()).split())
    assert {name for name in FAMILY if name not in called and name not in excused} == set()
    assert {name for name in excused if name not in FAMILY} == set()


# Calls that letters do not make: as they are written.
SPOKEN = """
np.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((3, 4)))
np.einsum("ij,jk", np.ones((2, 3)), np.ones((3, 4)))
np.einsum("bij,bjk->bik", np.ones((5, 2, 3), np.float32), np.ones((5, 3, 4), np.float32))
np.einsum("ii->i", np.ones((3, 3)))
np.einsum("ii", np.ones((3, 3)))
np.einsum("i,j->ji", np.arange(2), np.ones(3))
np.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((4, 4)))
np.einsum("ij->ijk", np.ones((2, 3)))
np.einsum("ijk", np.ones((2, 3)))
np.select([np.arange(3) > 1, np.arange(3) > 0], [np.arange(3), np.ones(3)])
np.select([np.arange(3) > 1], [np.arange(3)], 5)
np.choose([0, 1, 0], [np.arange(3), np.ones(3)])
np.extract(np.arange(4) > 1, np.arange(4) * 2.0)
np.compress([True, False], np.ones((2, 3)), axis=0)
np.ravel_multi_index(([0, 1], [1, 2]), (2, 3))
np.ravel_multi_index(([0, 5], [1, 2]), (2, 3))
np.real_if_close([1.0, 2.0])
np.asarray_chkfinite([1.0, 2.0])
np.require(np.ones(3), np.float32)
np.astype(np.ones(3), np.float16)
np.trim_zeros([0, 1, 0])
np.fromiter([1, 2, 3], dtype=float)
np.fromiter((i for i in range(3)), dtype=int, count=3)
np.isfortran(np.ones((2, 3)))
np.unstack(np.ones((2, 3)))
np.iterable(np.ones(3))
np.isscalar(np.float32(3))
np.isscalar(np.ones(3))
np.lib.stride_tricks.as_strided(np.arange(6), (2, 3), (24, 8))
np.lib.stride_tricks.sliding_window_view(np.arange(6), 3)
np.lib.stride_tricks.sliding_window_view(np.ones((4, 5)), (2, 2))
np.lib.stride_tricks.sliding_window_view(np.ones((4, 5)), 2, axis=1)
np.lib.stride_tricks.sliding_window_view(np.ones(3), 5)
np.r_[1:4, 0, 4]
np.r_[np.ones(2), np.zeros(3)]
np.r_[0:1:5j]
np.c_[np.arange(3), np.ones(3)]
np.mgrid[0:2, 0:3]
np.mgrid[0:1:3j]
np.ogrid[0:2, 0:3]
np.s_[1:3, ...]
np.finfo(np.float32).eps
np.finfo(float).max
np.finfo("float16").bits
np.finfo(int)
np.iinfo(np.int32).max
np.iinfo("uint8").min
np.iinfo(float)
np.frombuffer(bytes(8), dtype=np.uint8)
np.frombuffer(bytes(8), dtype=np.int32)
np.frombuffer(bytes(8), dtype=np.float64, count=1)
np.frombuffer(bytes(7), dtype=np.int32)
np.vectorize(lambda x: x * 2)(np.arange(3))
np.vectorize(lambda x, y: x + y, otypes=[float])(np.arange(3), 2)
np.apply_along_axis(lambda v: v.sum(), 1, np.ones((2, 3)))
np.apply_along_axis(lambda v: v * 2, 0, np.ones((2, 3)))
np.fromfunction(lambda i, j: i + j, (2, 3))
np.poly1d([1, 2, 3])(np.ones(4))
np.piecewise(np.ones(3), [np.ones(3) > 0], [lambda x: x])
np.ndarray((2, 3), dtype=np.float32)
np.ndarray(3)
np.dtype([("a", np.float32), ("b", "i4", (3,))]).names
np.dtype([("a", np.float32), ("b", "i4", (3,))]).itemsize
np.zeros(4, dtype=[("a", np.float32), ("b", "i4", (3,))])["a"]
np.zeros(4, dtype=[("a", np.float32), ("b", "i4", (3,))])["b"]
np.zeros(4, dtype=[("a", np.float32)])["c"]
np.zeros((2, 3), dtype=object)
np.array(["a", "bcd"])
np.array(["a", "bcd"])[1]
np.array(["a", "bcd", "a"]) == "a"
np.unique(np.array(["b", "a", "b"]))
np.unique(["b", "a", "b"], return_inverse=True)[1]
np.array([[1, 2], [3]], dtype=object)
np.array({"a": 1})
np.array(None)
np.array([None, 1])
np.array(map(int, [1, 2])).shape
np.array("text")
np.concatenate([np.array(["a"]), np.array(["bcd"])])
np.array(["1", "2"]).astype(int)
np.array(["1.5", "2"]).astype(np.float32)
np.array([1, 2]).astype(str)
np.array([1.5, 2]).astype(object)
np.zeros(3, dtype="datetime64[D]")
np.zeros(3, dtype="S5")
np.zeros(3, dtype=str)
np.zeros(3, dtype=">f4").astype(np.float32)
np.dtype(">i2").newbyteorder("<")
np.dtype(np.float32).type(3)
np.float32(3).dtype.type is np.float32
isinstance(np.float32(3), np.floating)
isinstance(np.ones(3), np.ndarray)
isinstance(np.dtype(int), np.dtype)
isinstance(np.add, np.ufunc)
isinstance(np.random.default_rng(0), np.random.Generator)
issubclass(np.int8, np.integer)
(np.ndarray | None).__class__.__name__
np.ones((2, 3)).flat[4]
len(np.ones((2, 3)).flat)
[x for x in np.arange(3).flat]
np.ones((2, 3), np.float32).view(np.int32)
np.ones((2, 4), np.float32).view(np.complex64)
np.ones((2, 3), np.uint8).view(np.float32)
np.ones((2, 3)).strides
np.ones((2, 3)).T.strides
np.ones((2, 3), complex).real
np.ones((2, 3), complex).imag
np.ones((2, 3)).T.copy()
np.ones((2, 3)).T.copy("K")
np.ones((2, 3)).T.astype(np.float32)
np.ones((2, 3)).mT
np.ones(3).item(1)
np.ones((2, 3)).nbytes
np.array([[1, 2], [3, 4]], ndmin=3)
np.array([1, 2], dtype=np.uint8) + 300
np.array([1, 2], dtype=np.uint8) + np.array([1], dtype=np.int8)
np.float32(3) + 1.5
np.float32(3) + np.float64(1)
np.uint8(200) + np.uint8(100)
np.int8(1) * 1000
np.add(1, 2, dtype=np.float32)
np.add(np.ones(3), 1, out=np.zeros(3))
np.add(np.ones(3), 1, out=np.zeros(4))
np.add(np.ones(3), 1, out=np.zeros(3, int))
np.add(np.ones(3), 1, where=np.array([True, False, True]))
np.sum(np.ones((2, 3)), axis=0, out=np.zeros(3))
np.sum(np.ones((2, 3)), axis=0, out=np.zeros(2))
np.exp(np.ones((2, 3), np.float32), out=np.zeros((2, 3), np.float32))
np.divmod(np.arange(3), 2)
np.modf(np.array([1.5]))
np.frexp(np.array([1.5], np.float32))
np.ones((2, 3))[:, np.newaxis]
np.ones((2, 3))[np.array([True, False])]
np.ones((2, 3))[[0, 1, 1], [2, 0, 1]]
np.ones((2, 3))[[0, 1], :, None]
np.ones((4, 5))[1:3, [0, 2]]
np.ones((4, 5, 6))[[0, 1], :, [0, 1]]
np.ones((4, 5))[..., -1]
np.ones(3)[5]
np.ones((2, 3))[np.ones((2, 3)) > 0]
np.ones((2, 3))[np.ones((3, 3)) > 0]
np.linalg.norm(np.ones((3, 4)), axis=1, keepdims=True)
np.exceptions.AxisError.__mro__[1] is ValueError
""".strip().splitlines()  # fmt: skip


def evaluated(text: str, module: Any) -> Any:
    import warnings

    from convcalc.trace import Recorder

    with warnings.catch_warnings(), Recorder():
        warnings.simplefilter("ignore")
        try:
            return eval(text, {"np": module})
        except Exception as error:
            return error


@pytest.mark.parametrize("text", SPOKEN)
def test_spoken(text: str) -> None:
    real, ours = evaluated(text, numpy), evaluated(text, OURS)
    if isinstance(real, Exception) or isinstance(ours, Exception):
        kinds = [{kind for kind in type(x).__mro__ if kind.__module__ == "builtins"} for x in (real, ours)]
        assert kinds[0] == kinds[1], (real, ours)
        return
    assert compare(real, ours) is None
