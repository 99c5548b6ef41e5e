"""The base of all layers, as `torch.nn.Module`: a tree of modules, parameters and buffers, and a call.

Bookkeeping goes through the private tables and never through a method that a user's class may override (`train`,
`parameters` and the like are common names in scripts).
Source: torch/nn/modules/module.py.
"""

from __future__ import annotations

from _collections import OrderedDict

from convcalc.tensor import (
    Device,
    Parameter,
    ShapeAttributeError,
    ShapeError,
    ShapeKeyError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    UninitializedBuffer,
    UninitializedParameter,
    Unknown,
    UnknownValue,
    dtype_of,
    lacks,
    unknown_of,
)
from convcalc.tensor.attributes import has, plain_state, read, write
from convcalc.tensor.dtypes import DType
from convcalc.tensor.tensor import clear_gradients
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeGuard

    from typing_extensions import Self

_EMPTY: dict[Any, Any] = {}


class RemovableHandle:
    """What registering a hook returns."""

    next_id = 0

    def __init__(self, hooks: dict[int, Any], extra_dict: Any = None) -> None:
        self.hooks = hooks
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1

    def remove(self) -> None:
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.remove()


class Module:
    """Base class of layers and models: assign parameters and modules as attributes, write `forward`, call the module."""

    training: bool = True
    dump_patches = False
    _version = 1
    call_super_init = False
    _forward_hooks: dict[int, Any] = _EMPTY
    _forward_pre_hooks: dict[int, Any] = _EMPTY
    _hooks_with_kwargs: dict[int, bool] = _EMPTY
    _non_persistent_buffers_set: set[str] = set()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = object.__new__(cls)
        recorder = _trace.active
        if recorder is not None:
            recorder.building(self, args, kwargs)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            if not self.call_super_init:
                name = type(self).__name__
                if kwargs:
                    raise ShapeTypeError(f"{name}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
                raise ShapeTypeError(f"{name}.__init__() takes 1 positional argument but {len(args) + 1} were given")
        own = self.__dict__
        own["training"] = True
        own["_parameters"] = {}
        own["_buffers"] = {}
        own["_modules"] = {}
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    # attributes

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        if isinstance(value, Parameter):
            if "_parameters" not in own:
                raise ShapeAttributeError("cannot assign parameters before Module.__init__() call")
            own.pop(name, None)
            own["_buffers"].pop(name, None)
            own["_modules"].pop(name, None)
            self.register_parameter(name, value)
            return
        if isinstance(value, Module):
            modules = own.get("_modules")
            if modules is None:
                raise ShapeAttributeError("cannot assign module before Module.__init__() call")
            if name in own["_parameters"]:
                raise ShapeTypeError(
                    f"cannot assign '{type_name(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                )
            own.pop(name, None)
            own["_parameters"].pop(name, None)
            own["_buffers"].pop(name, None)
            modules[name] = value
            return
        parameters = own.get("_parameters")
        if parameters is not None:
            if name in parameters:
                if isinstance(value, Unknown):
                    raise UnknownValue(value.reason)
                if value is not None:
                    raise ShapeTypeError(
                        f"cannot assign '{type_name(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                    )
                parameters[name] = None
                return
            if name in own["_modules"]:
                if value is not None and not isinstance(value, Unknown):
                    raise ShapeTypeError(
                        f"cannot assign '{type_name(value)}' as child module '{name}' (torch.nn.Module or None expected)"
                    )
                own["_modules"][name] = value
                return
            if name in own["_buffers"]:
                if value is not None and not isinstance(value, (Tensor, Unknown)):
                    raise ShapeTypeError(
                        f"cannot assign '{type_name(value)}' as buffer '{name}' (torch.nn.Buffer, torch.Tensor or None expected)"
                    )
                own["_buffers"][name] = value
                return
            if isinstance(value, Tensor) and getattr(value, "is_buffer", False):
                self.register_buffer(name, value, getattr(value, "persistent", True))
                return
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        for table in ("_parameters", "_buffers", "_modules"):
            entries = own.get(table)
            if entries is not None and name in entries:
                return entries[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        own = self.__dict__
        for table in ("_parameters", "_buffers", "_modules"):
            if name in own.get(table, _EMPTY):
                del own[table][name]
                return
        object.__delattr__(self, name)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """What `copy.deepcopy` would do by itself; a record also learns that the copy was built as the original was."""
        from copy import deepcopy

        twin = memo[id(self)] = object.__new__(type(self))
        state: Any = plain_state(self.__reduce_ex__(4)[2])
        twin.__setstate__(deepcopy(state, memo))
        recorder = _trace.active
        if recorder is not None:
            recorder.copied(self, twin)
        return twin

    def __dir__(self) -> list[str]:
        own = self.__dict__
        keys = [*dir(type(self)), *own, *own["_parameters"], *own["_modules"], *own["_buffers"]]
        return sorted(key for key in keys if not key[0].isdigit())

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        own = self.__dict__
        if "_parameters" not in own:
            raise ShapeAttributeError("cannot assign parameter before Module.__init__() call")
        _check_name(self, name, "parameter name", own["_parameters"])
        if isinstance(param, Unknown):
            raise UnknownValue(param.reason)
        if param is not None and not isinstance(param, Parameter):
            raise ShapeTypeError(
                f"cannot assign '{type_name(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        own["_parameters"][name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        own = self.__dict__
        if "_buffers" not in own:
            raise ShapeAttributeError("cannot assign buffer before Module.__init__() call")
        _check_name(self, name, "buffer name", own["_buffers"])
        if tensor is not None and not isinstance(tensor, (Tensor, Unknown)):
            raise ShapeTypeError(
                f"cannot assign '{type_name(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        own["_buffers"][name] = tensor
        if not persistent:
            own["_non_persistent_buffers_set"] = {*self._non_persistent_buffers_set, name}
        elif name in self._non_persistent_buffers_set:
            own["_non_persistent_buffers_set"] = self._non_persistent_buffers_set - {name}

    def add_module(self, name: str, module: Module | None) -> None:
        if module is not None and not isinstance(module, Module):
            unknown = unknown_of(module)
            if unknown is not None:
                raise UnknownValue(unknown.reason)
            raise ShapeTypeError(f"{type_name(module)} is not a Module subclass")
        _check_name(self, name, "module name", self.__dict__["_modules"])
        self.__dict__["_modules"][name] = module

    register_module = add_module

    # the call

    def forward(self, *input: Any) -> Any:
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        recorder = _trace.active
        if recorder is None:
            return self._run(args, kwargs)
        call = recorder.enter(self, type(self).__name__, args, kwargs, self.training)
        try:
            if self._forward_pre_hooks or self._forward_hooks:
                result = self._run(args, kwargs)
            else:
                result = self.forward(*args, **kwargs)
        except BaseException as error:
            cause = recorder.fail(call, error)
            if recorder.recover is None:
                if cause is error:
                    raise
                raise cause from error
            return recorder.recover(call, cause)
        recorder.leave(call, result)
        return result

    _call_impl = __call__

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for key, hook in list(self._forward_pre_hooks.items()):
            if self._hooks_with_kwargs.get(key):
                changed = hook(self, args, kwargs)
                if changed is not None:
                    args, kwargs = changed
            else:
                changed = hook(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
        result = self.forward(*args, **kwargs)
        for key, hook in list(self._forward_hooks.items()):
            changed = hook(self, args, kwargs, result) if self._hooks_with_kwargs.get(key) else hook(self, args, result)
            if changed is not None:
                result = changed
        return result

    def _register(self, table: str, hook: Any, prepend: bool, with_kwargs: bool) -> RemovableHandle:
        own = self.__dict__
        hooks: dict[int, Any] = own.setdefault(table, {})
        handle = RemovableHandle(hooks)
        if prepend:
            rest = dict(hooks)
            hooks.clear()
            hooks[handle.id] = hook
            hooks.update(rest)
        else:
            hooks[handle.id] = hook
        if with_kwargs:
            own.setdefault("_hooks_with_kwargs", {})[handle.id] = True
        return handle

    def register_forward_hook(
        self, hook: Any, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        return self._register("_forward_hooks", hook, prepend, with_kwargs)

    def register_forward_pre_hook(
        self, hook: Any, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        return self._register("_forward_pre_hooks", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook: Any, prepend: bool = False) -> RemovableHandle:
        return RemovableHandle({})

    def register_full_backward_pre_hook(self, hook: Any, prepend: bool = False) -> RemovableHandle:
        return RemovableHandle({})

    def register_backward_hook(self, hook: Any) -> RemovableHandle:
        return RemovableHandle({})

    def _register_state_hook(self, hook: Any, *args: Any, **kwargs: Any) -> RemovableHandle:
        self.__dict__["has_state_hooks"] = True  # which may rename and add what they like
        return RemovableHandle({})

    register_state_dict_pre_hook = register_state_dict_post_hook = _register_state_hook
    register_load_state_dict_pre_hook = register_load_state_dict_post_hook = _register_state_hook
    _register_state_dict_hook = _register_load_state_dict_pre_hook = _register_state_hook

    # walking the tree

    def children(self) -> Iterator[Module]:
        for _, module in self.named_children():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        for _, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        return named_modules(self, memo, prefix, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        return named_members(self, "_parameters", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        return named_members(self, "_buffers", prefix, recurse, remove_duplicate)

    def get_submodule(self, target: str) -> Any:
        module: Any = self
        for name in target.split(".") if target else ():
            if not has(module, name):
                raise ShapeAttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = read(module, name)
            if not isinstance(module, Module):
                raise ShapeAttributeError(f"`{name}` is not an nn.Module")
        return module

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        path, _, name = target.rpartition(".")
        write(self.get_submodule(path), name, module)

    def get_parameter(self, target: str) -> Any:
        found, name = self._member(target)
        if not isinstance(found, Parameter):
            raise ShapeAttributeError(f"`{name}` is not an nn.Parameter")
        return found

    def _member(self, target: str) -> tuple[Any, str]:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not has(module, name):
            raise ShapeAttributeError(f"{module._get_name()} has no attribute `{name}`")
        return read(module, name), name

    def get_buffer(self, target: str) -> Any:
        found, name = self._member(target)
        if name not in self.get_submodule(target.rpartition(".")[0])._buffers:
            raise ShapeAttributeError(f"`{name}` is not a buffer")
        return found

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # modes, types, devices

    def train(self, mode: bool = True) -> Self:
        if not isinstance(mode, bool) and not isinstance(mode, Unknown):
            raise ShapeValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        if set_to_none is True:
            clear_gradients(self.parameters())

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        for _, module in named_modules(self) if recurse else [("", self)]:
            for table in (module._parameters, module._buffers):
                for tensor in table.values():
                    if isinstance(tensor, Tensor):
                        tensor.data = fn(tensor)
        return self

    def _cast(self, dtype: DType | None, device: Any) -> Self:
        where = None if device is None else Device(device)
        for _, module in named_modules(self):
            for table in (module._parameters, module._buffers):
                for tensor in table.values():
                    if isinstance(tensor, Tensor):
                        if dtype is not None and tensor.dtype.category >= 2:
                            tensor.dtype = dtype
                        if where is not None:
                            tensor.device = where
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        dtype, device = kwargs.get("dtype"), kwargs.get("device")
        for argument in args:
            if isinstance(argument, DType):
                dtype = argument
            elif isinstance(argument, Tensor):
                dtype, device = argument.dtype, argument.device
            elif not isinstance(argument, bool):
                device = argument
        if dtype is not None and dtype.category < 2:
            raise ShapeTypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )
        return self._cast(dtype, device)

    def cuda(self, device: Any = None) -> Self:
        return self._cast(None, "cuda" if device is None else device)

    def cpu(self) -> Self:
        return self._cast(None, "cpu")

    def xpu(self, device: Any = None) -> Self:
        return self._cast(None, "xpu")

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        return self._cast(None, device)

    def type(self, dst_type: Any) -> Self:
        return self._cast(dtype_of(dst_type), None)

    def float(self) -> Self:
        return self._cast(dtype_of("float32"), None)

    def double(self) -> Self:
        return self._cast(dtype_of("float64"), None)

    def half(self) -> Self:
        return self._cast(dtype_of("float16"), None)

    def bfloat16(self) -> Self:
        return self._cast(dtype_of("bfloat16"), None)

    def share_memory(self) -> Self:
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        pass

    # state

    def state_dict(
        self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        state: dict[str, Any] = OrderedDict() if destination is None else destination
        for path, module in named_modules(self, remove_duplicate=False):
            if "has_state_hooks" in module.__dict__:
                return Unknown("state_dict() with hooks")  # type: ignore[return-value]
            lead = prefix + (path + "." if path else "")
            for name, parameter in module._parameters.items():
                if parameter is not None:
                    state[lead + name] = parameter if keep_vars else _detached(parameter)
            for name, buffer in module._buffers.items():
                if buffer is not None and name not in module._non_persistent_buffers_set:
                    state[lead + name] = buffer if keep_vars else _detached(buffer)
        return state

    def load_state_dict(self, state_dict: Any, strict: bool = True, assign: bool = False) -> Any:
        """Compares keys and shapes as PyTorch does; a state that is not known is taken to fit."""
        if isinstance(state_dict, Unknown):
            from .loading import note_misfit

            note_misfit(self, state_dict, strict)
            return _IncompatibleKeys([], [])
        if not hasattr(state_dict, "keys"):
            raise ShapeTypeError(f"Expected state_dict to be dict-like, got <class '{type_name(state_dict)}'>.")
        from .loading import differences

        missing, unexpected, mismatches = differences(self, state_dict)
        errors = []
        for kind, keys in (("Missing", missing), ("Unexpected", unexpected)):
            if strict and keys:
                quoted = ", ".join(f'"{key}"' for key in keys)
                errors.append(f"{kind} key(s) in state_dict: {quoted}. ")
        errors += mismatches
        if errors:
            lines = "\n\t".join(errors)
            raise ShapeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}",
                "state-dict",
                of_values=not mismatches and not len(state_dict),
            )
        if assign is True:
            from .loading import assign_state

            assign_state(self, state_dict)
        return _IncompatibleKeys(missing, unexpected)

    # text

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self._modules.items()]
        head = f"{self._get_name()}("
        if not lines and "\n" not in extra:
            return f"{head}{extra})"
        return "\n  ".join([head, *(extra.split("\n") if extra else []), *lines]) + "\n)"


class _IncompatibleKeys(tuple):  # type: ignore[type-arg]
    """What `load_state_dict` returns: missing and unexpected keys."""

    def __new__(cls, missing: list[str], unexpected: list[str]) -> Any:
        return tuple.__new__(cls, (missing, unexpected))

    missing_keys = property(lambda self: self[0])
    unexpected_keys = property(lambda self: self[1])

    def __repr__(self) -> str:
        if not self[0] and not self[1]:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self[0]}, unexpected_keys={self[1]})"


def is_module(value: Any) -> TypeGuard[Module]:
    """Whether an object of a user's file is a module by its own class, whatever its `__class__` says."""
    return issubclass(type(value), Module)


def is_layer(value: Any) -> bool:
    """Whether it is one of PyTorch's own layers without children: its arguments say what it takes, and its answers have a form that is known."""
    return (
        isinstance(value, Module)
        and type(value).__module__.startswith("convcalc.nn.")
        and not table_of(value, "_modules")
    )


def holds_unknown(module: Module, tables: Iterable[str]) -> bool:
    """Whether a part of a module itself is not known: its class, an attribute, or what one of its tables has; not those of modules below it."""
    own = module.__dict__
    if getattr(type(module), "params_unknown", False) or any(type(value) is Unknown for value in own.values()):
        return True
    return any(type(member) is Unknown for name in tables for member in own.get(name, {}).values())


def table_of(module: Module, name: str) -> dict[str, Any]:
    """A module's table of parameters, buffers or modules; an empty one where no constructor has made it."""
    table: dict[str, Any] = module.__dict__.get(name, _EMPTY)
    return table


def named_modules(
    root: Module, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True
) -> Iterator[tuple[str, Module]]:
    """Every module below `root`, itself first, in registration order, each once unless `remove_duplicate` is off."""
    seen = {id(module) for module in memo or ()}  # a user's class may say that its modules are equal, or have no hash
    if id(root) in seen:
        return
    if remove_duplicate:
        seen.add(id(root))
        if memo is not None:
            memo.add(root)
    yield prefix, root
    open_tables = [(prefix, iter(root.__dict__.get("_modules", _EMPTY).items()))]  # from the outermost inwards
    while open_tables:
        path, items = open_tables[-1]
        for name, module in items:
            if module is None or isinstance(module, Unknown) or id(module) in seen:
                continue
            if remove_duplicate:
                seen.add(id(module))
                if memo is not None:
                    memo.add(module)
            inner = f"{path}.{name}" if path else name
            yield inner, module
            open_tables.append((inner, iter(module.__dict__.get("_modules", _EMPTY).items())))
            break
        else:
            open_tables.pop()


def named_members(
    root: Module, table: str, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, Any]]:
    """Every parameter (or buffer) below `root` with its path, a shared one once."""
    seen = set()
    for path, module in (
        named_modules(root, prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, root)]
    ):
        for name, member in module.__dict__.get(table, _EMPTY).items():
            if member is None or id(member) in seen:
                continue
            if remove_duplicate:
                seen.add(id(member))
            yield (f"{path}.{name}" if path else name), member


def _detached(tensor: Any) -> Any:
    """A tensor as a state dict has it: without a gradient; one that is not there yet is left as it is."""
    lazy = isinstance(tensor, (UninitializedParameter, UninitializedBuffer, Unknown))
    return tensor if lazy else tensor.detach()


def _check_name(module: Module, name: Any, kind: str, table: dict[str, Any]) -> None:
    if isinstance(name, Unknown):
        raise UnknownValue(name.reason)
    if not isinstance(name, str):
        raise ShapeTypeError(f"{kind} should be a string. Got {type_name(name)}")
    if name not in table and type(read(module, name, Unknown)) is not Unknown and has(module, name):
        raise ShapeKeyError(f"attribute '{name}' already exists")
    if "." in name:
        raise ShapeKeyError(f'{kind} can\'t contain "."' + (f", got: {name}" if kind == "module name" else ""))
    if name == "":
        raise ShapeKeyError(f'{kind} can\'t be empty string ""')


def type_name(value: Any) -> str:
    """What `torch.typename` says of a value."""
    if isinstance(value, Tensor):
        from convcalc.tensor.dtypes import LEGACY_NAMES

        return f"torch.{LEGACY_NAMES[value.dtype]}Tensor"
    cls = type(value)
    return f"{cls.__module__.replace('convcalc.nn.', 'torch.nn.modules.')}.{cls.__qualname__}".removeprefix("builtins.")


lacks(
    Module,
    "nn.Module",
    "T_destination _backward_hooks _backward_pre_hooks _compiled_call_impl _forward_hooks_always_called _forward_hooks_with_kwargs "
    "_forward_pre_hooks_with_kwargs _get_backward_hooks _get_backward_pre_hooks _is_full_backward_hook _load_from_state_dict "
    "_load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook _named_members _replicate_for_data_parallel "
    "_save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _wrapped_call_impl get_extra_state ipu mtia set_extra_state",
)
