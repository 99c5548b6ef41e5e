"""`torch.jit`, `torch.compile`, `torch.fx`, `torch.onnx`: programs that handle programs. A compiled module is the module."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Unknown

from .autograd import NoContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def same(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Gives back what it gets; without it, a decorator that does."""
    return (lambda function: function) if obj is None else obj


compile_ = same


def script(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.jit.script(module)`: the module, with what PyTorch's gains by it."""
    if isinstance(obj, Module):
        _as_scripted(obj)
    return same(obj)


def _as_scripted(module: Module) -> None:
    for name in ("code", "graph", "inlined_graph"):
        if not hasattr(module, name):
            module.__dict__[name] = Unknown(f"the {name} of a scripted module")
    if not hasattr(module, "save"):
        module.__dict__["save"] = lambda path, *args, **kwargs: _save_scripted(module, path)


def trace(func: Any, example_inputs: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.jit.trace` runs the module on the example, as PyTorch does, and gives the module."""
    _run(func, example_inputs, kwargs.get("example_kwarg_inputs"))
    return script(func)


def export(model: Any, args: Any = (), *more: Any, **kwargs: Any) -> Any:
    """`torch.onnx.export` runs the model once on its arguments."""
    _run(model, args, kwargs.get("kwargs"))
    return Unknown("the exported program")


def _run(function: Any, args: Any, kwargs: Any) -> None:
    if args is None and kwargs is None:
        return
    if not isinstance(args, (tuple, list)):
        args = () if args is None else (args,)
    function(*args, **(kwargs or {}))


def is_scripting() -> bool:
    return False


def annotate(the_type: Any, value: Any) -> Any:
    return value


class Attribute(tuple):  # type: ignore[type-arg]
    """`torch.jit.Attribute(value, type)`"""

    def __new__(cls, value: Any, type: Any = None) -> Any:
        return tuple.__new__(cls, (value, type))

    value = property(lambda self: self[0])
    type = property(lambda self: self[1])


class _Subscriptable:
    def __getitem__(self, key: Any) -> Any:
        return key


def _state(name: str) -> Any:
    def unknown(*args: Any, **kwargs: Any) -> Unknown:
        return Unknown(f"{name}(...)")

    unknown.__name__ = name.rpartition(".")[2]
    return unknown


def _save_scripted(module: Any, path: Any, *args: Any, **kwargs: Any) -> None:
    from .serialization import save

    save(module, path)


def _load_scripted(path: Any, *args: Any, **kwargs: Any) -> Any:
    from .serialization import load

    return load(path)


JIT: dict[str, Any] = {
    **dict.fromkeys("ignore unused export interface script_if_tracing freeze optimize_for_inference script_method".split(), same),
    "script": script, "trace": trace, "trace_module": same, "is_scripting": is_scripting, "is_tracing": is_scripting, "annotate": annotate, "Attribute": Attribute,
    "Final": _Subscriptable(), "ScriptModule": Module, "ScriptFunction": type(is_scripting), "RecursiveScriptModule": Module, "Future": Unknown,
    "save": _save_scripted, "load": _load_scripted, "optimized_execution": NoContext, "fuser": NoContext, "isinstance": isinstance,
}  # fmt: skip
FX: dict[str, Any] = {"wrap": same, "symbolic_trace": same, "GraphModule": Module}
ONNX: dict[str, Any] = {
    "export": export, "is_in_onnx_export": is_scripting, "dynamo_export": export,
    "register_custom_op_symbolic": lambda *a, **k: None, "unregister_custom_op_symbolic": lambda *a, **k: None,
}  # fmt: skip
INTERNALS: dict[str, Any] = {"_get_tracing_state": lambda: None}  # of torch._C: nothing is ever traced here
COMPILER: dict[str, Any] = {
    **dict.fromkeys("compile disable allow_in_graph disallow_in_graph assume_constant_result forbid_in_graph optimize".split(), same),
    "is_compiling": is_scripting, "is_dynamo_compiling": is_scripting, "is_exporting": is_scripting, "reset": lambda: None, "mark_dynamic": lambda *a, **k: None,
}  # fmt: skip


def _register(*args: Any, **kwargs: Any) -> Any:
    """Registering a custom operation: usable as a function and as a decorator."""
    if args and hasattr(args[-1], "__code__"):
        return args[-1]
    return lambda function: function


LIBRARY: dict[str, Any] = {
    **dict.fromkeys("custom_op impl register_fake register_kernel register_autograd register_vmap impl_abstract define triton_op".split(), _register),
    "Library": _state("torch.library.Library"),
}  # fmt: skip
