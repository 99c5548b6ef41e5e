"""How many parts a batch of a data loader has, told by the data set alone: what a loop unpacks into another number of names fails in every run.

Whatever the numbers in the data are, an item of `TensorDataset(a, b)` is a tuple of two, and so is one of a class all of whose `return`s in
`__getitem__` are written as tuples of two; PyTorch's own `collate_fn` keeps that number. Every statement that binds a name on
the way must say the same. None stands for a number that is not certain.
"""

from __future__ import annotations

import _ast as ast
from types import FunctionType

from convcalc.standin.composed_sets import ConcatDataset, Subset, random_split
from convcalc.standin.data import DataLoader
from convcalc.standin.data_sets import Dataset, IterableDataset, TensorDataset

from .evidence import Evidence
from .scene import FUNCTIONS, Scene, attribute, nodes
from .syntax import function_at, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_COLLATES = 6  # `collate_fn` is the argument of that number of a loader's
_OWN_WAYS = ("__getitems__", "__getattr__", "__getattribute__", "__iter__", "__new__", "__class_getitem__")


def does_not_fit(scene: Scene, is_own: Callable[[type], bool], tree_of: Callable[[str], Any]) -> bool:
    """Whether what a `for`, a comprehension or an assignment unpacks never has as many parts as there are names."""
    found = _Parts(scene, is_own, tree_of)
    last: Any = scene.path[-1]
    for target in nodes(last) if isinstance(last, ast.expr) else _targets(last):
        if type(target) in (ast.Tuple, ast.List) and type(target.ctx) is ast.Store:
            count = found.of_target(target)
            if count is not None and not _takes(target, count):
                return True
    return False


def has_parts(node: Any, scene: Scene, is_own: Callable[[type], bool], tree_of: Callable[[str], Any]) -> bool:
    """Whether an expression is a batch of a data loader that has several parts."""
    return type(node) is ast.Name and _Parts(scene, is_own, tree_of)._of_value(node) is not None


def _targets(statement: Any) -> list[Any]:
    """The targets of a statement, where a Python keeps no columns that say which of them failed."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [node for target in targets if target is not None for node in nodes(target)]


def _takes(target: Any, count: int) -> bool:
    names = len(target.elts)
    is_open = any(type(part) is ast.Starred for part in target.elts)
    return count >= names - 1 if is_open else count == names


class _Parts:
    """The numbers of parts that can be told in one frame."""

    def __init__(self, scene: Scene, is_own: Callable[[type], bool], tree_of: Callable[[str], Any]) -> None:
        self.scene = scene
        self.is_own = is_own
        self.tree_of = tree_of
        self.evidence = Evidence(scene, is_own)
        self.open: set[tuple[str, int]] = set()

    def of_target(self, target: Any) -> int | None:
        """Of the value that is unpacked into a target."""
        above: Any = self.evidence.above[id(target)]
        kind = type(above)
        if kind in (ast.For, ast.comprehension) and above.target is target:
            return self._of_items(above.iter)
        if kind is ast.Assign and any(target is t for t in above.targets):
            return self._of_value(above.value)
        if kind is not ast.Tuple or any(type(part) is ast.Starred for part in above.elts):
            return None
        loop: Any = self.evidence.above[id(above)]
        if type(loop) not in (ast.For, ast.comprehension) or loop.target is not above:
            return None
        return self._of_numbered(loop.iter, next(at for at, part in enumerate(above.elts) if part is target))

    def _of_numbered(self, node: Any, at: int) -> int | None:
        """Of the part at a place of each item of `enumerate(loader)` or `zip(a, b)`."""
        if type(node) is not ast.Call or type(node.func) is not ast.Name or self.evidence._scope_of(node.func):
            return self._of_numbered(node.args[0], at) if self._shows_progress(node) else None
        if node.func.id == "enumerate" and at == 1 and node.args:
            return self._of_items(node.args[0])
        if node.func.id == "zip" and at < len(node.args) and not _spreads(node):
            return self._of_items(node.args[at])
        return None

    def _shows_progress(self, node: Any) -> bool:
        """Whether it is a progress bar around something, which gives what that gives."""
        if type(node) is not ast.Call or not node.args:
            return False
        return bool(getattr(self.scene.looked_up(node.func), "passes_through", False))

    def _of_value(self, node: Any) -> int | None:
        """Of one value: a batch under a name, or the next one of an iterator that is made there."""
        if type(node) is ast.Name:
            return self._of_name(node, "value", self._of_batch)
        if type(node) is not ast.Call or type(node.func) is not ast.Name or len(node.args) != 1:
            return None
        inner = node.args[0]
        if node.func.id != "next" or self.evidence._scope_of(node.func) is not None:
            return None
        return self._of_items(inner) if type(inner) is ast.Call else self._of_name(inner, "iterator", self._of_iterator)

    def _of_batch(self, site: Any) -> int | None:
        """Of what a `for` binds to a name, or a statement."""
        above: Any = self.evidence.above[id(site)]
        if type(above) in (ast.For, ast.comprehension) and above.target is site:
            return self._of_items(above.iter)
        if type(above) is ast.Assign and len(above.targets) == 1 and above.targets[0] is site:
            return self._of_value(above.value)
        if type(above) is ast.Tuple and type(self.evidence.above[id(above)]) in (ast.For, ast.comprehension):
            loop = self.evidence.above[id(above)]
            if loop.target is above and not any(type(part) is ast.Starred for part in above.elts):
                return self._of_numbered(loop.iter, next(at for at, part in enumerate(above.elts) if part is site))
        return None

    def _of_iterator(self, site: Any) -> int | None:
        value = self._bound(site)
        return self._of_items(value) if type(value) is ast.Call else None

    def _of_items(self, node: Any) -> int | None:
        """Of each item of something that is gone through."""
        if type(node) is ast.Name:
            return self._of_name(node, "loader", lambda site: self._of_items(self._bound(site)))
        if type(node) is not ast.Call:
            return None
        if type(node.func) is ast.Name and node.func.id == "iter" and len(node.args) == 1:
            return self._of_items(node.args[0]) if self.evidence._scope_of(node.func) is None else None
        if self._shows_progress(node):
            return self._of_items(node.args[0])
        if self.scene.looked_up(node.func) is not DataLoader or _spreads(node) or len(node.args) > _COLLATES:
            return None
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        data = node.args[0] if node.args else given.get("dataset")
        return None if data is None or "collate_fn" in given else self._of_set(data)

    def _of_set(self, node: Any) -> int | None:
        """Of each item of a data set."""
        if type(node) is ast.Name:
            return self._of_name(node, "set", self._of_set_bound)
        if type(node) is ast.Subscript:
            return self._of_split(node.value)
        if type(node) is not ast.Call:
            return None
        kind = self.scene.looked_up(node.func)
        if kind is TensorDataset:
            return None if _spreads(node) else len(node.args)
        if kind is Subset:
            return self._of_set(node.args[0]) if node.args and not _spreads(node) else None
        listed: Any = node.args[0] if node.args else None
        if kind is ConcatDataset and len(node.args) == 1 and type(listed) in (ast.List, ast.Tuple):
            return _one([self._of_set(part) for part in listed.elts])
        return self._of_class(kind) if isinstance(kind, type) and self.is_own(kind) else None

    def _of_set_bound(self, site: Any) -> int | None:
        above: Any = self.evidence.above[id(site)]
        if type(above) in (ast.Tuple, ast.List):
            statement = self.evidence.above[id(above)]
            is_all = type(statement) is ast.Assign and any(above is t for t in statement.targets)
            return self._of_split(statement.value) if is_all and type(site) is ast.Name else None
        value = self._bound(site)
        return None if value is None else self._of_set(value)

    def _of_split(self, node: Any) -> int | None:
        if type(node) is not ast.Call or self.scene.looked_up(node.func) is not random_split or not node.args:
            return None
        return None if _spreads(node) else self._of_set(node.args[0])

    def _of_class(self, kind: type) -> int | None:
        """Of an item of a data set of the file's own: all its `return`s are written as tuples of one length."""
        if not issubclass(kind, Dataset) or issubclass(kind, IterableDataset):
            return None
        bases = kind.__mro__[: kind.__mro__.index(Dataset)]
        if not all(map(self.is_own, bases)) or any(name in vars(base) for base in bases for name in _OWN_WAYS):
            return None
        function = attribute(kind, "__getitem__")
        if type(function) is not FunctionType:
            return None
        code = function.__code__
        tree = self.tree_of(code.co_filename)
        definition = None if tree is None else function_at(tree, code.co_name, code.co_firstlineno)
        if type(definition) is not ast.FunctionDef or definition.decorator_list:
            return None
        return _one([_length(value) for value in _returned(definition)])

    # names

    def _bound(self, site: Any) -> Any:
        """The expression that a statement gives to a name; None where it is no plain one."""
        statement = self.evidence.above[id(site)]
        if type(statement) is ast.Assign and any(target is site for target in statement.targets):
            return statement.value
        return statement.value if type(statement) is ast.AnnAssign and statement.target is site else None

    def _of_name(self, node: Any, role: str, of_site: Callable[[Any], int | None]) -> int | None:
        """What all statements that bind a name say; of an argument, what the caller passes."""
        if type(node) is not ast.Name:
            return None
        scope = self.evidence._scope_of(node)
        here = scope is not None and (scope in self.evidence.scopes[:1] or type(scope) is ast.Module)
        if not here or (key := (f"{role} {node.id}", id(scope))) in self.open:
            return None
        if any(type(n) in (ast.Global, ast.Nonlocal) and node.id in n.names for n in nodes(self.scene.tree)):
            return None
        self.open.add(key)
        sites = self.evidence._sites(scope, node.id)
        found = [self._of_argument(site, scope, role) if type(site) is ast.arg else of_site(site) for site in sites]
        self.open.discard(key)
        return _one(found)

    def _of_argument(self, site: Any, scope: Any, role: str) -> int | None:
        caller = self.scene.caller
        if caller is None or type(caller.node) is not ast.Call or type(scope) is ast.Lambda or _spreads(caller.node):
            return None
        names = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args)]
        given = {keyword.arg: keyword.value for keyword in caller.node.keywords}
        if site.arg in names:
            at = names.index(site.arg) - (type(self.evidence.above[id(scope)]) is ast.ClassDef)
            if 0 <= at < len(caller.node.args):
                given[site.arg] = caller.node.args[at]
        value = given.get(site.arg)
        if value is None:
            return None
        there = _Parts(caller, self.is_own, self.tree_of)
        return {"value": there._of_value, "loader": there._of_items, "set": there._of_set}.get(role, _nothing)(value)


def _nothing(node: Any) -> None:
    return None


def _spreads(call: Any) -> bool:
    return any(type(a) is ast.Starred for a in call.args) or any(keyword.arg is None for keyword in call.keywords)


def _one(counts: list[int | None]) -> int | None:
    """The number that all say; None where one does not know, or they differ."""
    return counts[0] if counts and len(set(counts)) == 1 else None


def _returned(function: Any) -> list[Any]:
    """What a function returns, statement by statement; None for one that gives item after item."""
    found, waiting = [], list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if type(node) in (ast.Yield, ast.YieldFrom):
            return [None]
        if type(node) is ast.Return:
            found.append(node.value)
        waiting += parts(node)
    return found


def _length(node: Any) -> int | None:
    if type(node) is not ast.Tuple or any(type(part) is ast.Starred for part in node.elts):
        return None
    return len(node.elts)
