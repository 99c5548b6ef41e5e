"""Values that hold numbers of a loop's counters: with expressions in their place, with the numbers of another turn, with those of this one."""

from __future__ import annotations

import types
from _collections import deque
from math import floor, inf, nan
from types import CodeType

from convcalc.nn.module import Module
from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.attributes import Refused
from convcalc.tensor.varying_numbers import Varying

from .state import ATOMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_ITEMS = 1000  # of a container that is looked through for numbers that vary
ENVIRONMENT = {
    "__builtins__": {},
    "int": int,
    "float": float,
    "round": round,
    "abs": abs,
    "floor": floor,
    "inf": inf,
    "nan": nan,
}


def function_of(text: str) -> Callable[[Any], Any]:
    """An expression over counters as a function of them."""
    made = _functions.get(text)
    if made is None:
        code = compile(f"lambda v: {text}", "<turn>", "eval")
        inner = [block for block in code.co_consts if type(block) is CodeType]
        if len(inner) != 1 or not ENVIRONMENT.keys() >= {*code.co_names, *inner[0].co_names}:
            raise Refused(
                "an expression over the counters of a loop names nothing else"
            )  # who writes one is not the engine alone
        if any(type(block) is CodeType for block in inner[0].co_consts):
            raise Refused("an expression over the counters of a loop has no functions")
        made = _functions[text] = eval(code, dict(ENVIRONMENT))
    return made


_functions: dict[str, Callable[[Any], Any]] = {}


def text_of(value: Any, turn: int) -> str | None:
    """The expression of a number that varies in a turn; None for anything else."""
    return value.text if type(value) is Varying and value.of == turn else None


class Expression:
    """A number in an item, as it depends on the counters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.value_of = function_of(text)


def template(item: Any, turn: int) -> Any:
    """An item with expressions in the place of numbers that vary."""
    text = text_of(item, turn)
    if text is not None:
        return Expression(text)
    if type(item) in (tuple, list):
        return type(item)([template(part, turn) for part in item])
    if type(item) is dict:
        return {key: template(part, turn) for key, part in item.items()}
    return item


def another(item: Any, v: list[Any]) -> Any:
    """The item of another turn."""
    kind = type(item)
    if kind is Expression:
        return item.value_of(v)
    if kind in (tuple, list):
        return kind([another(part, v) for part in item])
    if kind is dict:
        return {key: another(part, v) for key, part in item.items()}
    return item


_REPEATABLE = (int, float, bool, str, bytes, type(None), Unknown, Varying, range, types.FunctionType)


def can_be_repeated(item: Any) -> bool:
    """Whether an item of a list can stand there again and again: nothing that code changes in place without changing a tensor's numbers."""
    if isinstance(item, Tensor) or type(item) in _REPEATABLE:
        return True
    if type(item) in (tuple, list):
        return all(map(can_be_repeated, item))
    if type(item) is dict:
        return all(map(can_be_repeated, item.values()))
    return hasattr(item, "__tensor__") and not isinstance(item, Module)


def varies(value: Any, turn: int, depth: int = 0) -> bool:
    """Whether a number that varies in the turn is in a value."""
    kind = type(value)
    if kind is Varying:
        return bool(value.of == turn)
    if kind in ATOMS or depth > 8 or isinstance(value, (Tensor, Module, type)):
        return False
    return any(varies(part, turn, depth + 1) for _, part in _parts(value))


def settled(value: Any, turn: int, depth: int = 0) -> Any:
    """A value in which what varies has become numbers, in place where it can be: itself, unless it is a number or a tuple."""
    kind = type(value)
    if kind is Varying:
        return value.value if value.of == turn else value
    if kind in ATOMS or depth > 8 or isinstance(value, (Tensor, Module, type)):
        return value
    parts = [(key, part, settled(part, turn, depth + 1)) for key, part in _parts(value)]
    changed = [(key, other) for key, part, other in parts if other is not part]
    if not changed:
        return value
    if kind is tuple:
        return tuple([other for _, _, other in parts])
    for key, other in changed:
        if isinstance(value, (list, deque)):
            value[key] = other
        elif isinstance(value, dict):
            dict.__setitem__(value, key, other)
        else:
            value.__dict__[key] = other
    return value


def _parts(value: Any) -> list[tuple[Any, Any]]:
    """What a container holds directly, by index, key or name; of long lists nothing: numbers vary in what is new."""
    if isinstance(value, (list, tuple, deque)):
        return list(enumerate(value)) if len(value) <= MAX_ITEMS else []
    if isinstance(value, dict):
        return list(dict.items(value)) if len(value) <= MAX_ITEMS else []
    own = getattr(value, "__dict__", None)
    return list(own.items()) if type(own) is dict and len(own) <= MAX_ITEMS else []


def texts_of(template: Any) -> list[str]:
    """The expressions in the template of an item."""
    if type(template) is Expression:
        return [template.text]
    if type(template) in (tuple, list):
        return [text for part in template for text in texts_of(part)]
    return [text for part in template.values() for text in texts_of(part)] if type(template) is dict else []
