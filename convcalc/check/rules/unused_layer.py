"""A layer is built and never used.

Reported only where nothing else is possible: the layer is an attribute of a class of the file, was never called, none of its
parameters went into an operation, and nothing but a constructor mentions its name.
"""

from __future__ import annotations

import _ast as ast

from convcalc.check.diagnostic import Diagnostic
from convcalc.check.rule import WARNING, looked_for
from convcalc.check.span import constructor_span
from convcalc.check.wording import spec
from convcalc.nn.module import Module, is_layer, named_members, named_modules, table_of
from convcalc.source.syntax import parts
from convcalc.tensor import Parameter
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program

_REFLECTION = frozenset("getattr vars eval exec globals locals".split())
_WALKS = frozenset("children named_children _modules __dict__ get_submodule".split())


def find(program: Program, model: Found) -> list[Diagnostic]:
    """Return a warning for each module with parameters that no run of the model can have used."""
    root = model.module
    called = {id(call.owner) for call in program.record.calls if call.kind == "module"}
    candidates = [
        (path, name, parent, child)
        for path, parent in named_modules(root)
        if id(parent) in called and type(parent).__module__ == "__main__"
        for name, child in table_of(parent, "_modules").items()
        if isinstance(child, Module) and not any(id(m) in called for _, m in named_modules(child)) and _size(child)
    ]
    if not candidates:
        return []
    mentions = Mentions(program.tree_of(program.file))
    used = _used_parameters(program)
    shared = _shared_parameters(root)
    found = []
    for path, name, parent, child in candidates:
        if mentions.may_use(parent, name):
            continue
        if any(id(p) in used or id(p) in shared for _, p in named_members(child, "_parameters")):
            continue
        found.append(_warning(program, f"{path}.{name}" if path else name, child))
    return found


def _warning(program: Program, path: str, child: Module) -> Diagnostic:
    built = program.record.built.get(id(child))
    place = constructor_span(program.record, child, program.source)
    kind = spec(program.record, child) if is_layer(child) else type(child).__name__
    message = f"{path}, {kind} with {_size(child):,} parameters, is built and never used"
    found = Diagnostic(
        "unused-layer",
        "warning",
        built.file if built else program.file,
        built.line if built else None,
        message,
        path=path,
    )
    if place is not None:
        found.update(
            column=place["column"], end_line=place["end_line"], end_column=place["end_column"], constructor=place
        )
    return found


def _size(module: Module) -> int:
    return sum(p.numel() for _, p in named_members(module, "_parameters") if isinstance(p, Parameter))


def _used_parameters(program: Program) -> set[int]:
    """Return the parameters that operations were given, wherever they stood."""
    return {
        id(t)
        for call in program.record.calls
        if call.kind == "op"
        for t in tensors(call.arguments)
        if isinstance(t, Parameter)
    }


def _shared_parameters(root: Module) -> set[int]:
    """Return parameters that more than one module holds."""
    seen: set[int] = set()
    shared = set()
    for _, module in named_modules(root):
        for p in table_of(module, "_parameters").values():
            if p is not None and id(p) in seen:
                shared.add(id(p))
            seen.add(id(p))
    return shared


class Mentions:
    """Where a file names attributes: `self.x` in the methods of a class other than its constructor, `a.x` anywhere."""

    def __init__(self, tree: Any) -> None:
        self.of_class: dict[str, set[str]] = {}
        self.anywhere: set[str] = set()
        self.reflecting: set[str] = set()
        self._walk(tree)

    def may_use(self, parent: Module, name: str) -> bool:
        """Return whether code that may not have run could use the attribute of a module."""
        if name in self.anywhere:
            return True
        for cls in type(parent).__mro__:
            if cls.__module__ == "__main__" and (
                cls.__name__ in self.reflecting or name in self.of_class.get(cls.__name__, ())
            ):
                return True
        heirs: list[type] = type(parent).__subclasses__()
        return any(name in self.of_class.get(heir.__name__, ()) for heir in heirs)

    def _walk(self, tree: Any) -> None:
        waiting: list[tuple[Any, str | None, bool]] = [(tree, None, False)]
        for node, cls, constructing in waiting:
            cls, constructing = self._note(node, cls, constructing)
            waiting += [(part, cls, constructing) for part in parts(node)]

    def _note(self, node: Any, cls: str | None, constructing: bool) -> tuple[str | None, bool]:
        """Keeps what a node names; the class that holds what is below it, and whether that is its constructor."""
        kind = type(node)
        if kind is ast.ClassDef:
            cls, constructing = node.name, False
            self.of_class.setdefault(node.name, set())
        elif kind is ast.FunctionDef and cls is not None:
            constructing = constructing or node.name == "__init__"
        elif kind is ast.Attribute:
            own = type(node.value) is ast.Name and node.value.id == "self"
            if not own or cls is None:
                self.anywhere.add(node.attr)
            elif not constructing:
                self.of_class[cls].add(node.attr)
            if cls is not None and node.attr in _WALKS and not constructing:
                self.reflecting.add(cls)
        elif kind is ast.Constant and type(node.value) is str and not constructing:
            self.anywhere.add(node.value)
        elif kind is ast.Name and node.id in _REFLECTION and cls is not None:
            self.reflecting.add(cls)
        return cls, constructing


RULE = looked_for(
    "unused-layer",
    WARNING,
    "a layer is built and never used",
    find=find,
    fixes=None,
    lacks={"fixes": "whether the layer was to be called or to be deleted is not known"},
)
