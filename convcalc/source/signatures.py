"""What a function takes, in the words of its definition, and what does not fit it; of a `forward`, how its source takes an argument apart."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.nn.module import Module

    from .program import Program

VARARGS, VARKEYWORDS = 0x04, 0x08  # flags of code (inspect.CO_VARARGS, CO_VARKEYWORDS)


class Signature:
    """The arguments of a function after the first one (`self`), or of all of them: `places` by position, `keywords` by name only."""

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

    @property
    def names(self) -> list[str]:
        """All arguments that have a name, in order."""
        return self.places + self.keywords

    @property
    def required(self) -> list[str]:
        """Those without a default."""
        return [name for name in self.names if name not in self.defaults]

    @property
    def open(self) -> bool:
        """Whether others are taken besides, of which nothing is known."""
        return self.rest or self.rest_named

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


def _forward_of(module: Module) -> Any:
    function: Any = type(module).forward
    for _ in range(8):
        inner = getattr(function, "__dict__", {}).get("__wrapped__")
        if inner is None:
            break
        function = inner
    return function


def parameters_of(module: Module) -> Signature:
    """The arguments of a module's `forward`; of one that is wrapped by a function that says so, those of what it wraps."""
    return signature_of(_forward_of(module), 1) or Signature(lambda *args: None, 0)


ITEMS = -1  # what `structure_of` says of an argument whose items are gone through


def structure_of(program: Program, module: Module, name: str) -> int | tuple[str, ...] | None:
    """How the source of `forward` takes an argument apart: into so many items, `ITEMS`, or by the keys of a dict; None where it does not."""
    import _ast as ast

    from .syntax import function_at, parts

    code = getattr(_forward_of(module), "__code__", None)
    if code is None:
        return None
    tree = program.tree_of(code.co_filename)
    function = None if tree is None else function_at(tree, code.co_name, code.co_firstlineno)
    if function is None:
        return None
    keys: dict[str, None] = {}
    count = 0
    todo = [*function.body]
    while todo:
        node = todo.pop(0)
        kind = type(node)
        if kind is ast.Subscript and _is_name(node.value, name) and type(node.slice) is ast.Constant:
            if type(node.slice.value) is str and type(node.ctx) is ast.Load:
                keys[node.slice.value] = None
        elif kind is ast.Assign and _is_name(node.value, name) and len(node.targets) == 1:
            target = node.targets[0]
            if type(target) in (ast.Tuple, ast.List) and not any(type(e) is ast.Starred for e in target.elts):
                count = count or len(target.elts)
        elif (kind in (ast.For, ast.comprehension) and _is_name(node.iter, name)) or (
            kind is ast.Call
            and getattr(node.func, "id", None) in ("zip", "enumerate", "len")
            and any(_is_name(argument, name) for argument in node.args)
        ):
            count = ITEMS
        todo += parts(node)
    return tuple(keys) or count or None


def _is_name(node: Any, name: str) -> bool:
    return getattr(node, "id", None) == name
