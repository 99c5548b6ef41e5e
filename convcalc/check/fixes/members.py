"""Fixes of what a class lacks: `self.`, a `return`, a list of layers that is called as if it were one."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, parameters
from convcalc.check.text import Edit
from convcalc.nn.module import Module

from .candidate import Candidate
from .scope import frames, is_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Case


def slips(case: Case) -> Iterator[Candidate]:
    yield from of_self(case)
    yield from self_parameter(case)
    yield from returned(case)
    yield from list_called(case)


def of_self(case: Case) -> Iterator[Candidate]:
    """`fc = nn.Linear(8, 2)` in a constructor, and `fc(x)` in a method: of `self`."""
    words = case.words
    if isinstance(case.error, AttributeError) and "object has no attribute '" in words:
        name = words.rpartition(" attribute '")[2].partition("'")[0]
        owner = words.split("'")[1]
        for node in case.syntax.nodes:
            target = node.targets[0] if type(node) is ast.Assign else None
            if getattr(target, "id", None) == name and getattr(case.syntax.function(node), "name", "") == "__init__":
                cls = case.syntax.class_of(node)
                if getattr(cls, "name", None) == owner:
                    start = case.text.span(target)[0]
                    yield Candidate(Edit(start, start, "self."), case.text.span(node), f"{name} is kept with the others")  # fmt: skip
    if isinstance(case.error, NameError) and "'" in words:
        name = words.split("'")[1]
        for frame in frames(case)[:1]:
            module = frame.f_locals.get("self")
            members = object.__getattribute__(module, "__dict__") if isinstance(module, Module) else {}
            if name not in members and not any(name in members.get(t, ()) for t in ("_modules", "_parameters", "_buffers")):  # fmt: skip
                continue
            for node in case.syntax.nodes:
                if type(node) is ast.Name and node.id == name and is_at(case, node):
                    yield case.replace(node, f"self.{name}", f"{name} is an attribute of the module")


def self_parameter(case: Case) -> Iterator[Candidate]:
    """`def forward(x)` of a class: `def forward(self, x)`."""
    if "positional argument" not in case.words or "given" not in case.words:
        return
    name = case.words.partition("(")[0].rpartition(".")[2]
    for node in case.syntax.nodes:
        if type(node) is ast.FunctionDef and node.name == name and type(case.syntax.parent(node)) is ast.ClassDef:
            if parameters(node)[:1] not in (("self",), ("cls",)) and not node.decorator_list:
                start = case.text.text.index("(", case.text.span(node)[0]) + 1
                new = "self, " if parameters(node) else "self"
                shown = (case.text.span(node)[0], case.text.text.index(")", start) + 1)
                yield Candidate(Edit(start, start, new), shown, "a method is given its object first")


def returned(case: Case) -> Iterator[Candidate]:
    """`def forward(self, x)` that ends without its result: `return x`."""
    if "NoneType" not in case.words:
        return
    own = [n for n in case.syntax.nodes if type(n) is ast.FunctionDef and not n.name.startswith("__")]
    giving = {id(case.syntax.function(n)) for n in case.syntax.nodes if type(n) in (ast.Return, ast.Yield)}
    for function in [f for f in own if id(f) not in giving and type(case.syntax.parent(f)) is ast.ClassDef][:3]:
        last = function.body[-1]
        target = last.targets[0] if type(last) is ast.Assign and len(last.targets) == 1 else getattr(last, "target", None)  # fmt: skip
        if type(target) is ast.Name:
            start, end = case.text.span(last)
            new = f"\n{' ' * last.col_offset}return {target.id}"
            yield Candidate(Edit(end, end, new), (start, end), f"{function.name} gives back what it made")


def list_called(case: Case) -> Iterator[Candidate]:
    """`self.layers(x)` of a ModuleList: a Sequential of the same layers can be called."""
    if "[ModuleList]" not in case.words:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        called = case.text.of(call.func)
        for node in case.syntax.nodes:
            if type(node) is not ast.Assign or case.text.of(node.targets[0]) != called or called_name(node.value) != "ModuleList":  # fmt: skip
                continue
            made = node.value
            if len(made.args) != 1:  # type: ignore[attr-defined]
                continue
            given, func = made.args[0], case.text.of(made.func)  # type: ignore[attr-defined]
            inner = case.text.of(given)[1:-1] if type(given) is ast.List else f"*{case.text.of(given)}"
            new = f"{func[: -len('ModuleList')]}Sequential({inner})"
            yield case.replace(made, new, "a Sequential calls its layers one after the other", shown=node)
