"""Fixes of a call: a layer that is built where it was to be called, a method that is not called, an argument that is missing or is another thing."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit

from .case import Candidate
from .scope import first_line, frames, is_at, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Case


def layer_for_function(case: Case) -> Iterator[Candidate]:
    """`nn.ReLU(x)` builds a layer; the function is `F.relu(x)`."""
    from convcalc.tensor import Tensor

    built = [b for b in case.record.built.values() if b.args and isinstance(b.args[0], Tensor) and b.line is not None]
    for one in built[:3]:
        name = type(one.module).__name__
        for node in case.syntax.calls:
            if called_name(node) != name or not node.lineno <= one.line <= node.end_lineno or not node.args:
                continue
            first, rest = case.text.of(node.args[0]), node.args[1:]
            others = ", ".join(case.text.of(a) for a in [*rest, *node.keywords])
            function = _function_of(name)
            if function is not None and _is_imported(case, "F"):
                new = f"F.{function}({first}{', ' if others else ''}{others})"
                yield case.replace(node, new, f"{name} is a layer, {function} the function", shown=node)
            new = f"{case.text.of(node.func)}({others})({first})"
            yield case.replace(node, new, f"{name} is built first, and then called", shown=node)


def _is_imported(case: Case, alias: str) -> bool:
    return any(type(n) is ast.alias and n.asname == alias for n in case.syntax.nodes)


def _function_of(layer: str) -> str | None:
    """`max_pool2d` of `MaxPool2d`, `leaky_relu` of `LeakyReLU`."""
    known = {"ReLU": "relu", "ReLU6": "relu6", "GELU": "gelu", "SELU": "selu", "ELU": "elu", "SiLU": "silu", "LeakyReLU": "leaky_relu", "LogSoftmax": "log_softmax"}  # fmt: skip
    if layer in known:
        return known[layer]
    from convcalc.ops.names import FAMILY

    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in layer).lstrip("_")
    return words if f"F.{words}" in FAMILY else None


def not_called(case: Case) -> Iterator[Candidate]:
    """`model.parameters` for `model.parameters()`; a list of layers given to `Sequential`; a model for its state."""
    words = case.words
    for call in case.syntax.at_line(case.found.line or 0):
        for given in call.args:
            if "is not a Module subclass" in words and called_name(call) == "Sequential" and len(call.args) == 1:
                start = case.text.span(given)[0]
                shown = case.text.span(call)
                yield Candidate(Edit(start, start, "*"), shown, "the layers themselves, not a list of them")
            elif "method" in words and type(given) is ast.Attribute:
                yield case.insert_after(given, "()", "what it returns is meant", shown=call)
            elif (
                called_name(call) == "load_state_dict"
                and "state_dict" in words
                and not case.text.of(given).endswith("()")
            ):
                yield case.insert_after(given, ".state_dict()", "the state, not the module", shown=call)


def argument_missing(case: Case) -> Iterator[Candidate]:
    """`net(x)` of `forward(self, x, mask)`, where a `mask` is at hand."""
    words = case.words
    if not isinstance(case.error, TypeError) or "required positional argument" not in words:
        return
    missing = [part for i, part in enumerate(words.split("'")) if i % 2]
    missing = [name for name in missing if name.isidentifier()]
    node = case.expression()
    if type(node) is not ast.Call or not missing:
        return
    for given in node.args:
        if type(given) is ast.Call:
            start = case.text.span(given)[0]
            yield Candidate(Edit(start, start, "*"), case.text.span(node), "its parts, not the tuple of them")
    known = dict(values(case))
    here = [n.id for n in case.syntax.nodes if type(n) is ast.Name and type(n.ctx) is ast.Store]
    if all(name in known or name in here for name in missing):
        text = ", ".join(missing)
        if node.args or node.keywords:
            last = [*node.args, *(k.value for k in node.keywords)][-1]
            yield case.insert_after(last, f", {text}", f"it takes {text} too", shown=node)


def argument_named(case: Case) -> Iterator[Candidate]:
    """`Block(8, 8, width)` of `__init__(self, dim, dim_out, *, width)`: the last argument by its name."""
    words = case.words
    if " positional argument" not in words or " were given" not in words:
        return
    name = words.partition("(")[0].rpartition(" ")[2].removesuffix(".__init__").rpartition(".")[2]
    for call in case.syntax.at_line(case.found.line or 0):
        if called_name(call) != name or not call.args:
            continue
        for node in case.syntax.nodes:
            if type(node) is ast.FunctionDef and (node.name == name or (node.name == "__init__" and getattr(case.syntax.parent(node), "name", None) == name)):  # fmt: skip
                for keyword in node.args.kwonlyargs[:2]:
                    last = call.args[-1]
                    yield case.replace(
                        last, f"{keyword.arg}={case.text.of(last)}", f"{keyword.arg} is given by its name"
                    )


def whole_numbers(case: Case) -> Iterator[Candidate]:
    """`size = batch / parts`, which is no whole number: `//`."""
    words = case.words
    if "float" not in words or "int" not in words:
        return
    names = {getattr(n, "id", None) or getattr(n, "attr", None) for n in case.syntax.nodes if type(n) in (ast.Name, ast.Attribute) and is_at(case, n)}  # fmt: skip
    for node in case.syntax.nodes:
        if type(node) is not ast.BinOp or type(node.op) is not ast.Div:
            continue
        statement = case.syntax.statement(node)
        target = statement.targets[0] if type(statement) is ast.Assign else None
        name = getattr(target, "id", None) or getattr(target, "attr", None)
        if name in names or is_at(case, node):
            new = f"{case.text.of(node.left)} // {case.text.of(node.right)}"
            yield case.replace(node, new, "/ gives no whole number")


def tensor_itself(case: Case) -> Iterator[Candidate]:
    """`torch.randn_like(x.shape)`: the tensor, not its shape."""
    if "must be Tensor, not" not in case.words:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        for given in call.args:
            if type(given) is ast.Attribute and given.attr in ("shape", "data", "grad"):
                yield case.replace(given, case.text.of(given.value), "the tensor itself", shown=call)


def other(case: Case) -> Iterator[Candidate]:
    """Yield the rest: a number called as a layer, a maximum with its places, an array of what has a gradient, names of a function."""
    words = case.words
    for call in case.syntax.at_line(case.found.line or 0):
        text = case.text.of(call.func)
        if "object is not callable" in words and type(call.func) is ast.Attribute and len(call.args) == 1:
            if "float" in words and _is_imported(case, "F"):
                new = f"F.dropout({case.text.of(call.args[0])}, {text}, training=self.training)"
                yield case.replace(call, new, f"{text} is a number", shown=call)
        if (
            called_name(call) == "zip"
            and len(call.args) == 1
            and type(call.args[0]) is not ast.Starred
            and "positional" in words
        ):
            start = case.text.span(call.args[0])[0]
            yield Candidate(Edit(start, start, "*"), case.text.span(call), "the items, not the list of them")
        if called_name(call) == "pack_padded_sequence" and "enforce_sorted" in words:
            yield case.insert_after([*call.args, *(k.value for k in call.keywords)][-1], ", enforce_sorted=False", "the lengths may come in any order", shown=call)  # fmt: skip
    if isinstance(case.error, UnboundLocalError):
        yield from _global(case, words.split("'")[1] if "'" in words else "")


def _global(case: Case, name: str) -> Iterator[Candidate]:
    for frame in frames(case)[:1]:
        for node in case.syntax.nodes:
            if (
                type(node) is ast.FunctionDef
                and first_line(node) == frame.f_code.co_firstlineno
                and name in frame.f_globals
            ):
                start, end = case.text.span(node.body[0])
                new = f"global {name}\n{' ' * node.body[0].col_offset}"
                yield Candidate(Edit(start, start, new), (start, end), f"{name} is a name of the file")
