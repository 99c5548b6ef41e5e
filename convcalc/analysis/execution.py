"""The run of a subject: its file is run, and its models are found and called."""

from __future__ import annotations

from convcalc.source.discovery import discover
from convcalc.source.methods import uses_methods
from convcalc.source.target import UsageError
from convcalc.tensor import UnknownValue
from convcalc.trace import BudgetExceeded

from .subject import NotAnalysed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.error_recovery import Recovery
    from convcalc.source.found import Found
    from convcalc.source.program import Program

    from .subject import Subject


class Analysis:
    """A program that was run, and the models that were found in it, each called.

    `loader` is the data loader on whose last batch the script ended, if it did.
    """

    __slots__ = ("loader", "models", "program")

    def __init__(self, program: Program, models: list[Found], loader: Any = None) -> None:
        self.program = program
        self.models = models
        self.loader = loader


def analyse(subject: Subject, checking: bool = False) -> Analysis:
    """Runs a file, finds its models and calls them.

    With `checking`, loops over data loaders get the last, smaller batch too.
    Raises `UsageError` where the call is wrong and `NotAnalysed` where the file cannot be analysed at all.
    """
    program = subject.program()
    try:
        loader = _run(program, checking)
        if not subject.marks and uses_methods(program):
            subject.marks = True
            program = subject.program()
            loader = _run(program, checking)
        return Analysis(program, discover(program, subject.expression, subject.given), loader)
    except BudgetExceeded as error:
        raise NotAnalysed(_at(program, error, str(error)), _notes(program)) from None
    except UnknownValue as error:
        raise NotAnalysed(_at(program, error, str(error)), _notes(program)) from None
    except RecursionError as error:
        raise NotAnalysed(
            _at(program, error, "calls itself without end: the recursion went deeper than Python allows"),
            _notes(program),
        ) from None
    except MemoryError as error:
        raise NotAnalysed(_at(program, error, "needs more memory than a file may use"), _notes(program)) from None
    except UsageError as error:
        stopper = _what_stopped(program)
        if stopper is not None:
            raise NotAnalysed(stopper, []) from None
        if program.left_out and error.kind == "no-model":
            error = program.left_out[0]
        error.notes = _notes(program)
        raise error from None


def _run(program: Program, checking: bool) -> Any:
    """Runs a program; with `checking`, the loader on whose last batch it ended, if it did."""
    if not checking:
        program.run()
        return None
    from convcalc.check.batches import Batches

    with Batches(program) as batches:
        program.run()
    return batches.current if program.error is not None else None


def recovered(subject: Subject) -> tuple[Recovery, Analysis | None]:
    """A run that goes on after each refusal: the refusals, and the models as far as it came."""
    from convcalc.check.batches import Batches
    from convcalc.check.error_recovery import Recovery

    program = subject.program()
    batches = Batches(program)
    recovery = Recovery(program, batches)
    try:
        with batches:
            recovery.start()
            program.run()
        return recovery, Analysis(program, discover(program, subject.expression, subject.given))
    except (BudgetExceeded, Exception):  # what the assumed values lead to is nobody's mistake
        return recovery, None


def _notes(program: Program) -> list[str]:
    """Return what was skipped, refused or missing: once for each text and line."""
    texts = [
        f"{n.file}:{n.line}: {n.text}" if n.line else n.text
        for n in program.record.notes
        if n.kind in ("passed-over", "refused", "missing-module")
    ]
    return list(dict.fromkeys(texts))


def _at(program: Program, error: BaseException, text: str) -> str:
    file, line = program.record.place_of(error)
    return f"{file or program.file}:{line}: {text}" if line else f"{program.file}: {text}"


def _what_stopped(program: Program) -> str | None:
    """A budget that a skipped statement ran into, when no model came of the file."""
    for note in program.record.notes:
        for kind, text in (
            ("RecursionError", "calls itself without end: the recursion went deeper than Python allows"),
            ("MemoryError", "needs more memory than a file may use"),
        ):
            if note.text.startswith(f"skipped: {kind}"):
                return f"{note.file}:{note.line}: {text}"
    return None
