"""One model of a report: its rows and totals, in the form of the JSON report (schema 1), made from the calls of its run."""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic
from convcalc.nn.module import Module, named_members, named_modules
from convcalc.source.discovery import class_name
from convcalc.tensor import Parameter, Unknown, is_unknown, unknown_of
from convcalc.tensor.unknown import absent_classes, values_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from convcalc.trace import Call, TensorMeta

# Of what was never built, or only begun.
UNKNOWN_TOTALS = {"params": None, "trainable_params": None, "buffers": None, "macs": None, "macs_status": "unknown"}


def model_entry(
    root: Module | None,
    calls: list[Call],
    *,
    target: dict[str, Any],
    source: str,
    diagnostics: list[Diagnostic],
    fits: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One model of a report: `calls` are the calls of its run in order, the root's first; none where it could not be built.

    `fits` says which sizes the model accepts, where that was found out.
    """
    rows = _rows(root, calls)
    call = calls[0] if calls and root is not None else None
    return {
        "target": target,
        "inputs": [] if call is None else [{**meta, "from": source} for meta in _named_inputs(call)],
        "mode": None if call is None or call.training is None else "train" if call.training else "eval",
        "outputs": [] if call is None or call.outputs is None else [_meta(m) for m in call.outputs],
        "totals": _totals(root, calls, rows, diagnostics)
        if root is not None or _is_whole(target, diagnostics)
        else dict(UNKNOWN_TOTALS),
        "rows": rows,
        "diagnostics": diagnostics,
        **({} if fits is None else {"fits": fits}),
    }


def _is_whole(target: dict[str, Any], diagnostics: list[Diagnostic]) -> bool:
    """Whether an entry without a model stands for a file that has none, and ran to its end."""
    return target["class"] is None and not any(d.severity in ("error", "unknown") for d in diagnostics)


def with_conditions(entry: dict[str, Any], conditions: Any) -> None:
    """Adds what the shapes of a symbolic run take for granted, and spells the symbols in its diagnostics."""
    if conditions is None:
        return
    entry["conditions"] = [{"text": text, "file": file, "line": line} for text, (file, line) in conditions.described()]
    for d in entry["diagnostics"]:
        for name in ("expected", "actual", "shape", "provenance", "origin"):
            setattr(d, name, _spelled(getattr(d, name)))


def _spelled(value: Any) -> Any:
    """Facts of a diagnostic with symbolic sizes as text."""
    if isinstance(value, dict):
        return {key: _spelled(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled(part) for part in value]
    return str(value) if value.__class__ is int and type(value) is not int else value


def _meta(meta: TensorMeta) -> dict[str, Any]:
    return {"shape": _shape(meta), "dtype": meta.dtype}


def _shape(meta: TensorMeta) -> list[Any] | None:
    return None if meta.shape is None else [_size(size) for size in meta.shape]


LARGEST = 1 << 10_000  # Python writes no number of more than 4,300 digits


def _size(size: Any) -> Any:
    """A size or a count as JSON has it: a number, an expression as text, or None for what is not known."""
    if type(size) is int and -LARGEST < size < LARGEST:
        return size
    if type(size) is Unknown or type(size) is int:
        return None
    return str(size) if size.__class__ is int or not hasattr(size, "__index__") else int(size)


def _named_inputs(call: Call) -> list[dict[str, Any]]:
    args, kwargs = call.arguments
    code = getattr(getattr(type(call.owner), "forward", None), "__code__", None)
    names: list[str] = []
    if code is not None:
        names = list(code.co_varnames[1 : code.co_argcount])
    named: list[str] = []
    from convcalc.trace import tensors

    for i, value in enumerate(args):
        name = names[i] if i < len(names) else f"args[{i}]"
        named += [name] * sum(1 for _ in tensors(value))
    for key, value in kwargs.items():
        named += [key] * sum(1 for _ in tensors(value))
    return [{"name": name, **_meta(meta)} for name, meta in zip(named, call.inputs)]


def _rows(root: Module | None, calls: list[Call]) -> list[dict[str, Any]]:
    paths = {id(m): path for path, m in named_modules(root)} if root is not None else {}
    macs = _inclusive_macs(calls)
    counts: dict[int, int] = {}
    params = _all_param_counts(root)
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
                params[id(module)] = _param_counts(module)
            own, total = params[id(module)]
            leaf = not any(m is not None for m in module.__dict__.get("_modules", {}).values())
            times = counts.get(id(module), 0)
            counts[id(module)] = times + 1
        known = call.outputs is not None and not any(m.shape is None for m in call.outputs)
        rows.append({
            "path": paths.get(id(module)) if module is not None else None,
            "type": call.type if call.kind == "op" else class_name(module),
            "kind": call.kind,
            "leaf": leaf,
            "depth": _depth(call, calls[0] if root is not None else None),
            "call": times,
            "inputs": [_shape(m) for m in call.inputs],
            "outputs": None if call.outputs is None or call.error is not None else [_shape(m) for m in call.outputs],
            "params": total,
            "own_params": own,
            "macs": _size(macs[id(call)]) if known else None,
            "file": call.file,
            "line": call.line,
        })  # fmt: skip
    return rows


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


def _all_param_counts(root: Module | None) -> dict[int, tuple[int | None, int | None]]:
    """The counts of all modules below a root, added up from the leaves; none where something is shared, which counts once."""
    counts: dict[int, tuple[int | None, int | None]] = {}
    if root is None:
        return counts
    below = [m for _, m in named_modules(root)]
    parameters = [p for module in below for p in module.__dict__.get("_parameters", {}).values() if p is not None]
    children = [m for module in below for m in module.__dict__.get("_modules", {}).values() if m is not None]
    if (
        len(set(map(id, parameters))) != len(parameters)
        or len(children) != len(below) - 1
        or any(_is_uncounted(m) or _holds_unknown(m) for m in below)
    ):
        return counts
    totals: dict[int, Any] = {}
    for module in reversed(below):  # a module comes after the one that holds it
        tables = module.__dict__
        own = sum([_numel(p) for p in tables.get("_parameters", {}).values() if p is not None])
        total = own + sum([totals[id(m)] for m in tables.get("_modules", {}).values() if m is not None])
        totals[id(module)] = total
        counts[id(module)] = _size(own), _size(total)
    return counts


def _param_counts(module: Module) -> tuple[int | None, int | None]:
    """A module's own parameters, and with those of its descendants; None where a layer that is not known is among them."""
    if _is_uncounted(module):
        return None, None
    tables = module.__dict__
    own = _size(sum(map(_numel, _unique(tables.get("_parameters", {}).values()))))
    if _has_unknown(module):
        return (None if any(type(p) is Unknown for p in tables.get("_parameters", {}).values()) else own), None
    if not any(m is not None for m in tables.get("_modules", {}).values()):
        return own, own
    below = [m for _, m in named_modules(module)]
    held = _unique(p for m in below for p in m.__dict__.get("_parameters", {}).values())
    return own, _size(sum(map(_numel, held)))


def _unique(tensors: Iterable[Any]) -> Iterable[Any]:
    """Each tensor once, those that are not there left out."""
    return {id(tensor): tensor for tensor in tensors if tensor is not None}.values()


def _is_uncounted(module: Module) -> bool:
    """Whether it is a layer without a rule."""
    return bool(getattr(type(module), "params_unknown", False)) or "params_unknown" in module.__dict__


def _has_unknown(module: Module) -> bool:
    """Whether nobody can count its parameters: a layer without a rule, one of a library that is not here, or a parameter not known."""
    return any(_is_uncounted(m) or _holds_unknown(m) for _, m in named_modules(module))


def _unknown_layers(root: Module) -> set[str]:
    """What a model calls on tensors and nobody knows."""
    values = [v for _, m in named_modules(root) for v in m.__dict__.values() if _is_unknown_layer(v)]
    return {unknown.reason for unknown in map(unknown_of, values) if unknown is not None}


def _is_unknown_layer(value: Any) -> bool:
    """Whether it is not known and may be a layer."""
    if type(value) is Unknown:
        return bool(value.is_called) or any(isinstance(one, (Module, Parameter)) for one in values_of(value))
    if not absent_classes or not issubclass(type(value), absent_classes[0]) or isinstance(value, Module):
        return False
    from convcalc.tensor.absent import may_be_layer

    return may_be_layer(value)


def _holds_unknown(module: Module) -> bool:
    own = module.__dict__
    if any(map(_is_unknown_layer, own.values())):
        return True
    return any(type(held) is Unknown for table in ("_parameters", "_modules") for held in own.get(table, {}).values())


def _numel(tensor: Any) -> int:
    """The number of elements of one of our tensors or of a real one."""
    return 0 if isinstance(tensor, Unknown) else tensor.numel()


def _totals(
    root: Module | None, calls: list[Call], rows: list[dict[str, Any]], diagnostics: list[Diagnostic]
) -> dict[str, Any]:
    totals: dict[str, Any] = {"params": 0, "trainable_params": 0, "buffers": 0}
    if root is not None:
        for _, p in named_members(root, "_parameters"):
            totals["params"] += _numel(p)
            totals["trainable_params"] += _numel(p) if getattr(p, "requires_grad", False) else 0
        if _has_unknown(root):
            totals["params"] = totals["trainable_params"] = None
        buffers = [b for _, b in named_members(root, "_buffers")]
        totals["buffers"] = None if any(map(is_unknown, buffers)) else sum(_numel(b) for b in buffers)
        totals = {name: None if count is None else _size(count) for name, count in totals.items()}
    macs = sum((call.own_macs for call in calls), 0)
    uncounted = sorted(
        {call.uncounted for call in calls if call.uncounted} | (set() if root is None else _unknown_layers(root))
    )
    failed = any(call.error is not None for call in calls) or (root is not None and bool(calls) and calls[0].is_caught)
    if is_unknown(macs) or failed or (root is not None and not calls):
        totals.update(macs=None, macs_status="unknown")
    else:
        totals.update(macs=_size(macs), macs_status="lower-bound" if uncounted else "exact")
        if uncounted:
            message = f"the MACs are a lower bound: {', '.join(uncounted)} not counted"
            diagnostics.append(Diagnostic("macs-lower-bound", "note", None, None, message))
    return totals
