"""`torch.jit`, `torch.compile`, `torch.fx`, `torch.onnx`: programs that handle programs. A compiled module is the module."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Unknown, UnknownValue

from .autograd import NoContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def same(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Gives back what it gets; without it, a decorator that does."""
    return (lambda function: function) if obj is None else obj


def compile_(model: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.compile`: the module itself, which is what its wrapper calls `_orig_mod`."""
    if isinstance(model, Module):
        model.__dict__["_orig_mod"] = model
    return same(model)


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


class Future:
    """What `torch.jit.fork` gives: the result, which is there already."""

    def __init__(self, result: Any = None) -> None:
        self._result = result

    def wait(self) -> Any:
        return self._result

    value = wait

    def done(self) -> bool:
        return True

    def then(self, callback: Any) -> Future:
        return Future(callback(self))

    def set_result(self, result: Any) -> None:
        self._result = result

    def __class_getitem__(cls, kind: Any) -> Any:
        return cls


def fork(func: Any, *args: Any, **kwargs: Any) -> Future:
    """Runs the function at once."""
    return Future(func(*args, **kwargs))


def wait(future: Any) -> Any:
    return future.wait()


def _nothing(*args: Any, **kwargs: Any) -> None:
    """A setting that changes no shape."""


JIT: dict[str, Any] = {
    **dict.fromkeys("ignore unused export interface script_if_tracing freeze optimize_for_inference script_method".split(), same),
    "script": script, "trace": trace, "trace_module": same, "is_scripting": is_scripting, "is_tracing": is_scripting, "annotate": annotate, "Attribute": Attribute,
    "Final": _Subscriptable(), "ScriptModule": Module, "ScriptFunction": type(is_scripting), "RecursiveScriptModule": Module, "Future": Future,
    "fork": fork, "wait": wait, "_script_if_tracing": same, "_overload": same, "_overload_method": same, "export_opnames": lambda module: [],
    **dict.fromkeys("set_fusion_strategy enable_onednn_fusion".split(), _nothing), "strict_fusion": NoContext,
    "save": _save_scripted, "load": _load_scripted, "optimized_execution": NoContext, "fuser": NoContext, "isinstance": isinstance,
}  # fmt: skip
FUTURES: dict[str, Any] = {"Future": Future, "wait_all": lambda futures: [future.wait() for future in futures]}
# What a traced module has besides: the graph may be changed, which nobody follows here.
OF_GRAPHS = "graph code recompile print_readable meta add_submodule delete_submodule delete_all_unused_submodules to_folder".split()


class GraphModule(Module):
    """`torch.fx.GraphModule`: what its graph computes is not known."""

    def __init__(self, root: Any, graph: Any, class_name: str = "GraphModule") -> None:
        super().__init__()
        if isinstance(root, Module):
            self.__dict__["_modules"].update(root.__dict__.get("_modules", {}))
            self.__dict__["_parameters"].update(root.__dict__.get("_parameters", {}))
        _know_a_graph(self)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise UnknownValue("what a graph computes")


def _know_a_graph(module: Any) -> Any:
    if isinstance(module, Module):
        for name in OF_GRAPHS:
            module.__dict__.setdefault(name, Unknown(f"{name} of a traced module"))
    return module


def symbolic_trace(root: Any, concrete_args: Any = None) -> Any:
    """`torch.fx.symbolic_trace`: the module itself, with a graph that is not known."""
    return _know_a_graph(root)


FX: dict[str, Any] = {"wrap": same, "symbolic_trace": symbolic_trace, "GraphModule": GraphModule}
ONNX: dict[str, Any] = {
    "export": export, "is_in_onnx_export": is_scripting, "dynamo_export": export,
    **dict.fromkeys("register_custom_op_symbolic unregister_custom_op_symbolic".split(), _nothing),
}  # fmt: skip
INTERNALS: dict[str, Any] = {"_get_tracing_state": lambda: None}  # of torch._C: nothing is ever traced here
SYMBOLIC: dict[str, Any] = {"parse_args": lambda *kinds: same, "quantized_args": lambda *kinds, **options: same}
COMPILER: dict[str, Any] = {
    **dict.fromkeys("disable allow_in_graph disallow_in_graph assume_constant_result forbid_in_graph optimize nested_compile_region".split(), same),
    **dict.fromkeys("reset mark_dynamic maybe_mark_dynamic mark_static graph_break cudagraph_mark_step_begin set_default_backend".split(), _nothing),
    "compile": compile_, "is_compiling": is_scripting, "is_dynamo_compiling": is_scripting, "is_exporting": is_scripting, "set_stance": NoContext,
    "substitute_in_graph": lambda *args, **options: same, "list_backends": lambda *args: ["inductor"], "get_default_backend": lambda: "inductor",
}  # fmt: skip

STANDS_FOR = {
    "torch._C": INTERNALS,
    "torch.jit": JIT,
    "torch.fx": FX,
    "torch.onnx": ONNX,
    "torch.onnx.symbolic_helper": SYMBOLIC,
    "torch.futures": FUTURES,
    "torch.compiler": COMPILER,
    "torch._dynamo": COMPILER,
}
