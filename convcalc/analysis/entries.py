"""The models of an analysis as entries of a report, each with its errors and with what is not known of it."""

from __future__ import annotations

from convcalc.check.diagnosis import diagnose, error_of, left_out, no_model, notes
from convcalc.check.unknowns import unknowns

from .model_entry import model_entry, with_conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.found import Found
    from convcalc.source.program import Program

    from .execution import Analysis


def entries(analysis: Analysis) -> list[tuple[dict[str, Any], Found]]:
    """Each model of an analysis as an entry of the report, with its errors and what is not known of it."""
    program = analysis.program
    found = []
    for i, model in enumerate(analysis.models):
        diagnostics = diagnose(program, model)
        if model.class_name is None and program.missing:
            diagnostics.append(no_model(program))
        if i == 0:
            diagnostics += left_out(program)
        if not any(d.severity in ("error", "unknown") for d in diagnostics):
            diagnostics += unknowns(program, analysis.models, i)
        if model.is_named:
            _note_error_elsewhere(program, model)
        diagnostics += notes(program, analysis.models, i)
        target = target_of(model, program.file)
        if model.by_default:
            target["by_default"] = True
        fits = None if model.fit is None else model.fit.to_dict()
        entry = model_entry(
            model.module, model.calls, target=target, source=model.source, diagnostics=diagnostics, fits=fits
        )
        with_conditions(entry, model.conditions)
        if model.module is None and model.class_name is not None:  # nobody has counted its parameters
            entry["totals"].update(params=None, trainable_params=None, buffers=None)
        found.append((entry, model))
    return found


def _note_error_elsewhere(program: Program, model: Found) -> None:
    """An error that ended the script and is none of the model that the target names."""
    error = program.error
    if error is not None and error is not error_of(program, model):
        text = f"the script itself ends with an error, which is not one of {model.class_name}: {error}"
        program.record.note("script-error", text, program.record.place_of(error))


def target_of(model: Found, file: str) -> dict[str, Any]:
    """What an entry of the report says of its model: `file` is the one that was named."""
    target = {"file": model.file or file, "line": model.line, "class": model.class_name, "call": model.construction}
    if model.method is not None:
        target["method"] = model.method
    return target
