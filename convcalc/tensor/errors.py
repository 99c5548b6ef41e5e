"""What PyTorch refuses, as exceptions.

Every refusal is a `ShapeError`, which is a `RuntimeError` as in PyTorch. Where PyTorch raises another kind (`ValueError`,
`IndexError`, `TypeError`, …) the class here is both, so that a user's `except ValueError` does the same thing here
and there. The text is PyTorch's own wording, because that is what people search for; what a reader needs beyond it
(what was expected, what came) travels beside it as data.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def message_of(error: BaseException) -> str:
    """What an exception says; a class of a user's file may be unable to say it."""
    try:
        return str(error)
    except Exception:
        return "its message cannot be shown"


class ShapeError(RuntimeError):
    """An operation refused its arguments, as PyTorch would.

    `rule` names the kind of mistake (`linear-in-features`, `conv-channels`, …), `expected` and `actual` are the sizes that
    did not fit, `argument` the constructor argument that would have to change, `operand` which of several operands does not fit, in words. A refusal that names no rule has the one of
    its class. The rules are listed in `convcalc.check.rules`. `of_values` says that it rests on what a container of the user's
    holds, which may be less than in a real run.
    """

    default_rule = "torch-error"

    def __init__(
        self,
        message: str,
        rule: str | None = None,
        *,
        expected: Any = None,
        actual: Any = None,
        shape: tuple[int, ...] | None = None,
        argument: str | None = None,
        of_values: bool = False,
        operand: str = "",
    ) -> None:
        super().__init__(message)
        self.rule = rule or self.default_rule
        self.expected = expected
        self.actual = actual
        self.shape = shape
        self.argument = argument
        self.of_values = of_values
        self.operand: tuple[str, Any, Any] | None = (operand, expected, actual) if operand else None


class ShapeValueError(ShapeError, ValueError):
    """A refusal that PyTorch raises as `ValueError`."""

    default_rule = "argument"


class ShapeIndexError(ShapeError, IndexError):
    """A refusal that PyTorch raises as `IndexError`: a dimension or an index out of range."""

    default_rule = "index-range"


class ShapeTypeError(ShapeError, TypeError):
    """A refusal that PyTorch raises as `TypeError`: an argument of the wrong kind."""

    default_rule = "argument"


class ShapeKeyError(ShapeError, KeyError):
    """A refusal that PyTorch raises as `KeyError`."""

    default_rule = "argument"


class ShapeAttributeError(ShapeError, AttributeError):
    """A refusal that PyTorch raises as `AttributeError`: something is used before it is there."""

    default_rule = "python-error"


class ShapeNotImplementedError(ShapeError, NotImplementedError):
    """A refusal that PyTorch raises as `NotImplementedError`."""

    default_rule = "dtype"


class ShapeAssertionError(ShapeError, AssertionError):
    """A refusal that PyTorch raises as `AssertionError`."""
