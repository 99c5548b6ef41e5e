"""Fixes of what is handed over as another kind of thing: a list for tensors, an array for a tensor, keys for values, a text for its number."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of
from convcalc.tensor import Tensor

from .bindings import binding, places, traceback
from .case import MENDS, OTHER_DATA
from .scope import values
from .states import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

OF_TWO = ("max", "min", "maximum", "minimum", "add", "sub", "mul", "div", "matmul", "mm", "bmm", "dot", "where")
MOST = 6


def of_kinds(case: Case) -> Iterator[Candidate]:
    """Yield what is handed over as the kind of thing that is wanted."""
    yield from _list_for_tensors(case)
    yield from _values_of_dict(case)
    yield from _array_for_tensor(case)
    yield from _shape_for_number(case)
    yield from _text_for_number(case)
    yield from _key_of_other(case)
    yield from _exclusive(case)
    yield from lengths(case)
    yield from _plain_values(case)


def _list_for_tensors(case: Case) -> Iterator[Candidate]:
    """`torch.max([a, b])` takes two tensors; a model takes one of many samples: `torch.stack(images)`."""
    words = case.words
    if not any(
        w in words for w in ("must be Tensor, not list", "got (list", "not tuple", "missing 1 required positional")
    ):
        return
    for call in case.syntax.at_line(case.found.line or 0):
        given: Any = call.args[0] if call.args else None
        if type(given) in (ast.List, ast.Tuple) and called_name(call) in OF_TWO and len(given.elts) > 1:
            texts = ", ".join(case.text.of(e) for e in given.elts)
            yield case.replace(given, texts, "the tensors themselves, not a list of them", shown=call)
    node = case.expression()
    if type(node) is not ast.Call or not node.args:
        return
    for place in places(case, node.args[0])[:3]:
        if type(value_of(case, place)) in (list, tuple) or type(place) in (ast.List, ast.ListComp):
            for name in ("cat", "stack"):
                yield case.wrap(place, f"torch.{name}(", ")", "one tensor of all")


def _values_of_dict(case: Case) -> Iterator[Candidate]:
    """`image, label = batch` of a dict gives its keys."""
    if "not str" not in case.words and "'str'" not in case.words:
        return
    for frame, line in traceback(case):
        known = {**frame.f_globals, **frame.f_locals}
        for node in reversed(case.syntax.nodes):
            if type(node) is ast.Assign and type(node.targets[0]) is ast.Tuple and type(node.value) is ast.Name:
                if node.lineno <= line and isinstance(known.get(node.value.id), dict):
                    yield case.insert_after(node.value, ".values()", "a dict is unpacked to its keys")
            elif type(node) is ast.For and type(node.iter) is ast.Name and type(node.target) is ast.Tuple:
                if isinstance(known.get(node.iter.id), dict):
                    yield case.insert_after(node.iter, ".items()", "keys with their values", shown=node.iter)


def _array_for_tensor(case: Case) -> Iterator[Candidate]:
    """An array where a tensor is taken: `torch.from_numpy`."""
    if "ndarray" not in case.words:
        return
    for call in case.calls_named("stack", "cat", "vstack", "hstack"):
        given: Any = call.args[0] if call.args else None
        if type(given) in (ast.ListComp, ast.GeneratorExp):
            yield case.wrap(given.elt, "torch.from_numpy(", ")", "arrays become tensors first")
        elif type(given) is ast.List and given.elts:
            texts = ", ".join(f"torch.from_numpy({case.text.of(e)})" for e in given.elts)
            yield case.replace(given, f"[{texts}]", "arrays become tensors first", shown=call)
        elif given is not None:
            made = binding(case, given)
            if type(made) is ast.ListComp:
                yield case.wrap(made.elt, "torch.from_numpy(", ")", "arrays become tensors first")
            text = f"[torch.from_numpy(a) for a in {case.text.of(given)}]"
            yield case.replace(given, text, "arrays become tensors first", shown=call)
    node = case.expression()
    if type(node) is ast.Call and node.args and called_name(node) not in ("stack", "cat"):
        for place in places(case, node.args[0])[:4]:
            for before, after in (("torch.from_numpy(", ").float()"), ("torch.from_numpy(", ")")):
                yield case.wrap(place, before, after, "an array becomes a tensor first")


def _shape_for_number(case: Case) -> Iterator[Candidate]:
    """`dist.sample(5)`: a shape, `(5,)`."""
    if "'int' object is not iterable" not in case.words:
        return
    for call in case.calls_named("sample", "rsample", "sample_n", "expand"):
        for given in call.args[:1]:
            if type(given) is not ast.Tuple:
                yield case.wrap(given, "(", ",)", "a shape, not a number")


def _text_for_number(case: Case) -> Iterator[Candidate]:
    """`counts[name]` of a tensor: the place of the name in the list that has it."""
    if "(got str)" not in case.words and "not str" not in case.words:
        return
    for frame, _ in traceback(case)[:1]:
        known = {**frame.f_globals, **frame.f_locals}
        lists = [n for n, v in known.items() if type(n) is str and type(v) in (list, tuple) and n.isidentifier()]
        tables = [n for n, v in known.items() if type(n) is str and type(v) is dict and n.isidentifier()]
        for node in case.syntax.nodes:
            if type(node) is not ast.Subscript or node.lineno != case.found.line or type(node.slice) is not ast.Name:
                continue
            text = known.get(node.slice.id)
            if type(text) is not str:
                continue
            for name in tables:
                if type(known[name].get(text)) is int:
                    yield case.replace(node.slice, f"{name}[{node.slice.id}]", f"the number of {node.slice.id}")
            for name in lists:
                if text in known[name] and not name.startswith("_"):
                    new = f"{name}.index({node.slice.id})"
                    yield case.replace(node.slice, new, f"the place of {node.slice.id} in {name}", shown=node)


def _key_of_other(case: Case) -> Iterator[Candidate]:
    """A table that has all keys that another one has but one, which it has under a name that nobody asks for."""
    if not isinstance(case.error, KeyError) or len(case.error.args) != 1 or type(case.error.args[0]) is not str:
        return
    key = case.error.args[0].strip("'")
    tables: list[Any] = [n for n in case.syntax.nodes if type(n) is ast.Dict and n.keys and all(type(k) is ast.Constant for k in n.keys)]  # fmt: skip
    read = {n.slice.value for n in case.syntax.nodes if type(n) is ast.Subscript and type(n.slice) is ast.Constant}
    for table in tables:
        own = [k.value for k in table.keys]
        if key in own:
            continue
        for other in tables:
            names = [k.value for k in other.keys]
            left = [k for k in own if k not in names]
            if key in names and len(left) == 1 and len(own) == len(names) > 1 and left[0] not in read:
                node = table.keys[own.index(left[0])]
                quote = case.text.of(node)[:1]
                yield case.replace(node, f"{quote}{key}{quote}", f"{key} is asked for", shown=table)


def _exclusive(case: Case) -> Iterator[Candidate]:
    """`DataLoader(..., shuffle=True, sampler=sampler)`: the sampler says the order."""
    words = case.words
    if "mutually exclusive" not in words:
        return
    left = ("batch_size", "shuffle", "sampler", "drop_last") if words.startswith("batch_sampler") else ("shuffle",)
    for call in case.calls_named("DataLoader"):
        kept = [k for k in call.keywords if k.arg not in left]
        if len(kept) < len(call.keywords):
            text = ", ".join(case.text.of(a) for a in [*call.args, *kept])
            reason = "the sampler says in which order they come"
            yield case.replace(call, f"{case.text.of(call.func)}({text})", reason, shown=call)


def lengths(case: Case) -> Iterator[Candidate]:
    """`random_split(data, [n, m])` of parts that are not the whole: the last is what the others leave; or shares."""
    if "Sum of input lengths" not in case.words:
        return
    for call in case.calls_named("random_split"):
        parts: Any = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "lengths"), None)  # fmt: skip
        made = binding(case, parts)
        parts = made if made is not None else parts
        if type(parts) not in (ast.List, ast.Tuple) or len(parts.elts) < 2 or not call.args:
            continue
        data = case.text.of(call.args[0])
        *others, last = parts.elts
        numbers = [number_of(e) for e in others]
        counted = sum(number or 0 for number in numbers)
        if (
            type(case.expected) is int
            and None not in numbers
            and counted < case.expected
            and number_of(last) is not None
        ):
            yield case.replace(last, str(case.expected - counted), f"together they are {case.expected}", shown=call)
        rest = " - ".join([f"len({data})", *(case.text.of(e) for e in others)])
        shares = [_share(e) for e in parts.elts]
        known = [s for s in shares if s is not None]
        if len(known) == len(shares) - 1 and 0 < sum(known) < 1:
            new = [s if s is not None else round(1 - sum(known), 6) for s in shares]
            yield case.replace(parts, f"[{', '.join(map(str, new))}]", "the shares of the whole", shown=call)
        simple = all(type(e) in (ast.Name, ast.Constant, ast.Attribute) for e in others)
        yield case.replace(last, rest, "what the others leave", shown=call, rank=MENDS if simple else OTHER_DATA)


def _share(node: Any) -> float | None:
    """Return `0.8` of `int(0.8 * len(data))`."""
    if called_name(node) == "int" and len(node.args) == 1 and type(node.args[0]) is ast.BinOp:
        for side in (node.args[0].left, node.args[0].right):
            if type(side) is ast.Constant and type(side.value) is float:
                return side.value
    return None


def _plain_values(case: Case) -> Iterator[Candidate]:
    """A tensor in what becomes JSON: its numbers."""
    if "not JSON serializable" not in case.words or "Tensor" not in case.words:
        return
    tried = 0
    known = dict(values(case))
    for call in case.calls_named("dump", "dumps"):
        for node in _below(case, call.args[0] if call.args else None):
            is_made = called_name(node) in ("tensor", "stack", "cat", "mean", "sum")
            value = known.get(case.text.of(node)) if type(node) in (ast.Name, ast.Attribute) else None
            if is_made or isinstance(value, Tensor):
                single = isinstance(value, Tensor) and not value.shape
                tried += 1
                for suffix in (".item()", ".tolist()") if single else (".tolist()", ".item()"):
                    yield case.insert_after(node, suffix, "numbers, which JSON has", shown=case.syntax.parent(node))
                if tried >= MOST:
                    return
    yield from _summed(case)


def _below(case: Case, root: Any) -> list[Any]:
    """Return the expressions within one, and within what it was set to."""
    roots = [r for r in (root, binding(case, root)) if r is not None]
    found = []
    for node in case.syntax.nodes:
        above = node
        while above is not None and not any(above is r for r in roots):
            above = case.syntax.parent(above)
        if above is not None and isinstance(node, ast.expr):
            found.append(node)
    return found


def _summed(case: Case) -> Iterator[Candidate]:
    """`total += loss * n` of tensors: of numbers."""
    tried = 0
    lines = {call.line for call in case.record.calls if call.outputs and call.outputs[0].shape == ()}
    for node in case.syntax.nodes:
        if type(node) is not ast.AugAssign or type(node.op) is not ast.Add or node.lineno not in lines:
            continue
        value = node.value.left if type(node.value) is ast.BinOp else node.value
        if type(value) in (ast.Name, ast.Attribute, ast.Subscript, ast.Call) and tried < MOST:
            tried += 1
            yield case.wrap(value, "float(", ")", "a number, not a tensor")
            yield case.insert_after(value, ".item()", "a number, not a tensor")
    for node in case.syntax.nodes:
        if called_name(node) == "append" and node.args and node.lineno in lines and tried < MOST:
            tried += 1
            yield case.insert_after(node.args[0], ".item()", "a number, not a tensor", shown=node)
