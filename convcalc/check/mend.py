"""Edits of a user's source: the smallest change of a constructor's call that would mend an error."""

from __future__ import annotations

import _ast as ast

from convcalc.source.reading import parse_source

from .syntax import Syntax, names_of
from .syntax import argument as given_for
from .text import SourceText

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
    calls = [
        node
        for node in Syntax(parse_source(source, file)).calls_of(type(module).__name__)
        if node.lineno <= built.line <= node.end_lineno and _could_be(node, built.args, built.kwargs)
    ]
    if len(calls) != 1:
        return None
    node = calls[0]
    changed = given_for(node, argument, names_of(module))
    if type(changed) not in (ast.Constant, ast.BinOp):
        return None
    try:
        text = SourceText(source)
    except UnicodeError:
        return None
    start, end = text.span(node)
    first, last = text.span(changed)
    new = f"{text.text[start:first]}{value}{text.text[last:end]}"
    return {
        "text": f"{new} at {file}:{node.lineno}",
        "file": file,
        "line": node.lineno,
        "old": text.of(node),
        "new": new,
    }


def _could_be(node: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the literals of a call are the arguments that a constructor got."""
    for given, value in zip(node.args, args):
        if type(given) is ast.Constant and given.value != value:
            return False
    return not any(
        type(k.value) is ast.Constant and k.arg in kwargs and kwargs[k.arg] != k.value.value for k in node.keywords
    )
