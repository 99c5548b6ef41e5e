"""One refusal with what is known of it: the exception, the call, the file's text and syntax; and the words for its fixes."""

from __future__ import annotations

import _ast as ast

from convcalc.check.provenance import history, refused_tensor
from convcalc.check.span import span_of_instruction
from convcalc.check.syntax import Syntax, argument, called_name, names_of
from convcalc.check.text import Edit, SourceText
from convcalc.nn.module import Module, is_layer
from convcalc.tensor import ShapeError, Tensor
from convcalc.tensor.errors import message_of
from convcalc.trace import tensors

from .candidate import GUESSES as GUESSES
from .candidate import LEAVES_OUT as LEAVES_OUT
from .candidate import MENDS as MENDS
from .candidate import OTHER_DATA as OTHER_DATA
from .candidate import Candidate as Candidate
from .casts import made_as
from .values import Origins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.diagnostic import Diagnostic
    from convcalc.source.program import Program
    from convcalc.trace import Call


CASTS = ("float", "long", "int", "double", "bool")


class Case:
    """A refusal in a file."""

    def __init__(
        self,
        program: Program,
        found: Diagnostic,
        error: BaseException | None,
        call: Call | None,
        text: SourceText,
        syntax: Syntax,
    ) -> None:
        self.program = program
        self.record = program.record
        self.found = found
        self.error = error
        self.words = "" if error is None else message_of(error)
        self.call = call
        self.text = text
        self.syntax = syntax
        self.origins = Origins(syntax)
        self.module = call.owner if call is not None and is_layer(call.owner) else None
        refusal = error if isinstance(error, ShapeError) else None  # what else is raised may answer anything
        self.expected: Any = None if refusal is None else refusal.expected
        self.actual: Any = None if refusal is None else refusal.actual
        self.tensor = None if call is None else refused_tensor(call, error)  # type: ignore[arg-type]

    # candidates

    def replace(self, node: Any, new: str, reason: str, rank: int = MENDS, shown: Any = None) -> Candidate:
        """Return another text for a node, shown within the innermost call that holds it."""
        start, end = self.text.span(node)
        around = shown if shown is not None else self._shown(node)
        return Candidate(Edit(start, end, new), self.text.span(around), reason, rank)

    def undo(self, node: Any, new: str, reason: str, shown: Any = None) -> Candidate:
        """Return less than was there for a node: what stands around its part was too much."""
        candidate = self.replace(node, new, reason, shown=shown)
        candidate.is_undone = True
        return candidate

    def insert_after(self, node: Any, new: str, reason: str, rank: int = MENDS, shown: Any = None) -> Candidate:
        _, end = self.text.span(node)
        around = shown if shown is not None else self._shown(node)
        return Candidate(Edit(end, end, new), self.text.span(around), reason, rank)

    def wrap(self, node: Any, before: str, after: str, reason: str, rank: int = MENDS) -> Candidate:
        return self.replace(node, before + self.text.of(node) + after, reason, rank)

    def method(self, node: Any, suffix: str, reason: str, rank: int = MENDS) -> Candidate:
        """`x` becomes `x.long()`; what binds weaker than a method call gets parentheses; `x.t()` transposed once more is `x`."""
        plain = type(node) in (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
        text = self.text.of(node)
        name = suffix[1:].partition("(")[0]
        if name in ("t", "transpose") and called_name(node) in ("t", "transpose"):
            for had in (suffix, ".t()"):
                if text.endswith(had) and suffix in (had, ".t()", ".transpose(0, 1)"):
                    return self.replace(node, text[: -len(had)], reason, rank, shown=node)
        elif name in CASTS and called_name(node) in CASTS and text.endswith("()"):
            return self.replace(node, text[: -len(f".{called_name(node)}()")] + suffix, reason, rank)
        elif name in CASTS and type(node) is ast.Call:
            made = made_as(self, node, name, reason, rank)
            if made is not None:
                return made
        return self.replace(node, (text if plain else f"({text})") + suffix, reason, rank)

    def dropped_method(self, call: Any, reason: str, rank: int = MENDS) -> Candidate:
        """`x.argmax(1)` becomes `x`."""
        return self.replace(call, self.text.of(call.func.value), reason, rank, shown=call)

    def swap(self, node: Any, left: Any, right: Any, reason: str) -> Candidate:
        """Return two parts of a node in the other order."""
        start, end = self.text.span(left)[0], self.text.span(right)[1]
        middle = self.text.text[self.text.span(left)[1] : self.text.span(right)[0]]
        new = self.text.of(right) + middle + self.text.of(left)
        return Candidate(Edit(start, end, new), self.text.span(node), reason)

    def replace_all(self, nodes: list[Any], new: str, shown: Any, reason: str, rank: int = MENDS) -> Candidate:
        """Return another text for neighbouring nodes and what is between them."""
        start, end = self.text.span(nodes[0])[0], self.text.span(nodes[-1])[1]
        return Candidate(Edit(start, end, new), self.text.span(shown), reason, rank)

    def _shown(self, node: Any) -> Any:
        """Return the innermost call on few lines around a node; else its own statement, or itself."""
        around = self.syntax.parent(node)
        while around is not None and not isinstance(around, ast.stmt):
            if type(around) is ast.Call and _lines(around) < 3:
                return around
            around = self.syntax.parent(around)
        if (
            around is not None
            and type(around) in (ast.Assign, ast.Expr, ast.Return)
            and around.end_lineno == around.lineno
        ):
            return around
        return node

    # where things stand

    def expression(self) -> Any:
        """Return the innermost node that the diagnosis points at."""
        found, place = self.found, None
        for node in self.syntax.nodes:
            if getattr(node, "lineno", None) == found.line and isinstance(node, (ast.expr, ast.AugAssign)):
                start, end = self.text.span(node)
                if self.text.place(start)[1] == found.column and self.text.place(end) == (
                    found.end_line,
                    found.end_column,
                ):
                    place = node
        if place is None and found.column is None and found.line:
            calls = self.syntax.at_line(found.line)
            name = self.call.type.rpartition(".")[2] if self.call is not None else None
            place = next((c for c in calls if called_name(c) == name), calls[0] if calls else None)
        return place

    def constructor(self, module: Any) -> Any:
        """Return the call that built a module."""
        built = self.record.built.get(id(module))
        if built is None or built.f_code is None or built.file != self.program.file:
            return None
        span = span_of_instruction(built.f_code, built.instruction, built.line)
        for node in self.syntax.calls:
            if span.column is not None:
                if (node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1) == (
                    span.line, span.column, span.end_line, span.end_column,
                ):  # fmt: skip
                    return node
            elif called_name(node) == type(module).__name__ and node.lineno <= (built.line or 0) <= node.end_lineno:
                return node
        return None

    def calls_named(self, *names: str) -> list[Any]:
        """Return calls of that name in the refused expression, or else on its line."""
        node = self.expression()
        inside = (
            [] if node is None else [c for c in self.syntax.calls if called_name(c) in names and self._within(c, node)]
        )
        return inside or [c for c in self.syntax.at_line(self.found.line or 0) if called_name(c) in names]

    def _within(self, node: Any, outer: Any) -> bool:
        while node is not None and node is not outer:
            node = self.syntax.parent(node)
        return node is outer

    # a layer's settings

    def setting(
        self, module: Any, name: str, new: Any, reason: str, factors: tuple[int, ...] = ()
    ) -> Iterator[Candidate]:
        """Yield the argument of a layer's constructor, wherever its value was written."""
        call = self.constructor(module)
        if call is None or new is None:
            return
        yield from self.argument_of(call, name, names_of(module), getattr(module, name, None), new, reason, factors)

    def argument_of(
        self,
        call: Any,
        name: str,
        names: tuple[str, ...],
        old: Any,
        new: Any,
        reason: str,
        factors: tuple[int, ...] = (),
    ) -> Iterator[Candidate]:
        node = argument(call, name, names)
        if node is None:
            if name in ("padding", "groups", "stride") and not any(k.arg is None for k in call.keywords):
                last = [*call.args, *(k.value for k in call.keywords)]
                if last:
                    yield self.insert_after(last[-1], f", {name}={new}", reason, shown=call)
            return
        if type(old) is tuple and len(set(old)) == 1 and type(new) is int:
            old = old[0]
        for place, text in self.origins.changes(node, old, new, factors):
            yield self.replace(place, text, reason)
        if type(node) in (ast.List, ast.Tuple) and isinstance(new, (tuple, list)):
            text = ", ".join(map(str, new))
            yield self.replace(node, f"[{text}]" if type(node) is ast.List else f"({text})", reason)
        elif type(node) in (ast.List, ast.Tuple) and type(new) is int:
            text = ", ".join([str(new)] * len(node.elts))
            yield self.replace(node, f"[{text}]" if type(node) is ast.List else f"({text})", reason)
        elif isinstance(new, int):
            yield self.replace(node, str(new), reason)

    # how the tensors came about

    def inputs(self) -> list[Tensor]:
        """Return the tensors that the refused call was given."""
        return [] if self.call is None else [t for t in tensors(self.call.arguments) if isinstance(t, Tensor)]

    def producers(self, tensor: Any, limit: int = 40) -> list[Call]:
        """Return the calls that a tensor came through, the newest first; those that wrote into it in place among them."""
        found: list[Call] = []
        for made, before, after in history(tensor):
            last = found[-1] if found else None
            if before is after and last is not None and (last.line, last.type) == (made.line, made.type):
                continue  # written by a loop, turn by turn
            found.append(made)
            if len(found) == limit:
                break
        return found

    def layers_before(self, tensor: Any) -> list[Module]:
        """Return the layers that a tensor came through, the newest first."""
        return [made.owner for made in self.producers(tensor) if is_layer(made.owner)]

    def source_call(self, tensor: Any) -> Any:
        """Return the node that made a tensor at the start: `torch.randn(8, 1, 28, 28)`."""
        made = self.producers(tensor)
        if not made or made[-1].line is None:
            return None
        name = made[-1].type.rpartition(".")[2]
        return next((c for c in self.syntax.at_line(made[-1].line) if called_name(c) == name), None)

    def node_of(self, made: Call) -> Any:
        """Return the node of an operation that the file calls by its name."""
        name = made.type.rpartition(".")[2]
        return next((c for c in self.syntax.at_line(made.line or 0) if called_name(c) == name), None)

    def factors(self) -> tuple[int, ...]:
        """Return how the features of the refused tensor came about: (32, 7, 7) where a (N, 32, 7, 7) was flattened."""
        for step in self.found.provenance:
            old, new = step["from"], step["to"]
            if old and new and len(new) < len(old) and all(type(size) is int for size in old):
                total = 1
                for size in old[1:]:
                    total *= size
                if total == new[-1] or total == self.actual:
                    return tuple(old[1:])
            return ()
        return ()


def _lines(node: Any) -> int:
    """Return the lines that a node stands on."""
    return int(node.end_lineno - node.lineno + 1)
