"""A call of a model that convcalc itself makes, and its record."""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.trace.internal_errors import reveal

from .constructions import class_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call

    from .program import Program


def call_module(
    program: Program, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> Call:
    """Call the module and return the record of the call; whatever it raises is in the record."""
    record = program.record
    start = len(record.calls)
    if training is not None:
        for _, m in named_modules(module):
            m.__dict__["training"] = training
    result, failed = None, None
    try:
        with program.recording():
            result = module(*args, **kwargs)
    except Exception as error:
        reveal(error)
        failed = error
    if start == len(record.calls):  # a class with a `__call__` of its own, which never came to the one that records
        call = record.enter(module, class_name(module), args, kwargs, module.__dict__.get("training", True))
        if failed is None:
            record.leave(call, result)
        else:
            record.fail(call, failed)
    return record.calls[start]
