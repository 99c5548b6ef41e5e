"""A model's part of a report while it is worked on: errors are still explained, and others found."""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic

from .counts import shape_of, totals_of
from .printable import LONGEST, cut, cut_all
from .results import UNKNOWN_TOTALS, Condition, Fits, Input, ModelReport, Output, Target, Totals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.nn.module import Module
    from convcalc.source.found import Found
    from convcalc.trace import Call

    from .places import Places


def inputs_of(call: Call, source: str) -> tuple[Input, ...]:
    """What a model is given by a call, under the names of the arguments of its `forward`."""
    args, kwargs = call.arguments
    code = getattr(getattr(type(call.owner), "forward", None), "__code__", None)
    names: list[str] = []
    if code is not None:
        names = list(code.co_varnames[1 : code.co_argcount])
    named: list[str] = []
    from convcalc.trace import tensors

    for i, value in enumerate(args):
        name = names[i] if i < len(names) else f"args[{i}]"
        named += [name] * sum(1 for _ in tensors(value))
    for key, value in kwargs.items():
        named += [key] * sum(1 for _ in tensors(value))
    return tuple(
        [
            Input(name=cut(name), shape=shape_of(meta), dtype=meta.dtype, source=source)
            for name, meta in zip(named, call.inputs)
        ]
    )


class ModelDraft:
    """A model with what was found of it so far. `found` is the discovered model; None where the draft is made of a single call.

    `root` and `calls` are those of its run, in order, the root's first; there are none where it could not be built.
    """

    __slots__ = ("calls", "conditions", "diagnostics", "fits", "found", "inputs", "mode", "outputs", "root", "target", "totals")  # fmt: skip

    def __init__(
        self, root: Module | None, calls: list[Call], target: Target, source: str, diagnostics: list[Diagnostic]
    ) -> None:
        call = calls[0] if calls and root is not None else None
        self.root = root
        self.calls = calls
        self.target = target
        self.found: Found | None = None
        self.inputs: tuple[Input, ...] = () if call is None else inputs_of(call, source)
        self.mode = None if call is None or call.training is None else "train" if call.training else "eval"
        self.outputs: tuple[Output, ...] = ()
        if call is not None and call.outputs is not None:
            self.outputs = tuple([Output(shape=shape_of(meta), dtype=meta.dtype) for meta in call.outputs])
        is_whole = target.class_name is None and not any(d.severity in ("error", "unknown") for d in diagnostics)
        # without a model, the totals of a file that has none and ran to its end are known
        self.totals: Totals = totals_of(root, calls, diagnostics) if root is not None or is_whole else UNKNOWN_TOTALS
        self.diagnostics = diagnostics
        self.fits: dict[str, Any] = {}  # `fits`, if somebody asked for it
        self.conditions: tuple[Condition, ...] | None = None

    @property
    def has_error(self) -> bool:
        """Whether PyTorch would refuse it."""
        return any(d.severity == "error" for d in self.diagnostics)

    def add_conditions(self, conditions: Any) -> None:
        """Adds what the shapes of a run with letters take for granted, and spells the letters in its diagnostics."""
        self.conditions = tuple(
            [Condition(text=text, file=file, line=line) for text, (file, line) in conditions.described()]
        )
        for d in self.diagnostics:
            for name in ("expected", "actual", "shape", "provenance", "origin"):
                setattr(d, name, _spelled(getattr(d, name)))

    def add_fits(self, fits: Any) -> None:
        """Adds which sizes it accepts; None where nobody can tell."""
        self.fits = {"fits": None if fits is None else Fits.from_dict(fits.to_dict())}

    def report(self, with_rows: bool, places: Places | None = None) -> ModelReport:
        """Return what was found, as it is reported."""
        more: dict[str, Any] = dict(self.fits)
        if with_rows:
            from .rows import rows_of

            more["rows"] = rows_of(self.root, self.calls, places)
        if self.conditions is not None:
            more["conditions"] = self.conditions
        return ModelReport(
            target=self.target,
            inputs=self.inputs,
            mode=self.mode,
            outputs=self.outputs,
            totals=self.totals,
            diagnostics=tuple(map(_cut, self.diagnostics)),
            **more,
        )


def _cut(d: Diagnostic) -> Diagnostic:
    """A diagnostic with texts that are no longer than anybody reads."""
    if d.severity == "note" and len(d.message) <= LONGEST:
        return d
    return Diagnostic.from_dict(cut_all(d.to_dict()))


def _spelled(value: Any) -> Any:
    """Facts of a diagnostic with symbolic sizes as text."""
    if isinstance(value, dict):
        return {key: _spelled(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled(part) for part in value]
    return str(value) if value.__class__ is int and type(value) is not int else value
