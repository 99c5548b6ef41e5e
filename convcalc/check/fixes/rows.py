"""Fixes of indices that a table has no row for, and of tables that are too short."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, names_of, number_of

from .case import OTHER_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Candidate, Case


def embedding(case: Case) -> Iterator[Candidate]:
    """Yield a table with as many rows as are asked for: `len(words) + 1`; or the steps cut to the table's length."""
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
