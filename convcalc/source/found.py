"""What is given for models, and a model that was found: data that discovery, calling and the report share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.dim import Conditions
    from convcalc.trace import Call

    from .fitting import Fit


class Given:
    """What the user gives a model: tensors by position and by name, other arguments, a batch size, a mode."""

    __slots__ = ("batch", "inputs", "kwargs", "literals", "training")

    def __init__(
        self,
        inputs: list[tuple[tuple[int | str, ...], str | None]] | None = None,
        kwargs: dict[str, tuple[tuple[int | str, ...], str | None]] | None = None,
        literals: dict[str, Any] | None = None,
        batch: int | None = None,
        training: bool | None = None,
    ) -> None:
        self.inputs = inputs or []
        self.kwargs = kwargs or {}
        self.literals = literals or {}
        self.batch = batch
        self.training = training

    def has_symbols(self) -> bool:
        """Whether a letter stands in one of the shapes."""
        return any(type(size) is str for shape, _ in (*self.inputs, *self.kwargs.values()) for size in shape)


class Found:
    """A model with the call to report. `call` is None where the file runs no model (`operations`) or building it failed.

    `is_named`: the target names it, so that what becomes of the rest of the file is not its mistake. `method` is what was called, where that is not `forward`.
    """

    __slots__ = (
        "call",
        "calls",
        "class_name",
        "conditions",
        "construction",
        "error",
        "file",
        "fit",
        "is_named",
        "line",
        "method",
        "module",
        "source",
        "unfed",
    )

    def __init__(
        self,
        module: Any,
        class_name: str | None,
        construction: str | None,
        line: int | None,
        call: Call | None,
        source: str,
    ) -> None:
        self.module = module
        self.class_name = class_name
        self.construction = construction
        self.file: str | None = None  # of the line, where that is not the file that was named
        self.line = line
        self.call = call
        self.source = source
        self.is_named = False
        self.method: str | None = None
        self.calls: list[Call] = []
        self.error: BaseException | None = None
        self.fit: Fit | None = None
        self.conditions: Conditions | None = None  # of a call with symbolic sizes
        self.unfed = ""  # why its input is not known, where it is not
