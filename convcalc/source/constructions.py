"""How a module was built, and what its class needs to be built."""

from __future__ import annotations

import _ast as ast

from convcalc.nn.module import table_of

from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.nn.module import Module
    from convcalc.trace import Built

    from .program import Program


def class_name(module: Any) -> str:
    """A class' own name, whatever its metaclass makes of `__name__`."""
    return str(type.__dict__["__name__"].__get__(type(module)))


def is_builtin(module: Module) -> bool:
    """Whether a module is one of PyTorch's own layers."""
    return is_ours(type(module))


def is_ours(cls: type) -> bool:
    """Whether a class is one of PyTorch's own."""
    return cls.__module__.startswith("convcalc.")


def place_of(program: Program, module: Module) -> tuple[str | None, int | None]:
    """Where the class of a module is, else where the module was built; a file only where it is not the one that was named."""
    line = program.class_lines.get(class_name(module))
    built = program.record.built.get(id(module)) if line is None else None
    return (None, line) if built is None else (built.file, built.line)


def construction(program: Program, module: Module) -> str:
    """The constructor's call as text; an argument that is not a literal is an ellipsis."""
    built: Built | None = program.record.built.get(id(module))
    name = class_name(module)
    if built is None:
        return f"{name}(...)"
    if is_builtin(module) and table_of(module, "_modules"):
        return f"{name}(...)"
    args = [_literal(a) for a in built.args] + [f"{k}={_literal(v)}" for k, v in built.kwargs.items()]
    return f"{name}({', '.join(args)})"


def are_built_alike(program: Program, one: Module, other: Module) -> bool:
    """Whether two modules are of one class and were built with the same arguments."""
    if type(one) is not type(other):
        return False
    text = construction(program, one)
    return "..." not in text and text == construction(program, other)


def _literal(value: Any) -> str:
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if type(value) in (list, tuple) and len(value) < 20:
        parts = [_literal(v) for v in value]
        if "..." not in parts and sum(map(len, parts)) < 60:
            return (
                f"[{', '.join(parts)}]"
                if isinstance(value, list)
                else f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            )
    return "..."


def required(cls: type) -> list[str]:
    """The constructor's arguments that have no default."""
    init = cls.__init__  # type: ignore[misc]
    code = getattr(init, "__code__", None)
    if code is None:
        return []
    names = code.co_varnames[1 : code.co_argcount]
    found = list(names[: len(names) - len(init.__defaults__ or ())])
    keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return found + [name for name in keyword_only if name not in (init.__kwdefaults__ or {})]


def takes_arguments(cls: type) -> bool:
    """Whether somebody may build a class otherwise than without arguments."""
    code = getattr(cls.__init__, "__code__", None)  # type: ignore[misc]
    return code is None or code.co_argcount + code.co_kwonlyargcount > 1 or bool(code.co_flags & 0x0C)


def why_not_built(program: Program, cls: type) -> str:
    """Why a call of a class that stands in the file made nothing: the statement that was skipped. Empty where none was, or where there is no such call."""
    skipped = [note for note in program.record.notes if note.kind == "passed-over" and note.file == program.file]
    lines = _lines_of_calls(program.tree_of(program.file), cls.__name__) if skipped else []
    if not lines:
        return ""
    own = [note for note in skipped if note.line in lines or program.class_lines.get(cls.__name__) == note.line]
    note = (own or skipped)[0]
    where = "" if note.line in lines else f"line {note.line} was "
    return f"{cls.__name__}(...), which line {lines[0]} builds, is not known: {where}{note.text}"


def _lines_of_calls(tree: Any, name: str) -> list[int]:
    """The lines on which something of a name is called, outside of the class of that name."""
    found = []
    waiting = [] if tree is None else [tree]
    while waiting:
        node = waiting.pop()
        if type(node) is ast.ClassDef and node.name == name:
            continue
        if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id == name:
            found.append(node.lineno)
        waiting += parts(node)
    return sorted(found)
