"""Prepares a file's syntax tree so that a whole training script can be run on shapes.

Four changes, none of which alters what a model computes:

- a statement that fails for want of data is skipped: at the top level of a script whatever goes wrong outside a
  model, inside a function only what failed because a value is unknown; the names that it would have bound become unknown;
- loops ask after each turn whether it brought anything new (epochs do not);
- `assert` takes an unknown condition as true, `int(x)` and its like keep an unknown unknown;
- names that lead into Python's internals become a refusal, raised where they are reached.
"""

from __future__ import annotations

import _ast as ast

from convcalc.tensor.attributes import FORMATTING, is_refused_attribute

from .conditions import RETURNING, STATEMENTS, Condition, judge
from .loop_names import names_of_loop
from .skipped_statements import changed_by
from .swallowing import may_swallow, swallowing_managers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The names under which the run's own functions are known to the instrumented code; no user can spell them.
FAILED, ASSUME, LOOP, ITEMS, WHILE, HEAD, UNTIL, LEFT = (
    "$failed",
    "$assume",
    "$loop",
    "$items",
    "$while",
    "$head",
    "$until",
    "$left",
)
STOPS, SHOWN, TEST, FOLLOWED, JOINED = "$stops", "$shown", "$test", "$followed", "$joined"
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
_LOOPS = (ast.For, ast.While)
_OF_ALL_ITEMS = ("max", "min", "sum", "sorted", "set", "list", "tuple")
# Methods that compare items, or give some, and those of texts and patterns that take another text.
_WITH_ITEMS = frozenset(
    "pop popleft index count remove get setdefault find rfind rindex startswith endswith replace strip lstrip rstrip partition rpartition "
    "findall finditer sub subn match search fullmatch".split()
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TEXT_METHODS = ("__str__", "__repr__", "__format__")  # which Python takes nothing but a text from
_MODEL_METHODS = ("forward", "__init__", "__new__", "__call__", "__getattr__", "__setattr__")
_CONVERSIONS = ("int", "float", "bool", "complex", "range", "len", "list", "tuple", "set", "str", "type")
_NAMES_REFUSED = frozenset(("__builtins__", "__import__", "__loader__", "__spec__", "__build_class__"))
# What a file could put something weaker in the place of, in the body of a class.
_OF_GUARD = ("$matched", "$held", "$owner")
_BLOCKS = 20  # of a function, one within the other: as many as Python allows
_LINKS = 40  # of a chain of `elif`s
# Attributes that are read with care (`tensor.attributes`), by the function that does.
_READERS = {
    **dict.fromkeys(FORMATTING, "$format"),
    **dict.fromkeys(("__get__", "__set__", "__delete__"), "$get"),
    "obj": "$obj",
}
_READERS.update(dict.fromkeys(("__code__", "__globals__", "__closure__", "__defaults__", "__kwdefaults__"), "$part"))
_READERS.update(
    {
        "__dict__": "$vars",
        "__setattr__": "$setter",
        "__delattr__": "$setter",
        "__subclasses__": "$subclasses",
        "__getattribute__": "$getter",
        "__mro__": "$bases",
        "__bases__": "$bases",
        "__traceback__": "$trace",
        "__func__": "$function",
    }
)
# Functions and methods of which the call alone, as a statement, shows or stores something.
_FOR_NOBODY = frozenset(
    "print info debug warning warn error write set_description set_description_str set_postfix set_postfix_str add_scalar add_scalars add_image "
    "add_histogram title suptitle xlabel ylabel log savefig save imsave save_image".split()
)
_CANNOT_CATCH = ("KeyboardInterrupt", "SystemExit", "GeneratorExit")


class Tables:
    """What the instrumented code of a run refers to by numbers: conditions, and what statements change in place."""

    def __init__(self) -> None:
        self.conditions: list[Condition] = []
        self.statements: list[Any] = []


def instrument(
    tree: Any,
    script: bool = True,
    building: bool = False,
    file: str = "",
    tables: Tables | None = None,
    is_imported: bool = False,
) -> Any:
    """The tree of a module, changed in place.

    Of a package's module (no `script`) nothing is skipped and no loop cut short; with `building`, calls that may build a
    module go through `$build`. What the code refers to is added to `tables`. An error of a module that `is_imported` goes on
    to who imports it, who may catch it.
    """
    instrumenting = _Instrument(script, building, file, tables)
    instrumenting.managers = swallowing_managers(tree) if script else frozenset()
    instrumenting.held = is_imported
    tree.body = instrumenting.body(tree.body, top=True)
    return tree


def guard_expression(tree: Any) -> Any:
    """The tree of one expression (`ast.Expression`), with the same refusals as a file."""
    tree.body = _Instrument().expression(tree.body)
    return tree


class _Instrument:
    def __init__(
        self, script: bool = True, building: bool = False, file: str = "", tables: Tables | None = None
    ) -> None:
        self.script = script
        self.building = building
        self.file = file
        # None where no condition is followed on both sides, and nothing is asked of statements that are skipped
        self.conditions = None if tables is None else tables.conditions
        self.statements = None if tables is None else tables.statements
        self.global_names: frozenset[str] = frozenset()  # that the function declares
        self.first: str | None = None  # the name of the first argument of the method
        self.may_return = (
            False  # whether a side of a condition in the function may return that is not followed to the function's end
        )
        self.after: list[tuple[list[Any], int]] | None = (
            None  # in a function, the statements that follow those that are being looked at
        )
        self.wrapping = script  # off where an exception belongs to somebody: in a model's methods, under a user's `try`
        self.managers: frozenset[str] = frozenset()  # names of those that may swallow an exception
        self.held = False  # within a `with` or a `try ... finally` of the same function: what they do as an error leaves them belongs to somebody
        self.loops = 0
        self.classes: list[Any] = []  # of the patterns of a match statement, to be looked at before it
        self.choices: dict[
            int, int
        ] = {}  # the conditions of the choices in an expression that is being changed, by their ids
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
                self.expressions(s)
                result.append(s)
                continue
            outer, self.height = self.height, 0
            loop_names = names_of_loop(s) if kind in _LOOPS and self.script else None
            if kind is ast.If and self.conditions is not None and not _is_long(s):
                self.followed_if(s, top, statements, i, result)
            else:
                after = self.after
                if kind in _COMPOUND:
                    self.after = None
                self.statement(s, top)
                self.after = after
            if kind is ast.For and loop_names is not None:
                names = [_constant(part, s.iter) for part in loop_names]
                s.iter = _call(LOOP, [s.iter, *names], s.iter)
            if self.classes and kind.__name__ == "Match":
                result += self.classes
                self.classes = []
            if kind is ast.While and self.script and self.has_room(2):
                s = self.followed_while(s, loop_names, result)
            if kind is ast.Assign and self.conditions is not None:
                s = _stored(s)
            result.append(self.passed_over(s, top, kind) if self.wrapping and self.has_room(1) else s)
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

    def has_room(self, blocks: int) -> bool:
        """Whether so many more blocks around a statement leave Python's limit, which counts those within it and around it, to the file.

        The innermost statements go first. One block is kept for the outermost, so that what is not skipped by itself is passed
        over with that one.
        """
        return self.depth + max(self.height + blocks, 2) + (1 if self.level else 0) <= _BLOCKS

    def inner(self, statements: list[Any], wrapping: bool) -> list[Any]:
        """The body of a function or a class, which has blocks of its own."""
        outer = self.level, self.depth, self.height, self.wrapping, self.held
        self.level, self.depth, self.height, self.wrapping, self.held = 0, 0, 0, wrapping and self.script, False
        result = self.body(statements, False)
        self.level, self.depth, self.height, self.wrapping, self.held = outer
        return result

    def function(self, s: Any) -> None:
        """The statements of a function: what follows one of them in it is known."""
        before = self.global_names, self.after, self.first, self.may_return
        arguments = [*s.args.posonlyargs, *s.args.args]
        self.first = arguments[0].arg if arguments and not s.decorator_list else None
        self.may_return = False
        self.global_names = frozenset(name for part in s.body if type(part) is ast.Global for name in part.names)
        self.after = []
        if s.name in _TEXT_METHODS and self.conditions is not None:
            s.body = [_with_result(part, "$shown_text") for part in s.body]
        s.body = self.inner(s.body, s.name not in _MODEL_METHODS)
        if self.may_return:
            s.body.append(_at(ast.Return(None), s.body[-1]))
            s.body = [_with_result(part, "$result") for part in s.body]
        self.global_names, self.after, self.first, self.may_return = before

    def followed_if(self, s: Any, top: bool, statements: list[Any], place: int, result: list[Any]) -> None:
        """An `if` of which both sides are followed where its condition is not known: `if $test(c, 7): ... elif $followed(): return $joined()`."""
        assert self.conditions is not None
        condition = Condition(s, self.file)
        after, follows = self.after, None
        if after is not None:
            follows = [*statements[place + 1 :], *(part for later, i in after for part in later[i + 1 :])]
            condition.rest = [(result, len(result)), *after]
            self.after = condition.rest
        judge(condition, follows, self.global_names)
        self.conditions.append(condition)
        number = len(self.conditions) - 1
        self.may_return = self.may_return or (condition.kind != RETURNING and "function" in condition.leaves)
        s.test = self.expression(s.test)
        s.body = self.block(s.body, top, 0)
        orelse = self.otherwise(s.orelse, top)
        self.after = after
        condition.sides = s.body, orelse
        s.test = _call(TEST, [s.test, _constant(number, s.test)], s.test)
        if condition.kind == RETURNING:
            returned = _at(ast.Return(_call(JOINED, [], s)), s)
            s.orelse = [_at(ast.If(_call(FOLLOWED, [], s), [returned], orelse), s)]
        elif condition.kind == STATEMENTS and orelse:
            s.orelse = [_at(ast.If(_call(FOLLOWED, [], s), [_at(ast.Pass(), s)], orelse), s)]
        else:
            s.orelse = orelse
            condition.has_other_side = False

    def otherwise(self, statements: list[Any], top: bool) -> list[Any]:
        """The other side of an `if`: an `elif` that fails is skipped with the whole, so that a long chain is no deeper than it was."""
        if len(statements) != 1 or type(statements[0]) is not ast.If or _is_long(statements[0]):
            return self.block(statements, top, 0)
        result: list[Any] = []
        self.followed_if(statements[0], top, statements, 0, result)
        return [*result, statements[0]]

    def statement(self, s: Any, top: bool) -> None:
        kind = type(s)
        if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
            self.expressions(s, skip=("body",))
            s.decorator_list = [_call("$decorator", [d], d) for d in s.decorator_list]
            self.function(s)
        elif kind is ast.ClassDef:
            self.expressions(s, skip=("body",))
            s.decorator_list = [_call("$decorator", [d], d) for d in s.decorator_list]
            after, self.after = self.after, None
            first = self.loops
            s.body = self.inner(s.body, False)
            self.after = after
            if s.bases or s.keywords:
                self.of_guard(s, first)
            if getattr(s, "type_params", None):
                from .library import guard_module

                guard_module("typing")
        elif kind is ast.Try or kind.__name__ == "TryStar":
            needed = _imports(s.body) if self.script and any(map(_catches_import, s.handlers)) else []
            last = 1 if s.finalbody else 0
            before, self.wrapping = self.wrapping, self.wrapping and not any(map(_catches, s.handlers))
            held, self.held = self.held, self.held or bool(s.finalbody)
            s.body = self.block(s.body, top, last + (1 if s.handlers else 0))
            self.wrapping = before
            s.body[:0] = [_at(ast.Expr(_call(NEED, [_constant(name, s)], s)), s) for name in needed]
            for handler in s.handlers:
                self.expressions(handler, skip=("body",))
                handler.body = self.block(handler.body, top, last + 2)
            s.orelse = self.block(s.orelse, top, last)
            self.held = held
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
            if kind is ast.Expr and type(s.value) is ast.Call and _is_for_nobody(s.value.func):
                _show(s.value)
            elif kind is ast.Raise:
                _show_message(s.exc)
            elif kind is ast.Assert:
                _show_message(s.msg)
            if kind is ast.AugAssign:
                self.read_and_written(s.target)
            elif kind is ast.Import:
                for alias in s.names:  # which binds the first part of its name, and reads the others
                    first, *others = alias.name.split(".")
                    if first in _NAMES_REFUSED or any(map(_is_read_with_care, others)):
                        alias.name = "refused"
            elif kind is ast.ImportFrom:
                for alias in s.names:  # which is an attribute of the module
                    if _is_read_with_care(alias.name) and alias.name != "obj":
                        alias.name = "refused"
            self.expressions(s, skip=("body", "orelse"))
            if kind is ast.If:
                self.branches(s, top)
            elif kind in _COMPOUND:
                with_ = kind is ast.With or kind is ast.AsyncWith
                outer = self.held, self.wrapping
                if with_:
                    self.held = True
                    self.wrapping = self.wrapping and not any(may_swallow(item, self.managers) for item in s.items)
                s.body = self.block(s.body, top, len(s.items) if with_ else 1)
                self.held, self.wrapping = outer
                if not with_:
                    s.orelse = self.block(s.orelse, top, 0)
            elif kind is ast.Assert:
                s.test = _call(ASSUME, [s.test], s.test)

    def of_guard(self, s: Any, first: int) -> None:
        """Has the body of a class find the guard's own names among the global ones: its table may be one of the file's, which answers with others."""
        names = [*_OF_GUARD, *(f"$class{number}" for number in range(first + 1, self.loops + 1))]
        is_text = bool(s.body) and type(s.body[0]) is ast.Expr and type(s.body[0].value) is ast.Constant
        s.body.insert(1 if is_text else 0, _at(ast.Global(names), s))

    @staticmethod
    def read_and_written(target: Any) -> None:
        """The target of `+=` is read before it is written, by its own name: there is no place for what reads with care."""
        if type(target) is ast.Attribute and (target.attr in _READERS or is_refused_attribute(target.attr)):
            target.value = _call(REFUSE, [_constant(f".{target.attr}", target)], target)
            target.attr = "refused"

    def branches(self, s: Any, top: bool) -> None:
        """The branches of an `if` of which nobody follows both sides, as many as there are."""
        s.body = self.block(s.body, top, 0)
        while len(s.orelse) == 1 and type(s.orelse[0]) is ast.If:
            s = s.orelse[0]
            self.expressions(s, skip=("body", "orelse"))
            s.body = self.block(s.body, top, 0)
        s.orelse = self.block(s.orelse, top, 0)

    def followed_while(self, s: Any, names: Any, before: list[Any]) -> Any:
        """A `while` that asks its run before each turn: `$loop1 = $while()`, `while $head($loop1) and $until($loop1, test)`, at last `$left`."""
        self.loops += 1
        name = f"$loop{self.loops}"
        number = 0
        if self.conditions is not None:
            number = len(self.conditions)
            self.conditions.append(Condition(s, self.file))
        arguments = [_constant(part, s) for part in (number, *names)]
        before.append(_at(ast.Assign([_name(name, s, _STORE)], _call(WHILE, arguments, s), None), s))
        s.test = _at(
            ast.BoolOp(_AND, [_call(HEAD, [_name(name, s)], s.test), _call(UNTIL, [_name(name, s), s.test], s.test)]),
            s.test,
        )
        raised = _at(
            ast.If(_call("$not", [_call("$refused", [_name(name, s)], s)], s), [_at(ast.Raise(None, None), s)], []), s
        )
        self.height += 2
        refused = _at(ast.ExceptHandler(_name(STOPS, s), None, [raised]), s)
        return _at(ast.Try([s], [refused], [], [_at(ast.Expr(_call(LEFT, [_name(name, s)], s)), s)]), s)

    def passed_over(self, s: Any, top: bool, kind: type) -> Any:
        """`try: s except ...: names = $failed()`, of a statement of that kind."""
        if kind not in _SIMPLE and kind not in _COMPOUND and not (top and kind in (ast.FunctionDef, ast.ClassDef)):
            return s
        failed = _call(FAILED, [_constant(top and self.held, s), _constant(self.number_of(s), s)], s)
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

    def number_of(self, s: Any) -> int:
        """The number by which the run knows what a statement would change in place; -1 where it would change nothing."""
        if self.statements is None:
            return -1
        changes = (
            s if type(s) in _COMPOUND else changed_by(s)
        )  # what has a body is only looked through when that is asked
        if not changes:
            return -1
        self.statements.append(changes)
        return len(self.statements) - 1

    def expressions(self, node: Any, skip: tuple[str, ...] = ()) -> None:
        """Changes the expressions below a node, the innermost first; without recursion, since a sum may have thousands of terms."""
        places: list[tuple[Any, Any, Any]] = []
        self._below(node, skip, places)
        for _, _, child in places:  # which grows
            if type(child) not in _PLAIN:
                if self.conditions is not None:
                    if type(child) is ast.IfExp:
                        self.choice(child)
                    elif type(child) is ast.Call and len(child.args) == 1 and type(child.args[0]) is ast.GeneratorExp:
                        _listed_at_once(child)
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
                    elif item in _NAMES_REFUSED:
                        value[i] = "refused"
            elif isinstance(value, ast.AST) and type(value) not in _CONTEXTS:
                places.append((node, field, value))
                if field == "format_spec":
                    setattr(value, SHOWN_ONLY, True)
                elif field == "annotation" or field == "returns":
                    _keep_subscripts(value)
            elif type(value) is str and value in _NAMES_REFUSED:  # what binds a name: `import x as __builtins__`
                setattr(node, field, "refused")

    def changed(self, node: Any) -> Any:
        """What an expression becomes whose parts are changed already."""
        kind = type(node)
        if kind is ast.Constant:
            return node
        if kind is ast.Name:
            if node.id in _NAMES_REFUSED:
                if type(node.ctx) is ast.Load and node.id == "__import__":
                    return _name("$import", node)
                if type(node.ctx) is ast.Load:
                    return _call(REFUSE, [_constant(node.id, node)], node)
                node.id = "refused"
            return node
        if kind is ast.Attribute:
            return self.attribute(node)
        if kind is ast.Call:
            return self.call(node)
        if self.conditions is not None:
            decided = self.decision(node, kind)
            if decided is not None:
                return decided
        if kind.__name__[:5] == "Match":
            self.pattern(node, kind.__name__)
        return node

    def pattern(self, node: Any, kind: str) -> None:
        """What a pattern reads is read before the statement where that takes a call: a pattern holds names only."""
        if kind == "MatchClass":
            careful = "obj" in node.kwd_attrs
            for i, name in enumerate(node.kwd_attrs):
                if is_refused_attribute(name) or (name in _READERS and name != "obj"):
                    self.classes.append(_at(ast.Expr(_call(REFUSE, [_constant(name, node)], node)), node))
                    node.kwd_attrs[i] = "refused"
            if node.patterns or careful or type(node.cls) is ast.Call:
                arguments = [node.cls, _constant(True, node)] if careful else [node.cls]
                node.cls = self.before_match(_call("$matched", arguments, node))
        elif kind == "MatchValue" and type(node.value) is ast.Call:
            held = self.before_match(_call("$held", [node.value], node))
            node.value = _at(ast.Attribute(held, "value", _LOAD), node)
        elif kind == "MatchMapping":
            for i, key in enumerate(node.keys):
                if type(key) is ast.Call:
                    held = self.before_match(_call("$held", [key], node))
                    node.keys[i] = _at(ast.Attribute(held, "value", _LOAD), node)

    def before_match(self, value: Any) -> Any:
        """The name of a value that is computed before the match statement."""
        self.loops += 1
        name = f"$class{self.loops}"
        self.classes.append(_at(ast.Assign([_name(name, value, _STORE)], value, None), value))
        return _name(name, value)

    @staticmethod
    def attribute(node: Any) -> Any:
        name = node.attr
        if type(node.ctx) is not ast.Load and not (type(node.value) is ast.Name and node.value.id == "self"):
            node.value = _call(
                "$owner", [node.value], node.value
            )  # of a class that is not the file's own it is put back later
        if type(node.ctx) is not ast.Load:
            if is_refused_attribute(name) and name != "__dict__":
                node.attr = "refused_" + name.strip("_")
        elif name in _READERS:
            reader = _READERS[name]
            named = [] if reader in ("$vars", "$subclasses") else [_constant(name, node)]
            return _call(reader, [node.value, *named], node)
        elif is_refused_attribute(name):
            return _call(REFUSE, [_constant(f".{name}", node)], node)
        return node

    def call(self, node: Any) -> Any:
        function = node.func
        if self.conditions is not None and _joins(node):
            return _call("$join", [function.value, node.args[0]], node)
        if self.script and type(function) is ast.Attribute and function.attr in _WITH_ITEMS and not node.keywords:
            method = [function.value, _constant(function.attr, node), *node.args]
            return _at(ast.Call(_name("$method", node), method, []), node)
        if type(function) is ast.Name and not any(type(a) is ast.Starred for a in node.args):
            name = function.id
            if name == "range" and len(node.args) > 1 and not node.keywords:
                return _at(ast.Call(_name("$range", node), [function, *node.args], []), node)
            if name in ("enumerate", "zip") and node.args:
                return _at(ast.Call(_name("$each", node), [function, *node.args], node.keywords), node)
            if name == "super":
                if self.first is not None and not node.args and not node.keywords:
                    node.args = [_name("__class__", node), _name(self.first, node)]  # so that it can run elsewhere
                return _call("$super", [node], node)
            if name in _CONVERSIONS and len(node.args) == 1 and not node.keywords:
                return _call(CONVERT, [function, node.args[0]], node)
        if self.building:
            name = function.id if type(function) is ast.Name else getattr(function, "attr", "")
            if name[:1].isupper() or name == "cls":
                return _at(ast.Call(_name(BUILD, node), [function, *node.args], node.keywords), node)
        return node

    def decision(self, node: Any, kind: type) -> Any:
        """An expression that decides by a condition, as one that keeps what is not known; None for any other."""
        if kind is ast.IfExp:
            return self.followed_choice(node)
        if kind is ast.BoolOp:
            operand, whole = ("$true", "$and") if type(node.op) is ast.And else ("$false", "$or")
            node.values = [_call(operand, [value, _lines(node)], value) for value in node.values]
            return _call(whole, [_call("$open", [], node), node], node)
        if kind is ast.UnaryOp and type(node.op) is ast.Not:
            return _call("$not", [node.operand], node)
        if (
            kind is ast.Compare
            and len(node.ops) == 1
            and type(node.ops[0]) in (ast.Is, ast.IsNot)
            and _is_none(node.comparators[0])
        ):
            return _call("$none", [node.left, _constant(type(node.ops[0]) is ast.Is, node)], node)
        if kind is ast.Compare and len(node.ops) == 1 and type(node.ops[0]) in (ast.In, ast.NotIn):
            return _call("$in", [node.left, node.comparators[0], _constant(type(node.ops[0]) is ast.In, node)], node)
        if kind is ast.Compare and len(node.ops) == 1 and type(node.ops[0]) in (ast.Is, ast.IsNot):
            return _call("$is", [node.left, node.comparators[0], _constant(type(node.ops[0]) is ast.Is, node)], node)
        if kind is ast.JoinedStr and not hasattr(node, SHOWN_ONLY):
            return _call("$text", [_call("$begun", [], node), node], node)
        if kind is ast.BinOp and type(node.op) is ast.Mod and _is_text(node.left) and not hasattr(node, SHOWN_ONLY):
            return _call("$percent", [node.left, node.right], node)
        if kind in _COMPREHENSIONS:
            lazy = kind is ast.GeneratorExp
            for generator in node.generators:
                generator.ifs = [
                    _call("$certain", [test], test) if lazy else _call("$kept", [test, _lines(node)], test)
                    for test in generator.ifs
                ]
                if not _is_literal(generator.iter):
                    generator.iter = _call("$some" if lazy else "$each_of", [generator.iter], generator.iter)
            return node if lazy else _call("$listed", [_call("$open", [], node), node], node)
        if (
            kind is ast.Subscript
            and type(node.ctx) is ast.Load
            and type(node.slice) is not ast.Tuple  # which only arrays take
            and not hasattr(node, KEPT)
        ):
            return _call("$item", [node.value, _as_slice(node.slice)], node)
        return None

    def choice(self, node: Any) -> None:
        """Looks at `a if c else b` as the file has it, before its parts are changed."""
        assert self.conditions is not None
        condition = Condition(node, self.file)
        judge(condition, None, frozenset())
        self.choices[id(node)] = len(self.conditions)
        self.conditions.append(condition)

    def followed_choice(self, node: Any) -> Any:
        """`a if $test(c, 7) else ($joined() if $followed() else b)`."""
        assert self.conditions is not None
        number = self.choices.pop(id(node))
        self.conditions[number].sides = node.body, node.orelse
        node.test = _call(TEST, [node.test, _constant(number, node.test)], node.test)
        node.orelse = _at(ast.IfExp(_call(FOLLOWED, [], node), _call(JOINED, [], node), node.orelse), node)
        return node


def _is_long(s: Any) -> bool:
    """Whether an `if` has more `elif`s than are followed: each would nest the next one deeper."""
    for _ in range(_LINKS):
        if len(s.orelse) != 1 or type(s.orelse[0]) is not ast.If:
            return False
        s = s.orelse[0]
    return True


def _stored(s: Any) -> Any:
    """`items[key] = value` as `$store(value, items, key)`, where the key may be unknown."""
    target = s.targets[0]
    if (
        len(s.targets) > 1
        or type(target) is not ast.Subscript
        or not _is_open(target.slice)
        or type(target.slice) is ast.Slice
    ):
        return s
    base: Any = target.value
    base.ctx = _LOAD
    return _at(ast.Expr(_call("$store", [s.value, target.value, target.slice], s)), s)


def _is_literal(node: Any) -> bool:
    return type(node) in (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict)


KEPT = "is_annotation"  # an attribute of subscripts that stay what they are
SHOWN_ONLY = "is_shown_only"  # an attribute of expressions that make a text which nothing but a reader looks at


def _keep_subscripts(annotation: Any) -> None:
    """`ClassVar[str]` stays as it is written: dataclasses and `get_type_hints` read it."""
    pending = [annotation]
    while pending:
        node = pending.pop()
        if type(node) is ast.Subscript:
            setattr(node, KEPT, True)
        for field in node._fields:
            value = getattr(node, field, None)
            pending += [part for part in (value if type(value) is list else [value]) if isinstance(part, ast.expr)]


def _is_open(key: Any) -> bool:
    """Whether a subscript may hold something unknown that Python itself would ask for a number: no constant, and no tuple, which only arrays take."""
    if type(key) is ast.Slice:
        return any(part is not None and type(part) is not ast.Constant for part in (key.lower, key.upper, key.step))
    return type(key) not in (ast.Constant, ast.Tuple)


def _as_slice(key: Any) -> Any:
    """A subscript as an expression: `slice(a, b, c)` for `a:b:c`."""
    if type(key) is not ast.Slice:
        return key
    return _call(
        "$slice", [_constant(None, key) if part is None else part for part in (key.lower, key.upper, key.step)], key
    )


def _with_result(node: Any, through: str) -> Any:
    """A statement whose `return x` is `return $result(x)`, say: what the function returns may be something else."""
    kind = type(node)
    if kind is ast.Return:
        node.value = _call(through, [] if node.value is None else [node.value], node)
    elif kind not in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            for part in getattr(node, field, None) or ():
                if isinstance(part, ast.AST):
                    _with_result(part, through)
    return node


def _is_read_with_care(name: str) -> bool:
    return is_refused_attribute(name) or (name in _READERS and name != "format")


def _is_none(node: Any) -> bool:
    return type(node) is ast.Constant and node.value is None


def _show(node: Any) -> None:
    """In a text that is only shown, numbers that vary are shown as they are: they are put into it by `$shown`."""
    kind = type(node)
    if kind is ast.Call:
        for i, argument in enumerate(node.args):
            node.args[i] = _shown(argument)
        for keyword in node.keywords:
            keyword.value = _shown(keyword.value)
    elif kind is ast.JoinedStr:
        setattr(node, SHOWN_ONLY, True)
        for part in node.values:
            if type(part) is ast.FormattedValue:
                part.value = _shown(part.value)
    elif kind is ast.BinOp and type(node.op) is ast.Mod:
        setattr(node, SHOWN_ONLY, True)
        node.right = _shown(node.right)
    elif kind is ast.BinOp:
        _show(node.left)
        _show(node.right)


def _show_message(node: Any) -> None:
    """The texts of what is raised, and the message of an `assert`, are for a reader."""
    for text in [node, *getattr(node, "args", ())]:
        if type(text) is ast.BinOp and type(text.op) is ast.Add:
            _show_message(text.left)
            _show_message(text.right)
        elif type(text) in (ast.JoinedStr, ast.BinOp):
            setattr(text, SHOWN_ONLY, True)


def _listed_at_once(call: Any) -> None:
    """Has a function that goes over all items of a generator get a list of them: nobody knows how many items some generators have."""
    if _joins(call) or (type(call.func) is ast.Name and call.func.id in _OF_ALL_ITEMS):
        generator = call.args[0]
        call.args[0] = _at(ast.ListComp(generator.elt, generator.generators), generator)


def _joins(node: Any) -> bool:
    """Whether a call may be `separator.join(parts)`."""
    function = node.func
    return (
        type(function) is ast.Attribute
        and function.attr == "join"
        and len(node.args) == 1
        and not node.keywords
        and type(node.args[0]) is not ast.Starred
        and (type(function.value) is ast.Constant or type(function.value) is ast.Name)
    )


def _shown(node: Any) -> Any:
    if _is_text(node):
        _show(node)
        return node
    return node if type(node) in (ast.Constant, ast.Starred) else _call(SHOWN, [node], node)


def _is_text(node: Any) -> bool:
    """Whether an expression surely puts a text together."""
    kind = type(node)
    if kind is ast.BinOp:
        return _is_text(node.left) or (type(node.op) is ast.Add and _is_text(node.right))
    return (
        kind is ast.JoinedStr
        or (kind is ast.Constant and type(node.value) is str)
        or (kind is ast.Call and _makes_text(node.func))
    )


def _makes_text(function: Any) -> bool:
    return getattr(function, "id", "") in ("str", "repr") or getattr(function, "attr", "") == "format"


def _is_for_nobody(function: Any) -> bool:
    """Whether what a call is given is shown or stored where this run never looks."""
    return getattr(function, "id", getattr(function, "attr", "")) in _FOR_NOBODY


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


def _lines(node: Any) -> Any:
    """The lines of an expression, as a constant."""
    return _constant((node.lineno, node.end_lineno), node)


def _call(function: str, args: list[Any], like: Any) -> Any:
    return _at(ast.Call(_name(function, like), args, []), like)
