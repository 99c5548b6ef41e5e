"""Prepares a file's syntax tree so that a whole training script can be run on shapes.

Four changes, none of which alters what a model computes:

- a statement that fails for want of data is passed over: at the top level of a script whatever goes wrong outside a
  model, inside a function only what failed because a value is unknown; the names that it would have bound become unknown;
- loops ask after each turn whether it brought anything new (epochs do not);
- `assert` takes an unknown condition as true, `int(x)` and its like keep an unknown unknown;
- names that lead into Python's internals become a refusal, raised where they are reached.
"""

from __future__ import annotations

import _ast as ast

from .guard import is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The names under which the run's own functions are known to the instrumented code; no user can spell them.
FAILED, LOOP, TURN, AGAIN, ASSUME = "$failed", "$loop", "$turn", "$again", "$assume"
REFUSE, CONVERT, NEED, DATALESS, ANY, BUILD = "$refuse", "$convert", "$need", "$dataless", "$any", "$build"

_LOAD, _STORE = ast.Load(), ast.Store()
_CONTEXTS = (ast.Load, ast.Store, ast.Del)
_PLAIN = (ast.Constant, ast.Name)  # nothing is below them
_AND = ast.And()
_SIMPLE = (
    ast.Expr,
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Delete,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
    ast.Return,
)
_COMPOUND = (ast.For, ast.While, ast.With, ast.If, ast.Try, ast.AsyncFor, ast.AsyncWith)
_MODEL_METHODS = ("forward", "__init__", "__new__", "__call__", "__getattr__", "__setattr__")
_CONVERSIONS = ("int", "float", "bool", "complex", "range", "len", "list", "tuple", "str")
_NAMES_REFUSED = ("__builtins__", "__import__", "__loader__", "__spec__", "__build_class__")
_BLOCKS = 20  # of a function, one within the other: as many as Python allows
_FORMATTING = ("format", "format_map")  # of a text: they read attributes by the names in it
_CANNOT_CATCH = ("KeyboardInterrupt", "SystemExit", "GeneratorExit")


def instrument(tree: Any, script: bool = True, building: bool = False) -> Any:
    """The tree of a module, changed in place.

    Of a package's module (no `script`) nothing is passed over and no loop cut short; with `building`, calls that may build a
    module go through `$build`.
    """
    tree.body = _Instrument(script, building).body(tree.body, top=True)
    return tree


def guard_expression(tree: Any) -> Any:
    """The tree of one expression (`ast.Expression`), with the same refusals as a file."""
    tree.body = _Instrument().expression(tree.body)
    return tree


class _Instrument:
    def __init__(self, script: bool = True, building: bool = False) -> None:
        self.script = script
        self.building = building
        self.wrapping = script  # off where an exception belongs to somebody: in a model's methods, under a user's `try`
        self.loops = 0
        self.classes: list[Any] = []  # of the patterns of a match statement, to be looked at before it
        self.level = 0  # statements around a statement, in its function
        self.depth = 0  # blocks of the file itself that these are
        self.height = 0  # blocks within a statement, those put around others too

    def body(self, statements: list[Any], top: bool) -> list[Any]:
        result = []
        for i, s in enumerate(statements):
            kind = type(s)
            if (i == 0 and kind is ast.Expr and type(s.value) is ast.Constant) or (
                kind is ast.ImportFrom and s.module == "__future__"
            ):
                result.append(s)
                continue
            outer, self.height = self.height, 0
            self.statement(s, top)
            if self.classes and kind.__name__ == "Match":
                result += self.classes
                self.classes = []
            if kind is ast.While and self.wrapping:
                self.loops += 1
                name = f"$loop{self.loops}"
                s.test = _at(ast.BoolOp(_AND, [s.test, _call(AGAIN, [_name(name, s)], s)]), s)
                result.append(_at(ast.Assign([_name(name, s, _STORE)], _call(TURN, [], s), None), s))
            result.append(self.passed_over(s, top) if self.wrapping and self.has_room() else s)
            self.height = max(outer, self.height)
        return result

    def block(self, statements: list[Any], top: bool, blocks: int) -> list[Any]:
        """The body of a statement that Python nests as so many blocks."""
        self.level += 1
        self.depth += blocks
        outer, self.height = self.height, 0
        result = self.body(statements, top)
        self.level -= 1
        self.depth -= blocks
        self.height = max(outer, self.height + blocks)
        return result

    def has_room(self) -> bool:
        """Whether one more block around a statement leaves Python's limit, which counts those within it and around it, to the file.

        The innermost statements go first. One block is kept for the outermost, so that what is not passed over by itself is passed
        over with that one.
        """
        return self.depth + max(self.height + 1, 2) + (1 if self.level else 0) <= _BLOCKS

    def function(self, statements: list[Any], wrapping: bool) -> list[Any]:
        """The body of a function or a class, which has blocks of its own."""
        outer = self.level, self.depth, self.height, self.wrapping
        self.level, self.depth, self.height, self.wrapping = 0, 0, 0, wrapping and self.script
        result = self.body(statements, False)
        self.level, self.depth, self.height, self.wrapping = outer
        return result

    def statement(self, s: Any, top: bool) -> None:
        kind = type(s)
        if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
            self.expressions(s, skip=("body",))
            s.decorator_list = [_call("$decorator", [d], d) for d in s.decorator_list]
            s.body = self.function(s.body, s.name not in _MODEL_METHODS)
        elif kind is ast.ClassDef:
            self.expressions(s, skip=("body",))
            s.decorator_list = [_call("$decorator", [d], d) for d in s.decorator_list]
            s.body = self.function(s.body, False)
        elif kind is ast.Try or kind.__name__ == "TryStar":
            needed = _imports(s.body) if self.script and any(map(_catches_import, s.handlers)) else []
            last = 1 if s.finalbody else 0
            before, self.wrapping = self.wrapping, self.wrapping and not any(map(_catches, s.handlers))
            s.body = self.block(s.body, top, last + (1 if s.handlers else 0))
            self.wrapping = before
            s.body[:0] = [_at(ast.Expr(_call(NEED, [_constant(name, s)], s)), s) for name in needed]
            for handler in s.handlers:
                if handler.type is not None:
                    handler.type = self.expression(handler.type)
                handler.body = self.block(handler.body, top, last + 2)
            s.orelse = self.block(s.orelse, top, last)
            s.finalbody = self.block(s.finalbody, top, 1)
        elif kind.__name__ == "Match":
            s.subject = self.expression(s.subject)
            for case in s.cases:
                self.expressions(case, skip=("body",))
            looked_at, self.classes = self.classes, []
            for case in s.cases:
                case.body = self.block(case.body, top, 0)
            self.classes = looked_at
        else:
            self.expressions(s, skip=("body", "orelse"))
            if kind is ast.If:
                self.branches(s, top)
            elif kind in _COMPOUND:
                with_ = kind is ast.With or kind is ast.AsyncWith
                s.body = self.block(s.body, top, len(s.items) if with_ else 1)
                if not with_:
                    s.orelse = self.block(s.orelse, top, 0)
            if kind is ast.For and self.wrapping:
                s.iter = _call(LOOP, [s.iter], s.iter)
            elif kind is ast.Assert:
                s.test = _call(ASSUME, [s.test], s.test)

    def branches(self, s: Any, top: bool) -> None:
        """The branches of an `if`: an `elif` that fails is passed over with the whole, so that a long chain is no deeper than it was."""
        s.body = self.block(s.body, top, 0)
        while len(s.orelse) == 1 and type(s.orelse[0]) is ast.If:
            s = s.orelse[0]
            self.expressions(s, skip=("body", "orelse"))
            s.body = self.block(s.body, top, 0)
        s.orelse = self.block(s.orelse, top, 0)

    def passed_over(self, s: Any, top: bool) -> Any:
        """`try: s except ...: names = $failed()`."""
        kind = type(s)
        if kind not in _SIMPLE and kind not in _COMPOUND and not (top and kind in (ast.FunctionDef, ast.ClassDef)):
            return s
        failed = _call(FAILED, [_constant(top, s)], s)
        names = _bound_names(s)
        if kind is ast.Return:
            handler: Any = _at(ast.Return(failed), s)
        elif names:
            handler = _at(ast.Assign([_name(n, s, _STORE) for n in names], failed, None), s)
        else:
            handler = _at(ast.Expr(failed), s)
        catch = _at(ast.ExceptHandler(_name(ANY if top else DATALESS, s), None, [handler]), s)
        self.height = max(self.height + 1, 2)  # that of an `except` is two
        return _at(ast.Try([s], [catch], [], []), s)

    def expressions(self, node: Any, skip: tuple[str, ...] = ()) -> None:
        """Changes the expressions below a node, the innermost first; without recursion, since a sum may have thousands of terms."""
        places: list[tuple[Any, Any, Any]] = []
        self._below(node, skip, places)
        for _, _, child in places:  # which grows
            if type(child) not in _PLAIN:
                self._below(child, (), places)
        for holder, key, child in reversed(places):
            changed = self.changed(child)
            if changed is child:
                continue
            if type(holder) is list:
                holder[key] = changed
            else:
                setattr(holder, key, changed)

    def expression(self, node: Any) -> Any:
        holder = _at(ast.Expr(node), node)
        self.expressions(holder)
        return holder.value

    @staticmethod
    def _below(node: Any, skip: tuple[str, ...], places: list[tuple[Any, Any, Any]]) -> None:
        for field in node._fields:
            if field in skip:
                continue
            value = getattr(node, field, None)
            if type(value) is list:
                for i, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        places.append((value, i, item))
                    elif field == "kwd_attrs" and (is_refused_attribute(item) or item in _FORMATTING):
                        value[i] = "refused"
            elif isinstance(value, ast.AST) and type(value) not in _CONTEXTS:
                places.append((node, field, value))

    def changed(self, node: Any) -> Any:
        """What an expression becomes whose parts are changed already."""
        kind = type(node)
        if kind is ast.Constant:
            return node
        if kind is ast.Name:
            if node.id in _NAMES_REFUSED and type(node.ctx) is ast.Load:
                return _call(REFUSE, [_constant(node.id, node)], node)
            return node
        if kind is ast.Attribute:
            return self.attribute(node)
        if kind is ast.Call:
            return self.call(node)
        if kind.__name__ == "MatchClass" and node.patterns:
            self.loops += 1
            name = f"$class{self.loops}"
            self.classes.append(
                _at(ast.Assign([_name(name, node, _STORE)], _call("$matched", [node.cls], node), None), node)
            )
            node.cls = _name(name, node)
        return node

    @staticmethod
    def attribute(node: Any) -> Any:
        name = node.attr
        if type(node.ctx) is not ast.Load and not (type(node.value) is ast.Name and node.value.id == "self"):
            node.value = _call(
                "$owner", [node.value], node.value
            )  # of a class that is not the file's own it is put back later
        if name in ("__setattr__", "__delattr__") and type(node.ctx) is ast.Load:
            return _call("$setter", [node.value, _constant(name, node)], node)
        if name == "__subclasses__" and type(node.ctx) is ast.Load:
            return _call("$subclasses", [node.value], node)
        if is_refused_attribute(name) and name != "__dict__":
            if type(node.ctx) is ast.Load:
                return _call(REFUSE, [_constant(f".{name}", node)], node)
            node.attr = "refused_" + name.strip("_")
        elif name == "__dict__" and type(node.ctx) is ast.Load:
            return _call("$vars", [node.value], node)
        elif name in _FORMATTING and type(node.ctx) is ast.Load:
            return _call("$format", [node.value, _constant(name, node)], node)
        return node

    def call(self, node: Any) -> Any:
        if type(node.func) is ast.Name and not any(type(a) is ast.Starred for a in node.args):
            name = node.func.id
            if name == "range" and len(node.args) > 1 and not node.keywords:
                return _at(ast.Call(_name("$range", node), [node.func, *node.args], []), node)
            if name in ("enumerate", "zip") and node.args:
                return _at(ast.Call(_name("$each", node), [node.func, *node.args], node.keywords), node)
            if name == "super":
                return _call("$super", [node], node)
            if name in _CONVERSIONS and len(node.args) == 1 and not node.keywords:
                return _call(CONVERT, [node.func, node.args[0]], node)
        if self.building:
            name = node.func.id if type(node.func) is ast.Name else getattr(node.func, "attr", "")
            if name[:1].isupper() or name == "cls":
                return _at(ast.Call(_name(BUILD, node), [node.func, *node.args], node.keywords), node)
        return node


def _catches(handler: Any) -> bool:
    """Whether a handler would catch an ordinary exception."""
    return not (type(handler.type) is ast.Name and handler.type.id in _CANNOT_CATCH)


def _catches_import(handler: Any) -> bool:
    """Whether a handler is there for a module that may be missing."""
    kinds = handler.type.elts if type(handler.type) is ast.Tuple else [handler.type]
    return any(
        kind is None or getattr(kind, "id", "") in ("ImportError", "ModuleNotFoundError", "Exception") for kind in kinds
    )


def _imports(statements: list[Any]) -> list[str]:
    """The modules that these statements import."""
    names = [alias.name for s in statements if type(s) is ast.Import for alias in s.names]
    return names + [s.module for s in statements if type(s) is ast.ImportFrom and s.level == 0 and s.module]


def _bound_names(s: Any) -> list[str]:
    """The names that a statement would bind."""
    kind = type(s)
    if kind is ast.Assign:
        return [name for target in s.targets for name in _target_names(target)]
    if kind is ast.AnnAssign or kind is ast.AugAssign:
        return _target_names(s.target)
    if kind is ast.Import:
        return [alias.asname or alias.name.partition(".")[0] for alias in s.names]
    if kind is ast.ImportFrom:
        return [alias.asname or alias.name for alias in s.names if alias.name != "*"]
    if kind is ast.FunctionDef or kind is ast.ClassDef:
        return [s.name]
    if kind is ast.With:
        return [
            name for item in s.items if item.optional_vars is not None for name in _target_names(item.optional_vars)
        ]
    return []


def _target_names(target: Any) -> list[str]:
    if type(target) is ast.Name:
        return [target.id]
    if type(target) in (ast.Tuple, ast.List):
        return [name for part in target.elts for name in _target_names(part)]
    if type(target) is ast.Starred:
        return _target_names(target.value)
    return []


def _at(node: Any, like: Any) -> Any:
    node.lineno, node.col_offset = like.lineno, like.col_offset
    node.end_lineno, node.end_col_offset = like.end_lineno, like.end_col_offset
    return node


def _name(name: str, like: Any, ctx: Any = _LOAD) -> Any:
    return _at(ast.Name(name, ctx), like)


def _constant(value: Any, like: Any) -> Any:
    return _at(ast.Constant(value, None), like)


def _call(function: str, args: list[Any], like: Any) -> Any:
    return _at(ast.Call(_name(function, like), args, []), like)
