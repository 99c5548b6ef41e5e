"""What is not known of a model, a loss or a file, and matters: then nothing is said to be right, and the exit code is 3.

An unknown value that reaches nothing (a history that is plotted, the best accuracy so far) does not matter. One that a model or a loss is
given does: whether that fits is not known. So does a module of another package that is called on tensors, as a layer is.
"""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.unknown import PASSED_OVER, is_of_program, kind_of
from convcalc.trace import tensors

from .diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.trace import Call


def unknowns(program: Program, models: list[Found], number: int) -> list[Diagnostic]:
    """Return what matters and is not known of a model; of the first one's file too."""
    found = _of_model(program, models[number])
    if number == 0:
        found += [
            *_of_losses(program),
            *_of_modules(program),
            *_hidden(program),
            *_misfits(program),
            *_doubts(program),
            *_requirements(program),
        ]
    first: dict[Any, Diagnostic] = {}
    for d in found:
        first.setdefault((d.file, d.line) if d.line is not None else d.message, d)
    return list(first.values())


def _of_model(program: Program, model: Found) -> list[Diagnostic]:
    call = model.call
    if call is None or call.error is not None or model.module is None or program.error is not None:
        return []
    unknown = first_unknown(call.arguments)
    if unknown is not None:
        text = f"what {model.class_name} is fed is not known: {_told(program, unknown)}"
        return [Diagnostic("unknown-input", "unknown", call.file, call.line, text)]
    part = next(called_parts(model.module), None)
    if part is not None:
        name, unknown = part
        text = f"{name} of {model.class_name} is not known: {_told(program, unknown)}"
        return [Diagnostic("unknown-module", "unknown", model.file or program.file, model.line, text)]
    unknown = first_unknown(call.result)
    if unknown is not None:
        text = f"what {model.class_name} gives is not known: {_told(program, unknown)}"
        return [Diagnostic("unknown-output", "unknown", call.file, call.line, text)]
    return []


def _of_losses(program: Program) -> Iterator[Diagnostic]:
    """Yield the losses that are given something unknown, once for each line."""
    for call in program.record.calls:
        if (
            call.kind != "op"
            or call.operation is None
            or call.error is not None
            or call.is_caught
            or not _is_loss(call)
        ):
            continue
        unknown = first_unknown(call.arguments)
        if unknown is not None:
            text = f"what {_title(call)} is given is not known: {_told(program, unknown)}"
            yield Diagnostic("unknown-loss", "unknown", call.file, call.line, text)


def _is_loss(call: Call) -> bool:
    return call.operation.kind == "loss" and (call.parent is None or call.parent.parent is None)


def _title(call: Call) -> str:
    owner = type(call.owner)
    return owner.__name__ if call.owner is not None and owner.__module__.startswith("convcalc.nn") else call.type


def _of_modules(program: Program) -> Iterator[Diagnostic]:
    """Yield what the file holds under a name and calls on tensors, and what that does nobody knows."""
    for name, value in program.namespace.items():
        if type(value) is Unknown and value.is_called and not is_of_program(value):
            line = _line_of(program, value)
            yield Diagnostic(
                "unknown-module",
                "unknown",
                program.file,
                line,
                f"what {name} does is not known: {_told(program, value)}",
            )
    for value, (file, line) in program.record.called:
        if is_of_program(value):
            names = [name for name, held in program.namespace.items() if held is value]
            called = f"what {names[0]} does" if names else "what is called here"
            text = f"{called} is not known: {_told(program, value)}"
            yield Diagnostic("unknown-module", "unknown", file or program.file, line, text)


def _hidden(program: Program) -> Iterator[Diagnostic]:
    """Yield the calls of models and losses that were not made since a statement was passed over."""
    if program.concealed is None or program.error is not None:
        return
    for call in program.concealed.never_made():
        file, line = call.place
        where = f"line {line}" if file == call.file else f"line {line} of {file}"
        rule = "unknown-loss" if call.is_loss else "unknown-input"
        verb = "given" if call.is_loss else "fed"
        text = f"what {call.name} is {verb} is not known: {where} was skipped ({call.reason})"
        yield Diagnostic(rule, "unknown", call.file, call.line, text)


def _misfits(program: Program) -> Iterator[Diagnostic]:
    """Yield the states that are loaded and not known, of which nothing that is known fits."""
    for state, name, (file, line) in program.record.misfits:
        text = f"the state that {name} loads is not known, and what it may be does not fit: {_told(program, state)}"
        yield Diagnostic("unknown-value", "unknown", file or program.file, line, text)


def _doubts(program: Program) -> Iterator[Diagnostic]:
    """Yield the exceptions that were passed over although a real run may raise them too."""
    if program.error is None:
        for (file, line), told in program.doubts.items():
            text = f"whether this is raised in a real run is not known: {told}"
            yield Diagnostic("unknown-value", "unknown", file or program.file, line, text)


def called_parts(root: Module) -> Iterator[tuple[str, Unknown]]:
    """Yield the attributes of a model that are called as layers are and not known."""
    for path, module in named_modules(root):
        own = module.__dict__
        for name, value in (*own.items(), *own.get("_modules", {}).items()):
            if type(value) is Unknown and value.is_called:
                yield f"{path}.{name}" if path else name, value


def first_unknown(value: Any) -> Unknown | None:
    """Return the first tensor of a value that is not known, or size of one."""
    for part in tensors(value):
        if not isinstance(part, Tensor):
            if kind_of(part) in (int, float, bool):  # a length, say: its value matters to no shape
                continue
            return part  # type: ignore[no-any-return]
        for size in part.shape:
            if type(size) is Unknown and not is_symbolic(size):
                return size
    return None


def is_symbolic(size: Unknown) -> bool:
    """Return whether a size is an expression in symbols: what must hold of it for a rule is told by itself."""
    return size._facts is not None and ("symbol" in size._facts or "made" in size._facts)


def _requirements(program: Program) -> Iterator[Diagnostic]:
    """Yield what PyTorch requires of numbers that nobody knows: once for each line."""
    if program.error is None:
        for text, number, (file, line) in program.record.required:
            told = f"whether {text} is not known, and PyTorch requires it: {_told(program, number)}"
            yield Diagnostic("unknown-value", "unknown", file or program.file, line, told)


def _told(program: Program, unknown: Unknown) -> str:
    """Return why something is not known; of what comes from a module that is not analysed, where that is imported; of a statement, why it was passed over."""
    if is_of_program(unknown):
        return f"{unknown.reason}{_why_passed_over(program, unknown.reason)}"
    line = _line_of(program, unknown)
    module = _module_of(program, unknown)
    if module is None:
        return unknown.reason
    place = f" (line {line})" if line is not None else ""
    return f"{unknown.reason}, and module {module}{place} is not analysed"


def _why_passed_over(program: Program, reason: str) -> str:
    line = reason.rpartition("line ")[2].partition(".")[0].partition("(")[0]
    notes = (n.text for n in program.record.notes if n.kind == "passed-over" and str(n.line) == line)
    text = next(notes, None) if reason.startswith(PASSED_OVER) else None
    return "" if text is None else f" ({text.removeprefix('skipped: ')})"


def _module_of(program: Program, unknown: Unknown) -> str | None:
    """Return the module that is not analysed from which something comes."""
    words = "".join(c if c.isalnum() or c in "_." else " " for c in unknown.reason).split()
    found = (name for name in program.missing if any(word == name or word.startswith(f"{name}.") for word in words))
    return next(found, None)


def _line_of(program: Program, unknown: Unknown) -> int | None:
    module = _module_of(program, unknown)
    notes = (n for n in program.record.notes if n.kind == "missing-module" and n.text.startswith(f"module {module} "))
    note = next(notes, None)
    return None if note is None else note.line
