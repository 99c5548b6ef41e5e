"""`convcalc verify TARGET`: every row of the summary beside what real PyTorch does."""

from __future__ import annotations

import os

import torch

from convcalc.source.notebook import localised, script_of
from convcalc.source.reading import read_source
from convcalc.source.target import UsageError
from convcalc.tensor import Unknown

from .real import RealProgram

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call


class Comparison:
    """One thing predicted and what PyTorch made of it."""

    __slots__ = ("actual", "agrees", "name", "predicted", "type")

    def __init__(self, name: str, type_: str, predicted: str, actual: str) -> None:
        self.name = name
        self.type = type_
        self.predicted = predicted
        self.actual = actual
        self.agrees = predicted == actual


def judge(device: str) -> str | None:
    """The PyTorch that judges, and where it runs; None where it finds no such device."""
    if device == "cuda" and not torch.cuda.is_available():
        return None
    where = torch.cuda.get_device_name(0) if device == "cuda" else "the CPU"
    return f"PyTorch {torch.__version__} on {where}"


def compare(
    models: list[dict[str, Any]], file: str, expression: str | None, device: str = "cpu", module: str | None = None
) -> list[tuple[str, list[Comparison]]]:
    """For each model of a summary the comparisons with the real one, row by row.

    `models` are the entries of `convcalc summary`'s JSON. Runs the file for real (its data loading is stood in for).
    """
    program = RealProgram(file, script_of(file, read_source(file)), device, module)
    program.run()
    result = []
    used: set[int] = set()
    for entry in models:
        if entry["target"]["class"] is None:
            continue
        result.append((entry["target"]["call"], _compare_model(program, entry, expression, device, used)))
    if not result:
        raise UsageError("there is no model to verify: the file only runs operations", file)
    return result


def _compare_model(
    program: RealProgram, entry: dict[str, Any], expression: str | None, device: str, used: set[int]
) -> list[Comparison]:
    error: BaseException | None = None
    module = None
    try:
        module = _module(program, entry, expression, used)
    except Exception as raised:
        error = raised
    if module is None:
        error = error or program.error
        rows = [Comparison("verdict", "", _predicted_verdict(entry, program), _actual_verdict(program, error))]
        return rows if error is not None else [Comparison("model", "", entry["target"]["call"], "was not built")]
    module.to(device)
    if any(i["shape"] is None or any(type(size) is not int for size in i["shape"]) for i in entry["inputs"]):
        return _counts(module, entry)  # what it is fed is not known: there is no call to compare
    call = _call(program, module, entry, device)
    comparisons = _counts(module, entry)
    paths = {id(m): path for path, m in torch.nn.Module.named_modules(module)}
    ours = [row for row in entry["rows"] if row["kind"] == "module"]
    theirs = program.record.within(call)
    for i in range(max(len(ours), len(theirs))):
        mine = ours[i] if i < len(ours) else None
        real = theirs[i] if i < len(theirs) else None
        path = mine["path"] if mine is not None else paths.get(id(real.owner)) if real is not None else None
        type_ = mine["type"] if mine is not None else type(real.owner).__name__  # type: ignore[union-attr]
        comparisons.append(
            Comparison(path if path is not None else "(unnamed)", type_, _ours(mine), _theirs(real, paths))
        )
    comparisons.append(
        Comparison("verdict", "", _predicted_verdict(entry, program), _actual_verdict(program, call.error))
    )
    return comparisons


def _counts(module: Any, entry: dict[str, Any]) -> list[Comparison]:
    """Parameters and buffers; one that the summary leaves open is not compared."""
    counted = {
        "parameters": ("params", sum(p.numel() for p in _parameters(module))),
        "trainable": ("trainable_params", sum(p.numel() for p in _parameters(module) if p.requires_grad)),
        "buffers": ("buffers", sum(b.numel() for b in torch.nn.Module.buffers(module))),
    }
    totals = entry["totals"]
    return [
        Comparison(name, "", f"{totals[key]:,}", f"{n:,}")
        for name, (key, n) in counted.items()
        if totals[key] is not None
    ]


def _parameters(module: Any) -> Any:
    return torch.nn.Module.parameters(module)


def _module(program: RealProgram, entry: dict[str, Any], expression: str | None, used: set[int]) -> Any:
    """The real module that a summary's entry speaks of."""
    name = entry["target"]["class"]
    if expression is not None:
        value = program.evaluate(expression)
        return value() if isinstance(value, type) else value
    for built in list(program.record.built.values()):
        if type(built.module).__name__ == name and id(built.module) not in used and _is_top(program, built.module):
            used.add(id(built.module))
            return built.module
    value = program.namespace.get(name)
    return value() if isinstance(value, type) and program.error is None else None


def _is_top(program: RealProgram, module: Any) -> bool:
    wrappers = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)
    holders = (built.module for built in program.record.built.values() if not isinstance(built.module, wrappers))
    return not any(module is child for holder in holders for child in holder.__dict__.get("_modules", {}).values())


def _call(program: RealProgram, module: Any, entry: dict[str, Any], device: str) -> Call:
    """The script's own call of the module where the summary shows that one, else a call with the summary's inputs."""
    own = [call for call in program.record.calls if call.owner is module]
    fed = [i["shape"] for i in entry["inputs"]]
    for call in own:
        if [list(m.shape) for m in call.inputs if m.shape is not None] == fed and entry["inputs"][0][
            "from"
        ] == "script":
            return call
    start = len(program.record.calls)
    torch.nn.Module.train(module, entry["mode"] == "train")
    arguments: dict[str, Any] = {}
    for given in entry["inputs"]:
        value = torch.zeros(given["shape"], dtype=getattr(torch, given["dtype"]), device=device)
        arguments[given["name"]] = [*arguments[given["name"]], value] if given["name"] in arguments else [value]
    positional = [a[0] if len(a) == 1 else a for name, a in arguments.items()]
    try:
        with program.record, torch.no_grad():
            module(*positional)
    except Exception:
        if len(program.record.calls) == start:
            raise
    return program.record.calls[start]


def _ours(row: dict[str, Any] | None) -> str:
    if row is None:
        return "no such call"
    outputs = "refused" if row["outputs"] is None else " ".join(_shape(s) for s in row["outputs"])
    return f"{outputs}; {row['own_params']:,} params" if row["own_params"] else outputs


def _theirs(call: Call | None, paths: dict[int, str]) -> str:
    if call is None:
        return "no such call"
    own = sum(p.numel() for p in {id(p): p for p in call.owner._parameters.values() if p is not None}.values())
    outputs = "refused" if call.outputs is None else " ".join(_shape(m.shape) for m in call.outputs)
    return f"{outputs}; {own:,} params" if own else outputs


def _shape(shape: Any) -> str:
    return "?" if shape is None else "(" + ", ".join("?" if s is None else str(s) for s in shape) + ")"


def _predicted_verdict(entry: dict[str, Any], program: RealProgram) -> str:
    errors = [d for d in entry["diagnostics"] if d["severity"] == "error"]
    return _refused(program, errors[0]) if errors else "runs"


def _actual_verdict(program: RealProgram, error: BaseException | None) -> str:
    if error is None or isinstance(error, Unknown):
        return "runs"
    file, line = program.record.place_of(error)
    place = {"file": file, "line": line}
    if program.is_notebook:
        localised(place, program.file)
    return _refused(program, place)


def _refused(program: RealProgram, place: dict[str, Any]) -> str:
    """A refusal by its place; in another file of a package by that file's name too."""
    if "cell" in place:
        return f"refused in line {place['line']} of cell {place['cell']}"
    if place["file"] is None or os.path.realpath(place["file"]) == os.path.realpath(program.file):
        return f"refused in line {place['line']}"
    return f"refused in {os.path.basename(place['file'])}:{place['line']}"
