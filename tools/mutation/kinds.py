"""The kinds of faults, and the places in a source where one can be planted.

A fault is a replacement of a few characters, so that all else of the file (comments, lines, columns) stays as it is. What is no code
is left alone: docstrings, annotations, names for type checkers, texts of messages.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# One more than a limit or a budget is no other behaviour; one more than a rank, an axis or a default is.
LARGEST = 255
COMPARED = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="), ast.GtE: (">", "<"), ast.Eq: ("!=",), ast.NotEq: ("==",),
    ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",), ast.NotIn: ("in",),
}  # fmt: skip
COMPUTED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.FloorDiv: "*", ast.Mod: "+", ast.Div: "*"}
# A refusal, and the rule that it has where it names none (`convcalc.tensor.errors`): leaving that one out is no fault.
REFUSALS = {
    "ShapeError": "torch-error", "ShapeValueError": "argument", "ShapeTypeError": "argument", "ShapeIndexError": "index-range",
    "ShapeAttributeError": "python-error", "ShapeNotImplementedError": "dtype", "ShapeAssertionError": "torch-error",
}  # fmt: skip
UNTOUCHED = ("__slots__", "__all__", "__match_args__", "TYPE_CHECKING")


class Mutant(NamedTuple):
    """One fault: the bytes from `start` to `end` of a file replaced by `text`."""

    file: str
    line: int
    kind: str
    start: int
    end: int
    text: str


def mutants(file: str, source: bytes) -> list[Mutant]:
    """All faults that can be planted in a source, in its order."""
    finder = _Finder(file, source)
    finder.visit(ast.parse(source))
    return sorted(set(finder.found), key=lambda mutant: (mutant.start, mutant.kind, mutant.text))


class _Finder(ast.NodeVisitor):
    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source, self.found = file, source, list[Mutant]()
        self.offsets = [0]
        for line in source.splitlines(keepends=True):
            self.offsets.append(self.offsets[-1] + len(line))

    # places

    def _span(self, node: ast.AST) -> tuple[int, int]:
        at: ast.expr = node  # type: ignore[assignment]
        assert at.end_lineno is not None
        assert at.end_col_offset is not None
        return self.offsets[at.lineno - 1] + at.col_offset, self.offsets[at.end_lineno - 1] + at.end_col_offset

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def _plant(self, kind: str, start: int, end: int, text: str, line: int) -> None:
        self.found.append(Mutant(self.file, line, kind, start, end, text))

    def _replace(self, kind: str, node: ast.AST, text: str) -> None:
        self._plant(kind, *self._span(node), text, node.lineno)  # type: ignore[attr-defined]

    def _between(self, kind: str, left: ast.AST, right: ast.AST, text: str) -> None:
        """Replace the operator between two operands; parentheses around either make the place unclear, and it is left out."""
        start, end = self._span(left)[1], self._span(right)[0]
        if not {"(", ")", "#", "\n"} & set(self.source[start:end].decode()):
            self._plant(kind, start, end, f" {text} ", right.lineno)  # type: ignore[attr-defined]

    # what is left alone

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self._names_given(decorator)
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(default)
        self._body(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def _body(self, body: list[ast.stmt]) -> None:
        for place, statement in enumerate(body):
            documents = place == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not documents:
                self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and not self._untouched(node.target):
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not any(map(self._untouched, node.targets)):
            self.generic_visit(node)

    def _untouched(self, target: ast.expr) -> bool:
        return isinstance(target, ast.Name) and target.id in UNTOUCHED

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Nothing: before Python 3.12 what stands in an f-string has no place of its own."""

    # statements

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for statement in node.orelse:
                self.visit(statement)
            return
        self._negated(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.generic_visit(
            node
        )  # a negated condition of a loop only ends or holds it: time is spent and nothing learned

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negated(node.test)
        self.generic_visit(node)

    def _negated(self, test: ast.expr) -> None:
        if not isinstance(test, (ast.Compare, ast.UnaryOp)):  # these are turned as what they are
            self._replace("condition negated", test, f"not ({self._text(test)})")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self._replace("returned value dropped", node.value, "None")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if node.exc is not None:
            self._replace("refusal dropped", node, "pass")
        if isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name) and node.exc.func.id in REFUSALS:
            self._refusal(node.exc)
        else:
            self.generic_visit(node)

    def _refusal(self, call: ast.Call) -> None:
        """A refusal: its rule left out, and what it expected exchanged for what came. Its text is for people."""
        assert isinstance(call.func, ast.Name)
        usual = REFUSALS[call.func.id]
        rules = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "rule")]
        for rule in rules:
            if not (isinstance(rule, ast.Constant) and rule.value == usual):
                self._replace("refusal without its rule", rule, "None")
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        if "expected" in named and "actual" in named:
            first, second = sorted((named["expected"], named["actual"]), key=lambda node: self._span(node))
            start, end = self._span(first)[0], self._span(second)[1]
            middle = self.source[self._span(first)[1] : self._span(second)[0]].decode()
            swapped = self._text(second) + middle + self._text(first)
            self._plant("expected and actual swapped", start, end, swapped, first.lineno)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._replace("call dropped", node, "pass")
        self.generic_visit(node)

    # expressions

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators):
            for other in COMPARED[type(operator)]:
                self._between("comparison turned", left, right, other)
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = "or" if isinstance(node.op, ast.And) else "and"
        if len(node.values) == 2:
            self._between("and, or exchanged", node.values[0], node.values[1], other)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._replace("condition negated", node, f"bool({self._text(node.operand)})")
        if isinstance(node.op, ast.USub):
            self._replace("wrong sign", node, f"(+{self._text(node.operand)})")
            if isinstance(node.operand, ast.Constant):
                return
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        other = COMPUTED.get(type(node.op))
        if other is not None and not any(map(_is_text, (node.left, node.right))):
            self._between("wrong sign" if other in "+-" else "wrong operator", node.left, node.right, other)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if node.value is True or node.value is False:
            self._replace("constant turned", node, str(not node.value))
        elif type(node.value) is int and abs(node.value) <= LARGEST:
            self._replace("constant by one", node, str(node.value + 1))

    def visit_Call(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg is not None and len(node.args) + len(node.keywords) > 1:
                self._without("argument dropped", [*node.args, *node.keywords], keyword)
        self.generic_visit(node)

    def _names_given(self, call: ast.expr) -> None:
        if isinstance(call, ast.Call):
            names = [argument for argument in call.args if _is_text(argument)]
            for name in names if len(names) > 1 else ():
                self._without("table without an entry", call.args, name)

    # tables

    def visit_Dict(self, node: ast.Dict) -> None:
        entries = [key or value for key, value in zip(node.keys, node.values)]
        if len(entries) > 1:
            for entry, value in zip(entries, node.values):
                self._without("table without an entry", entries, entry, value)
        self.generic_visit(node)

    def visit_List(self, node: ast.List | ast.Set) -> None:
        if len(node.elts) > 1 and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            for entry in node.elts:
                self._without("table without an entry", node.elts, entry)
        self.generic_visit(node)

    visit_Set = visit_List

    def visit_Tuple(self, node: ast.Tuple) -> None:
        if len(node.elts) > 2 and isinstance(node.ctx, ast.Load) and all(map(_is_text, node.elts)):
            for entry in node.elts:
                self._without("table without an entry", node.elts, entry)
        self.generic_visit(node)

    def _without(
        self, kind: str, parts: list[ast.expr] | list[ast.AST], part: ast.AST, last: ast.AST | None = None
    ) -> None:
        """Cut one of several parts that commas part, with the comma before it, or after it where it is the first."""
        place, start, end = parts.index(part), *self._span(part)  # type: ignore[arg-type]
        end = self._span(last or part)[1]
        comma = self.source.find(b",", end)
        if place == 0:
            following = self._span(parts[1])[0]
            if 0 <= comma < following and b"#" not in self.source[end:following]:
                self._plant(kind, start, comma + 1, "", part.lineno)  # type: ignore[attr-defined]
            return
        before = self.source.rfind(b",", 0, start)
        if not self.source[before + 1 : start].strip():
            self._plant(kind, before, end, "", part.lineno)  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def planted(source: bytes, mutant: Mutant) -> bytes:
    """The source with the fault in it."""
    return source[: mutant.start] + mutant.text.encode() + source[mutant.end :]


def blocks(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The blocks of a module's functions: each body that may run or not run, named by its function and its number in that."""
    for name, function in _functions(tree, ""):
        yield f"{name}:0", function.body
        count = 0
        for inner in ast.walk(function):
            if isinstance(inner, (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.ExceptHandler)):
                for part in ("body", "orelse", "finalbody"):
                    body = getattr(inner, part, None)
                    if body:
                        count += 1
                        yield f"{name}:{count}", body


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        name = (
            f"{within}.{child.name}".lstrip(".") if hasattr(child, "name") and isinstance(child.name, str) else within
        )
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield name, child
        yield from _functions(child, name)
