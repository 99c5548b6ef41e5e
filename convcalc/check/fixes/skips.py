"""Fixes of two tensors that differ by a few rows and columns: skip connections, decoders, residuals."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, names_of, number_of, parameters
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of

from .case import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.tensor import Tensor

    from .case import Case


def sizes(case: Case) -> Iterator[Candidate]:
    """Yield the decoder's tensor in the size of the encoder's: padded by its layer, interpolated, or the encoder's cut to it."""
    given, nodes = case.inputs()[:2], _nodes(case)
    if len(given) < 2 or len(nodes) != 2:
        return
    shapes = [tuple(t.shape) for t in given]
    if len(shapes[0]) != len(shapes[1]) or len(shapes[0]) < 3:
        return
    rank = len(shapes[0])
    differing = [d for d in range(2, rank) if shapes[0][d] != shapes[1][d]]
    if not differing or not all(type(s) is int for shape in shapes for s in shape):
        return
    yield from swapped_pairs(case, given)
    yield from output_size(case, given)
    up = next((i for i, t in enumerate(given) if _is_enlarged(case, t)), None)
    if up is None:
        return
    small, wanted = shapes[up], shapes[1 - up]
    if nodes[up] is not None and nodes[1 - up] is not None:
        if case.found.rule != "concat":  # where a skip joins, the sizes of later images differ
            yield from output_padding(case, given[up], small, wanted)
        own, other = case.text.of(nodes[up]), case.text.of(nodes[1 - up])
        function = "F.interpolate" if any(type(n) is ast.alias and n.asname == "F" for n in case.syntax.nodes) else "nn.functional.interpolate"  # fmt: skip
        if type(nodes[1 - up]) in (ast.Name, ast.Attribute, ast.Subscript):
            new = f"{function}({own}, size={other}.shape[2:])"
            yield case.replace(nodes[up], new, f"as large as {other}: {wanted[2:]}")
        bigger = up if sum(small[2:]) > sum(wanted[2:]) else 1 - up
        fits = all(shapes[bigger][d] >= shapes[1 - bigger][d] for d in differing)
        if fits and type(nodes[1 - bigger]) in (ast.Name, ast.Attribute, ast.Subscript):
            reference = case.text.of(nodes[1 - bigger])
            cuts = ", ".join([":", ":", *(f":{reference}.size({d})" for d in range(2, rank))])
            yield case.insert_after(nodes[bigger], f"[{cuts}]", f"as large as {reference}")


def _nodes(case: Case) -> list[Any]:
    node = case.expression()
    if type(node) is ast.BinOp:
        return [node.left, node.right]
    if type(node) is ast.AugAssign:
        return [node.target, node.value]
    for call in case.calls_named("cat", "concat", "concatenate"):
        if call.args and type(call.args[0]) in (ast.List, ast.Tuple):
            return list(call.args[0].elts)
    return list(node.args[:2]) if type(node) is ast.Call else []


def _is_enlarged(case: Case, tensor: Tensor) -> bool:
    """Return whether a tensor comes from a layer or function that makes images larger, without a smaller one in between."""
    for made in case.producers(tensor)[:10]:
        kind = facts_of(type(made.owner)).kind
        if (
            kind in ("upsampling", "unpooling")
            or getattr(made.owner, "transposed", False)
            or "interpolate" in made.type
        ):
            return True
        if kind == "pooling":
            return False
    return False


def output_padding(case: Case, tensor: Tensor, has: tuple[Any, ...], wanted: tuple[Any, ...]) -> Iterator[Candidate]:
    """Yield the transposed convolution with the rows that its stride leaves open."""
    for layer in case.layers_before(tensor)[:3]:
        if not getattr(layer, "transposed", False):
            continue
        missing = {w - h for h, w in zip(has[2:], wanted[2:])}
        call = case.constructor(layer)
        if call is None or len(missing) != 1:
            return
        extra = missing.pop()
        stride = layer.stride[0] if isinstance(layer.stride, tuple) else layer.stride
        had = argument(call, "output_padding", names_of(layer))
        new = (number_of(had) or 0) + extra
        if had is None and 0 < extra < stride:
            last = [*call.args, *(k.value for k in call.keywords)][-1]
            yield case.insert_after(last, f", output_padding={extra}", f"of the sizes that a stride of {stride} leaves open, {wanted[-1]}", shown=call)  # fmt: skip
        elif had is not None and number_of(had) is not None and 0 <= new < stride:
            yield case.replace(had, str(new), f"then its output has the size {wanted[-1]}")
        return


def output_size(case: Case, given: list[Tensor]) -> Iterator[Candidate]:
    """Yield `output_size=` of an unpooling: the size that the pool was given."""
    for tensor in given:
        made = next((c for c in case.producers(tensor)[:6] if "unpool" in c.type.lower() or facts_of(type(c.owner)).kind == "unpooling"), None)  # fmt: skip
        node = (
            None if made is None else next((c for c in case.syntax.at_line(made.line or 0) if len(c.args) == 2), None)
        )
        if node is None:
            continue
        index = case.text.of(node.args[1])
        for other in case.syntax.nodes:
            if type(other) is ast.Assign and type(other.targets[0]) is ast.Tuple and type(other.value) is ast.Call:
                names = [case.text.of(e) for e in other.targets[0].elts]
                if names[1:] == [index] and other.value.args and case.text.of(other.value.args[0]) != names[0]:
                    source = other.value.args[0]
                    if type(source) in (ast.Name, ast.Attribute):
                        new = f", output_size={case.text.of(source)}.size()"
                        yield case.insert_after(node.args[-1], new, "the size before it was pooled", shown=node)


def swapped_pairs(case: Case, given: list[Tensor]) -> Iterator[Candidate]:
    """`F.pad` counts from the last dimension on: its pairs the other way round."""
    for tensor in given:
        for made in case.producers(tensor)[:4]:
            node = case.node_of(made) if made.type.rpartition(".")[2] == "pad" else None
            if node is None or len(node.args) < 2 or type(node.args[1]) not in (ast.List, ast.Tuple):
                continue
            parts = node.args[1].elts
            if len(parts) == 4:
                texts = [case.text.of(p) for p in parts]
                if texts[:2] != texts[2:]:
                    new = ", ".join([*texts[2:], *texts[:2]])
                    yield case.replace_all(parts, new, node, "the pair of the last dimension comes first")


def like_siblings(case: Case, layer: Any, names: tuple[str, ...]) -> Iterator[Candidate]:
    """Yield a layer's settings as the layers that are built beside it have them: `padding=k // 2`, `stride=stride`."""
    call = case.constructor(layer)
    if call is None:
        return
    function = case.syntax.function(call)
    kernel = argument(call, "kernel_size", names_of(layer))
    for name in names:
        own = argument(call, name, names_of(layer))
        texts: list[str] = []
        if name == "padding" and kernel is not None and number_of(kernel) is None:
            texts.append(f"{case.text.of(kernel)} // 2")
        if function is not None and name in parameters(function):
            texts.append(name)
        for other in case.syntax.calls:
            if (
                other is not call
                and called_name(other) == called_name(call)
                and case.syntax.function(other) is function
            ):
                node = argument(other, name, names_of(layer))
                if node is not None and number_of(node) is None:
                    texts.append(case.text.of(node))
        for text in dict.fromkeys(texts):
            if own is None:
                is_next = names_of(layer).index(name) == len(call.args) and not any(type(a) is ast.Starred for a in call.args)  # fmt: skip
                end = case.text.span(call.args[-1] if is_next else [*call.args, *call.keywords][-1])[1]
                edit = Edit(end, end, f", {text}" if is_next else f", {name}={text}")
                yield Candidate(edit, case.text.span(call), f"as the {called_name(call)} beside it")
            elif case.text.of(own) != text:
                yield case.replace(own, text, f"as the {called_name(call)} beside it")


def smaller_padding(case: Case) -> Iterator[Candidate]:
    """Yield a padding that the image has room for."""
    module = case.module
    room = min((s for s in (case.tensor.shape[2:] if case.tensor is not None else ()) if type(s) is int), default=0)
    if module is not None and room > 1:
        yield from case.setting(module, "padding", room - 1, f"a reflection has {room - 1} rows at most")
