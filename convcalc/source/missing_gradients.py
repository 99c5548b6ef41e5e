"""Whether `.grad` is None for certain, so that what is done with it fails in every run.

Of a tensor that was computed of others `backward` fills no `.grad`: after `w = w - 0.1 * w.grad` there is none, under `no_grad` neither. A leaf has none before the
first `backward`, where nothing that is not seen here can have called one.
"""

from __future__ import annotations

import _ast as ast
import sys

from convcalc.standin.facade import Facade
from convcalc.tensor import Tensor

from .scene import MISSING, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .program import Program
    from .scene import Scene

_KNOWN_PACKAGES = frozenset("torch torchvision numpy matplotlib".split())


def fails_for_lack(program: Program, error: BaseException, scene: Scene, trees: list[Any]) -> bool:
    """Whether what failed asks None, as which a `.grad` is certain, for an attribute, an item or a sum."""
    if "NoneType" not in str(error):
        return False
    asked = [_operands(node) for node in nodes(scene.node)]
    lacking = [node for found in asked for node in found if type(node) is ast.Attribute and node.attr == "grad"]
    return bool(lacking) and all(_is_none(program, scene.looked_up(node.value), scene, trees) for node in lacking)


def _operands(node: Any) -> list[Any]:
    """What an expression does something with that None does not allow."""
    kind = type(node)
    if kind in (ast.Attribute, ast.Subscript):
        return [node.value]
    if kind is ast.BinOp:
        return [node.left, node.right]
    if kind is ast.AugAssign:
        return [node.value]
    return [node.operand] if kind is ast.UnaryOp and type(node.op) is not ast.Not else []


def _is_none(program: Program, holder: Any, scene: Scene, trees: list[Any]) -> bool:
    if not isinstance(holder, Tensor) or "grad" in holder.__dict__ or any(map(_keeps_gradients, trees)):
        return False
    is_leaf = holder.is_leaf
    if is_leaf is False or _never_needed_one(program, holder):
        return True
    return is_leaf is True and not Tensor.has_backward_run and _has_no_backward_run(program, scene, trees)


def _never_needed_one(program: Program, holder: Tensor) -> bool:
    """Whether a tensor was computed where no gradients are recorded (`w = w - 0.1 * w.grad` under `no_grad`), and was never told to need one."""
    made = holder.origin is not None and holder.requires_grad is False
    return made and not any(tensor is holder for _, tensor, _, _ in program.record.flags)


def _keeps_gradients(tree: Any) -> bool:
    """Whether a file has computed tensors keep their gradients, or sets gradients by a name that is worked out."""
    for node in nodes(tree):
        name = node.attr if type(node) is ast.Attribute else node.id if type(node) is ast.Name else ""
        if name in ("retain_grad", "setattr", "exec", "eval"):
            return True
    return False


def _has_no_backward_run(program: Program, scene: Scene, trees: list[Any]) -> bool:
    """Whether all that may call `backward` is seen: no library, no statement skipped, nothing but tensors of this frame."""
    if program.missing or any(note.kind == "passed-over" for note in program.record.notes):
        return False
    here = {id(node) for node in nodes(scene.scope)}
    for tree in trees:
        for node in nodes(tree):
            kind = type(node)
            if kind in (ast.Import, ast.ImportFrom):
                named = [a.name for a in node.names] if kind is ast.Import else [node.module or ""]
                if any(not _is_known_package(program, name.partition(".")[0]) for name in named):
                    return False
                if kind is ast.ImportFrom and any("backward" in a.name for a in node.names):
                    return False
            elif (kind is ast.Attribute and "backward" in node.attr) or (kind is ast.Name and "backward" in node.id):
                if kind is ast.Name or node.attr != "backward" or id(node) not in here:
                    return False
                holder = scene.looked_up(node.value)
                if isinstance(holder, Facade) or not (holder is MISSING or isinstance(holder, Tensor)):
                    return False
    return True


def _is_known_package(program: Program, name: str) -> bool:
    return name in _KNOWN_PACKAGES or name in sys.stdlib_module_names or program.is_own_module(name)
