"""Fixes of lists, arrays and numbers where a tensor is needed, and of tensors without a dimension where a list is joined."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit

from .case import Candidate
from .places import assigned
from .scope import is_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def slips(case: Case) -> Iterator[Candidate]:
    yield from as_tensor(case)
    yield from no_stack(case)


def as_tensor(case: Case) -> Iterator[Candidate]:
    """`F.one_hot(labels)` of a list: `torch.tensor(labels)`; of an array: `torch.from_numpy(image)`, where it is made."""
    words = case.words
    if "must be Tensor, not" not in words:
        return
    kind = words.rpartition("must be Tensor, not ")[2].strip(".")
    maker = {"list": "torch.tensor", "int": "torch.tensor", "float": "torch.tensor", "tuple": "torch.tensor", "numpy.ndarray": "torch.from_numpy"}.get(kind)  # fmt: skip
    if maker is None:
        return
    for call in case.syntax.at_line(case.found.line or 0):
        for given in call.args[:1]:
            if type(given) not in (ast.Name, ast.Attribute, ast.Subscript):
                continue
            value, is_first = assigned(case, given)
            if value is not None and is_first and maker == "torch.from_numpy":
                yield case.wrap(value, f"{maker}(", ")", "a tensor of the array, wherever it is used")
            yield case.wrap(given, f"{maker}(", ")", f"a tensor of the {kind.rpartition('.')[2]}")


def no_stack(case: Case) -> Iterator[Candidate]:
    """`torch.stack(targets)` of dicts: they stay a list."""
    words = case.words
    if "expected Tensor as element" not in words or "but got " not in words:
        return
    kind = words.rpartition("but got ")[2].strip(".")
    for call in case.syntax.calls:
        if not is_at(case, call) or called_name(call) not in ("stack", "cat") or not call.args:
            continue
        text = case.text.of(call.args[0])
        if kind in ("dict", "str", "NoneType") and type(call.args[0]) in (ast.Name, ast.Call):
            yield case.replace(call, f"list({text})", f"each is a {kind}, and stays one", shown=call)
        elif kind in ("int", "float"):
            yield case.replace(call, f"torch.tensor({text})", "numbers become a tensor", shown=call)
        elif kind == "numpy.ndarray":
            yield case.replace(call.args[0], f"[torch.from_numpy(a) for a in {text}]", "tensors of the arrays", shown=call)  # fmt: skip


def scalars(case: Case) -> Iterator[Candidate]:
    """`torch.cat((torch.tensor(bos), ids))`: a number beside a row is a row of one, `torch.tensor([bos])`."""
    if not any(not t.shape for t in case.inputs()):
        return
    for call in case.calls_named("cat", "concat", "concatenate"):
        parts = call.args[0].elts if call.args and type(call.args[0]) in (ast.Tuple, ast.List) else []
        shapes = [tuple(t.shape) for t in case.inputs()]
        if len(parts) != len(shapes):
            func = case.text.of(call.func)
            if all(not s for s in shapes):
                new = func[: -len(called_name(call) or "")] + "stack"
                yield case.replace(call.func, new, "numbers become a row", shown=call)
            continue
        texts = []
        for part, shape in zip(parts, shapes):
            text = case.text.of(part)
            if not shape and called_name(part) == "tensor" and len(part.args) == 1:
                inner = case.text.of(part.args[0])
                text = text.replace(f"({inner}", f"([{inner}]", 1)
            elif not shape:
                text = f"{text}.unsqueeze(0)" if type(part) in (ast.Name, ast.Attribute, ast.Call, ast.Subscript) else f"({text}).unsqueeze(0)"  # fmt: skip
            texts.append(text)
        yield _joined(case, parts, texts, call)


def _joined(case: Case, parts: list[Any], texts: list[str], call: Any) -> Candidate:
    """Return the parts of a list written otherwise, with what is between them as it was."""
    start, end = case.text.span(parts[0])[0], case.text.span(parts[-1])[1]
    made, position = "", start
    for part, text in zip(parts, texts):
        place = case.text.span(part)
        made += case.text.text[position : place[0]] + text
        position = place[1]
    return Candidate(Edit(start, end, made), case.text.span(call), "a number beside rows is a row of one")
