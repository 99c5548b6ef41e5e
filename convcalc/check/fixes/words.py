"""Fixes of slips of the pen that Python itself raises for: misspelt names, a forgotten call, a tuple taken for a tensor."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of, parameters
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_layer

from .case import Candidate
from .scope import frames, values

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
    yield from constructed_base(case)
    yield from forward_misspelt(case)
    yield from misspelt(case)
    yield from outputs_of_recurrent(case)
    yield from layer_for_function(case)
    yield from unpacked(case)
    yield from not_called(case)
    yield from argument_missing(case)
    yield from argument_named(case)
    yield from tensor_itself(case)
    yield from whole_numbers(case)
    yield from key_misspelt(case)
    yield from other(case)


def _close(name: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    known = {n.lower(): n for n in names}
    found = get_close_matches(name.lower(), known, 2, CLOSE)
    return [known[n] for n in found if known[n] != name]


# names


def misspelt(case: Case) -> Iterator[Candidate]:
    """Yield the names that are nearly the same: of keywords, attributes, methods, modules, variables."""
    error = case.error
    words = str(error)
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
    return _parameters_of(f"F.{name}") or _parameters_of(f"torch.{name}") or _parameters_of(f"Tensor.{name}")


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
        if type(node) is not ast.Attribute or node.attr != name or not _is_at(case, node):
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


def _is_at(case: Case, node: Any) -> bool:
    found = case.found
    return bool(node.lineno <= (found.line or 0) <= node.end_lineno)


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
    if "before Module.__init__() call" not in str(case.error):
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


# tuples


def outputs_of_recurrent(case: Case) -> Iterator[Candidate]:
    """`out = self.lstm(x)`, which is a pair: of the output, and of the state."""
    if "tuple" not in str(case.error):
        return
    names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and _is_at(case, n)}
    for node in _recurrent_calls(case):
        around = case.syntax.parent(node)
        if type(around) is ast.Assign and len(around.targets) == 1 and getattr(around.targets[0], "id", None) in names:
            target: Any = around.targets[0]
            yield case.replace(target, f"{target.id}, _", "it gives its output and its last state", shown=around)
        elif type(around) is not ast.Assign and _is_at(case, node):
            yield case.insert_after(node, "[0]", "of its output and its last state, the output", shown=node)
        elif type(around) is ast.Assign and type(around.targets[0]) is ast.Tuple and len(around.targets[0].elts) == 2:
            state: Any = around.targets[0].elts[1]
            if getattr(state, "id", None) in names:
                yield case.replace(state, f"({state.id}, _)", "an LSTM's state is a pair", shown=around)


def _recurrent_calls(case: Case) -> list[Any]:
    """Return the calls of recurrent layers in the function where it failed, the last first."""
    lines = {c.line for c in case.record.calls if is_layer(c.owner) and c.kind == "module" and facts_of(type(c.owner)).kind == "recurrent"}  # fmt: skip
    function = next((f.f_code.co_firstlineno for f in frames(case)[:1]), None)
    found = []
    for node in case.syntax.calls:
        around = case.syntax.function(node)
        if node.lineno in lines and (around is None or function is None or _first_line(around) == function):
            if type(node.func) in (ast.Attribute, ast.Name) and _is_layer_called(case, node):
                found.append(node)
    return found[::-1]


def _first_line(function: Any) -> int:
    decorators = getattr(function, "decorator_list", ())
    return int(min([function.lineno, *(d.lineno for d in decorators)]))


def _is_layer_called(case: Case, node: Any) -> bool:
    """Return whether a call is of a layer, going by the layers that have been called from that line under this name."""
    name = called_name(node)
    return any(
        m is c.owner
        for c in case.record.calls
        if c.line == node.lineno and c.kind == "module" and is_layer(c.owner)
        for m in [_member(case, name)]
    )


def _member(case: Case, name: str | None) -> Any:
    for frame in frames(case):
        owner = frame.f_locals.get("self")
        if isinstance(owner, Module):
            members = object.__getattribute__(owner, "__dict__").get("_modules", {})
            if name in members:
                return members[name]
        if name in frame.f_locals:
            return frame.f_locals[name]
        if name in frame.f_globals:
            return frame.f_globals[name]
    return None


def unpacked(case: Case) -> Iterator[Candidate]:
    """`q, k, v = x.chunk(2, -1)`: as many parts as names."""
    if not isinstance(case.error, ValueError) or " to unpack" not in str(case.error):
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Assign or node.lineno != case.found.line or type(node.targets[0]) is not ast.Tuple:
            continue
        parts, call = len(node.targets[0].elts), _any(node.value)
        if called_name(call) == "split" and call.args:
            size = call.args[0]
            for text, value in values(case):
                if type(value) is int and value > 1 and text != case.text.of(size):
                    yield case.replace(size, text, f"{parts} parts of {value}")
            if type(call.func) is ast.Attribute:
                rest = "".join(f", {case.text.of(a)}" for a in [*call.args[1:], *call.keywords])
                new = f"{case.text.of(call.func.value)}.chunk({parts}{rest})"
                yield case.replace(call, new, f"{parts} parts of one size", shown=call)
        elif called_name(call) == "chunk" and call.args:
            yield case.replace(call.args[0], str(parts), f"{parts} names, so {parts} parts")


def _any(node: Any) -> Any:
    return node


# calls


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
    words = str(case.error)
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
    words = str(case.error)
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
    words = str(case.error)
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
    words = str(case.error)
    if "float" not in words or "int" not in words:
        return
    names = {getattr(n, "id", None) or getattr(n, "attr", None) for n in case.syntax.nodes if type(n) in (ast.Name, ast.Attribute) and _is_at(case, n)}  # fmt: skip
    for node in case.syntax.nodes:
        if type(node) is not ast.BinOp or type(node.op) is not ast.Div:
            continue
        statement = case.syntax.statement(node)
        target = statement.targets[0] if type(statement) is ast.Assign else None
        name = getattr(target, "id", None) or getattr(target, "attr", None)
        if name in names or _is_at(case, node):
            new = f"{case.text.of(node.left)} // {case.text.of(node.right)}"
            yield case.replace(node, new, "/ gives no whole number")


def key_misspelt(case: Case) -> Iterator[Candidate]:
    """Yield a key that is there under nearly the same name."""
    key = case.error.args[0] if case.error is not None and len(case.error.args) == 1 else None
    if type(key) is not str or str(case.error).strip("'") != key.strip("'"):
        return
    key = key.strip("'")
    constants = [n for n in case.syntax.nodes if type(n) is ast.Constant and type(n.value) is str]
    for meant in _close(key, {str(n.value): None for n in constants if n.value != key}):
        for node in constants:
            around = case.syntax.parent(node)
            quote = case.text.of(node)[:1]
            if node.value == meant and type(around) is ast.Dict:
                yield case.replace(node, f"{quote}{key}{quote}", f"{key} is asked for", shown=node)
            elif node.value == key and type(around) is ast.Subscript and _is_at(case, node):
                yield case.replace(node, f"{quote}{meant}{quote}", f"there is {meant}", shown=node)


def tensor_itself(case: Case) -> Iterator[Candidate]:
    """`torch.randn_like(x.shape)`: the tensor, not its shape."""
    if "must be Tensor, not" not in str(case.error):
        return
    for call in case.syntax.at_line(case.found.line or 0):
        for given in call.args:
            if type(given) is ast.Attribute and given.attr in ("shape", "data", "grad"):
                yield case.replace(given, case.text.of(given.value), "the tensor itself", shown=call)


def other(case: Case) -> Iterator[Candidate]:
    """Yield the rest: a number called as a layer, a maximum with its places, an array of what has a gradient, names of a function."""
    words = str(case.error)
    for call in case.syntax.at_line(case.found.line or 0):
        text = case.text.of(call.func)
        if "object is not callable" in words and type(call.func) is ast.Attribute and len(call.args) == 1:
            if "float" in words and _is_imported(case, "F"):
                new = f"F.dropout({case.text.of(call.args[0])}, {text}, training=self.training)"
                yield case.replace(call, new, f"{text} is a number", shown=call)
        if called_name(call) == "numpy" and "requires grad" in words:
            yield case.replace(call, f"{case.text.of(call.func.value)}.detach().numpy()", "without its gradient", shown=call)  # fmt: skip
        if called_name(call) in ("max", "min") and call.args and "return_types" in words:
            yield case.insert_after(call, ".values", "the values, not the places with them", shown=call)
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
                and _first_line(node) == frame.f_code.co_firstlineno
                and name in frame.f_globals
            ):
                start, end = case.text.span(node.body[0])
                new = f"global {name}\n{' ' * node.body[0].col_offset}"
                yield Candidate(Edit(start, start, new), (start, end), f"{name} is a name of the file")


def divisible(case: Case) -> Iterator[Candidate]:
    """`assert width % heads == 0`: another number of heads that divides, or the nearest width."""
    if not isinstance(case.error, AssertionError):
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Assert or not _is_at(case, node):
            continue
        for part in _mods(node.test):
            known = dict(values(case))
            width, parts = (_value(case, side, known) for side in (part.left, part.right))
            if type(width) is int and type(parts) is int and 0 < parts <= width:
                fitting = sorted((n for n in range(2, width + 1) if width % n == 0), key=lambda n: abs(n - parts))
                for new in fitting[:2]:
                    for place, text in case.origins.changes(part.right, parts, new):
                        yield case.replace(place, text, f"{new} divides {width}")
                for new in (width // parts * parts, (width // parts + 1) * parts):
                    for place, text in case.origins.changes(part.left, width, new):
                        yield case.replace(place, text, f"{parts} divides {new}")


def _mods(node: Any) -> list[Any]:
    todo, found = [node], []
    while todo:
        one = todo.pop()
        if type(one) is ast.BinOp and type(one.op) is ast.Mod:
            found.append(one)
        for field in getattr(one, "_fields", ()):
            value = getattr(one, field, None)
            todo += value if type(value) is list else [value] if isinstance(value, ast.AST) else []
    return found


def _value(case: Case, node: Any, known: dict[str, Any]) -> Any:
    """Return the number that an expression is: a literal, a name, or an attribute of a name."""
    number = number_of(node)
    if number is not None:
        return number
    text = case.text.of(node)
    if text in known:
        return known[text]
    owner = known.get(text.rpartition(".")[0])
    if owner is None or isinstance(owner, type):
        return getattr(owner, "__dict__", {}).get(text.rpartition(".")[2]) if owner is not None else None
    try:
        return object.__getattribute__(owner, "__dict__").get(text.rpartition(".")[2])
    except AttributeError:
        return None


def entries(case: Case) -> Iterator[Candidate]:
    """Yield the entry of a checkpoint that holds the state: `checkpoint["model"]`."""
    keys = [
        k.value
        for node in case.syntax.nodes
        if type(node) is ast.Dict
        for k, v in zip(node.keys, node.values)
        if type(k) is ast.Constant and type(k.value) is str and called_name(v) == "state_dict"
    ]
    for call in case.syntax.at_line(case.found.line or 0):
        if called_name(call) == "load_state_dict" and call.args and type(call.args[0]) in (ast.Name, ast.Attribute):
            for key in dict.fromkeys(keys):
                quote = "'" if f"'{key}'" in case.text.text else '"'
                yield case.insert_after(
                    call.args[0], f"[{quote}{key}{quote}]", f"the state is the entry {key}", shown=call
                )


def without_gradient(case: Case) -> Iterator[Candidate]:
    """`with torch.no_grad():` around a statement that writes to a parameter in place."""
    if "in-place operation" not in str(case.error):
        return
    node = case.syntax.statement(case.expression())
    if node is None or node.lineno != node.end_lineno:
        return
    start, end = case.text.span(node)
    new = f"with torch.no_grad():\n{' ' * (node.col_offset + 4)}{case.text.of(node)}"
    yield Candidate(Edit(start, end, new), (start, end), "a parameter is written to apart from its gradient")
