"""Fixes of optimizers and schedules: what they are made of, and what a step is given."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of
from convcalc.check.text import Edit

from .bindings import binding, traceback, unused
from .case import GUESSES, Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

BETTER_MORE = ("acc", "score", "f1", "auc", "iou", "dice", "r2", "reward", "map")
BETTER_LESS = ("loss", "err", "mse", "mae", "rmse", "perplexity", "ppl", "wer", "cer", "nll")
LATER = ("val", "valid", "test", "dev", "eval")  # what a schedule watches, rather than what is trained on
MOMENTUM = "0.9"  # what nearly everybody takes


def of_optimizer(case: Case) -> Iterator[Candidate]:
    """Yield what an optimizer or a schedule was to be given."""
    yield from _measured(case)
    yield from _momentum(case)
    yield from _in_two_groups(case)
    yield from _added_generators(case)
    yield from _parameters(case)
    yield from _one_function(case)
    yield from _of_optimizer(case)
    yield from _as_saved(case)
    yield from _used_up(case)


def _measured(case: Case) -> Iterator[Candidate]:
    """`scheduler.step()` of a schedule that watches a number: `scheduler.step(val_loss)`."""
    node = case.expression()
    if "missing 1 required positional argument: 'metrics'" not in case.words or type(node) is not ast.Call:
        return
    more = any(
        k.arg == "mode" and getattr(k.value, "value", None) == "max"
        for call in case.syntax.calls
        if called_name(call) == "ReduceLROnPlateau"
        for k in call.keywords
    )
    wanted, other = (BETTER_MORE, BETTER_LESS) if more else (BETTER_LESS, BETTER_MORE)
    names = [
        name
        for name in _set_above(case, node)
        if any(w in name.lower() for w in wanted) and not any(w in name.lower() for w in other)
    ]
    names.sort(key=lambda name: not any(w in name.lower() for w in LATER))
    end = case.text.span(node)[1] - 1
    for name in names[:2]:
        yield Candidate(Edit(end, end, name), case.text.span(node), f"it watches a number, {name} here")


def _set_above(case: Case, node: Any) -> list[str]:
    """Return the names that the function sets to one value above a node, the nearest first."""
    function = case.syntax.function(node)
    found: dict[str, None] = {}
    for other in sorted(
        (n for n in case.syntax.nodes if type(n) is ast.Assign and n.lineno < node.lineno), key=lambda n: -int(n.lineno)
    ):
        if case.syntax.function(other) is not function or type(other.value) in (ast.List, ast.Dict, ast.ListComp):
            continue
        for target in other.targets:
            parts = target.elts if type(target) is ast.Tuple else [target]
            for part in parts:
                if type(part) is ast.Name and not _is_callable(case, part.id):
                    found[part.id] = None
    return list(found)


def _is_callable(case: Case, name: str) -> bool:
    return any(type(c.func) is ast.Name and c.func.id == name for c in case.syntax.calls)


def _momentum(case: Case) -> Iterator[Candidate]:
    """`SGD(..., nesterov=True)` without a momentum."""
    if "Nesterov momentum requires" not in case.words:
        return
    for call in case.calls_named("SGD", "RMSprop"):
        keywords = {k.arg: k for k in call.keywords}
        if "momentum" in keywords:
            if number_of(keywords["momentum"].value) == 0:
                yield case.replace(keywords["momentum"].value, MOMENTUM, "Nesterov's method needs a momentum")
        elif "nesterov" in keywords:
            start = case.text.span(keywords["nesterov"])[0]
            new = Edit(start, start, f"momentum={MOMENTUM}, ")
            yield Candidate(new, case.text.span(call), "Nesterov's method needs a momentum")


def _in_two_groups(case: Case) -> Iterator[Candidate]:
    """Yield the rest of the parameters for a group that lists all: a name that was made for that, `not any(...)` for `not all(...)`."""
    if "more than one parameter group" not in case.words:
        return
    node = case.expression()
    groups = _expanded(case, node)
    for name, statement in unused(case):
        if "parameters()" not in case.text.of(statement.value):
            continue
        for call in groups:
            if called_name(call) == "parameters" and not _encloses(case, statement, call):
                yield case.replace(call, name, f"a parameter stands in one group: {name} are the others", shown=call)
    for call in groups:
        around = case.syntax.parent(call)
        if called_name(call) == "all" and type(around) is ast.UnaryOp and type(around.op) is ast.Not:
            yield case.replace(
                call.func, "any", "none of them, for the other group has those with any of them", shown=around
            )
    whole = [c for c in groups if called_name(c) == "parameters" and type(c.func) is ast.Attribute]
    for call in whole:
        for part in whole:
            owner, inner = case.text.of(call.func.value), case.text.of(part.func.value)
            if inner.startswith(owner + ".") and type(case.syntax.parent(call)) is ast.Dict:
                name = inner[len(owner) + 1 :]
                new = f'[p for n, p in {owner}.named_parameters() if not n.startswith("{name}.")]'
                yield case.replace(call, new, f"all but those of {inner}, which have a group", shown=call)


def _expanded(case: Case, node: Any) -> list[Any]:
    """Return the calls within an expression and within what its names were set to."""
    roots = [node, *(b for b in (binding(case, a) for a in getattr(node, "args", ())) if b is not None)]
    return [c for c in case.syntax.calls if any(_encloses(case, root, c) for root in roots)]


def _encloses(case: Case, outer: Any, node: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _added_generators(case: Case) -> Iterator[Candidate]:
    """`a.parameters() + b.parameters()`: generators cannot be added, lists can."""
    if "unsupported operand type(s) for +" not in case.words or "generator" not in case.words:
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.BinOp or type(node.op) is not ast.Add or node.lineno != case.found.line:
            continue
        parts = _summands(node)
        if type(case.syntax.parent(node)) is not ast.BinOp and any(called_name(p) in _GENERATORS for p in parts):
            texts = [f"list({case.text.of(p)})" if called_name(p) in _GENERATORS else case.text.of(p) for p in parts]
            yield case.replace(node, " + ".join(texts), "generators cannot be added, lists can")


_GENERATORS = ("parameters", "named_parameters", "buffers", "children", "modules", "filter", "map")


def _summands(node: Any) -> list[Any]:
    if type(node) is ast.BinOp and type(node.op) is ast.Add:
        return [*_summands(node.left), node.right]
    return [node]


def _parameters(case: Case) -> Iterator[Candidate]:
    """`Adam(model)`, `Adam(weight)`: the parameters of the model, a list of the one tensor."""
    words, node = case.words, case.expression()
    if "iterable of Tensors or dicts" in words and type(node) is ast.Call and node.args:
        yield case.replace(node.args[0], f"[{case.text.of(node.args[0])}]", "a list of tensors", shown=node)
    if type(node) is ast.Call and node.args and type(node.args[0]) in (ast.Name, ast.Attribute):
        if "object is not iterable" in words or "is not a Tensor" in words or "can only optimize Tensors" in words:
            if called_name(node) in _optimizers():
                yield case.insert_after(node.args[0], ".parameters()", "what it trains", shown=node)


def _optimizers() -> frozenset[str]:
    return frozenset(
        "SGD Adam AdamW Adagrad Adadelta Adamax NAdam RAdam RMSprop Rprop ASGD LBFGS SparseAdam Adafactor".split()
    )


def _one_function(case: Case) -> Iterator[Candidate]:
    """`LambdaLR(optimizer, [f, f])` of an optimizer with one group."""
    if "lr_lambdas" not in case.words:
        return
    for call in case.calls_named("LambdaLR", "MultiplicativeLR"):
        for given in [*call.args[1:], *(k.value for k in call.keywords)]:
            if type(given) in (ast.List, ast.Tuple) and given.elts:
                texts = [case.text.of(e) for e in given.elts]
                if len(set(texts)) == 1:
                    yield case.replace(given, texts[0], "the same for each group of the optimizer", shown=call)
                else:
                    yield case.replace(given, f"[{texts[0]}]", "one for each group", GUESSES, shown=call)


def _of_optimizer(case: Case) -> Iterator[Candidate]:
    """`StepLR(model, ...)`: a schedule changes an optimizer."""
    if "param_groups" not in case.words and "is not an Optimizer" not in case.words:
        return
    from convcalc.standin.optim import Optimizer

    node = case.expression()
    if type(node) is not ast.Call or not node.args:
        return
    for frame, _ in traceback(case)[:1]:
        for name, value in list({**frame.f_globals, **frame.f_locals}.items()):
            if isinstance(value, Optimizer) and type(name) is str and name.isidentifier():
                yield case.replace(node.args[0], name, "a schedule changes an optimizer", shown=node)


def _as_saved(case: Case) -> Iterator[Candidate]:
    """`Adam(model.head.parameters())` that loads the state of one of `model.parameters()`."""
    if "parameter group that doesn't match the size" not in case.words:
        return
    node = case.expression()
    receiver = getattr(getattr(node, "func", None), "value", None)
    made = binding(case, receiver)
    if type(made) is not ast.Call:
        return
    for call in case.syntax.calls:
        if called_name(call) == "parameters" and _encloses(case, made, call) and type(call.func) is ast.Attribute:
            inner = call.func.value
            while type(inner) is ast.Attribute:
                inner = inner.value
                new = f"{case.text.of(inner)}.parameters()"
                yield case.replace(call, new, "as many parameters as were saved", shown=made)


def _used_up(case: Case) -> Iterator[Candidate]:
    """A generator of parameters that was gone through already: `list(...)` of it."""
    if "empty parameter list" not in case.words:
        return
    node = case.expression()
    if type(node) is not ast.Call or not node.args:
        return
    made = binding(case, node.args[0])
    if type(made) is ast.GeneratorExp:
        text = case.text.of(made)
        yield case.replace(made, f"[{text[1:-1]}]", "a generator is gone after it was looked through", shown=made)
    elif called_name(made) in _GENERATORS:
        yield case.wrap(made, "list(", ")", "a generator is gone after it was looked through")
