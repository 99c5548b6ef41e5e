"""The examples of numpy's own documentation, replayed: where the stand-in knows an answer, its shape, element type and elements are numpy's.

The examples come from the docstrings of the numpy that is installed, and are evaluated line by line beside real numpy. What is not known ends an example's
line, and where a name hangs on it, what follows of that docstring.
"""

from __future__ import annotations

import doctest
import io
import re
import warnings
from contextlib import redirect_stdout
from types import ModuleType
from typing import Any

import numpy
import pytest
from numpy_calls import OURS, builtin_kinds, compare, form_of

from convcalc.tensor import Unknown, UnknownValue
from convcalc.trace import Recorder

MODULES = {"np": numpy, "np.linalg": numpy.linalg, "np.fft": numpy.fft, "np.random": numpy.random, "np.ndarray": numpy.ndarray, "np.lib.stride_tricks": numpy.lib.stride_tricks}  # fmt: skip
# Examples of what is none of a pipeline's business (files, threads, texts of arrays, dates), or that run for long.
NOT_REPLAYED = frozenset(
    "np.test np.lookfor np.info np.show_config np.show_runtime np.save np.savez np.savez_compressed np.savetxt np.load np.loadtxt np.genfromtxt np.memmap np.fromfile "
    "np.fromregex np.nditer np.nested_iters np.frompyfunc np.busday_count np.set_printoptions np.printoptions np.get_printoptions np.ndarray.tofile np.ndarray.dump "
    "np.ndarray.ctypes np.ndarray.setflags np.ndarray.flags np.recarray np.record np.char np.rec np.ma np.matrix np.asmatrix np.bmat np.poly1d np.from_dlpack".split()
)
# Lines that ask what no shapes tell: identities, views, warnings that are made errors, texts; or that numpy runs with another state.
ELSEWHERE = re.compile(
    r"matplotlib|plt\.|StringIO|BytesIO|tempfile|open\(|ctypes|timeit|%|import threading|\bid\(| is |seterr|errstate|recarray|\.__doc__|np\.str_\(|refcheck|a\.resize"
)


def documented() -> dict[str, str]:
    """The docstrings with examples, by the names of what they tell of."""
    found: dict[str, str] = {}
    for lead, module in MODULES.items():
        for name in sorted(dir(module)):
            value = getattr(module, name)
            full = f"{lead}.{name}"
            if name.startswith("_") or isinstance(value, ModuleType) or full in NOT_REPLAYED:
                continue
            text = getattr(value, "__doc__", None)
            if isinstance(text, str) and ">>>" in text and text not in found.values():
                found[full] = text
    return found


DOCUMENTED = documented()


class Stopped(Exception):
    """What follows hangs on something that is not known."""


def run(source: str, names: dict[str, Any]) -> Any:
    """What a line gives: its value, None of a statement, or the exception that it raises."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), Recorder():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, "<example>", "eval")
        except SyntaxError:
            try:
                exec(compile(source, "<example>", "exec"), names)
            except Exception as error:
                return error
            return None
        try:
            return eval(code, names)
        except Exception as error:
            return error


def replay(text: str) -> tuple[list[str], int]:
    """The differences in the examples of a docstring, and how many answers were known."""
    real: dict[str, Any] = {"np": numpy, "numpy": numpy}
    ours: dict[str, Any] = {"np": OURS, "numpy": OURS}
    found, known = [], 0
    for example in doctest.DocTestParser().get_examples(text):
        source = example.source.strip()
        if ELSEWHERE.search(source):
            break
        if re.match(r"(import|from) ", source):
            if not re.match(r"(import|from) numpy", source):
                exec(source, real)
                exec(source, ours)
            continue
        expected, answer = run(source, real), run(source, ours)
        if isinstance(answer, UnknownValue) or (
            isinstance(answer, AttributeError)
            and "has no attribute" in str(answer)
            and not isinstance(expected, Exception)
        ):
            break
        if isinstance(expected, Exception):
            if isinstance(answer, Exception):
                known += 1
                if not builtin_kinds(expected) & builtin_kinds(answer) - {Exception, BaseException, object}:
                    found.append(f"{source}: numpy {expected!r}, here {answer!r}")
            elif type(answer) is not Unknown:
                found.append(f"{source}: numpy {expected!r}, here {form_of(answer)}")
            continue
        if isinstance(answer, Exception):
            if any(type(value) is Unknown for value in ours.values()):
                break
            found.append(f"{source}: numpy {form_of(expected)}, here {answer!r}")
            break
        if type(answer) is Unknown:
            continue
        difference = compare(expected, answer)
        known += expected is not None
        if difference is not None:
            found.append(f"{source}: {difference}")
            break
    return found, known


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_examples(name: str) -> None:
    found, _ = replay(DOCUMENTED[name])
    assert found == []


def test_most_examples_are_known() -> None:
    """Were the stand-in to know nothing, nothing above would differ."""
    known = sum(replay(text)[1] for text in DOCUMENTED.values())
    assert known >= 1000
