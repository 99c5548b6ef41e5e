"""A refusal in plain words: what was expected, what came. PyTorch's own words stand beside it.

Each rule says its own words (`explain` in its file, `rules/`); here is what they share: how layers and shapes are written, and
the refused call as an explanation needs it.
"""

from __future__ import annotations

import sys

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_layer
from convcalc.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from convcalc.tensor import ShapeError
    from convcalc.trace import Call, Recorder


def _is_torch_layer(module: Any) -> bool:
    """Whether a module is one of the real torch's own layers: in the process of who owns it, never in that of a loaded file."""
    torch = sys.modules.get("torch")
    layers = getattr(torch, "nn", None)
    return layers is not None and isinstance(module, layers.Module) and type(module).__module__.startswith("torch.nn.")


class RefusedCall:
    """A refusal as its explanation needs it: the error, the call that it arose in (None: a layer was being built), its layer."""

    __slots__ = ("call", "error", "module", "record")

    def __init__(self, record: Recorder, error: ShapeError, call: Call | None, module: Any) -> None:
        self.record = record
        self.error = error
        self.call = call
        self.module = module

    @property
    def operation(self) -> str:
        """The name of the operation without what it is a function of: `view` of `Tensor.view`."""
        return "" if self.call is None else self.call.type.rpartition(".")[2]

    @property
    def subject(self) -> str:
        """What refused: the layer as it was written, or the name of the operation."""
        if is_layer(self.module):
            return spec(self.record, self.module)
        if _is_torch_layer(self.module):
            return f"{type(self.module).__name__}({self.module.extra_repr()})"
        return "" if self.call is None else self.call.type

    @property
    def unit(self) -> str:
        """What the refused size counts, as the layer or the operation states it."""
        unit = facts_of(type(self.module)).unit if is_layer(self.module) else ""
        if not unit and self.call is not None and self.call.operation is not None:
            unit = self.call.operation.unit
        return unit

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors that the call was given."""
        from convcalc.trace import tensors

        return [] if self.call is None else [t for t in tensors(self.call.arguments) if isinstance(t, Tensor)]

    def argument(self, position: int, *names: str) -> Any:
        """Return an argument of the call, by its position or by one of its names; None where it was not given."""
        if self.call is None:
            return None
        args, kwargs = self.call.arguments
        if len(args) > position:
            return args[position]
        return next((kwargs[name] for name in names if name in kwargs), None)


def explain(record: Recorder, error: ShapeError, call: Call | None, module: Any) -> str:
    """Return what was expected and what came in the words of the error's rule; PyTorch's own words where they are the plainest."""
    from .rules import RULES

    if error.operand is not None:
        return of_operand(RefusedCall(record, error, call, module), *error.operand)
    rule = RULES.get(error.rule)
    if rule is None or rule.explain is None:
        return str(error)
    try:
        return rule.explain(RefusedCall(record, error, call, module)) or str(error)
    except (AttributeError, IndexError, TypeError, ValueError, KeyError):
        from convcalc.trace.internal_errors import is_strict

        if is_strict():
            raise
        return str(error)


def of_operand(refused: RefusedCall, operand: str, expected: Any, actual: Any) -> str:
    """Return `the class weights of CrossEntropyLoss must be (4,), not (3,)`: the one of several operands that does not fit."""
    around = None if refused.call is None else refused.call.parent
    layer = refused.module if is_layer(refused.module) else None if around is None else around.owner
    name = type(layer).__name__ if is_layer(layer) else refused.subject
    return f"{operand} of {name} must be {shown_value(expected)}, not {shown_value(actual)}"


def spec(record: Recorder, module: Module) -> str:
    """Return the layer as its constructor's call was written, with the names of its arguments and without the defaults."""
    built = record.built.get(id(module))
    init = type(module).__init__
    code = getattr(init, "__code__", None)
    if built is None or code is None:
        return repr(module).replace("\n", " ")
    names = code.co_varnames[1 : code.co_argcount]
    defaults = dict(zip(reversed(names), reversed(init.__defaults__ or ())))
    given = {**dict(zip(names, built.args)), **built.kwargs}
    told = [f"{name}={value!r}" for name, value in given.items() if name not in defaults or defaults[name] != value]
    return f"{type(module).__name__}({', '.join(told)})"


def shown(shape: Any) -> str:
    """Return a shape as Python writes it, with a question mark for a size that is not known."""
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def shown_value(value: Any) -> str:
    """Return a shape, or another fact of a refusal, as text."""
    return shown(value) if isinstance(value, tuple) else str(value)


def product(sizes: Iterable[Any]) -> Any:
    """Return the product of sizes, which may be symbolic."""
    total: Any = 1
    for size in sizes:
        total = total * size
    return total


def of_size(refused: RefusedCall, which: str = "") -> str | None:
    """Return `Linear(...) expected 320 features, got 500 in (64, 500)`; `which` says of which of several inputs."""
    error = refused.error
    what = refused.unit + which
    if error.expected is None or not refused.subject:
        return None
    where = f" in {shown(error.shape)}" if error.shape is not None else ""
    return f"{refused.subject} expected {shown_value(error.expected)}{' ' + what if what else ''}, got {shown_value(error.actual)}{where}"
