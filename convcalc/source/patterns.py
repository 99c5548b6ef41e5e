"""`re`: what regular expressions find in texts that are not known. Of texts and patterns that are known Python's own module finds it."""

from __future__ import annotations

import re

from convcalc.tensor import Unknown
from convcalc.tensor.unknown import facts_of, kind_of

from .rests import OpenList, more_like_these

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLACES = {
    "sub": 2,
    "subn": 2,
    "findall": 1,
    "split": 1,
    "finditer": 1,
    "match": 1,
    "search": 1,
    "fullmatch": 1,
}  # of the text among the arguments


def found(name: str, pattern: Any, args: tuple[Any, ...]) -> Any:
    """What a function of a pattern gives of a text that is not known; `args` are those behind the pattern. None where all is known, or the text is none for certain."""
    unknown = next((arg for arg in args[: PLACES[name]] if type(arg) is Unknown), None)
    if unknown is None or kind_of(unknown) not in (None, str):
        return None
    reason = f"re.{name}({unknown.reason})"
    text = Unknown(reason, str)
    if name == "sub":
        return text
    if name == "subn":
        return text, Unknown(reason, int)
    groups = pattern.groups if isinstance(pattern, re.Pattern) else None
    if name == "findall" and groups is not None:
        return _list(reason, text if groups < 2 else (text,) * groups, "matches", 0)
    if name == "split" and groups == 0:
        return _list(reason, text, "parts", 1)
    return Unknown(reason)


def _list(reason: str, item: Any, name: str, least: int) -> Any:
    """So many items as are found; of one that may be empty the item lies with the mark."""
    from convcalc.tensor.symbols import symbol

    mark = more_like_these(reason, symbol(name, f"len({reason})", least), least)
    if least:
        return OpenList((item, mark))
    facts_of(mark)["member"] = item
    return OpenList((mark,))


def _of_module(name: str) -> Any:
    real = vars(re)[name]

    def searched(pattern: Any, *args: Any, **kwargs: Any) -> Any:
        known = kwargs.get("string")
        if known is not None and type(known) is Unknown:
            args, kwargs = (*args, known), {}
        if any(type(arg) is Unknown for arg in (pattern, *args)):
            made = re.compile(pattern) if isinstance(pattern, str) else pattern
            answer = found(name, made, (*args,))
            if answer is not None:
                return answer
        return real(pattern, *args, **kwargs)

    searched.__name__ = searched.__qualname__ = name
    return searched


def names() -> dict[str, Any]:
    """The functions of `re` that take a text."""
    return {name: _of_module(name) for name in PLACES}
