"""Whether what a failing expression rests on is all there: computed by the file itself, the same in every run of it.

A value can be known and yet be another one in a real run: a list that a loop over the data fills, a setting that was chosen by
something unknown, a time that stands still. So a value counts only where the whole way to it is read: every statement that
binds its name, or may change what it holds, works on constants and on other such values by Python's own functions and by
operations on shapes, under conditions of the same kind. Whatever else stands on the way, it does not count.
"""

from __future__ import annotations

import _ast as ast
from types import FunctionType, ModuleType

from convcalc.nn.module import Module, is_layer
from convcalc.standin.optim import Optimizer
from convcalc.standin.serialization import load, save
from convcalc.tensor import Tensor

from .plain import (
    CONTAINERS,
    KEEPING,
    METHODS,
    MODULE_METHODS,
    MODULES,
    PLAIN,
    PURE,
    TENSOR_ATTRIBUTES,
    has_own_ways,
    is_fixed,
    is_flat,
)
from .scene import COMPREHENSIONS, FUNCTIONS, MISSING, SCOPES, attribute, nodes, part_unknown
from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .scene import Scene

_THROUGH = (
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.Subscript, ast.Slice, ast.JoinedStr, ast.FormattedValue, ast.keyword,
)  # fmt: skip
_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


class Evidence:
    """What may be relied on in one frame of the user's code; `is_own` tells classes of the run's own files."""

    def __init__(self, scene: Scene, is_own: Callable[[type], bool], keys_only: bool = False) -> None:
        self.scene = scene
        self.is_own = is_own
        self.keys_only = keys_only  # of dicts: what is kept under a key does not count
        self.above: dict[int, Any] = {id(part): node for node in nodes(scene.tree) for part in parts(node)}
        self.open: set[tuple[int, str]] = set()
        self.scopes = [node for node in reversed(scene.path) if isinstance(node, SCOPES)]
        self.last = None if self._repeats() else scene.statement.end_lineno  # what stands after it has not run

    def _repeats(self) -> bool:
        """Whether the failing statement may have run before, so that later ones may have run too."""
        return any(
            isinstance(node, (*FUNCTIONS, ast.For, ast.While, ast.AsyncFor, ast.ClassDef)) for node in self.scene.path
        )

    def holds(self, node: Any) -> bool:
        """Whether an expression is the same in every run, as far as the way to it can be read."""
        kind = type(node)
        if kind is ast.Constant:
            return True
        if kind is ast.Name:
            return self._name(node)
        if kind is ast.Attribute:
            return self._attribute(node)
        if kind is ast.Call:
            return self._call(node)
        if kind is ast.Assert:
            return self.holds(node.test)
        if kind in _THROUGH:
            return all(self.holds(part) for part in parts(node) if not isinstance(part, _MARKS))
        if kind in COMPREHENSIONS:
            inside = [node.key, node.value] if kind is ast.DictComp else [node.elt]
            return all(self.holds(g.iter) and all(map(self.holds, g.ifs)) for g in node.generators) and all(
                map(self.holds, inside)
            )
        return kind is ast.Lambda and self.holds(node.body)

    # names

    def _name(self, node: Any) -> bool:
        name = node.id
        scope = self._scope_of(node)
        if scope is None:  # a builtin
            return name in PURE or name == "__name__"
        if isinstance(scope, (*COMPREHENSIONS, ast.Lambda)) and scope not in self.scopes:
            return True  # what it runs over is looked at where it stands
        value = self.scene.value(name)
        if value is MISSING or not self._is_known(value):
            return False
        if scope not in self.scopes[:1] and not isinstance(scope, ast.Module):
            return False  # of a function around this one
        key = (id(scope), name)
        if key in self.open:
            return True
        self.open.add(key)
        if any(type(n) in (ast.Global, ast.Nonlocal) and name in n.names for n in nodes(self.scene.tree)):
            return False
        return all(self._binds(site, scope, name) for site in self._sites(scope, name)) and (
            is_fixed(value) or all(self._is_harmless(m, self.keys_only or is_flat(value)) for m in self._mentions(name))
        )

    def _scope_of(self, node: Any) -> Any:
        """Where a name that is read at a place is bound; None for a builtin."""
        above = node
        first = True
        while above is not None:
            above = self.above.get(id(above))
            if isinstance(above, SCOPES) and (first or type(above) is not ast.ClassDef):
                if self._sites(above, node.id):
                    return above
                first = first and isinstance(above, COMPREHENSIONS)
        return None

    def _sites(self, scope: Any, name: str) -> list[Any]:
        """The statements and arguments of a scope that bind a name, up to what failed."""
        if isinstance(scope, COMPREHENSIONS):
            return [g for g in scope.generators if name in _stored(g.target)]
        found: list[Any] = []
        if isinstance(scope, FUNCTIONS):
            found += [a for a in _arguments(scope.args) if a.arg == name]
        waiting = _inside(scope)
        while waiting:
            node = waiting.pop()
            kind = type(node)
            if self._is_later(node):
                continue
            if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
                if node.name == name:
                    found.append(node)
                continue
            if kind is ast.alias:
                bound = node.asname or node.name.partition(".")[0]
                if bound == name or bound == "*":
                    found.append(node)
            elif kind is ast.Name and node.id == name and type(node.ctx) is not ast.Load:
                found.append(node)
            elif kind is ast.ExceptHandler and node.name == name:
                found.append(node)
            elif kind.__name__ in ("MatchAs", "MatchStar", "MatchMapping") and name in (
                getattr(node, "name", None), getattr(node, "rest", None),
            ):  # fmt: skip
                found.append(node)
            if not isinstance(node, (*FUNCTIONS, *COMPREHENSIONS)):
                waiting += parts(node)
        return found

    def _is_later(self, node: Any) -> bool:
        return self.last is not None and getattr(node, "lineno", 0) > self.last

    def _binds(self, site: Any, scope: Any, name: str) -> bool:
        """Whether what binds a name can be relied on."""
        kind = type(site)
        if kind is ast.comprehension:
            return self.holds(site.iter)
        if kind is ast.arg:
            return self._argument(site, scope)
        if kind in (ast.alias, ast.FunctionDef, ast.ClassDef):
            known = callable(self.scene.value(name)) or isinstance(self.scene.value(name), ModuleType)
            return known and len(self._sites(scope, name)) == 1 and not getattr(site, "decorator_list", None)
        if kind is not ast.Name:
            return False
        statement = self._statement_of(site)
        if any(type(n) in (ast.NamedExpr, *COMPREHENSIONS) and site in nodes(n) for n in nodes(statement)):
            return False
        kind = type(statement)
        if kind in (ast.For, ast.AsyncFor):
            return self._runs(statement) and self._context(statement, scope)
        if kind not in (ast.Assign, ast.AugAssign, ast.AnnAssign) or statement.value is None:
            return False
        return self.holds(statement.value) and self._context(statement, scope)

    def _context(self, statement: Any, scope: Any) -> bool:
        """Whether it can be relied on that a statement runs, and how often."""
        node = self.above.get(id(statement))
        while node is not None and node is not scope:
            if type(node) is ast.If:
                if not self.holds(node.test):
                    return False
            elif type(node) is ast.For:
                if not self._runs(node):
                    return False
            elif not isinstance(node, ast.Module):
                return False
            node = self.above.get(id(node))
        return True

    def _runs(self, loop: Any) -> bool:
        """Whether a loop makes all of its turns: it calls no model, over what is known, and leaves under known conditions only."""
        calls = [node for node in nodes(loop) if type(node) is ast.Call]
        return self.holds(loop.iter) and all(map(self._is_plain_function, calls)) and self._is_straight(loop.body)

    def _is_straight(self, statements: list[Any]) -> bool:
        for statement in statements:
            kind = type(statement)
            if kind is ast.If:
                if not (self.holds(statement.test) and self._is_straight([*statement.body, *statement.orelse])):
                    return False
            elif kind is ast.For:
                if not self._runs(statement):
                    return False
            elif kind not in (
                ast.Assign,
                ast.AugAssign,
                ast.AnnAssign,
                ast.Expr,
                ast.Pass,
                ast.Break,
                ast.Continue,
                ast.Delete,
            ):
                return False
        return True

    def _argument(self, site: Any, scope: Any) -> bool:
        """An argument of the function that failed: what its caller passed, or a constant by default."""
        caller, arguments = self.scene.caller, scope.args
        if type(scope) is ast.Lambda or scope not in self.scopes[:1]:
            return False
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        if caller is None or type(caller.node) is not ast.Call or any(
            type(a) is ast.Starred for a in caller.node.args
        ) or any(k.arg is None for k in caller.node.keywords):  # fmt: skip
            return False
        evidence = Evidence(caller, self.is_own)
        for keyword in caller.node.keywords:
            if keyword.arg == site.arg:
                return evidence.holds(keyword.value)
        if site.arg not in names:
            return False
        is_method = isinstance(self.above.get(id(scope)), ast.ClassDef)
        at = names.index(site.arg) - is_method
        if at < 0:
            return True  # self, of which only the class counts
        if at < len(caller.node.args):
            return evidence.holds(caller.node.args[at])
        default = names.index(site.arg) - len(names) + len(arguments.defaults)
        return default >= 0 and type(arguments.defaults[default]) is ast.Constant

    def _is_known(self, value: Any) -> bool:
        if part_unknown(list(dict.keys(value)) if self.keys_only and isinstance(value, dict) else value) is not None:
            return False
        if isinstance(value, Tensor):
            return part_unknown(tuple(value.shape)) is None
        if isinstance(value, (tuple, *CONTAINERS)):
            return type(value).__module__ in ("builtins", "collections", "convcalc.tensor.size")
        if isinstance(value, (*PLAIN, Module, ModuleType, type, FunctionType)) or self.is_own(type(value)):
            return not any(map(has_own_ways, type(value).__mro__))
        return type(value).__module__.startswith("torch.optim")

    # changes of what a name holds

    def _mentions(self, name: str) -> list[Any]:
        """The uses of a name, but for what failed itself and what had not run before."""
        failed = set() if self.last is None else {id(node) for node in nodes(self.scene.node)}
        return [
            node
            for node in nodes(self.scene.tree)
            if type(node) is ast.Name and node.id == name and type(node.ctx) is ast.Load
            and id(node) not in failed and not self._is_later(node)
        ]  # fmt: skip

    def _is_harmless(self, mention: Any, flat: bool) -> bool:
        """Whether a use of a container leaves it as it is, or changes it in a way that can be relied on.

        What a `flat` one holds cannot be changed; of any other, a part that is handed on could be.
        """
        above: Any = self.above[id(mention)]
        kind = type(above)
        if kind is ast.Subscript and above.value is mention:
            if type(above.ctx) is not ast.Load:
                return self._changes(above, above.slice)
            return flat or self._is_harmless(above, flat)
        if kind is ast.Attribute:
            call, method = self.above[id(above)], above.attr
            if type(call) is not ast.Call or call.func is not above or method not in (METHODS if flat else KEEPING):
                return False
            return self._changes(call, *call.args)
        if kind is ast.Call and type(above.func) is ast.Name and above.func.id in ("len", "print", "str", "repr"):
            return True
        if kind in (ast.Compare, ast.FormattedValue, ast.Expr, ast.UnaryOp, ast.If, ast.While, ast.Assert):
            return True
        if kind is ast.Call and self.scene.looked_up(above.func) is save:
            return True
        if kind is ast.Call and type(above.func) is ast.Attribute and above.func.attr == "load_state_dict":
            return isinstance(self.scene.looked_up(above.func.value), (Module, Optimizer))
        if not flat:
            return False
        if (kind is ast.keyword and above.arg is None) or (kind is ast.Dict and mention in above.values):
            return self._is_spread(mention, above)
        if kind is ast.Starred:
            above = self.above[id(above)]
            kind = type(above)
        return kind in (ast.BinOp, ast.AugAssign, ast.comprehension, ast.For) or (
            kind is ast.Call and self._is_plain_function(above)
        )

    @staticmethod
    def _is_spread(mention: Any, above: Any) -> bool:
        """Whether a dict is copied by `**`: in a call, or into another dict."""
        return type(above) is ast.keyword or above.keys[above.values.index(mention)] is None

    def _statement_of(self, node: Any) -> Any:
        return node if isinstance(node, ast.stmt) else self._statement_of(self.above[id(node)])

    def _changes(self, node: Any, *arguments: Any) -> bool:
        statement = self._statement_of(node)
        if self._is_put_off(node, statement):
            return False
        scope = statement
        while not isinstance(scope, (*FUNCTIONS, ast.Module, ast.ClassDef)):
            scope = self.above[id(scope)]
        if scope not in self.scopes:
            return False
        if type(statement) in (ast.Assign, ast.AugAssign, ast.AnnAssign):
            arguments = (*arguments, statement.value)
        return all(map(self.holds, arguments)) and self._context(statement, scope)

    def _is_put_off(self, node: Any, statement: Any) -> bool:
        """Whether it stands in a lambda or a generator, which runs when somebody calls for it, if anybody does."""
        while node is not statement:
            if type(node) in (ast.Lambda, ast.GeneratorExp):
                return True
            node = self.above[id(node)]
        return False

    # attributes and calls

    def _attribute(self, node: Any) -> bool:
        holder = self.scene.looked_up(node.value)
        if isinstance(holder, ModuleType):
            return holder.__name__ in MODULES
        if isinstance(holder, Module) and type(holder).__module__.startswith("convcalc.nn."):
            found = attribute(holder, node.attr)
            return isinstance(found, (*PLAIN, tuple, Module)) and part_unknown(found) is None and self.holds(node.value)
        if isinstance(holder, Module):
            return isinstance(attribute(holder, node.attr), Module) and self.holds(node.value)
        return (
            node.attr in TENSOR_ATTRIBUTES
            and (holder is MISSING or isinstance(holder, Tensor))
            and self.holds(node.value)
        )

    def _call(self, node: Any) -> bool:
        arguments = [*node.args, *node.keywords]
        function = self.scene.looked_up(node.func)
        if isinstance(function, type) and self.is_own(function):
            return type(node.func) is ast.Name and self._name(node.func)
        if isinstance(function, FunctionType) and type(node.func) is ast.Name and self._answers_nothing(node.func.id):
            return self._name(node.func)
        if not self._is_plain_function(node) and not is_layer(function):
            return False
        if type(node.func) is ast.Attribute and not isinstance(self.scene.looked_up(node.func.value), ModuleType):
            arguments.append(node.func.value)
        return all(map(self.holds, arguments))

    def _is_plain_function(self, call: Any) -> bool:
        """Whether a call is one of Python's own functions or methods, of an operation, or builds one of PyTorch's layers."""
        function = call.func
        found = self.scene.looked_up(function)
        if type(function) is ast.Name and function.id in PURE:
            return self._scope_of(function) is None
        if hasattr(found, "operation"):
            return True
        if getattr(found, "__module__", None) == "math":
            return True
        if found is load:
            return self._are_saved_plainly()
        if isinstance(found, type) and found.__module__.startswith(("convcalc.nn.", "torch.optim")):
            return True
        if type(function) is not ast.Attribute or function.attr not in METHODS | MODULE_METHODS:
            return False
        holder = self.scene.looked_up(function.value)
        if function.attr in MODULE_METHODS and isinstance(found, FunctionType):
            return found.__module__ in ("convcalc.nn.module", "convcalc.standin.optim", "convcalc.standin.schedules")
        return holder is MISSING or isinstance(holder, (Tensor, tuple, *PLAIN, *CONTAINERS))

    def _answers_nothing(self, name: str) -> bool:
        """Whether a function of the file returns nothing, whatever it does: its `return` was forgotten."""
        for node in nodes(self.scene.tree):
            if type(node) is ast.FunctionDef and node.name == name:
                inside = [part for s in node.body for part in nodes(s)]
                return not any(
                    isinstance(part, (*FUNCTIONS, ast.Yield, ast.YieldFrom, ast.ClassDef)) or (type(part) is ast.Return and part.value)
                    for part in inside
                )  # fmt: skip
        return False

    def _are_saved_plainly(self) -> bool:
        """Whether all that the file saves has keys that can be read: dicts as they are written, or states of modules."""
        for call in nodes(self.scene.tree):
            if type(call) is ast.Call and call.args and self.scene.looked_up(call.func) is save:
                saved = call.args[0]
                if getattr(getattr(saved, "func", None), "attr", "") != "state_dict" and not self._has_plain_keys(
                    saved
                ):
                    return False
        return True

    def _has_plain_keys(self, saved: Any) -> bool:
        """Whether the keys of what is saved can be read: written there, spread of keywords that all callers write, or relied on as they are."""
        if type(saved) is ast.Dict and all(
            type(key) is ast.Constant or (key is None and self._are_written_by_callers(value))
            for key, value in zip(saved.keys, saved.values)
        ):
            return True
        node = saved
        while not isinstance(node, SCOPES):
            node = self.above[id(node)]
        return isinstance(node, ast.Module) and self.scopes[-1:] == [node] and self.holds(saved)

    def _are_written_by_callers(self, node: Any) -> bool:
        """Whether a name is the `**keywords` of a function of which the file does nothing but call it, with each keyword by its name."""
        function = self.above[id(node)]
        while not isinstance(function, (*FUNCTIONS, ast.Module)):
            function = self.above[id(function)]
        if (
            type(function) is not ast.FunctionDef
            or type(node) is not ast.Name
            or type(self.above[id(function)]) is not ast.Module
        ):
            return False
        spread = function.args.kwarg
        if spread is None or spread.arg != node.id or function.decorator_list:
            return False
        if any(type(n) is ast.Name and n.id == node.id and n is not node for n in nodes(function)):
            return False
        called = [n for n in nodes(self.scene.tree) if type(n) is ast.Name and n.id == function.name]
        calls = [self.above[id(n)] for n in called]
        return all(
            type(call) is ast.Call and call.func is n and all(keyword.arg is not None for keyword in call.keywords)
            for call, n in zip(calls, called)
        )


def _inside(scope: Any) -> list[Any]:
    """The nodes right below a scope: of a function, those of its body."""
    if not isinstance(scope, FUNCTIONS):
        return parts(scope)
    body: Any = scope.body
    return list(body) if type(body) is list else []


def _stored(target: Any) -> set[str]:
    return {node.id for node in nodes(target) if type(node) is ast.Name}


def _arguments(arguments: Any) -> list[Any]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return plain + [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
