"""Fixes of slips of the pen that Python itself raises for: misspelt names and keys, a constructor or `forward` that PyTorch does not find."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, parameters
from convcalc.check.text import Edit
from convcalc.nn.module import Module

from . import arrays, calls, handed, items, members, objects, optimizers, reductions, swaps, tuples
from .case import Candidate
from .scope import frames, is_at, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from .case import Case

CLOSE = 0.7  # how alike a name and the one that was meant have to be
FORWARD = (
    "forword",
    "foward",
    "forwad",
    "fowrard",
    "froward",
    "forwards",
    "foreward",
    "Forward",
    "farward",
    "fordward",
)


def slips(case: Case) -> Iterator[Candidate]:
    """Yield what may have been meant where Python raises."""
    yield from optimizers.of_optimizer(case)
    yield from handed.of_kinds(case)
    yield from constructed_base(case)
    yield from forward_misspelt(case)
    yield from reductions.pairs(case)
    yield from members.slips(case)
    yield from misspelt(case)
    yield from tuples.outputs_of_recurrent(case)
    yield from calls.layer_for_function(case)
    yield from items.without_dimension(case)
    yield from tuples.unpacked(case)
    yield from reductions.asserted(case)
    yield from calls.not_called(case)
    yield from calls.argument_missing(case)
    yield from calls.argument_named(case)
    yield from calls.tensor_itself(case)
    yield from calls.whole_numbers(case)
    yield from key_misspelt(case)
    yield from objects.slips(case)
    yield from swaps.misplaced(case)
    yield from arrays.slips(case)
    yield from calls.other(case)


def _close(name: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    known = {n.lower(): n for n in names}
    found = get_close_matches(name.lower(), known, 2, CLOSE)
    return [known[n] for n in found if known[n] != name]


# names


def misspelt(case: Case) -> Iterator[Candidate]:
    """Yield the names that are nearly the same: of keywords, attributes, methods, modules, variables."""
    error = case.error
    words = case.words
    if isinstance(error, TypeError) and "unexpected keyword argument '" in words:
        yield from _keyword(case, words.split("unexpected keyword argument '")[1].partition("'")[0])
    elif isinstance(error, AttributeError) and " attribute '" in words:
        yield from _attribute(case, words.rpartition(" attribute '")[2].partition("'")[0])
    elif isinstance(error, NameError) and "'" in words:
        name = words.split("'")[1]
        for node in case.syntax.nodes:
            if type(node) is ast.Name and node.id == name and node.lineno == case.found.line:
                for meant in _close(name, [n for n, _ in values(case)]):
                    if meant.isidentifier():
                        yield case.replace(node, meant, f"{name} is not defined, {meant} is")


def meant(case: Case, node: Any) -> list[str]:
    """Return the names that a misspelt one may have been meant to be: a keyword's or an attribute's."""
    if type(node) is ast.keyword:
        return _close(node.arg or "", _keywords_of(case, case.syntax.parent(node)))
    if type(node) is ast.Attribute:
        return _close(node.attr, _attributes(case, node))
    return _close(node.id, [n for n, _ in values(case) if n.isidentifier()]) if type(node) is ast.Name else []


def _keyword(case: Case, name: str) -> Iterator[Candidate]:
    for call in case.syntax.at_line(case.found.line or 0):
        for keyword in call.keywords:
            if keyword.arg == name:
                start, _ = case.text.span(keyword)
                for meant in _close(name, _keywords_of(case, call)):
                    edit = Edit(start, start + len(name), meant)
                    yield Candidate(edit, case.text.span(call), f"{called_name(call)} has no {name}, but {meant}")


def _keywords_of(case: Case, call: Any) -> list[str]:
    """Return the parameters of what is called: of one of PyTorch's layers, or of a function or class of the file."""
    name = called_name(call) or ""
    for node in case.syntax.nodes:
        if type(node) is ast.ClassDef and node.name == name:
            inits = [f for f in node.body if type(f) is ast.FunctionDef and f.name == "__init__"]
            return [n for f in inits for n in parameters(f)]
        if type(node) is ast.FunctionDef and node.name == name:
            return list(parameters(node))
    cls = _layer_class(name)
    if cls is not None:
        code = cls.__init__.__code__
        return list(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
    known = parameters_of_library(case, call.func)
    if known:
        return known
    return _parameters_of(f"F.{name}") or _parameters_of(f"torch.{name}") or _parameters_of(f"Tensor.{name}")


def parameters_of_library(case: Case, node: Any) -> list[str]:
    """Return the parameters of a function or class of PyTorch's, found by the names of the script: `nn.utils.clip_grad_norm_`."""
    from types import FunctionType

    from convcalc.standin.facade import Facade

    names: list[str] = []
    while type(node) is ast.Attribute:
        names.append(node.attr)
        node = node.value
    for frame in frames(case)[:1]:
        found: Any = frame.f_globals.get(getattr(node, "id", ""))
        for name in reversed(names):
            found = getattr(found, name, None) if type(found) is Facade else None
        function = found if type(found) is FunctionType else getattr(found, "__init__", None) if type(found) is type else None  # fmt: skip
        if type(function) is FunctionType and function.__module__.startswith("convcalc."):
            code = function.__code__
            return [n for n in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if n != "self"]
    return []


def _parameters_of(operation: str) -> list[str]:
    from convcalc.ops.registry import REGISTRY, find

    if find(operation) is None:
        return []
    code = REGISTRY[operation].rule.__code__
    return list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _layer_class(name: str) -> Any:
    from convcalc import nn

    if not name.isidentifier() or name.startswith("_"):
        return None
    found = getattr(nn, name, None)
    return found if isinstance(found, type) and issubclass(found, Module) else None


def _attribute(case: Case, name: str) -> Iterator[Candidate]:
    for node in case.syntax.nodes:
        if type(node) is not ast.Attribute or node.attr != name or not is_at(case, node):
            continue
        for meant in _close(name, _attributes(case, node)):
            end = case.text.span(node)[1]
            edit = Edit(end - len(name), end, meant)
            shown = case.syntax.parent(node) if called_name(case.syntax.parent(node)) == name else node
            yield Candidate(edit, case.text.span(shown), f"there is no {name}, but {meant}")


def _attributes(case: Case, node: Any) -> list[str]:
    """Return the attributes that the file gives `self`, those of a module, or those of tensors."""
    receiver = node.value
    if getattr(receiver, "id", None) == "self":
        found = [n.attr for n in case.syntax.nodes if type(n) is ast.Attribute and type(n.ctx) is ast.Store]
        cls = case.syntax.class_of(node)
        return [*found, *(f.name for f in getattr(cls, "body", ()) if type(f) is ast.FunctionDef)]
    text = case.text.of(receiver)
    if text in ("nn", "torch.nn"):
        from convcalc.nn.names import FAMILY as layers

        return list(layers)
    if text in ("torch", "F", "nn.functional", "torch.nn.functional"):
        from convcalc.ops.names import FAMILY as operations

        prefix = "torch." if text == "torch" else "F."
        return [name[len(prefix) :] for name in operations if name.startswith(prefix)]
    from convcalc.tensor import Tensor

    return [n for n in dir(Tensor) if not n.startswith("_")]


def forward_misspelt(case: Case) -> Iterator[Candidate]:
    """`def foward(self, x)`."""
    if not isinstance(case.error, NotImplementedError):
        return
    for node in case.syntax.nodes:
        if type(node) is ast.FunctionDef and type(case.syntax.parent(node)) is ast.ClassDef and node.name != "forward":
            if node.name in FORWARD or _close(node.name, ["forward"]):
                start = case.text.text.index(node.name, case.text.span(node)[0])
                edit = Edit(start, start + len(node.name), "forward")
                row = case.text.text.find(":", start)
                yield Candidate(edit, (case.text.span(node)[0], row + 1), "PyTorch calls `forward`")


def constructed_base(case: Case) -> Iterator[Candidate]:
    """`super().__init__()` before anything is assigned."""
    if "before Module.__init__() call" not in case.words:
        return
    for frame in frames(case)[:3]:
        for node in case.syntax.nodes:
            if (
                type(node) is not ast.FunctionDef
                or node.name != "__init__"
                or node.lineno != frame.f_code.co_firstlineno
            ):
                continue
            body = node.body[1:] if _is_docstring(node.body[0]) and len(node.body) > 1 else node.body
            start = case.text.span(body[0])[0]
            indent = " " * body[0].col_offset
            if case.text.text[start - body[0].col_offset : start].strip(" ") == "":
                new = f"super().__init__()\n{indent}"
                reason = "a module takes layers only after that"
                yield Candidate(Edit(start, start, new), (start, case.text.span(body[0])[1]), reason)
                return


def _is_docstring(node: Any) -> bool:
    return type(node) is ast.Expr and type(node.value) is ast.Constant and type(node.value.value) is str


def key_misspelt(case: Case) -> Iterator[Candidate]:
    """Yield a key that is there under nearly the same name."""
    key = case.error.args[0] if case.error is not None and len(case.error.args) == 1 else None
    if type(key) is not str or case.words.strip("'") != key.strip("'"):
        return
    key = key.strip("'")
    constants = [n for n in case.syntax.nodes if type(n) is ast.Constant and type(n.value) is str]
    for meant in _close(key, {str(n.value): None for n in constants if n.value != key}):
        for node in constants:
            around = case.syntax.parent(node)
            quote = case.text.of(node)[:1]
            if node.value == meant and type(around) is ast.Dict:
                yield case.replace(node, f"{quote}{key}{quote}", f"{key} is asked for", shown=node)
            elif node.value == key and type(around) is ast.Subscript and is_at(case, node):
                yield case.replace(node, f"{quote}{meant}{quote}", f"there is {meant}", shown=node)
