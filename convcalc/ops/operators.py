"""Operators of tensors beside what is neither a tensor nor a number: `a + b` is asked of `b` then, as Python does it.

PyTorch leaves `tensor + array` to numpy, which makes a tensor of the array's kind of result; `array + tensor` nobody answers.
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.unknown import is_array

from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ARITHMETIC = frozenset("add sub mul truediv div floordiv mod pow matmul and or xor lshift rshift".split())


def as_operator(rule: Callable[..., Any], *names: str) -> None:
    """Registers the operators of a rule: `Tensor.__add__`, `Tensor.__radd__`, `Tensor.__iadd__`."""
    for name in names:
        stem = name.removeprefix("Tensor.__").removesuffix("__")
        if stem in ARITHMETIC:
            _register(rule, name, stem)
        elif stem[0] == "i" and stem[1:] in ARITHMETIC:
            _register(rule, name, stem[1:])
        else:
            _register(rule, name, None)


def _register(rule: Callable[..., Any], name: str, stem: str | None) -> None:
    plain = rule.__wrapped__  # type: ignore[attr-defined]

    def operator(self: Tensor, other: Any) -> Tensor:
        if isinstance(other, (Tensor, float, int)) or _is_operand(other):
            return plain(self, other)  # type: ignore[no-any-return]
        if stem is not None and is_array(other):
            asked = getattr(type(other), f"__r{stem}__", None)
            return NotImplemented if asked is None else asked(other, self)
        return NotImplemented  # type: ignore[no-any-return]

    operator.__name__ = rule.__name__
    operator.__module__ = rule.__module__
    operator.__doc__ = rule.__doc__
    of_rule = rule.operation  # type: ignore[attr-defined]
    operation(name, macs=of_rule.macs, kind=of_rule.kind, weight=of_rule.weight)(operator)


def _is_operand(value: Any) -> bool:
    if isinstance(value, (Unknown, complex)):
        return True
    return (hasattr(value, "__index__") or hasattr(value, "__float__")) and not is_array(value)
