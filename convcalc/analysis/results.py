"""What an analysis results in: the models of a target, and what a check found in files. Nothing here is drawn; `convcalc.report` does that."""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic
from convcalc.check.frozen import Frozen, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    # A size that is an expression in letters is text; one that is not known is None, as is a shape of which not even the rank is known.
    Size = int | str | None
    Shape = tuple[Size, ...] | None

SCHEMA = 1
# Rules for what keeps a file from being checked: the command reports it on standard error and exits with 2.
CALL_RULES = ("syntax-error", "usage")


def is_of_call(diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic says that the call was wrong, not the model."""
    return diagnostic.rule in CALL_RULES


class Target(Frozen):
    """What a model is, and where: its class, the call that builds it, and that call's place; the class is None where a file has no model."""

    __slots__ = ("file", "line", "class_name", "call", "method", "cell")  # noqa: RUF023  # in the order of the JSON
    JSON_NAMES = {"class_name": "class"}
    OPTIONAL = frozenset(("method", "cell"))

    file: str | None
    line: int | None
    class_name: str | None
    call: str | None
    method: str | None
    cell: int | None


class Input(Frozen):
    """A tensor that a model is given. `source` says where it comes from: the "script", "given" by the caller, or "inferred" from the model."""

    __slots__ = ("name", "shape", "dtype", "source")  # noqa: RUF023
    JSON_NAMES = {"source": "from"}

    name: str
    shape: Shape
    dtype: str | None
    source: str


class Output(Frozen):
    """A tensor that a model returns."""

    __slots__ = ("shape", "dtype")  # noqa: RUF023

    shape: Shape
    dtype: str | None


class Totals(Frozen):
    """Parameters (a shared one counts once), buffers and multiply-accumulates of a model; `macs_status` is "exact", "lower-bound" or "unknown"."""

    __slots__ = ("params", "trainable_params", "buffers", "macs", "macs_status")  # noqa: RUF023

    params: Size
    trainable_params: Size
    buffers: Size
    macs: Size
    macs_status: str


# Of what was never built, or only begun.
UNKNOWN_TOTALS = Totals(params=None, trainable_params=None, buffers=None, macs=None, macs_status="unknown")


class Row(Frozen):
    """One call of a module, or of an operation (`kind` "op").

    `path` is the module's, as in `named_modules()`; `call` counts the calls of one module from 0; `outputs` is None where the call failed. `params` are
    those of the module with all below it, `own_params` its direct ones. The place is that of the call in the user's own code: lines and columns
    count from 1, the end is exclusive. `column`, `end_line` and `end_column` are there where somebody asked for them (`convcalc.analyse`), and the interpreter keeps them
    (Python 3.11 on).
    """

    __slots__ = (  # noqa: RUF023
        "path", "type", "kind", "leaf", "depth", "call", "inputs", "outputs", "params", "own_params", "macs",
        "file", "line", "column", "end_line", "end_column", "cell",
    )  # fmt: skip
    OPTIONAL = frozenset(("column", "end_line", "end_column", "cell"))

    path: str | None
    type: str
    kind: str
    leaf: bool
    depth: int
    call: int
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...] | None
    params: Size
    own_params: Size
    macs: Size
    file: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    cell: int | None


class Condition(Frozen):
    """What the shapes of a run with letters take for granted, and the line that asks."""

    __slots__ = ("text", "file", "line", "cell")  # noqa: RUF023
    OPTIONAL = frozenset(("cell",))

    text: str
    file: str | None
    line: int | None
    cell: int | None


class Numbers(Frozen):
    """A set of sizes: the intervals `runs`, and from `start` on each n with `n % period` in `residues`."""

    __slots__ = ("runs", "start", "period", "residues")  # noqa: RUF023

    runs: tuple[tuple[int, int], ...]
    start: int
    period: int
    residues: tuple[int, ...]


class FittingSizes(Frozen):
    """The sizes that letters may have: in words, and as numbers. What PyTorch accepts but answers with another batch is `accepted` and not `fitting`; `whole`
    says that no other size is accepted."""

    __slots__ = ("letters", "words", "whole", "fitting", "accepted")  # noqa: RUF023
    PARTS = {"fitting": Numbers, "accepted": Numbers}

    letters: tuple[str, ...]
    words: str
    whole: bool
    fitting: Numbers
    accepted: Numbers


class Fits(Frozen):
    """Which sizes a model accepts: its inputs with letters, and what these may be."""

    __slots__ = ("inputs", "sizes")
    PARTS = {"sizes": FittingSizes}

    inputs: dict[str, Sequence[Size]]
    sizes: tuple[FittingSizes, ...]


class ModelReport(Frozen):
    """One model: what it is, what it is given and returns, its rows and totals, and what was found of it.

    `rows` are absent from the report of a check; `fits` is there where somebody asked for it, or where the input was found by it; `conditions` where
    a size is a letter.
    """

    __slots__ = ("target", "inputs", "mode", "outputs", "totals", "rows", "diagnostics", "fits", "conditions")  # noqa: RUF023
    OPTIONAL = frozenset(("rows", "fits", "conditions"))
    PARTS = {
        "target": Target, "inputs": Input, "outputs": Output, "totals": Totals, "rows": Row, "diagnostics": Diagnostic,
        "fits": Fits, "conditions": Condition,
    }  # fmt: skip

    target: Target
    inputs: tuple[Input, ...]
    mode: str | None
    outputs: tuple[Output, ...]
    totals: Totals
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]
    fits: Fits | None
    conditions: tuple[Condition, ...] | None


class FixedText(Frozen):
    """A file with its fixes made: the bytes of its `text`, written as Latin-1; the checksum of the text that it is made `of`; how many errors it fixes."""

    __slots__ = ("text", "of", "count")  # noqa: RUF023

    text: str
    of: int
    count: int


class FileReport(Frozen):
    """What was found in a file: its models, and the diagnostics of all of them together. `fixed` is for `--fix`, and in no report."""

    __slots__ = ("file", "models", "diagnostics", "fixed")  # noqa: RUF023
    OPTIONAL = frozenset(("fixed",))
    PARTS = {"models": ModelReport, "diagnostics": Diagnostic, "fixed": FixedText}

    file: str
    models: tuple[ModelReport, ...]
    diagnostics: tuple[Diagnostic, ...]
    fixed: FixedText | None


class SummaryResult:
    """The models of a target; `rows` and `totals` are those of the first one."""

    def __init__(self, models: Iterable[ModelReport]) -> None:
        self.models = tuple(models)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the first model."""
        return self.models[0].rows if self.models else ()

    @property
    def totals(self) -> Totals:
        """The totals of the first model."""
        return self.models[0].totals if self.models else UNKNOWN_TOTALS

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What was found of all models."""
        return [d for model in self.models for d in model.diagnostics]

    @property
    def exit_code(self) -> int:
        """0: no error; 1: an error; 3: something is not known."""
        severities = {d.severity for d in self.diagnostics}
        nothing = any(m.target.class_name is not None and not m.rows for m in self.models)  # could not be built
        return 1 if "error" in severities else 3 if "unknown" in severities or nothing else 0

    def to_dict(self) -> dict[str, Any]:
        """The report in the form of the JSON (schema 1)."""
        return {"schema": SCHEMA, "models": plain(self.models)}


class CheckResult:
    """What a check found; `exit_code` is the command's.

    `files` holds an entry for each file, in their order: `file`, `models`, `diagnostics`. `passed_over` counts
    the files of folders that have no model. `missing_locks` names the system's locks (landlock, seccomp) that the processes
    of the files had to do without; there are none where all hold, which is what one expects.
    """

    __slots__ = ("exit_code", "files", "missing_locks", "passed_over", "within")

    def __init__(
        self,
        files: list[FileReport],
        passed_over: int,
        exit_code: int,
        missing_locks: Iterable[str] = (),
        within: dict[str, Iterable[str] | None] | None = None,
    ) -> None:
        self.within = within  # by files that are shown, the folders that they must lie in then
        self.files = files
        self.passed_over = passed_over
        self.exit_code = exit_code
        self.missing_locks = tuple(missing_locks)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What was found in all files; each says its `file`, `line`, `rule`, `severity`, `message` and `fixes`."""
        return [d for report in self.files for d in report.diagnostics]

    @property
    def errors(self) -> list[Diagnostic]:
        """Of the diagnostics, what PyTorch would refuse, and models over their budget."""
        return [d for d in self.diagnostics if d.severity == "error" and not is_of_call(d)]

    @property
    def ok(self) -> bool:
        """Whether everything was analysed and nothing is wrong."""
        return self.exit_code == 0

    def to_dict(self) -> dict[str, Any]:
        """The report in the form of the JSON (schema 1)."""
        report = {"schema": SCHEMA, "files": plain(self.files), "passed_over": self.passed_over}
        return {**report, "missing_locks": [*self.missing_locks]} if self.missing_locks else report
