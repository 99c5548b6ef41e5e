"""What a refusal says beside its words, judged by PyTorch: it refuses the value that came, and takes the value that was expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from both_libraries import OURS, THEIRS

from convcalc.tensor import ShapeError

Call = Callable[[Any, Any], Any]  # of a library and a value


def answer(library: Any, call: Call, value: Any) -> Exception | None:
    try:
        call(library, value)
    except Exception as error:
        return error
    return None


def says(told: Any, value: Any) -> bool:
    """Whether what a refusal tells is that value, or has it among others: of several that are taken, or as a size of a shape."""
    if told == value or (
        isinstance(told, str) and told.startswith(f"{value}, ")
    ):  # the value, and what it is the number of
        return True
    return isinstance(told, (tuple, list)) and (value in told or (value,) == tuple(told))


def judge_values(rule: str, call: Call, came: Any, wanted: Any) -> Any:
    """Assert that a refusal of `came` has the rule, and tells both values where it tells any. Returns the refusal."""
    assert answer(THEIRS, call, came) is not None, "PyTorch takes the value that is to be refused"
    refused = answer(THEIRS, call, wanted)
    assert refused is None, f"PyTorch refuses the value that is to be taken: {refused}"
    assert answer(OURS, call, wanted) is None
    error: Any = answer(OURS, call, came)
    assert isinstance(error, ShapeError)
    assert error.rule == rule
    if error.expected is not None:
        assert says(error.expected, wanted), f"expected {error.expected}"
        assert not says(error.expected, came), "what was expected, and what came, are exchanged"
    if error.actual is not None:
        assert says(error.actual, came), f"came {error.actual}"
    return error


def judge_words(rule: str, call: Callable[[Any], Any]) -> None:
    """Assert that a call is refused in PyTorch's own words, by a class of the same kind, under the rule."""
    theirs = answer(THEIRS, lambda t, _: call(t), None)
    mine: Any = answer(OURS, lambda t, _: call(t), None)
    assert theirs is not None
    assert isinstance(mine, type(theirs)), (mine, theirs)
    assert str(mine).splitlines()[0] == str(theirs).splitlines()[0]
    assert isinstance(mine, ShapeError)
    assert mine.rule == rule
