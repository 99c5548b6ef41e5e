"""A live `torch.nn.Module` called on shapes: its own Python runs, each of torch's functions is answered by a rule, no kernel computes.

What the module is called with passes for torch's tensors (`tensors`). Whatever the call changes is put back (`state`), also where it fails.
torch is never imported from here: whoever owns a live module has imported it already.
"""

from __future__ import annotations

import sys
import threading

from convcalc.tensor import Unknown, UnknownValue, dtype_of
from convcalc.tensor import unknown as _unknown
from convcalc.trace import gradients
from convcalc.trace import recorder as _trace
from convcalc.trace.internal_errors import OWN_FOLDER

from .state import State, is_foreign
from .tensors import Shapes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RECURRENT = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")


def trace_live(module: Any, *inputs: Any, **kwargs: Any) -> Any:
    """Call a live module, as `reported` gives it, on shape-only tensors of ours, and give what it gives in terms of these.

    The active recorder gets a call for each of its modules. The module, the random state and torch's own switches are afterwards what
    they were before. Raises what the module raises, and `UnknownValue` where its Python asks for a value that shapes do not tell.
    """
    torch = sys.modules["torch"]
    if isinstance(module, Opaque):
        return _called_on_meta(module, inputs, kwargs, torch)
    state = State(
        None if COPY in module.__dict__ else module, torch
    )  # what the lazy layers of a copy become is to be reported
    mode = gradients.is_enabled()
    try:
        with _eager(torch):
            return _called(module, inputs, kwargs, torch)
    finally:
        gradients.set_back(mode)
        state.restore()


def _eager(torch: Any) -> Any:
    """What keeps a compiled module from being compiled: its own Python runs."""
    from contextlib import nullcontext

    if "torch._dynamo" not in sys.modules or not hasattr(torch.compiler, "set_stance"):
        return nullcontext()
    return torch.compiler.set_stance("force_eager")


def files_of(module: Any) -> set[str]:
    """The files of the user's own in which the classes of a module are written: an error is placed at the innermost line of these."""
    found = set()
    for part in module.modules() if hasattr(module, "modules") else ():
        for cls in type(part).__mro__:
            code = getattr(cls.__dict__.get("forward"), "__code__", None)
            if code is not None and not is_foreign(cls.__module__):
                found.add(code.co_filename)
    return found


class Opaque:
    """A scripted or traced module as its parameters, buffers and modules: it has no Python to run, and keeps its tables elsewhere."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.training = module.training
        self._parameters = dict(module._parameters.items())
        self._buffers = dict(module._buffers.items())
        self._modules = {name: None if part is None else opaque(part) for name, part in module._modules.items()}


def opaque(module: Any) -> Opaque:
    """A scripted module by its tables; its class has the same name."""
    made: Opaque = type(type(module).__name__, (Opaque,), {"forward": None})(module)
    return made


def reported(module: Any) -> Any:
    """What a report of a live module counts: the module itself, but a copy of one with lazy layers, which its call builds."""
    torch = sys.modules["torch"]
    if isinstance(module, torch.jit.ScriptModule):
        return opaque(module)
    if _is_lazy(module, torch):
        import copy

        lacking = torch.nn.parameter.UninitializedBuffer
        made = {
            id(t): lacking(requires_grad=False, device=t.device, dtype=t.dtype)
            for part in module.modules()
            for t in part._buffers.values()
            if isinstance(t, lacking)
        }  # which cannot be copied
        module = copy.deepcopy(module, made)
        module.__dict__[COPY] = True
    return module


COPY = "_is_copied_by_convcalc"


def _is_lazy(module: Any, torch: Any) -> bool:
    """Whether a module has parameters or buffers that its first call makes."""
    is_lazy = torch.nn.parameter.is_lazy
    tables = [
        table for m in module.modules() for table in (m.__dict__.get("_parameters", {}), m.__dict__.get("_buffers", {}))
    ]
    return any(is_lazy(tensor) for table in tables for tensor in table.values() if tensor is not None)


def _called(module: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any], torch: Any) -> Any:
    shapes = Shapes(torch)
    with _Answering(torch, shapes), shapes.mode():
        result = module(*shapes.real(inputs), **shapes.real(kwargs))
    return shapes.ours(result)


def _called_on_meta(module: Opaque, inputs: tuple[Any, ...], kwargs: dict[str, Any], torch: Any) -> Any:
    """A scripted or traced module has no Python to run: PyTorch calls a copy of it on its meta device."""
    import io

    shapes = Shapes(torch)

    def call() -> Any:
        written = io.BytesIO()
        torch.jit.save(module.module, written)
        written.seek(0)
        twin = torch.jit.load(written, map_location=torch.device("meta"))
        with torch.no_grad():
            return shapes.from_meta(twin(*shapes.on_meta(inputs), **shapes.on_meta(kwargs)))

    return _with_record(module, inputs, kwargs, call, shapes)


def _with_record(module: Any, args: Any, kwargs: Any, call: Callable[[], Any], shapes: Shapes) -> Any:
    """What a call of a module gives, with a call of the record around it where there is one."""
    recorder = _trace.active
    if recorder is None:
        return call()
    training = module.__dict__.get("training", False)
    made = recorder.enter(module, type(module).__name__, shapes.ours(args), shapes.ours(kwargs), training)
    try:
        result = call()
    except BaseException as error:
        recorder.fail(made, error)
        raise
    recorder.leave(made, shapes.ours(result))
    return result


class _Answering:
    """While a live module is called: its modules are recorded, and what torch's functions do not ask for themselves is answered."""

    def __init__(self, torch: Any, shapes: Shapes) -> None:
        self.torch = torch
        self.shapes = shapes
        self.replaced: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> None:
        torch = self.torch
        self.thread = threading.get_ident()
        self._replace(torch.nn.Module, "__call__", self._recorded(torch.nn.Module.__call__))
        for name in RECURRENT:
            cls = getattr(torch.nn, name)
            self._replace(cls, "forward", self._twin_forward(name, cls.forward))
        self._replace(torch, "from_numpy", self._from_numpy(torch.from_numpy))
        self.branches = _unknown.on_branch[0]
        _unknown.on_branch[0] = self._branch

    def __exit__(self, *exc: Any) -> None:
        _unknown.on_branch[0] = self.branches
        for owner, name, value in reversed(self.replaced):
            setattr(owner, name, value)

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        self.replaced.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def _branch(self, unknown: Unknown) -> bool:
        """A condition on something unknown: rules go on as they do, the module's own code is not followed on either side."""
        if sys._getframe(2).f_code.co_filename.startswith(OWN_FOLDER):
            return self.branches(unknown)
        raise UnknownValue(unknown.reason)

    def _recorded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """`Module.__call__` with a call of the record around it: what hooks make of inputs and outputs is in it, as for who calls it."""
        shapes, thread = self.shapes, self.thread

        def recorded(module: Any, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != thread:
                return call(module, *args, **kwargs)
            if hasattr(module, "_infer_parameters") and module.has_uninitialized_params():
                with self.torch._C.DisableTorchFunction():
                    module._infer_parameters(module, shapes.on_meta(args), shapes.on_meta(kwargs))
            return _with_record(module, args, kwargs, lambda: call(module, *args, **kwargs), shapes)

        return recorded

    def _from_numpy(self, real: Callable[..., Any]) -> Callable[..., Any]:
        shapes = self.shapes

        def from_numpy(array: Any) -> Any:
            if not hasattr(type(array), "__tensor__") and type(array).__module__.partition(".")[0] == "numpy":
                return real(array)
            from convcalc.ops import find

            rule: Any = find("torch.from_numpy") or find("torch.as_tensor")
            return shapes.real(rule(array))

        return from_numpy

    def _twin_forward(self, name: str, real_forward: Callable[..., Any]) -> Callable[..., Any]:
        """Recurrent layers are answered whole, by the layer of the same name here: their own code asks for kernels by other ways."""
        shapes = self.shapes
        settings = ("num_layers", "bias", "batch_first", "bidirectional", "proj_size", "nonlinearity")

        def forward(module: Any, input: Any, *states: Any) -> Any:
            from convcalc import nn

            if not shapes.has_ours((input, states)):
                return real_forward(module, input, *states)
            given = {key: getattr(module, key) for key in settings if hasattr(module, key)}
            if name in ("LSTM", "GRU", "LSTMCell", "GRUCell"):
                given.pop("nonlinearity", None)
            if name in ("RNN", "GRU"):
                given.pop("proj_size", None)
            if name.endswith("Cell"):
                given = {key: value for key, value in given.items() if key in ("bias", "nonlinearity")}
            dtype = str(next(iter(module._parameters.values())).dtype)
            twin = getattr(nn, name)(module.input_size, module.hidden_size, dtype=dtype_of(dtype), **given)
            return shapes.real(twin.forward(shapes.ours(input), *shapes.ours(states)))

        return forward
