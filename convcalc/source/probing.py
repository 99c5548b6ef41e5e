"""Calls of a model that leave no trace: to find out what it takes, without changing what is reported of it."""

from __future__ import annotations

from copy import deepcopy

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import UninitializedParameter, UnknownValue
from convcalc.trace import NeverEnds, Recorder
from convcalc.trace.internal_errors import reveal

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

    @property
    def place(self) -> tuple[str | None, int | None]:
        """The line of the user's files where the error was raised."""
        return (None, None) if self.error is None else self.record.place_of(self.error)

    def has_unknown(self) -> bool:
        """Whether something that the call ran is not known: an operation without a rule, one on a value that nobody has, a branch."""
        record = self.record
        return bool(record.undecided or record.splits) or any(
            meta.shape is None for call in record.calls for meta in call.outputs or ()
        )


def probe(
    program: Program, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool = False
) -> Probe:
    """Calls a module of a program in a record of its own; the module is left as it was."""
    if any(isinstance(p, UninitializedParameter) for _, m in named_modules(module) for p in _table(m, "_parameters")):
        module = deepcopy(module)  # a lazy layer takes its size from its first call
    states = [(m, type(m), dict(m.__dict__), {t: dict(m.__dict__.get(t, {})) for t in TABLES}) for _, m in named_modules(module)]  # fmt: skip
    kept = program.record
    record = program.record = Recorder(set(kept.files), kept.most)
    control = _Control(program, record)
    result: Any = None
    failure: Exception | None = None
    try:
        for _, m in named_modules(module):
            m.__dict__["training"] = training
        with program.recording():
            result = module(*args, **kwargs)
    except NeverEnds as endless:
        failure = UnknownValue(f"a call that {endless}")
    except Exception as error:
        reveal(error)
        failure = error
    finally:
        program.record = kept
        control.restore()
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


class _Control:
    """What the run's control of loops and conditions holds, put aside for a call whose loops and conditions count for nothing."""

    __slots__ = ("control", "kept", "refused")

    def __init__(self, program: Program, record: Recorder) -> None:
        self.control = control = program.control
        self.kept = control.record, control.loops, control.loop_steps, control.returns, control.count_of_splits
        self.refused = control.refused
        control.record, control.loops, control.returns, control.refused = record, [], {}, []

    def restore(self) -> None:
        control = self.control
        control.record, control.loops, control.loop_steps, control.returns, control.count_of_splits = self.kept
        control.refused = self.refused


def _table(module: Module, name: str) -> Any:
    return module.__dict__.get(name, {}).values()
