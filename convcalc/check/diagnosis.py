"""What a run has to say of its models: errors, what is not known, and notes. What is said of an error is in `error_diagnosis`."""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.tensor.unknown import PASSED_OVER, is_of_program

from .diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.tensor import Unknown
    from convcalc.trace import Call, Recorder
    from convcalc.trace.recorder import Note


def diagnose(program: Program, model: Found) -> list[Diagnostic]:
    """Return the errors of a model and what of it is not known."""
    error = error_of(program, model)
    found = _of_error(program.record, model.module, error, program.file, program.source)
    if model.unfed:
        found.append(Diagnostic("no-input", "unknown", model.file or program.file, model.line, model.unfed))
    for d in found:
        if d.line is None and model.line is not None:  # it was not raised, but found of the class
            d.update(file=model.file or program.file, line=model.line)
    return found + _unknown_operations(model.calls)


def _of_error(
    record: Recorder, root: Any, error: BaseException | None, file: str, source: bytes | None
) -> list[Diagnostic]:
    if error is None:
        return []
    from .error_diagnosis import of_error

    return [of_error(record, root, error, file, source)]


def error_of(program: Program, model: Found) -> BaseException | None:
    """Return what ended the model's call, its construction, or the script, unless the target names the model and nothing else."""
    own = model.call.error if model.call is not None else model.error
    return own or (None if model.is_named else program.error)


def diagnose_record(record: Recorder, module: Any, file: str, line: int) -> list[Diagnostic]:
    """Return the same for a module that was called from a line of Python, without a file to run."""
    error = record.calls[0].error if record.calls else None
    found = _of_error(record, module, error, file, None)
    for d in found:
        if d.line is None:
            d.line = line
    return found + _unknown_operations(record.calls)


def notes(program: Program, models: list[Found], number: int) -> list[Diagnostic]:
    """Return what was skipped, branched on without knowing, or not run: once for each line and text.

    A branch in a call of a model is reported with that model, everything else with the first.
    """
    seen = set()
    found = []
    for note in _without_crowds(program.record.notes):
        if (_model_of(note.call, models) if note.kind in ("branch", "loop") else 0) != number:
            continue
        text = note.text
        if note.branch is not None:
            from .branches import followed

            text = followed(program, note.branch)
        key = (note.file, note.line, text)
        if key not in seen:
            seen.add(key)
            found.append(Diagnostic(note.kind, "note", note.file, note.line, text))
    return found


MAX_OF_IMPORT = 2  # notes that the import in one line brings as they are


def _without_crowds(notes: list[Note]) -> list[Note]:
    """The notes, with one for all that the packages behind one import ask for and do not know, where that is much: the model need not depend on it."""
    crowds: dict[tuple[str | None, int | None], list[Note]] = {}
    for note in notes:
        if note.is_of_import:
            crowds.setdefault((note.file, note.line), []).append(note)
    kept = []
    for note in notes:
        crowd = crowds.get((note.file, note.line), []) if note.is_of_import else []
        if len(crowd) <= MAX_OF_IMPORT:
            kept.append(note)
        elif note is crowd[0]:
            text = f"{len(crowd)} things that the imported packages ask for are not known here, the first: {note.text}"
            kept.append(type(note)(note.kind, text, (note.file, note.line), note.call))
    return kept


def _model_of(call: Call | None, models: list[Found]) -> int:
    """Return the number of the model that a call belongs to; of the first one for other calls."""
    if call is None or len(models) < 2:
        return 0
    holds = (i for i, m in enumerate(models) if isinstance(m.module, Module) and any(n is call.owner for _, n in named_modules(m.module)))  # fmt: skip
    return next(holds, 0)


def no_model(program: Program) -> Diagnostic:
    """No model was found in a file that may have one: from modules that are not analysed, or by a statement that was passed over."""
    names = ", ".join(sorted(program.missing))
    why = f"what comes from {names} is not analysed" if names else _passed(program)
    return Diagnostic("unknown-module", "unknown", program.file, None, f"no model is known: {why}")


def _passed(program: Program) -> str:
    return next(value.reason for value in _passed_over(program))


def _passed_over(program: Program) -> list[Unknown]:
    """What is called on tensors and comes from a statement that was passed over; what such a statement itself would have made, `unknowns` tells of."""
    return [v for v, _ in program.record.called if PASSED_OVER in v.reason and not is_of_program(v)]


def may_have_model(program: Program) -> bool:
    """Whether a file without a model calls something on tensors that may be one."""
    return bool(program.missing) or bool(_passed_over(program))


def left_out(program: Program) -> list[Diagnostic]:
    """Return the cells of a notebook that are no Python: what they would have done is not known."""
    return [
        Diagnostic("not-analysed", "unknown", error.file, error.line, f"{error.args[0]}: the cell is left out")
        for error in program.left_out
    ]


def _unknown_operations(calls: list[Call]) -> list[Diagnostic]:
    """Return what left the outputs unknown: operations without a rule, and those that met an unknown value."""
    found = []
    seen = set()
    for call in calls:
        unknown = call.outputs is not None and any(m.shape is None for m in call.outputs)
        fresh = all(m.shape is not None for m in call.inputs)
        if call.kind == "op" and unknown and fresh and (call.type, call.line) not in seen:
            seen.add((call.type, call.line))
            why = "has no rule yet" if call.operation is None else "depends on a value that is not known"
            found.append(
                Diagnostic(
                    "unknown-operation", "unknown", call.file, call.line, f"{call.type} {why}: its result is unknown"
                )
            )
    return found
