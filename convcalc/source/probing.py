"""Calls of a model that leave no trace: to find out what it takes, without changing what is reported of it."""

from __future__ import annotations

from copy import deepcopy

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import UninitializedParameter
from convcalc.trace import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .program import Program

TABLES = ("_parameters", "_buffers", "_modules")


class Probe:
    """What came of a call: its record, and the exception that ended it, if any."""

    __slots__ = ("error", "record", "result")

    def __init__(self, record: Recorder, result: Any, error: Exception | None) -> None:
        self.record = record
        self.result = result
        self.error = error


def probe(
    program: Program, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool = False
) -> Probe:
    """Calls a module of a program in a record of its own; the module is left as it was."""
    if any(isinstance(p, UninitializedParameter) for _, m in named_modules(module) for p in _table(m, "_parameters")):
        module = deepcopy(module)  # a lazy layer takes its size from its first call
    states = [(m, type(m), dict(m.__dict__), {t: dict(m.__dict__.get(t, {})) for t in TABLES}) for _, m in named_modules(module)]  # fmt: skip
    kept = program.record
    record = program.record = Recorder(set(kept.files), kept.most)
    result, failure = None, None
    try:
        for _, m in named_modules(module):
            m.__dict__["training"] = training
        with program.recording():
            result = module(*args, **kwargs)
    except Exception as error:
        failure = error
    finally:
        program.record = kept
        for m, cls, own, tables in states:
            if type(m) is not cls:
                m.__class__ = cls
            m.__dict__.clear()
            m.__dict__.update(own)
            for name, table in tables.items():
                if name in own:
                    own[name].clear()
                    own[name].update(table)
    return Probe(record, result, failure)


def _table(module: Module, name: str) -> Any:
    return module.__dict__.get(name, {}).values()
