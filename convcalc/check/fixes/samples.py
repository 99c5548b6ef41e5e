"""Fixes where data becomes tensors: `torch.from_numpy(image)` in a data set or at the top of a script."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.nn.facts import facts_of

from . import casts, items
from .case import CASTS
from .places import turned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

CONVERSIONS = ("from_numpy", "as_tensor", "tensor", "FloatTensor", "LongTensor", "Tensor")


def conversions(case: Case, most: int = 4) -> list[Any]:
    """Return the calls that make tensors of arrays and lists, those of data sets first; at most four."""
    found = [
        c
        for c in case.syntax.calls
        if called_name(c) in CONVERSIONS
        and type(c.func) is ast.Attribute
        and case.text.of(c.func.value) == "torch"
        and len(c.args) == 1
        and type(c.args[0]) not in (ast.List, ast.Constant)
    ]
    return sorted(found, key=lambda c: not _is_of_data_set(case, c))[:most]


def _is_of_data_set(case: Case, node: Any) -> bool:
    function = case.syntax.function(node)
    return function is not None and getattr(function, "name", "") == "__getitem__"


def converted(case: Case, suffixes: tuple[str, ...], reason: str) -> Iterator[Candidate]:
    """Yield a conversion with a method behind it."""
    for suffix in suffixes:
        for call in conversions(case):
            around = case.syntax.parent(call)
            if type(around) is ast.Attribute and around.attr in (
                suffix[1:].partition("(")[0],
                "permute",
                "float",
                "long",
            ):
                continue
            name = suffix[1:].partition("(")[0]
            array = call.args[0]
            if name == "float" and called_name(array) == "astype" and len(array.args) == 1:
                yield case.replace(array.args[0], "np.float32", reason, shown=array)
            yield case.method(call, suffix, reason) if name in CASTS else case.insert_after(call, suffix, reason, shown=call)  # fmt: skip


def of_type(case: Case) -> Iterator[Candidate]:
    """Yield the element type that is wanted, where data becomes tensors; or where arrays are made."""
    words = case.words
    if "Subtraction" in words:
        yield from converted(case, (".float()",), "as numbers")
    elif case.actual == "uint8":
        yield from converted(case, (".float() / 255.0",), "bytes become numbers from 0 to 1")
        yield from converted(case, (".float()",), "as float32, which the layers are made of")
    elif case.expected == "float32" or (case.expected is None and ("Double" in words or "Float" in words)):
        yield from together(case, ".float()", "as float32, which the layers are made of")
        yield from _empty_arrays(case)
        yield from converted(case, (".float()",), "as float32, which the layers are made of")
        yield from _arrays(case)


def together(case: Case, suffix: str, reason: str) -> Iterator[Candidate]:
    """Yield the conversions of neighbouring statements, each with a method behind it: the train's data and the test's."""
    from .aligned import joined

    found: list[tuple[Any, Any]] = []
    for call in conversions(case, 12):
        around = case.syntax.parent(call)
        if (
            called_name(call) in ("from_numpy", "as_tensor", "tensor")
            and getattr(around, "attr", "") not in ("float", "long", "to", "type", "double", "int", "bool")
            and not call.keywords
            and all(case.syntax.statement(call) is not statement for statement, _ in found)  # labels come second
        ):
            found.append((case.syntax.statement(call), call))
    groups: list[list[Any]] = []
    for statement, call in sorted(found, key=lambda pair: (pair[1].lineno, pair[1].col_offset)):
        near = groups and case.syntax.parent(groups[-1][-1][0]) is case.syntax.parent(statement)
        if near and statement.lineno - groups[-1][-1][0].end_lineno <= 1:
            groups[-1].append((statement, call))
        else:
            groups.append([(statement, call)])
    for group in groups:
        if len({id(statement) for statement, _ in group}) > 1:
            edits = [(*case.text.span(call), case.text.of(call) + suffix) for _, call in group]
            yield joined(case, edits, group[0][0], reason)


def _empty_arrays(case: Case) -> Iterator[Candidate]:
    """Yield the arrays that functions of the script fill, as float32: `np.zeros((n, 28, 28), dtype=np.float32)`."""
    found = 0
    calls: list[Any] = case.syntax.calls
    for call in calls:
        function = case.syntax.function(call)
        own = getattr(getattr(call.func, "value", None), "id", None)
        if own not in ("np", "numpy") or called_name(call) not in ("zeros", "ones", "empty") or function is None:
            continue
        statement = case.syntax.statement(call)
        if len(call.args) == 1 and not call.keywords and type(statement) is ast.Assign and id(statement.value) == id(call) and found < 2:  # fmt: skip
            found += 1
            reason = "as float32, which the layers are made of"
            yield case.insert_after(call.args[0], f", dtype={own}.float32", reason, shown=call)


def _arrays(case: Case) -> Iterator[Candidate]:
    """Yield arrays of a script, which loaders make tensors of, as float32."""
    if "import numpy as np" not in case.text.text:
        return
    found = 0
    for node in case.syntax.nodes:
        if type(node) is ast.Assign and case.syntax.function(node) is None and called_name(node.value) is not None:
            text = case.text.of(node.value)
            if text.startswith(("np.", "rng.")) and "astype" not in text and found < 4:
                found += 1
                yield case.insert_after(node.value, ".astype(np.float32)", "as float32, which the layers are made of")


def of_loss(case: Case) -> Iterator[Candidate]:
    """Yield targets with the dimension, or of the type, that the loss wants, where they become tensors."""
    given = [tuple(t.shape) for t in case.inputs()[:2]]
    yield from items.class_numbers(case)
    if case.expected == "int64":
        yield from converted(case, (".long()",), "class numbers are whole")
    if len(given) == 2 and len(given[0]) == len(given[1]) + 1 and given[0][0] == given[1][0] and 1 in given[0][1:]:
        at = given[0].index(1, 1)
        if given[0][:at] + given[0][at + 1 :] == given[1]:
            yield from converted(
                case, (f".unsqueeze({at - 1})",), f"each target in the shape of a prediction, {given[0][1:]}"
            )


def of_layout(case: Case) -> Iterator[Candidate]:
    """Yield images with the channels in front, where they become tensors."""
    yield from converted(
        case, (".permute(2, 0, 1)", ".permute(0, 3, 1, 2)"), "PyTorch wants the channels before height and width"
    )


def without_channel(case: Case) -> Iterator[Candidate]:
    """Yield images with a dimension for their one channel, where they become tensors and where the model takes them."""
    tensor, module = case.tensor, case.module
    if tensor is None or module is None or case.expected != 1:
        return
    node = case.expression()
    yield from _returned(case)
    reason = "one channel, between batch and height"
    stated = facts_of(type(module))
    if stated.dims is not None and len(tensor.shape) <= stated.dims + 1:
        yield from items.with_channel(case)
    if type(node) is ast.Call and len(node.args) == 1:
        yield case.method(node.args[0], ".unsqueeze(1)", reason)
    yield from converted(case, (".unsqueeze(0)",), "each image with its one channel")


def _returned(case: Case) -> Iterator[Candidate]:
    """Yield images with their channel where a function of the script makes them, one at a time."""
    for node in case.syntax.nodes:
        function = case.syntax.function(node) if type(node) is ast.Return else None
        if function is None or type(node.value) is not ast.Name or case.syntax.class_of(function) is not None:
            continue
        makes = [c for c in case.syntax.calls if case.syntax.function(c) is function]
        text = case.text.of(function)
        if ("np." in text or "torch." in text) and "self" not in text and makes:
            yield case.insert_after(node.value, "[None]", "each image with its one channel")


def collated(case: Case) -> Iterator[Candidate]:
    """Yield a loader with the file's own function that makes batches of items of many sizes."""
    if "equal size" not in case.words and "collate" not in case.words:
        return
    functions = [
        n.name for n in case.syntax.nodes if type(n) is ast.FunctionDef and ("collate" in n.name or "pad" in n.name)
    ]
    for loader in case.syntax.calls:
        if (
            called_name(loader) == "DataLoader"
            and not any(k.arg == "collate_fn" for k in loader.keywords)
            and loader.args
        ):
            last = [*loader.args, *(k.value for k in loader.keywords)][-1]
            for name in functions:
                yield case.insert_after(
                    last, f", collate_fn={name}", f"{name} makes a batch of items of many sizes", shown=loader
                )


def of_operands(case: Case) -> Iterator[Candidate]:
    """Yield indices, written values and operands in the type that is wanted: `mask.bool()`, `one_hot(...).float()`."""
    words, node = case.words, case.expression()
    yield from casts.as_truth_values(case)
    yield from casts.of_given_mask(case)
    if "used as indices" in words:
        for index in [n.slice for n in case.syntax.nodes if type(n) is ast.Subscript and n.lineno == case.found.line]:
            if type(index) in (ast.Name, ast.Attribute, ast.Call):
                yield case.method(index, ".bool()", "a mask is of truth values")
                yield case.method(index, ".long()", "indices are whole numbers")
    statement = case.syntax.statement(node)
    if "destination" in words and type(statement) is ast.Assign:
        yield case.method(statement.value, ".float()", "of the type of what it is written to")
        yield case.method(statement.value, ".long()", "of the type of what it is written to")
    if "boolean tensor" in words and type(node) is ast.Call and node.args:
        yield case.method(node.args[0], ".bool()", "a condition is of truth values")
    if "Subtraction" in words and type(node) is ast.BinOp:
        for side in (node.right, node.left):
            if type(side) is not ast.Constant:
                yield from turned(case, side, ".float()", "to count with, a mask is of numbers")
    if "bitwise" in words and type(node) is ast.BinOp:
        for side in (node.left, node.right):
            yield case.method(side, ".bool()", "& and | take truth values")
    if "can't be cast" in words:
        for added in case.syntax.nodes:
            if type(added) is ast.AugAssign and added.lineno == case.found.line:
                yield from _of_maker(case, added.target)
    if case.found.rule == "embedding-dtype":
        for call in case.calls_named("one_hot", "embedding"):
            yield case.method(call.args[0], ".long()", "indices are whole numbers")


def _of_maker(case: Case, target: Any) -> Iterator[Candidate]:
    """Yield what is added to in place without the type that is too narrow for it."""
    name = getattr(target, "id", None)
    for node in case.syntax.nodes:
        if type(node) is ast.Assign and getattr(node.targets[0], "id", None) == name and type(node.value) is ast.Call:
            call = node.value
            for keyword in call.keywords:
                if keyword.arg == "dtype" and case.syntax.function(node) is case.syntax.function(target):
                    yield case.method(call, ".float()", "a sum of floats is none of integers")
