"""Fixes of what autograd refuses: writes to parameters, values that a pass still needs, graphs that are gone, many numbers where one is derived."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module
from convcalc.tensor import Tensor

from .bindings import binding, loads
from .case import Candidate
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

MOST = 4


def of_gradient(case: Case) -> Iterator[Candidate]:
    """Yield what autograd allows."""
    yield from to_numpy(case)
    yield from without_gradient(case)
    yield from _into_a_new_tensor(case)
    yield from _anew_in_each_turn(case)
    yield from _cut_off(case)
    yield from _this_loss(case)
    yield from many_derived(case)


def to_numpy(case: Case) -> Iterator[Candidate]:
    """`x.numpy()` of what has a gradient: `x.detach().numpy()`; `detach` comes before `cpu`."""
    if "requires grad" not in case.words or "numpy" not in case.words:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        if called_name(call) == "numpy" and type(call.func) is ast.Attribute:
            of: Any = call.func.value
            if called_name(of) == "cpu" and type(of.func) is ast.Attribute and not of.args:
                new = f"{case.text.of(of.func.value)}.detach().cpu()"
                yield case.replace(of, new, "without its gradient", shown=call)
            else:
                yield case.insert_after(of, ".detach()", "without its gradient", shown=call)
        elif getattr(getattr(call.func, "value", None), "id", None) in ("np", "numpy") and call.args:
            given = call.args[0]
            if type(given) in (ast.Name, ast.Attribute, ast.Subscript, ast.Call):
                yield case.insert_after(given, ".detach().numpy()", "without its gradient", shown=call)


def without_gradient(case: Case) -> Iterator[Candidate]:
    """`with torch.no_grad():` around what writes to a parameter in place, the loop over the parameters included; or `.data`."""
    if "in-place operation" not in case.words:
        return
    node = case.syntax.statement(case.expression())
    if node is None or node.lineno != node.end_lineno:
        return
    reason = "a parameter is written to apart from its gradient"
    receiver = _receiver(node)
    around = case.syntax.parent(node)
    data = [] if receiver is None else [case.insert_after(receiver, ".data", reason)]
    if type(around) is ast.For and len(around.body) == 1 and called_name(around.iter) == "parameters":
        yield _within_no_grad(case, around, reason)
    elif type(receiver) is ast.Attribute and receiver.attr in ("weight", "bias"):
        yield from data
        data = []
    yield _within_no_grad(case, node, reason)
    yield from data


def _within_no_grad(case: Case, node: Any, reason: str) -> Candidate:
    start, end = case.text.span(node)
    inner = case.text.of(node).replace("\n", "\n    ")
    new = f"with torch.no_grad():\n{' ' * (node.col_offset + 4)}{inner}"
    return Candidate(Edit(start, end, new), (start, end), reason)


def _receiver(statement: Any) -> Any:
    """Return what a statement writes to: `p` of `p.add_(...)` and of `p += ...`."""
    if (
        type(statement) is ast.Expr
        and type(statement.value) is ast.Call
        and type(statement.value.func) is ast.Attribute
    ):
        return statement.value.func.value
    return statement.target if type(statement) is ast.AugAssign and type(statement.target) is ast.Attribute else None


def _into_a_new_tensor(case: Case) -> Iterator[Candidate]:
    """`x.clamp_(0, 1)` of what is needed as it was: `x = x.clamp(0, 1)`; `x += y`: `x = x + y`."""
    if "modified by an inplace operation" not in case.words:
        return
    reason = "a new tensor: the pass backward needs the old one as it was"
    failing = case.expression()
    function = case.syntax.function(failing)
    yield from _after_the_step(case, failing)
    lines = {call.line for call in case.record.calls if call.type.endswith("_") or "Tensor.__i" in call.type}
    written = [n for n in case.syntax.nodes if type(n) in (ast.Expr, ast.AugAssign) and n.lineno in lines]
    for node in sorted(written, key=lambda n: (case.syntax.function(n) is not function, -int(n.lineno)))[:MOST]:
        if type(node) is ast.Expr and type(node.value) is ast.Call and type(node.value.func) is ast.Attribute:
            call: Any = node.value
            name, of = call.func.attr, call.func.value
            if name.endswith("_") and not name.endswith("__") and type(of) is ast.Name:
                start = case.text.span(of)[1]
                text = case.text.text[start : case.text.span(call)[1]].replace(f".{name}", f".{name[:-1]}", 1)
                yield case.replace(node, f"{of.id} = {of.id}{text}", reason, shown=node)
        elif type(node) is ast.AugAssign and type(node.target) is ast.Name:
            sign = _SIGNS.get(type(node.op))
            if sign is not None:
                simple = type(node.value) in (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.Subscript)
                value = case.text.of(node.value) if simple or sign == "+" else f"({case.text.of(node.value)})"
                yield case.replace(node, f"{node.target.id} = {node.target.id} {sign} {value}", reason, shown=node)
    for call in case.syntax.calls:
        for keyword in call.keywords:
            if keyword.arg == "inplace" and getattr(keyword.value, "value", None) is True and call.lineno in lines:
                yield case.replace(keyword.value, "False", reason, shown=call)


def _after_the_step(case: Case, failing: Any) -> Iterator[Candidate]:
    """Yield what is computed before a step of an optimizer computed after it: the step changes the weights that it used."""
    around = case.syntax.parent(case.syntax.statement(failing))
    body = getattr(around, "body", ())
    for at in range(1, len(body)):
        before, step = body[at - 1], body[at]
        is_step = type(step) is ast.Expr and called_name(step.value) == "step" and step.lineno < failing.lineno
        if is_step and type(before) is ast.Assign and type(before.value) is ast.Call:
            found = case.swap(before, before, step, "the step changes the weights that this is computed with")
            found.shown = (found.edit.start, found.edit.end)
            yield found


_SIGNS: dict[Any, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


# a graph that is gone


def _loop(case: Case, node: Any) -> Any:
    while node is not None and type(node) not in (ast.For, ast.While):
        node = case.syntax.parent(node)
    return node


def _anew_in_each_turn(case: Case) -> Iterator[Candidate]:
    """Yield what is computed before a loop computed in each turn of it."""
    if "backward through the graph a second time" not in case.words:
        return
    node = case.syntax.statement(case.expression())
    loop = _loop(case, node)
    around = case.syntax.parent(loop)
    body = getattr(around, "body", None)
    if loop is None or type(body) is not list or loop not in body:
        return
    read = {n.id for n in case.syntax.nodes if type(n) is ast.Name and _within(case, n, loop)}
    for statement in reversed(body[: body.index(loop)][-MOST:]):
        if type(statement) is not ast.Assign or not isinstance(statement.value, ast.Call):
            continue
        names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and case.syntax.parent(n) is statement}
        if not names & read:
            continue
        start, end = case.text.span(statement)
        since, inner = case.text.span(loop)[0], case.text.span(loop.body[0])[0]
        between = case.text.text[end:since].lstrip("\n").lstrip() if case.text.text[end:since].strip() else ""
        indent = " " * loop.body[0].col_offset
        new = f"{between}{case.text.text[since:inner]}{case.text.of(statement)}\n{indent}"
        yield Candidate(
            Edit(start, inner, new), (start, inner), "a graph is gone after one pass: computed in each turn"
        )


def _within(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _cut_off(case: Case) -> Iterator[Candidate]:
    """`netD(fake.detach())`: what one network made is only data for the step of the other; a state that is carried on, without its past."""
    if "backward through the graph a second time" not in case.words:
        return
    failing = case.expression()
    function = case.syntax.function(failing)
    tried = 0
    for call in sorted(case.syntax.calls, key=lambda c: (c.lineno, c.col_offset)):
        if case.syntax.function(call) is not function or call.lineno >= failing.lineno or not call.args:
            continue
        given = call.args[0]
        if type(given) is not ast.Name or type(call.func) not in (ast.Name, ast.Attribute):
            continue
        made = binding(case, given)
        if type(made) is not ast.Call or not made.args or loads(case, given) < 2 or tried >= MOST:
            continue
        taker, maker = value_of(case, call.func), value_of(case, made.func)
        if not isinstance(taker, Module) or not isinstance(maker, Module) or taker is maker:
            continue
        if facts_of(type(taker)).kind == "loss" or not isinstance(value_of(case, given), Tensor):
            continue
        tried += 1
        yield case.method(given, ".detach()", f"only data here: {given.id} has its gradients from the other pass")
    yield from _carried_on(case, failing)


def _carried_on(case: Case, failing: Any) -> Iterator[Candidate]:
    """`out, hidden = rnn(x, hidden)` in a loop: the state goes on, its graph does not."""
    loop = _loop(case, failing)
    for statement in getattr(loop, "body", ()):
        if type(statement) is not ast.Assign or type(statement.value) is not ast.Call:
            continue
        target = statement.targets[0]
        parts = target.elts if type(target) is ast.Tuple else [target]
        set_here = {p.id for p in parts if type(p) is ast.Name}
        for given in statement.value.args:
            if getattr(given, "id", None) in set_here:
                new = f"{case.text.of(given)}.detach()"
                reason = "the state is carried on, its graph is not"
                yield case.replace(given, new, reason, shown=statement)
                many = f"tuple(h.detach() for h in {case.text.of(given)})"
                yield case.replace(given, many, reason, shown=statement)


def _this_loss(case: Case) -> Iterator[Candidate]:
    """`total += loss` and `total.backward()` in each turn: of this turn's loss."""
    if "backward through the graph a second time" not in case.words:
        return
    node = case.expression()
    total = getattr(getattr(node, "func", None), "value", None)
    loop = _loop(case, node)
    if type(total) is not ast.Name or loop is None:
        return
    for statement in case.syntax.nodes:
        if type(statement) is ast.AugAssign and getattr(statement.target, "id", None) == total.id and _within(case, statement, loop):  # fmt: skip
            if type(statement.value) is ast.Name:
                yield case.replace(total, statement.value.id, "the pass of this turn's loss", shown=node)


# many numbers


def many_derived(case: Case) -> Iterator[Candidate]:
    """`grad(outputs=score, inputs=x)` of many scores: weighed by ones, which is the gradient of their sum."""
    if "implicitly created only for scalar outputs" not in case.words:
        return
    for call in case.calls_named("grad"):
        keywords = {k.arg: k for k in call.keywords}
        outputs = keywords["outputs"].value if "outputs" in keywords else call.args[0] if call.args else None
        if outputs is None or "grad_outputs" in keywords:
            continue
        new = f"grad_outputs=torch.ones_like({case.text.of(outputs)})"
        reason = "one gradient for each of them, added up"
        later = [k for k in call.keywords if k.arg in ("retain_graph", "create_graph", "only_inputs", "allow_unused")]
        if later:
            start = case.text.span(later[0])[0]
            yield Candidate(Edit(start, start, f"{new}, "), case.text.span(call), reason)
        else:
            last = [*call.args, *(k.value for k in call.keywords)][-1]
            yield case.insert_after(last, f", {new}", reason, shown=call)
        yield case.method(outputs, ".sum()", reason)
