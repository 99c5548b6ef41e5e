"""The rows of a model: its calls of layers and operations, with shapes, parameters and places."""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.source.discovery import class_name

from .counts import all_param_counts, param_counts, shape_of, size_of
from .printable import cut
from .results import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call

    from .places import Places


def rows_of(root: Module | None, calls: list[Call], places: Places | None = None) -> tuple[Row, ...]:
    """A row for each call that is not a layer's own working; with `places`, each with its columns and its end."""
    paths = {id(m): path for path, m in named_modules(root)} if root is not None else {}
    macs = _inclusive_macs(calls)
    counts: dict[int, int] = {}
    params = all_param_counts(root)
    rows = []
    for call in calls:
        module = call.owner
        if call.kind == "op" and _is_inside_layer(call):
            continue
        own: int | None = 0
        total: int | None = 0
        leaf = True
        times = 0
        if call.kind == "module":
            if id(module) not in params:
                params[id(module)] = param_counts(module)
            own, total = params[id(module)]
            leaf = not any(m is not None for m in module.__dict__.get("_modules", {}).values())
            times = counts.get(id(module), 0)
            counts[id(module)] = times + 1
        known = call.outputs is not None and not any(m.shape is None for m in call.outputs)
        path = paths.get(id(module)) if module is not None else None
        row = Row(
            path=path if path is None else cut(path),
            type=cut(call.type if call.kind == "op" else class_name(module)),
            kind=call.kind,
            leaf=leaf,
            depth=_depth(call, calls[0] if root is not None else None),
            call=times,
            inputs=tuple(map(shape_of, call.inputs)),
            outputs=None if call.outputs is None or call.error is not None else tuple(map(shape_of, call.outputs)),
            params=total,
            own_params=own,
            macs=size_of(macs[id(call)]) if known else None,
            file=call.file,
            line=call.line,
            **({} if places is None else places.end_of(call)),
        )
        rows.append(row)
    return tuple(rows)


def _is_inside_layer(call: Call) -> bool:
    """Whether an operation is a layer's own working, which the layer's row stands for."""
    module = call.owner
    return module is not None and type(module).forward.__module__.startswith(("convcalc.", "torch.nn.modules."))


def _depth(call: Call, root: Call | None) -> int:
    depth = 0
    while call is not root and call.parent is not None:
        call = call.parent
        depth += 1
    return depth


def _inclusive_macs(calls: list[Call]) -> dict[int, Any]:
    macs = {id(call): call.own_macs for call in calls}
    for call in reversed(calls):  # children come after their parent
        if call.parent is not None and id(call.parent) in macs:
            macs[id(call.parent)] = macs[id(call.parent)] + macs[id(call)]
    return macs
