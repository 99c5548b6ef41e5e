"""Following a number back to where it was written: through names, defaults, settings, tables, arithmetic.

Nothing is evaluated: a literal counts only where it is the number that was seen in the run. Whether changing it
helps is for the search to try.
"""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import FUNCTIONS, Syntax, argument, called_name, default_of, is_number, number_of, parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Change = tuple[Any, str]  # the node to replace, and its new text

MAX_DEPTH = 8


class Origins:
    """Where the numbers of a file come from."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._open: set[int] = set()  # nodes whose lists are being looked for

    def changes(
        self, node: Any, old: Any, new: Any, factors: tuple[int, ...] = (), depth: int = 0, seen: Any = None
    ) -> Iterator[Change]:
        """Yield the edits after which an expression that was `old` is `new`; `factors` are how `new` is made up."""
        seen = seen if seen is not None else set()
        if node is None or depth > MAX_DEPTH or id(node) in seen or old == new:
            return
        seen.add(id(node))
        kind = type(node)
        if type(old) is not int or type(new) is not int:
            yield from self._of_sizes(node, old, new, depth, seen)
        elif is_number(node):
            if node.value == old:
                yield node, str(new)
        elif number_of(node) is not None:
            if number_of(node) == old:
                yield node, self._as_written(node, new, factors)
        elif kind is ast.BinOp:
            yield from self._arithmetic(node, old, new, factors, depth, seen)
        elif kind is ast.Call and called_name(node) in ("int", "max", "min") and len(node.args) == 1:
            yield from self.changes(node.args[0], old, new, factors, depth + 1, seen)
        else:
            for source in self._sources(node, old):
                yield from self.changes(source, old, new, factors, depth + 1, seen)

    def _of_sizes(self, node: Any, old: Any, new: Any, depth: int, seen: Any) -> Iterator[Change]:
        """Yield several numbers at once, `[h // 8, w // 8]`: where one of them changes, and stands in a list, that one."""
        if type(old) is not tuple or type(new) is not tuple or len(old) != len(new):
            return
        if type(node) not in (ast.List, ast.Tuple):
            for source in self._sources(node, old):
                yield from self.changes(source, old, new, (), depth + 1, seen)
            return
        changed = [i for i in range(len(old)) if old[i] != new[i]]
        if len(node.elts) == len(old) and len(changed) == 1:
            yield from self.changes(node.elts[changed[0]], old[changed[0]], new[changed[0]], (), depth + 1, seen)

    # arithmetic

    def _as_written(self, node: Any, new: int, factors: tuple[int, ...]) -> str:
        """`32 * 8 * 8` for what was written `32 * 7 * 7`; the bare number where it is no such product."""
        parts = product(node)
        numbers = [number_of(part) for part in parts]
        if len(parts) > 1 and len(factors) > 1:
            total = 1
            for factor in factors:
                total *= factor
            if total == new:
                if len(parts) < len(factors) and 1 in factors:
                    factors = tuple([f for f in factors if f != 1])
                if len(parts) == len(factors):
                    return " * ".join(map(str, factors))
                if len(parts) == 2 and len(factors) == 3 and type(parts[1]) is ast.BinOp and factors[1] == factors[2]:
                    return f"{factors[0]} * {factors[1]} ** 2"
                return " * ".join(map(str, factors))
        if len(parts) == 2 and None not in numbers and numbers[0] and new % numbers[0] == 0:
            return f"{numbers[0]} * {new // numbers[0]}"
        return str(new)

    def _arithmetic(
        self, node: Any, old: int, new: int, factors: tuple[int, ...], depth: int, seen: Any
    ) -> Iterator[Change]:
        parts = product(node)
        if len(parts) > 1:
            yield from self._ofproduct(parts, old, new, factors, depth, seen)
            return
        left, right, operator = node.left, node.right, type(node.op)
        known_left, known_right = number_of(left), number_of(right)
        if operator is ast.Add:
            if known_right is not None:
                yield from self.changes(left, old - known_right, new - known_right, (), depth + 1, seen)
            if known_left is not None:
                yield from self.changes(right, old - known_left, new - known_left, (), depth + 1, seen)
            for known, part in ((known_left, left), (known_right, right)):
                if known is not None and known + new - old > 0:
                    yield part, str(known + new - old)
        elif operator is ast.Sub and known_right is not None:
            yield from self.changes(left, old + known_right, new + known_right, (), depth + 1, seen)
        elif operator is ast.FloorDiv and known_right:
            # of the numbers that are divided alike, the plain multiple
            yield from self.changes(left, old * known_right, new * known_right, (), depth + 1, seen)
            if new and (old * known_right) % new == 0:
                yield right, str(old * known_right // new)

    def _ofproduct(
        self, parts: list[Any], old: int, new: int, factors: tuple[int, ...], depth: int, seen: Any
    ) -> Iterator[Change]:
        """`width * 7 * 7`: other literals, or another width."""
        literals = [part for part in parts if number_of(part) is not None]
        names = [part for part in parts if number_of(part) is None]
        known = 1
        for part in literals:
            known *= number_of(part)  # type: ignore[operator]
        rest = old // known if known and old % known == 0 else None
        if rest and new % rest == 0 and literals:
            wanted = new // rest
            if len(literals) == 1:
                yield literals[0], str(wanted)
            elif len(factors) == 3 and factors[1] * factors[2] == wanted and len(literals) == 2:
                first, second = literals
                if number_of(first) == factors[1]:
                    yield second, str(factors[2])
                elif number_of(second) == factors[2]:
                    yield first, str(factors[1])
            for part in literals:
                others = known // number_of(part)  # type: ignore[operator]
                if wanted % others == 0:
                    yield part, str(wanted // others)
        if len(names) == 1 and rest is not None and known and new % known == 0:
            yield from self.changes(names[0], rest, new // known, (), depth + 1, seen)

    # names

    def _sources(self, node: Any, old: Any) -> Iterator[Any]:
        """Yield the expressions that a name, an attribute or an entry may have its value from."""
        kind = type(node)
        if kind is ast.Name:
            yield from self._of_name(node, old)
        elif kind is ast.Attribute:
            yield from self._of_attribute(node)
        elif kind is ast.Subscript:
            yield from self._of_entry(node, old)
        elif kind is ast.IfExp:
            yield from (node.body, node.orelse)
        elif kind is ast.BoolOp:
            yield from node.values
        elif kind in (ast.List, ast.Tuple):
            yield from node.elts

    def _of_name(self, node: Any, old: Any) -> Iterator[Any]:
        name = node.id
        function = self.syntax.function(node)
        while function is not None:
            scope = function
            found = list(self._bindings(name, scope, old))
            if found:
                yield from found
            if type(scope) is not ast.Lambda and (
                name in parameters(scope) or any(a.arg == name for a in scope.args.kwonlyargs)
            ):
                yield from self._of_parameter(scope, name)
                return
            if found:
                return
            function = self.syntax.function(scope)
        yield from self._bindings(name, None, old)

    def _bindings(self, name: str, scope: Any, old: Any) -> Iterator[Any]:
        """Yield what is assigned to a name in a scope (None: the module), loops and unpacking too."""
        for node in self.syntax.nodes:
            kind = type(node)
            if kind is ast.Assign and self._scope(node) is scope:
                for target in node.targets:
                    yield from self._part(target, node.value, name, old)
            elif kind is ast.AnnAssign and node.value is not None and self._scope(node) is scope:
                yield from self._part(node.target, node.value, name, old)
            elif (kind is ast.For or kind is ast.comprehension) and self._scope(node) is scope:
                yield from self._of_loop(node.target, node.iter, name, old)

    def _scope(self, node: Any) -> Any:
        return self.syntax.function(node)

    def _part(self, target: Any, value: Any, name: str, old: Any) -> Iterator[Any]:
        if type(target) is ast.Name:
            if target.id == name:
                yield value
        elif type(target) in (ast.Tuple, ast.List):
            at = next((i for i, part in enumerate(target.elts) if getattr(part, "id", None) == name), None)
            if at is None:
                return
            for literal in self._literals(value):
                if len(literal.elts) == len(target.elts):
                    yield literal.elts[at]

    def _of_loop(self, target: Any, iterable: Any, name: str, old: Any) -> Iterator[Any]:
        """Yield the elements of a literal list that a loop runs over, where they are what was seen."""
        if called_name(iterable) == "enumerate" and type(target) is ast.Tuple and len(target.elts) == 2:
            target, iterable = target.elts[1], iterable.args[0]
        if called_name(iterable) == "zip" and type(target) is ast.Tuple:
            for part, given in zip(target.elts, iterable.args):
                yield from self._of_loop(part, given, name, old)
            return
        for literal in self._literals(iterable):
            for item in literal.elts:
                yield from self._part(target, item, name, old)

    def _literals(self, node: Any, depth: int = 0) -> Iterator[Any]:
        """Yield the lists and tuples written in the file that an expression may be."""
        if type(node) in (ast.List, ast.Tuple):
            yield node
            return
        if depth > MAX_DEPTH or id(node) in self._open:
            return
        self._open.add(id(node))
        try:
            yield from self._literals_of(node, depth)
        finally:
            self._open.discard(id(node))

    def _literals_of(self, node: Any, depth: int) -> Iterator[Any]:
        if type(node) is ast.IfExp:
            yield from self._literals(node.body, depth + 1)
        elif type(node) is ast.Subscript and type(node.slice) is ast.Slice:
            yield from self._literals(node.value, depth + 1)
        elif type(node) is ast.Dict:
            for value in node.values:
                yield from self._literals(value, depth + 1)
        elif type(node) is ast.Subscript:
            for source in self._of_entry(node, None):
                yield from self._literals(source, depth + 1)
            yield from self._literals(node.value, depth + 1)
        elif type(node) in (ast.Name, ast.Attribute):
            for source in self._sources(node, None):
                yield from self._literals(source, depth + 1)

    def _of_parameter(self, function: Any, name: str) -> Iterator[Any]:
        """Yield what calls of a function give for a parameter, and its default."""
        names = parameters(function)
        called = function.name
        owner = self.syntax.parent(function)
        if type(owner) is ast.ClassDef:
            names = names[1:]
            if function.name in ("__init__", "__new__"):
                called = owner.name
        given = [argument(call, name, names) for call in self.syntax.calls if called_name(call) == called]
        default = default_of(function, name)
        if default is not None and (not given or any(g is None for g in given)):
            yield default
        yield from (g for g in given if g is not None)
        if type(owner) is ast.ClassDef and function.name == "__init__":
            for call in self.syntax.calls:  # `block(64, 3)`: the class under another name, `super().__init__(64)`
                if (
                    called_name(call) != called
                    and type(call.func) is ast.Name
                    and call.func.id in self._aliases(owner.name)
                ):
                    value = argument(call, name, names)
                    if value is not None:
                        yield value

    def _aliases(self, name: str) -> set[str]:
        """Return parameters and names that a class is handed to: `ResNet(Block, ...)`, `block = Block`."""
        found = set()
        for call in self.syntax.calls:
            for i, given in enumerate(call.args):
                if getattr(given, "id", None) == name:
                    for node in self.syntax.nodes:
                        if type(node) in FUNCTIONS and type(node) is not ast.Lambda:
                            names = parameters(node)
                            at = i + 1 if names[:1] == ("self",) else i
                            if at < len(names):
                                found.add(names[at])
        return found

    def _of_attribute(self, node: Any) -> Iterator[Any]:
        """`self.width`, `args.hidden`, `Config.hidden`: assignments, class bodies, keywords, options of a command line."""
        name = node.attr
        for other in self.syntax.nodes:
            kind = type(other)
            if kind is ast.Assign:
                for target in other.targets:
                    if type(target) is ast.Attribute and target.attr == name:
                        yield other.value
                    elif (
                        type(target) is ast.Name
                        and target.id == name
                        and type(self.syntax.parent(other)) is ast.ClassDef
                    ):
                        yield other.value
            elif kind is ast.AnnAssign and other.value is not None:
                if getattr(other.target, "attr", None) == name or (
                    getattr(other.target, "id", None) == name and type(self.syntax.parent(other)) is ast.ClassDef
                ):
                    yield other.value
            elif kind is ast.Call:
                yield from self._of_option(other, name)

    def _of_option(self, call: Any, name: str) -> Iterator[Any]:
        if called_name(call) == "add_argument":
            flags = [a.value for a in call.args if type(a) is ast.Constant and type(a.value) is str]
            if any(flag.lstrip("-").replace("-", "_") == name for flag in flags):
                yield from (k.value for k in call.keywords if k.arg == "default")
        else:
            yield from (k.value for k in call.keywords if k.arg == name)

    def _of_entry(self, node: Any, old: Any) -> Iterator[Any]:
        """`config["hidden"]`, `widths[0]`."""
        key = number_of(node.slice) if type(node.slice) is not ast.Constant else node.slice.value
        if type(key) is str:
            for other in self.syntax.nodes:
                if type(other) is ast.Dict:
                    for k, value in zip(other.keys, other.values):
                        if type(k) is ast.Constant and k.value == key:
                            yield value
                elif type(other) is ast.Assign:
                    for target in other.targets:
                        if type(target) is ast.Subscript and getattr(target.slice, "value", None) == key:
                            yield other.value
                elif type(other) is ast.Call and called_name(other) == "dict":
                    yield from (k.value for k in other.keywords if k.arg == key)
        elif type(key) is int:
            for literal in self._literals(node.value):
                if -len(literal.elts) <= key < len(literal.elts):
                    yield literal.elts[key]
        else:
            for literal in self._literals(node.value):
                yield from literal.elts


def product(node: Any) -> list[Any]:
    """Return the factors of a product as written."""
    after: list[Any] = []
    while type(node) is ast.BinOp and type(node.op) is ast.Mult:
        after.append(node.right)
        node = node.left
    factors = [node]
    for part in reversed(after):
        factors += product(part)
    return factors
