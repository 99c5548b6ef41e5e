"""The models of an analysis as drafts of a report, each with its errors and with what is not known of it."""

from __future__ import annotations

from convcalc.check.diagnosis import diagnose, error_of, left_out, may_have_model, no_model, notes
from convcalc.check.unknowns import unknowns

from .model_draft import ModelDraft
from .printable import cut
from .results import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.source.found import Found
    from convcalc.source.program import Program

    from .execution import Analysis


def drafts(analysis: Analysis) -> list[ModelDraft]:
    """A draft for each model of an analysis."""
    program = analysis.program
    found = []
    for i, model in enumerate(analysis.models):
        diagnostics = diagnose(program, model)
        if model.class_name is None and may_have_model(program):
            diagnostics.append(no_model(program))
        if i == 0:
            diagnostics += left_out(program)
        if not any(d.severity in ("error", "unknown") for d in diagnostics):
            diagnostics += unknowns(program, analysis.models, i)
        if model.is_named:
            _note_error_elsewhere(program, model)
        diagnostics += notes(program, analysis.models, i)
        draft = ModelDraft(model.module, model.calls, target_of(model, program.file), model.source, diagnostics)
        draft.found = model
        if model.fit is not None:
            draft.add_fits(model.fit)
        if model.conditions is not None:
            draft.add_conditions(model.conditions)
        if model.module is None and model.class_name is not None:  # nobody has counted its parameters
            draft.totals = draft.totals.with_(params=None, trainable_params=None, buffers=None)
        found.append(draft)
    return found


def _note_error_elsewhere(program: Program, model: Found) -> None:
    """An error that ended the script and is none of the model that the target names."""
    error = program.error
    if error is not None and error is not error_of(program, model):
        text = f"the script itself ends with an error, which is not one of {model.class_name}: {error}"
        program.record.note("script-error", text, program.record.place_of(error))


def target_of(model: Found, file: str) -> Target:
    """What a report says of a model: `file` is the one that was named."""
    name, call = model.class_name, model.construction
    method = {} if model.method is None else {"method": model.method}
    return Target(
        file=model.file or file,
        line=model.line,
        class_name=name if name is None else cut(name),
        call=call if call is None else cut(call),
        **method,
    )
