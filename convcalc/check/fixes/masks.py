"""Fixes of masks: transposed, repeated for each head, cut to the length of the sequence."""

from __future__ import annotations

import _ast as ast

from convcalc.check.text import Edit

from .case import Candidate
from .scope import frames, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def of_attention(case: Case) -> Iterator[Candidate]:
    """Yield the mask that an attention refuses, in the shape that it wants."""
    node = case.expression()
    if type(node) is not ast.Call:
        return
    words = case.words
    yield from of_padding(case, node)
    if "pad" in words and "mask" in words:
        for keyword in node.keywords:
            if "padding_mask" in (keyword.arg or ""):
                yield case.method(keyword.value, ".transpose(0, 1)", "a row for each sample, a column for each step")
    if not isinstance(case.actual, tuple) or not isinstance(case.expected, tuple):
        return
    actual, expected = case.actual, case.expected
    for given in [*(k.value for k in node.keywords if "mask" in (k.arg or "")), *node.args[3:]]:
        if actual[::-1] == expected and len(actual) == 2:
            yield case.method(given, ".transpose(0, 1)", f"then it is {expected}")
        elif len(actual) == 3 and actual[1:] == expected[1:] and actual[0] and expected[0] % actual[0] == 0:
            heads = expected[0] // actual[0]
            owner = case.text.of(node.func)
            texts = [t for t, v in values(case) if type(v) is int and v == heads and "head" in t.lower()]
            for text in [*texts[:1], f"{owner}.num_heads", str(heads)]:
                yield case.method(given, f".repeat_interleave({text}, dim=0)", "one mask for each head of each sample")


_PADDING = {"mask": "src_key_padding_mask", "src_mask": "src_key_padding_mask", "attn_mask": "key_padding_mask", "tgt_mask": "tgt_key_padding_mask", "memory_mask": "memory_key_padding_mask"}  # fmt: skip


def of_padding(case: Case, node: Any) -> Iterator[Candidate]:
    """Yield a mask with a row for each sample as one of padding: what attends to what would be square."""
    actual, expected = case.actual, case.expected
    if not isinstance(actual, tuple) or not isinstance(expected, tuple) or len(actual) != 2 or len(expected) != 2:
        return
    if expected[0] != expected[1] or actual[1] != expected[1]:
        return
    given = [k.arg for k in node.keywords]
    for keyword in node.keywords:
        meant = _PADDING.get(keyword.arg or "")
        if meant is not None and meant not in given:
            start = case.text.span(keyword)[0]
            edit = Edit(start, start + len(keyword.arg), meant)
            yield Candidate(edit, case.text.span(node), f"{actual}: a row for each sample, a column for each step")


def made_turned(case: Case) -> Iterator[Candidate]:
    """Yield the mask that is refused turned round where it is made: `mask = (tokens == PAD).transpose(0, 1)`."""
    if "mask" not in case.words:
        return
    for tensor in case.inputs():
        shape = tuple(tensor.shape)
        if len(shape) != 2 or shape[0] == shape[1]:
            continue
        made = {c.line for c in case.record.calls if c.outputs and c.outputs[0].shape == shape}
        for node in case.syntax.nodes:
            if type(node) is ast.Assign and node.lineno in made and "mask" in case.text.of(node.targets[0]):
                yield case.method(node.value, ".transpose(0, 1)", "a row for each sample, a column for each step")


def cut(case: Case) -> Iterator[Candidate]:
    """Yield a table or mask that is longer than the sequence, cut to its length: `self.mask[:, :, :T, :T]`."""
    given = case.inputs()[:2]
    if len(given) < 2:
        return
    shapes = [tuple(t.shape) for t in given]
    for long, short in ((1, 0), (0, 1)):
        node = _node_of_table(case, shapes[long])
        cuts = _cuts(case, shapes[long], shapes[short])
        if node is not None and cuts is not None and len(shapes[long]) > 1:  # a row of numbers is no table of steps
            yield case.insert_after(node, f"[{cuts}]", "as long as the sequence", shown=case.syntax.parent(node))


def uncut(case: Case) -> Iterator[Candidate]:
    """Yield what is too short without the slice that cut it: `self.anchors()[: size]`."""
    for tensor in case.inputs()[:2]:
        for made in case.producers(tensor)[:12]:
            if "getitem" not in made.type or not made.inputs or not made.outputs:
                continue
            old, new = made.inputs[0].shape, made.outputs[0].shape
            if old is None or new is None or len(old) != len(new) or old[:1] == new[:1]:
                continue
            for node in case.syntax.nodes:
                if type(node) is ast.Subscript and type(node.slice) is ast.Slice and node.lineno == made.line:
                    yield case.undo(node, case.text.of(node.value), f"all {old[0]}, as they are met with", shown=node)


def of_square(case: Case) -> Iterator[Candidate]:
    """Yield a square table of a module that is used as a whole where the sequence is shorter: `self.mask[:, :, :T, :T]`."""
    known = dict(_tables(case))
    shorter = [(n, v) for n, v in values(case) if type(v) is int and "." not in n and v > 1]
    own = frames(case)[0].f_locals if frames(case) else {}
    shorter = [(n, v) for n, v in reversed(list(own.items())) if type(v) is int and v == 1] + shorter
    function = next((f.f_code.co_firstlineno for f in frames(case)[:1]), 0)
    for node in case.syntax.nodes:
        table = known.get(case.text.of(node)) if type(node) is ast.Attribute and node.lineno >= function else None
        if table is None or len(table.shape) < 2 or table.shape[-1] != table.shape[-2]:
            continue
        if type(case.syntax.parent(node)) is ast.Subscript:
            continue
        sizes = {s for t in case.inputs() for s in t.shape}
        for name, value in shorter:
            if value < table.shape[-1] and value in sizes:
                cuts = ", ".join([*[":"] * (len(table.shape) - 2), f":{name}", f":{name}"])
                yield case.insert_after(
                    node, f"[{cuts}]", f"as long as the sequence, {name}", shown=case.syntax.parent(node)
                )


def _node_of_table(case: Case, shape: tuple[Any, ...]) -> Any:
    """Return the node of `self.mask` on the refused line whose value has that shape."""
    known = dict(_tables(case))
    for node in case.syntax.nodes:
        if type(node) in (ast.Attribute, ast.Name) and node.lineno == case.found.line:
            value = known.get(case.text.of(node))
            if (
                value is not None
                and tuple(value.shape) == shape
                and type(case.syntax.parent(node)) is not ast.Subscript
            ):
                return node
    return None


def _tables(case: Case) -> Iterator[tuple[str, Any]]:
    from convcalc.nn.module import Module
    from convcalc.tensor import Tensor

    for frame in frames(case)[:1]:
        owner = frame.f_locals.get("self")
        if isinstance(owner, Module):
            members = object.__getattribute__(owner, "__dict__")
            for table in ("_parameters", "_buffers"):
                for name, value in list(members.get(table, {}).items()):
                    if isinstance(value, Tensor):
                        yield f"self.{name}", value
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, Tensor) and ("mask" in name or "pos" in name or name == "pe"):
                yield name, value


def _cuts(case: Case, long: tuple[Any, ...], short: tuple[Any, ...]) -> str | None:
    """Return the slices with which a tensor has the other's sizes, counted from the end."""
    found = []
    for at in range(-len(long), 0):
        size = short[at] if -at <= len(short) else 1
        if long[at] in (size, 1) or size == 1:
            found.append(":")
        elif type(size) is int and type(long[at]) is int and size < long[at]:
            text = _length(case, size)
            if text is None:
                return None
            found.append(f":{text}")
        else:
            return None
    while found and found[-1] == ":":
        found.pop()
    return ", ".join(found) if found else None


def _length(case: Case, size: int) -> str | None:
    """Return how to write the length of the sequence: by a number in reach, else by a tensor's size."""
    from convcalc.tensor import Tensor

    by_size = None
    for name, value in values(case):
        if type(value) is int and value == size and "." not in name:
            return name
        if by_size is None and isinstance(value, Tensor) and "." not in name:
            at = [d for d, s in enumerate(value.shape) if type(s) is int and s == size]
            if len(at) == 1:
                by_size = f"{name}.size({at[0]})"
    return by_size
