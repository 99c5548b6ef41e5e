"""Counts and sizes as results have them: those of tensors, and a model's parameters, buffers and multiply-accumulates, added up."""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic
from convcalc.nn.module import Module, named_members, named_modules
from convcalc.tensor import Parameter, Unknown, is_unknown, unknown_of
from convcalc.tensor.unknown import absent_classes, values_of

from .results import Totals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from convcalc.trace import Call, TensorMeta

    from .results import Shape

LARGEST = 1 << 10_000  # Python writes no number of more than 4,300 digits


def size_of(size: Any) -> Any:
    """A size or a count as JSON has it: a number, an expression as text, or None for what is not known."""
    if type(size) is int and -LARGEST < size < LARGEST:
        return size
    if type(size) is int:
        return None
    if type(size) is Unknown:
        return None if size._facts is None else _symbolic(size)
    return str(size) if size.__class__ is int or not hasattr(size, "__index__") else int(size)


def _symbolic(size: Unknown) -> str | None:
    from convcalc.tensor.symbols import text_of

    return text_of(size)


def shape_of(meta: TensorMeta) -> Shape:
    """The shape of a tensor of the record as results have it."""
    return None if meta.shape is None else tuple([size_of(size) for size in meta.shape])


def all_param_counts(root: Module | None) -> dict[int, tuple[int | None, int | None]]:
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
        counts[id(module)] = size_of(own), size_of(total)
    return counts


def param_counts(module: Module) -> tuple[int | None, int | None]:
    """A module's own parameters, and with those of its descendants; None where a layer that is not known is among them."""
    if _is_uncounted(module):
        return None, None
    tables = module.__dict__
    own = size_of(sum(map(_numel, _unique(tables.get("_parameters", {}).values()))))
    if _has_unknown(module):
        return (None if any(type(p) is Unknown for p in tables.get("_parameters", {}).values()) else own), None
    if not any(m is not None for m in tables.get("_modules", {}).values()):
        return own, own
    below = [m for _, m in named_modules(module)]
    held = _unique(p for m in below for p in m.__dict__.get("_parameters", {}).values())
    return own, size_of(sum(map(_numel, held)))


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
    from convcalc.tensor.absent_bases import may_be_layer

    return may_be_layer(value)


def _holds_unknown(module: Module) -> bool:
    own = module.__dict__
    if any(map(_is_unknown_layer, own.values())):
        return True
    return any(type(held) is Unknown for table in ("_parameters", "_modules") for held in own.get(table, {}).values())


def _numel(tensor: Any) -> int:
    """The number of elements of one of our tensors or of a real one."""
    return 0 if isinstance(tensor, Unknown) else tensor.numel()


def totals_of(root: Module | None, calls: list[Call], diagnostics: list[Diagnostic]) -> Totals:
    """The totals of the calls of a run; what of the MACs is not counted is added to the diagnostics."""
    totals: dict[str, Any] = {"params": 0, "trainable_params": 0, "buffers": 0}
    if root is not None:
        for _, p in named_members(root, "_parameters"):
            totals["params"] += _numel(p)
            totals["trainable_params"] += _numel(p) if getattr(p, "requires_grad", False) else 0
        if _has_unknown(root):
            totals["params"] = totals["trainable_params"] = None
        buffers = [b for _, b in named_members(root, "_buffers")]
        totals["buffers"] = None if any(map(is_unknown, buffers)) else sum(_numel(b) for b in buffers)
        totals = {name: None if count is None else size_of(count) for name, count in totals.items()}
    macs = sum((call.own_macs for call in calls), 0)
    uncounted = sorted(
        {call.uncounted for call in calls if call.uncounted} | (set() if root is None else _unknown_layers(root))
    )
    failed = any(call.error is not None for call in calls) or (root is not None and bool(calls) and calls[0].is_caught)
    if size_of(macs) is None or failed or (root is not None and not calls):
        totals.update(macs=None, macs_status="unknown")
    else:
        totals.update(macs=size_of(macs), macs_status="lower-bound" if uncounted else "exact")
        if uncounted:
            message = f"the MACs are a lower bound: {', '.join(uncounted)} not counted"
            diagnostics.append(Diagnostic("macs-lower-bound", "note", None, None, message))
    return Totals(**totals)
