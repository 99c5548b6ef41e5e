"""Fixes of indices that a table has no row for, and of tables that are too short."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, names_of, number_of

from .case import OTHER_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case


def embedding(case: Case) -> Iterator[Candidate]:
    """Yield a table with as many rows as are asked for: `len(words) + 1`; or the steps cut to the table's length."""
    yield from cropped(case)
    yield from sizes_swapped(case)
    module = case.module
    rows = getattr(module, "num_embeddings", None)
    wanted = case.actual if type(case.actual) is int else None
    call = None if module is None else case.constructor(module)
    if call is not None and type(rows) is int and wanted is not None and wanted >= rows:
        node = argument(call, "num_embeddings", names_of(module))
        more = wanted + 1 - rows
        if node is not None and number_of(node) is None and more < 5:
            text = f"{case.text.of(node)} + {more}"
            yield case.replace(node, text, f"row {wanted} is asked for: {wanted + 1} rows")
            for place in _given_for(case, node):
                yield case.insert_after(place, f" + {more}", f"row {wanted} is asked for: {wanted + 1} rows")
        yield from case.setting(module, "num_embeddings", wanted + 1, f"row {wanted} is asked for: {wanted + 1} rows")


def cropped(case: Case) -> Iterator[Candidate]:
    """`idx[:, -block_size:]`, where a loop feeds a model with what it has made, and there are positions for so many only."""
    from .bindings import given_by_caller, places, traceback

    module = case.module
    rows = getattr(module, "num_embeddings", None)
    call = None if module is None else case.constructor(module)
    node = None if call is None else argument(call, "num_embeddings", names_of(module))
    if node is None or type(rows) is not int or number_of(node) is not None:
        return
    text = case.text.of(node)
    for frame, line in traceback(case)[1:]:
        for outer in case.syntax.at_line(line):
            if not outer.args or type(outer.args[0]) is not ast.Name or not _in_loop(case, outer):
                continue
            owner = frame.f_locals.get("self")
            first = text.partition(".")[0]
            has = owner is not None and first in object.__getattribute__(owner, "__dict__")
            size = f"self.{text}" if has and not text.startswith("self.") else text
            for place in places(case, outer.args[0])[:2]:
                if given_by_caller(case, place) is None or type(place) is ast.Name:
                    yield case.insert_after(place, f"[:, -{size}:]", f"the last {rows}, which have positions")
    return


def _in_loop(case: Case, node: object) -> bool:
    while node is not None and type(node) not in (ast.For, ast.While, ast.FunctionDef):
        node = case.syntax.parent(node)
    return type(node) in (ast.For, ast.While)


def sizes_swapped(case: Case) -> Iterator[Candidate]:
    """`Translator(len(target_words), len(source_words))`: the sizes of two tables the other way round."""
    module = case.module
    call = None if module is None else case.constructor(module)
    node = None if call is None else argument(call, "num_embeddings", names_of(module))
    if node is None:
        return
    for source in _written_as(case, node, 4):
        around = case.syntax.parent(source)
        if type(around) is not ast.Call or source not in around.args:
            continue
        at = around.args.index(source)
        for other in (at + 1, at - 1):
            if 0 <= other < len(around.args) and called_name(around.args[other]) == called_name(source) is not None:
                left, right = sorted((at, other))
                yield case.swap(around, around.args[left], around.args[right], "the sizes the other way round")


def _written_as(case: Case, node: object, depth: int) -> list[Any]:
    """Return the expressions that a number was handed over from, name by name."""
    found: list[Any] = []
    for source in case.origins._sources(node, None):
        found.append(source)
        if type(source) is ast.Name and depth:
            found += _written_as(case, source, depth - 1)
    return found


def _given_for(case: Case, node: object) -> list[object]:
    """Return what calls hand over for the number of rows: `len(words)`."""
    return [s for s in case.origins._sources(node, None) if called_name(s) == "len"]


def classes(case: Case) -> Iterator[Candidate]:
    """Yield the layer that gives the scores with a score for each class."""
    from .layers import outputs

    wanted = case.actual if type(case.actual) is int else None
    given = case.inputs()[:1]
    if wanted is None or not given or len(given[0].shape) < 2:
        return
    for candidate in outputs(case, given[0], wanted + 1, given[0].shape[1]):
        candidate.rank = OTHER_DATA
        yield candidate


def last_batch_of_one(case: Case) -> Iterator[Candidate]:
    """Yield what keeps a batch normalization from meeting one value alone: the batch left out, or the model not in training."""
    for node in case.syntax.calls:
        if (
            called_name(node) == "DataLoader"
            and not any(k.arg in ("drop_last", None) for k in node.keywords)
            and node.args
        ):
            last = [*node.args, *(k.value for k in node.keywords)][-1]
            yield case.insert_after(last, ", drop_last=True", "skips the last, smaller batch", shown=node)
    lines = [n for n in case.syntax.calls if called_name(n) == "train" and not n.args and case.found.line]
    for node in reversed(lines):
        if type(node.func) is ast.Attribute:
            new = f"{case.text.of(node.func.value)}.eval()"
            yield case.replace(node, new, "outside of training the averages that it has kept are taken", shown=node)
