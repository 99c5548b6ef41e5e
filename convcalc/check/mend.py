"""Edits of a user's source: the smallest change of a constructor's call that would mend an error."""

from __future__ import annotations

import _ast as ast

from convcalc.source.target import parse_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Recorder


def constructor_edit(
    record: Recorder, source: bytes, file: str, module: Any, argument: str, value: Any
) -> dict[str, Any] | None:
    """The call that built `module` with `argument` changed to `value`, as text to replace.

    None where that is not one call in one place, or the argument is a name whose value comes from elsewhere.
    """
    built = record.built.get(id(module))
    if built is None or built.line is None or not isinstance(value, int) or built.file != file:
        return None
    name = type(module).__name__
    calls = [
        node
        for node in _calls(parse_source(source, file))
        if _called_name(node) == name and node.lineno <= built.line <= node.end_lineno
    ]
    position = _position(type(module), argument)
    calls = [node for node in calls if _could_be(node, built.args, built.kwargs)]
    if len(calls) != 1 or position is None:
        return None
    node = calls[0]
    changed = next((k.value for k in node.keywords if k.arg == argument), None)
    if changed is None and len(node.args) > position and not any(type(a) is ast.Starred for a in node.args):
        changed = node.args[position]
    if changed is None or type(changed) not in (ast.Constant, ast.BinOp):
        return None
    lines = source.decode("utf8", "replace").splitlines(keepends=True)
    old = _segment(lines, node)
    before = _segment(lines, node, until=changed)
    after = _segment(lines, node, since=changed)
    new = f"{before}{value}{after}"
    return {"text": f"{new} at {file}:{node.lineno}", "file": file, "line": node.lineno, "old": old, "new": new}


def _position(cls: type, argument: str) -> int | None:
    names = cls.__init__.__code__.co_varnames  # type: ignore[misc]
    return names.index(argument) - 1 if argument in names else None


def _calls(node: Any) -> list[Any]:
    found = [node] if type(node) is ast.Call else []
    for field in node._fields:
        value = getattr(node, field, None)
        for item in value if type(value) is list else [value]:
            if isinstance(item, ast.AST):
                found += _calls(item)
    return found


def _called_name(node: Any) -> str | None:
    return getattr(node.func, "attr", None) or getattr(node.func, "id", None)


def _could_be(node: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the literals of a call are the arguments that a constructor got."""
    for given, value in zip(node.args, args):
        if type(given) is ast.Constant and given.value != value:
            return False
    return not any(
        type(k.value) is ast.Constant and k.arg in kwargs and kwargs[k.arg] != k.value.value for k in node.keywords
    )


def _segment(lines: list[str], node: Any, until: Any = None, since: Any = None) -> str:
    """The source text of a node; only up to, or only from the end of, a part of it. Columns count UTF-8 bytes."""
    start = (node.lineno, node.col_offset) if since is None else (since.end_lineno, since.end_col_offset)
    end = (node.end_lineno, node.end_col_offset) if until is None else (until.lineno, until.col_offset)
    part = [line.encode("utf8") for line in lines[start[0] - 1 : end[0]]]
    part[-1] = part[-1][: end[1]]
    part[0] = part[0][start[1] :]
    return b"".join(part).decode("utf8", "replace")
