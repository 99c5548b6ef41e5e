"""Fixes of what is no layer, tensor or number where one is needed: `None`, a class for its object, a part that some layers lack."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, parameters
from convcalc.check.text import Edit

from .case import Candidate
from .scope import first_line, is_at, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

_OPPOSITES: dict[Any, str] = {ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in"}  # fmt: skip
_CONTAINERS = ("ModuleList", "Sequential", "ModuleDict", "append", "add_module")


def slips(case: Case) -> Iterator[Candidate]:
    yield from without_part(case)
    yield from none_called(case)
    yield from built(case)
    yield from parameter_itself(case)
    yield from length(case)
    yield from method_of_one(case)
    yield from as_beside(case)
    yield from key_left_over(case)


def without_part(case: Case) -> Iterator[Candidate]:
    """`layer_init(nn.Tanh())`: what has no weight goes as it is; and a condition that was turned round."""
    words = case.words
    if not isinstance(case.error, AttributeError) or "object has no attribute" not in words:
        return
    owner = words.split("'")[1] if "'" in words else ""
    places = lines(case)
    if not places:
        return
    inner, failed = places[0]
    for node in case.syntax.nodes:
        if type(node) is ast.If and _is_below(case, node, inner, failed):
            test = node.test
            if type(test) is ast.Compare and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITES:
                middle = f" {_OPPOSITES[type(test.ops[0])]} "
                new = case.text.of(test.left) + middle + case.text.of(test.comparators[0])
                yield case.replace(test, new, f"{owner} has none: the condition the other way round", shown=test)
            elif type(test) is ast.UnaryOp and type(test.op) is ast.Not:
                yield case.undo(test, case.text.of(test.operand), f"{owner} has none: the condition the other way round", shown=test)  # fmt: skip
    for _, line in places[1:2]:
        for call in case.syntax.calls:
            if called_name(call) == inner.f_code.co_name and line <= call.end_lineno and call.lineno <= line + 5:
                for given in call.args[:1]:
                    if type(given) is ast.Call and called_name(given) == owner:
                        yield case.undo(call, case.text.of(given), f"{owner} has nothing of that kind", shown=call)


def _is_below(case: Case, test: Any, frame: Any, line: int) -> bool:
    """Return whether a frame failed in the body of an `if` of its own function."""
    function = case.syntax.function(test)
    if function is None or first_line(function) != frame.f_code.co_firstlineno:
        return False
    return bool(test.body[0].lineno <= line <= test.body[-1].end_lineno)


def none_called(case: Case) -> Iterator[Candidate]:
    """`self.embed(y)` of a layer that this model was built without: only where it is there."""
    if "'NoneType' object" not in case.words:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        if type(call.func) is not ast.Attribute:
            continue
        what, test = case.text.of(call.func), _test_around(case, call)
        if test is None:
            continue
        own = [n.name for n in case.syntax.nodes if type(n) is ast.FunctionDef]
        if called_name(test) in own and type(test.func) is ast.Name and len(test.args) == 1:
            yield case.insert_after(test, f" and {test.func.id}({what})", f"{what} is not there in every model", shown=test)  # fmt: skip
        elif type(test) is ast.Compare and type(test.ops[0]) is ast.IsNot:
            yield case.insert_after(test, f" and {what} is not None", f"{what} is not there in every model", shown=test)


def _test_around(case: Case, node: Any) -> Any:
    while node is not None and type(node) is not ast.FunctionDef:
        around = case.syntax.parent(node)
        if type(around) is ast.If and node in around.body:
            return around.test
        node = around
    return None


def built(case: Case) -> Iterator[Candidate]:
    """`nn.Sequential(nn.Linear(3, 4), nn.ReLU)`, `[block for _ in range(3)]`: what is meant is the layer that it makes."""
    if "is not a Module subclass" not in case.words:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        if called_name(call) not in _CONTAINERS:
            continue
        for given in call.args:
            if hasattr(given, "generators") and type(given.elt) in (ast.Name, ast.Attribute):
                yield case.insert_after(given.elt, "()", "a layer, not what makes it", shown=call)
            for part in given.elts if type(given) in (ast.List, ast.Tuple) else [given]:
                if type(part) is ast.Attribute and part.attr[:1].isupper():
                    yield case.insert_after(part, "()", "a layer, not its class", shown=call)


def parameter_itself(case: Case) -> Iterator[Candidate]:
    """`self.head.weight = embedding.weight.data`: a parameter, not its values."""
    if "cannot assign" not in case.words or "as parameter" not in case.words:
        return
    for node in case.syntax.nodes:
        if type(node) is ast.Assign and is_at(case, node):
            value = node.value
            if type(value) is ast.Attribute and value.attr == "data":
                yield case.undo(value, case.text.of(value.value), "the parameter itself, shared", shown=node)
            elif type(value) is ast.Call and called_name(value) in ("detach", "clone"):
                yield case.dropped_method(value, "the parameter itself, shared")
            prefix = "nn." if "nn.Parameter" in case.text.text or "import torch.nn as nn" in case.text.text or "from torch import nn" in case.text.text else "torch.nn."  # fmt: skip
            yield case.wrap(value, f"{prefix}Parameter(", ")", "a parameter of these values")


def length(case: Case) -> Iterator[Candidate]:
    """`def len(self)` for `def __len__(self)`; or a data set without any length."""
    if "has no len()" not in case.words or "'" not in case.words:
        return
    name = case.words.split("'")[1]
    for cls in case.syntax.nodes:
        if type(cls) is not ast.ClassDef or cls.name != name:
            continue
        methods = [f for f in cls.body if type(f) is ast.FunctionDef]
        for method in methods:
            if method.name.strip("_").lower() in ("len", "lenght", "length", "size", "lne", "leng") and parameters(method) == ("self",):  # fmt: skip
                start = case.text.text.index(method.name, case.text.span(method)[0] + 4)
                edit = Edit(start, start + len(method.name), "__len__")
                yield Candidate(edit, (case.text.span(method)[0], case.text.text.find(":", start) + 1), "len() asks for `__len__`")  # fmt: skip
        getter = next((f for f in methods if f.name == "__getitem__"), None)
        if getter is not None and len(parameters(getter)) == 2:
            index = parameters(getter)[1]
            for node in case.syntax.nodes:
                if type(node) is ast.Subscript and getattr(node.slice, "id", None) == index and case.syntax.function(node) is getter:  # fmt: skip
                    start, indent = case.text.span(getter)[0], " " * getter.col_offset
                    new = f"def __len__(self):\n{indent}    return len({case.text.of(node.value)})\n\n{indent}"
                    yield Candidate(Edit(start, start, new), (start, start + 3), "a data set has a length")
                    return


def method_of_one(case: Case) -> Iterator[Candidate]:
    """`net(x)` of `forward(self, a, b)`: its method that takes one input, `net.forward_once(x)`."""
    words = case.words
    if (
        not isinstance(case.error, TypeError)
        or "required positional argument" not in words
        or ".forward()" not in words
    ):
        return
    name = words.partition(".forward()")[0].rpartition(" ")[2].rpartition(".")[2]
    node = case.expression()
    if type(node) is not ast.Call or type(node.func) not in (ast.Name, ast.Attribute):
        return
    for cls in case.syntax.nodes:
        if type(cls) is ast.ClassDef and cls.name == name:
            for method in cls.body:
                if type(method) is ast.FunctionDef and method.name[:1] != "_" and method.name != "forward":
                    if len(parameters(method)) - 1 == len(node.args) and ("forward" in method.name or "embed" in method.name or "encode" in method.name):  # fmt: skip
                        yield case.insert_after(node.func, f".{method.name}", f"{method.name} takes {len(node.args)}", shown=node)  # fmt: skip


def as_beside(case: Case) -> Iterator[Candidate]:
    """`self.teacher(x)` beside `self.student(x, return_features=True)`: what the one call is given, the other one may lack."""
    if not isinstance(case.error, (TypeError, ValueError)) or not ("unpack" in case.words or "missing" in case.words):
        return
    places = {(frame.f_code.co_firstlineno, line) for frame, line in lines(case)[:4]}
    for call in case.syntax.calls:
        function = case.syntax.function(call)
        line = 1 if function is None else first_line(function)
        if not any((first == line or first <= 1) and call.lineno <= last for first, last in places) or not call.args:
            continue
        own = [case.text.of(a) for a in call.args]
        for other in case.syntax.calls:
            if other is call or len(other.keywords) <= len(call.keywords) or type(other.func) is not type(call.func):
                continue
            if case.syntax.function(other) is not function or [case.text.of(a) for a in other.args] != own:
                continue
            had = [k.arg for k in call.keywords]
            more = [k for k in other.keywords if k.arg is not None and k.arg not in had]
            last = [*call.args, *(k.value for k in call.keywords)][-1]
            text = "".join(f", {case.text.of(k)}" for k in more)
            yield case.insert_after(last, text, f"as {case.text.of(other.func)} is called beside it", shown=call)


def key_left_over(case: Case) -> Iterator[Candidate]:
    """`self.heads[name] for name in ("age", "sex")` of heads called age and gender: the one key that nothing asks for."""
    key = case.error.args[0] if case.error is not None and len(case.error.args) == 1 else None
    if not isinstance(case.error, KeyError) or type(key) is not str:
        return
    key = key.strip("'")
    for node in case.syntax.nodes:
        if type(node) is not ast.Constant or node.value != key:
            continue
        around = case.syntax.parent(node)
        asked = [getattr(e, "value", None) for e in getattr(around, "elts", ())]
        for table in case.syntax.nodes:
            if type(table) is not ast.Dict or len(asked) < 2:
                continue
            there = [getattr(k, "value", None) for k in table.keys]
            left = [k for k in there if k not in asked]
            if len(left) == 1 and type(left[0]) is str and set(asked) - {key} <= set(there):
                quote = case.text.of(node)[:1]
                yield case.replace(node, f"{quote}{left[0]}{quote}", f"there is {left[0]}", shown=node)
