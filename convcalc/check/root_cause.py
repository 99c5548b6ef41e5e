"""Errors whose cause lies elsewhere than where they show: a sample without its batch, channels at the wrong end, a layer used
at two places, a flattening that moves features into the batch, the last batch of a loader.

Nothing is guessed: the model is called again with the input that it may have been made for, and only where it then runs does
the diagnostic say so. Which causes a refusal may have, its rule says (`root_causes`); how a cause is known, the rule of the cause.
"""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, Unknown
from convcalc.trace import tensors
from convcalc.trace.internal_errors import reveal

from .rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.program import Program
    from convcalc.trace import Call

    from .diagnostic import Diagnostic

WHOLE_INPUT = ("missing-batch", "channels-last")  # what these say of the input explains all else that its model refuses


class Suspect:
    """A refusal whose cause is looked for: its diagnostic, the call, and the outermost call around it.

    `batches` are those of the data loader on whose last one the script was working, if it was.
    """

    __slots__ = ("batches", "call", "error", "found", "program", "root")

    def __init__(self, program: Program, found: Diagnostic, error: ShapeError, call: Call, batches: Any) -> None:
        self.program = program
        self.found = found
        self.error = error
        self.call = call
        self.batches = batches
        self.root = outermost(call)


def find_root_cause(
    program: Program, found: Diagnostic, error: BaseException, call: Call | None, batches: Any = None
) -> None:
    """Change a diagnostic to the rule that names the cause, where there is a deeper one."""
    if not isinstance(error, ShapeError) or call is None:
        return
    rule = RULES.get(found.rule)
    causes = () if rule is None else rule.root_causes or ()
    suspect = Suspect(program, found, error, call, batches)
    for name in ("last-batch", *causes) if batches is not None else causes:
        is_cause = RULES[name].is_cause
        if is_cause is not None and is_cause(suspect):
            return


def outermost(call: Call) -> Call:
    """Return the call from outside that a call is part of."""
    while call.parent is not None:
        call = call.parent
    return call


# Kinds of layers of which the first tells what a batch is: most others take any number of dimensions.
TELLING = frozenset(("convolution", "pooling", "recurrent", "linear", "embedding"))


def batched_rank(model: Module) -> int | None:
    """Return the number of dimensions of a batch of what a model takes, from the first layer that tells one."""
    for module in _below(model):
        if not type(module).__module__.startswith("convcalc.nn"):
            continue
        stated = facts_of(type(module))
        if stated.kind in TELLING or (stated.kind == "normalization" and stated.dims is not None):
            return None if stated.sample is None else stated.sample + 1
    return None


def runs(program: Program, root: Call, instead: dict[int, Any]) -> bool:
    """Return whether a model's call goes through with other tensors in the places of its own."""
    result = call_again(program, root, instead)
    return not isinstance(result, Exception) and not any(isinstance(t, Unknown) for t in tensors(result))


def call_again(program: Program, root: Call, instead: dict[int, Any]) -> Any:
    """Return the result of the same call with other tensors, or the exception; in the mode that it was made in."""
    args, kwargs = root.arguments
    args = tuple([_replaced(a, instead) for a in args])
    kwargs = {name: _replaced(a, instead) for name, a in kwargs.items()}
    modes = [(m, m.__dict__.get("training")) for m in _below(root.owner)]
    recovered, program.record.recover = program.record.recover, None
    for m, _ in modes:
        if root.training is not None and m is root.owner:
            m.__dict__["training"] = root.training
    try:
        with program.recording():
            return root.owner(*args, **kwargs)
    except Exception as error:
        reveal(error)
        return error
    finally:
        program.record.recover = recovered
        for m, training in modes:
            m.__dict__["training"] = training


def _below(module: Module) -> list[Module]:
    from convcalc.nn.module import named_modules

    return [m for _, m in named_modules(module)]


def _replaced(value: Any, instead: dict[int, Any]) -> Any:
    if isinstance(value, Tensor):
        return instead.get(id(value), value)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)([_replaced(part, instead) for part in value])
    if type(value) is dict:
        return {key: _replaced(part, instead) for key, part in value.items()}
    return value
