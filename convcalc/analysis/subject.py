"""What is analysed: a file with its text, which models of it, and what they are given."""

from __future__ import annotations

from convcalc.source.overlay import NOTHING_LAID, Overlay
from convcalc.source.program import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.source.found import Given
    from convcalc.trace.recorder import BranchKey


class NotAnalysed(Exception):
    """The target could not be analysed; the message names what is not known, and the line. Exit code 3."""

    def __init__(self, message: str, notes: list[str]) -> None:
        super().__init__(message)
        self.notes = notes  # what was skipped before, which may be why


class Subject:
    """What is analysed: a file with its text, which models of it, and what they are given.

    `module` is the name by which the file was found on the import path, if it was; `others` are the branches on unknown
    values of which a run follows the other side, `forced` the conditions of which it follows one side alone. `overlay` has texts in place of other files.
    """

    __slots__ = ("expression", "file", "forced", "given", "marks", "module", "others", "overlay", "source")

    def __init__(
        self,
        file: str,
        source: bytes,
        expression: str | None,
        given: Given,
        module: str | None = None,
        others: frozenset[BranchKey] = frozenset(),
        forced: dict[BranchKey, bool] | None = None,
        overlay: Overlay = NOTHING_LAID,
    ) -> None:
        self.overlay = overlay
        self.file = file
        self.source = source
        self.expression = expression
        self.given = given
        self.module = module
        self.others = others
        self.forced = forced or {}
        self.marks = False  # the methods of its modules, by which it uses them

    def with_source(self, source: bytes) -> Subject:
        """The same of another text."""
        return self._with(source, self.others, self.forced)

    def on_other_sides(self, branches: frozenset[BranchKey]) -> Subject:
        """The same, with the other side followed of these branches too."""
        return self._with(self.source, self.others | branches, self.forced)

    def on_one_side(self, condition: BranchKey, side: bool) -> Subject:
        """The same, with that side alone followed of a condition."""
        return self._with(self.source, self.others, {**self.forced, condition: side})

    def _with(self, source: bytes, others: frozenset[BranchKey], forced: dict[BranchKey, bool]) -> Subject:
        subject = Subject(self.file, source, self.expression, self.given, self.module, others, forced, self.overlay)
        subject.marks = self.marks
        return subject

    def program(self) -> Program:
        program = Program(self.file, self.source, self.module, self.overlay)
        program.others = self.others
        program.forced = self.forced
        if self.marks:
            from convcalc.source.methods import Methods

            program.methods = Methods(program)
        return program
