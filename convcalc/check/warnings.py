"""What PyTorch accepts and is surely meant otherwise: the warnings about a model that ran without an error."""

from __future__ import annotations

from convcalc.source.reading import parse_source

from .fixed_batch import hard_coded_batch
from .losses import doubtful_losses
from .unused import unused_layers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.source.discovery import Found
    from convcalc.source.program import Program

    from .diagnostic import Diagnostic


def warnings(program: Program, model: Found, with_losses: bool) -> list[Diagnostic]:
    """The warnings about a model; with those about the losses of its script, which belong to no model."""
    if model.call is None or model.call.error is not None or model.call.is_caught:
        return []
    found = doubtful_losses(program) if with_losses else []
    found += unused_layers(program, model, parse_source(program.source, program.file))
    batch = hard_coded_batch(program, model)
    return found + ([batch] if batch is not None else [])
