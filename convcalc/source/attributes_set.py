"""Whether the files of a run set an attribute of some name, by their syntax: then nobody says that an object lacks it."""

from __future__ import annotations

import _ast as ast

from .scene import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_set_somewhere(trees: list[Any], name: str, of_wrapper: bool) -> bool:
    """Whether a file of the run sets an attribute of that name, or sets attributes whose names nobody can read in it.

    A wrapper of PyTorch's own (`of_wrapper`) is no object of the file's classes, whose methods set theirs on `self`.
    """
    for tree in trees:
        if tree is None:
            return True
        of_others = _set_on_self(tree) if of_wrapper else ()
        for node in nodes(tree):
            kind = type(node)
            if kind is ast.Attribute:
                if node.attr == "__dict__":
                    return True
                if node.attr == name and type(node.ctx) is not ast.Load and id(node) not in of_others:
                    return True
            elif kind is ast.Call:
                called = node.func.id if type(node.func) is ast.Name else getattr(node.func, "attr", "")
                if called in ("setattr", "vars", "__setattr__") or called.startswith(("register_", "add_module")):
                    texts = [a.value for a in node.args if type(a) is ast.Constant and type(a.value) is str]
                    if not texts or name in texts:
                        return True
            elif kind is ast.Constant and node.value == name and type(node.value) is str:
                return True
    return False


def _set_on_self(tree: Any) -> set[int]:
    """The attributes that methods of a file's classes set on their first argument, by id."""
    found = set()
    for kind in nodes(tree):
        for method in kind.body if type(kind) is ast.ClassDef else ():
            if type(method) is not ast.FunctionDef or method.decorator_list or not method.args.args:
                continue
            own = method.args.args[0].arg
            if not any(type(n) is ast.Name and n.id == own and type(n.ctx) is not ast.Load for n in nodes(method)):
                found |= {
                    id(node)
                    for node in nodes(method)
                    if type(node) is ast.Attribute and type(node.value) is ast.Name and node.value.id == own
                }
    return found
