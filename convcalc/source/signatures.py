"""What a function takes, in the words of its definition, and what does not fit it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARARGS, VARKEYWORDS = 0x04, 0x08  # flags of code (inspect.CO_VARARGS, CO_VARKEYWORDS)


class Signature:
    """The arguments of a function after the first one (`self`), or of all of them."""

    __slots__ = ("defaults", "keywords", "places", "rest", "rest_named")

    def __init__(self, function: Any, skip: int) -> None:
        code = function.__code__
        names = code.co_varnames
        places = names[: code.co_argcount]
        self.defaults = dict(zip(places[::-1], (function.__defaults__ or ())[::-1]))
        self.defaults.update(function.__kwdefaults__ or {})
        self.places = list(places[skip:])
        self.keywords = list(names[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
        self.rest = bool(code.co_flags & VARARGS)
        self.rest_named = bool(code.co_flags & VARKEYWORDS)

    def __str__(self) -> str:
        told = [self._told(name) for name in self.places]
        if self.rest:
            told.append("*args")
        elif self.keywords:
            told.append("*")
        told += [self._told(name) for name in self.keywords]
        return ", ".join([*told, "**kwargs"] if self.rest_named else told)

    def _told(self, name: str) -> str:
        if name not in self.defaults:
            return name
        text = repr(self.defaults[name])
        return f"{name}={text if len(text) <= 30 else '...'}"

    def misfit(self, count: int, names: list[str], all_given: bool = True) -> str | None:
        """What is wrong with so many arguments by position, and these by name; with `all_given`, what is missing too."""
        if count > len(self.places) and not self.rest:
            return f"{count} are given by position, at most {len(self.places)} are taken"
        known = {*self.places, *self.keywords}
        for name in names:
            if name not in known and not self.rest_named:
                return f"there is no {name!r}"
            if name in self.places[:count] or names.count(name) > 1:
                return f"{name!r} is given twice"
        missing = [n for n in [*self.places[count:], *self.keywords] if n not in names and n not in self.defaults]
        return (
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing" if missing and all_given else None
        )


def signature_of(function: Any, skip: int = 0) -> Signature | None:
    """The signature of a function of Python's; None of anything else."""
    function = getattr(function, "__func__", function)
    return Signature(function, skip) if hasattr(function, "__code__") and hasattr(function, "__defaults__") else None
