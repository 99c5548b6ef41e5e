"""Fixes of a batch size that is written into the model: `view(64, -1)`, `torch.zeros(1, 64, 128)`."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of
from convcalc.check.text import Edit

from .case import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.diagnostic import Literal
    from convcalc.check.syntax import Syntax
    from convcalc.check.text import SourceText

    from .case import Case

VIEWS = ("view", "reshape")


def any_batch(text: SourceText, syntax: Syntax, literal: Literal) -> Iterator[Candidate]:
    """Yield the edits of a call with which it takes any batch size; `literal` is what the warning says of it."""
    for node in syntax.calls:
        start = text.span(node)[0]
        at = literal.column is None or text.place(start)[1] == literal.column
        if node.lineno == literal.line and at and called_name(node) == literal.operation.rpartition(".")[2]:
            yield from _of_call(text, syntax, node, literal.batch)


def last_batch(case: Case) -> Iterator[Candidate]:
    """Yield a loader's last, smaller batch: the size where the model has it built in; else the batch left out."""
    if case.found.loader is None:
        return
    size = case.found.loader.batch_size
    for node in case.syntax.calls:
        if called_name(node) in (*VIEWS, "zeros", "ones", "randn", "rand", "empty", "full", "expand", "repeat"):
            sizes = [*node.args, *(e for a in node.args if type(a) in (ast.Tuple, ast.List) for e in a.elts)]
            if any(number_of(a) == size for a in sizes):
                yield from _of_call(case.text, case.syntax, node, size)
    for node in case.syntax.calls:
        if called_name(node) == "DataLoader" and not any(k.arg in ("drop_last", None) for k in node.keywords):
            yield case.insert_after([*node.args, *(k.value for k in node.keywords)][-1], ", drop_last=True", "skips the last, smaller batch", shown=node)  # fmt: skip


def _of_call(text: SourceText, syntax: Syntax, node: Any, batch: int) -> Iterator[Candidate]:
    shown = text.span(node)
    function = type(node.func) is ast.Attribute and text.of(node.func.value) == "torch"
    args = node.args
    if called_name(node) in VIEWS:
        receiver = node.args[0] if function else node.func.value
        args = node.args[1:] if function else node.args
        if len(args) == 1 and type(args[0]) in (ast.Tuple, ast.List):
            args = args[0].elts
        size = f"{text.of(receiver)}.size(0)" if type(receiver) in (ast.Name, ast.Attribute) else None
        reason = "any batch size"
        for at, arg in enumerate(args):
            if number_of(arg) == batch or (at == 0 and len(args) > 1 and number_of(arg) != -1):
                others = [number_of(a) for a in args if a is not arg]
                if size is not None:
                    yield Candidate(Edit(*text.span(arg), size), shown, reason)
                if -1 not in others:
                    yield Candidate(Edit(*text.span(arg), "-1"), shown, reason)
        if len(args) == 1:
            first = text.span(args[0])[0]
            yield Candidate(Edit(first, first, "-1, "), shown, "the batch keeps its dimension")
        if len(args) == 2 and number_of(args[1]) == -1 and not function:
            func = text.of(node.func)
            end = shown[1]
            yield Candidate(Edit(shown[0], end, func[: -len(called_name(node) or "")] + "flatten(1)"), shown, reason)
    else:
        names = _tensors_of(syntax, node)
        for arg in [*args, *(e for a in args if type(a) in (ast.Tuple, ast.List) for e in a.elts)]:
            if number_of(arg) == batch:
                for name in names:
                    yield Candidate(Edit(*text.span(arg), f"{name}.size(0)"), shown, "as many as the input has")


def _tensors_of(syntax: Syntax, node: Any) -> list[str]:
    """Return the parameters of the function around a node."""
    function = syntax.function(node)
    if function is None or type(function) is ast.Lambda:
        return []
    return [a.arg for a in function.args.args if a.arg != "self"]
