"""A package's module of which a statement cannot be run here: the statements after it are run, and what it would have bound is unknown, with the reason."""

from __future__ import annotations

import ast
import sys

from convcalc.tensor import Unknown, message_of
from convcalc.trace.internal_errors import reveal

from .compiling import Deep
from .instrument import instrument
from .syntax import first_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .lazy_modules import State
    from .loading import Loader


def run_rest(loader: Loader, state: State, error: Exception) -> None:
    """Runs what stands after the statement that raised, one by one; raises where that cannot be told, and an ImportError, which importers wait for."""
    path = state.location.path
    assert path is not None
    listing = loader.listing(state)
    body: list[Any] = ast.parse(loader.text_of(state)).body if listing is None else listing.tree.body
    flags = _ANNOTATIONS if any(getattr(s, "module", "") == "__future__" for s in body) else 0
    line = _line_in(error, path)
    failed = next((i for i, s in enumerate(body) if first_line(s) <= line <= s.end_lineno), None)
    if failed is None or isinstance(error, ImportError):
        raise error
    _pass_over(loader, state, body[failed], error)
    for statement in body[failed + 1 :]:
        with Deep():
            tree = instrument(ast.Module([statement], []), script=False)
            code = compile(tree, path, "exec", flags, dont_inherit=True)
        try:
            exec(code, state.names)
        except ImportError:
            raise
        except Exception as next_error:
            reveal(next_error)
            _pass_over(loader, state, statement, next_error)


_ANNOTATIONS = 0x1000000  # of the compiler: annotations are texts


def _line_in(error: Exception, path: str) -> int:
    """The line of the module's own code at which it stopped; 0 where its code does not appear."""
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == path and code.co_name == "<module>":
            return traceback.tb_lineno
        traceback = traceback.tb_next
    return 0


def _pass_over(loader: Loader, state: State, statement: Any, error: Exception) -> None:
    bound = list(_bound(statement))
    cause = f"{type(error).__name__}: {message_of(error)}"
    for name in bound:
        state.names[name] = Unknown(f"{state.name}.{name} ({cause})")
    if not bound:
        record = loader.run.record
        text = f"line {statement.lineno} of {state.name} was passed over ({cause})"
        record.note("missing-module", text, record.place(sys._getframe(1)))


def _bound(statement: Any) -> set[str]:
    """The names that a statement binds in its module."""
    found: set[str] = set()
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names if alias.name != "*")
        waiting += ast.iter_child_nodes(node)
    return found
