"""The arguments of a `forward`: which must be given, and how its source takes one apart."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from convcalc.nn.module import Module

    from .program import Program

VARARGS, VARKEYWORDS = 0x04, 0x08  # of a code object's flags (inspect.CO_VARARGS, ...)


class Parameters:
    """The arguments of a function without its first one: `names` in order, `required` those without a default.

    `keyword_only` are those of them that are given by name; `open` says that it takes others besides, of which nothing is known.
    """

    __slots__ = ("defaults", "keyword_only", "names", "open", "required")

    def __init__(self, code: CodeType, defaults: tuple[Any, ...], named: dict[str, Any]) -> None:
        positional = list(code.co_varnames[1 : code.co_argcount])
        self.keyword_only = list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
        self.names = positional + self.keyword_only
        self.defaults = {**dict(zip(positional[len(positional) - len(defaults) :], defaults)), **named}
        self.required = [name for name in self.names if name not in self.defaults]
        self.open = bool(code.co_flags & (VARARGS | VARKEYWORDS)) or not code.co_argcount


def _forward_of(module: Module) -> Any:
    function: Any = type(module).forward
    for _ in range(8):
        inner = getattr(function, "__dict__", {}).get("__wrapped__")
        if inner is None:
            break
        function = inner
    return function


def parameters_of(module: Module) -> Parameters:
    """The arguments of a module's `forward`; of one that is wrapped by a function that says so, those of what it wraps."""
    function = _forward_of(module)
    code = getattr(function, "__code__", None)
    if code is None:
        return Parameters((lambda: None).__code__, (), {})
    return Parameters(code, function.__defaults__ or (), function.__kwdefaults__ or {})


ITEMS = -1  # what `structure_of` says of an argument whose items are gone through


def structure_of(program: Program, module: Module, name: str) -> int | tuple[str, ...] | None:
    """How the source of `forward` takes an argument apart: into so many items, `ITEMS`, or by the keys of a dict; None where it does not."""
    import _ast as ast

    code = getattr(_forward_of(module), "__code__", None)
    if code is None:
        return None
    known = program.syntax_of(code.co_filename)
    function = None if known is None else _function_at(known[1], code.co_name, code.co_firstlineno)
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
        for field in node._fields:
            value = getattr(node, field, None)
            todo += [part for part in (value if type(value) is list else (value,)) if isinstance(part, ast.AST)]
    return tuple(keys) or count or None


def _is_name(node: Any, name: str) -> bool:
    return getattr(node, "id", None) == name


def _function_at(tree: Any, name: str, line: int) -> Any:
    """The function of a name that begins at a line, or at the line of its first decorator."""
    todo = [*tree.body]
    while todo:
        node = todo.pop()
        if getattr(node, "name", None) == name and hasattr(node, "args"):
            if min([node.lineno, *(d.lineno for d in node.decorator_list)]) == line:
                return node
        for field in ("body", "orelse", "handlers", "finalbody"):
            todo += [part for part in getattr(node, field, None) or () if hasattr(part, "_fields")]
    return None
