"""Which models of a file to report, how they were built, and what they are fed.

In order: a module that the file itself builds and calls; a module that it builds; the `nn.Module` classes that no other
class of the file uses. Whatever remains is reported, in source order.
"""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.trace import Recorder

from .signatures import signature_of
from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.dim import Conditions
    from convcalc.trace import Built, Call
    from convcalc.trace.recorder import Mark

    from .fitting import Fit
    from .program import Program


COMPLETING_RUNS = 8  # of an inferred input, to say exactly what else fits
COMPLETING_SECONDS = 0.03


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

    `by_default` says that the file does not build it: it is a class, built with its default arguments.
    """

    __slots__ = (
        "by_default",
        "call",
        "calls",
        "class_name",
        "conditions",
        "construction",
        "error",
        "file",
        "fit",
        "line",
        "module",
        "source",
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
        self.by_default = False
        self.calls: list[Call] = []
        self.error: BaseException | None = None
        self.fit: Fit | None = None
        self.conditions: Conditions | None = None  # of a call with symbolic sizes


def discover(program: Program, expression: str | None, given: Given) -> list[Found]:
    """The models to report, each called; UsageError says what to pass where something is missing."""
    found = _named(program, expression, given) if expression is not None else _in_file(program, given)
    for model in found:
        if model.call is not None:
            model.calls = program.record.within(model.call)
    return found


# a target with an expression


def _named(program: Program, expression: str, given: Given) -> list[Found]:
    name = expression.partition("(")[0].strip()
    before = len(program.record.built)
    try:
        value = program.evaluate(expression)
        built = isinstance(value, Module) and len(program.record.built) > before
        if isinstance(value, type) and issubclass(value, Module):
            value = _default(program, value)
            built = True
        elif callable(value) and not isinstance(value, (type, Module, Unknown)):  # a function that builds a model
            value = _built_by(program, value, expression)
            built = isinstance(value, Module)
    except UsageError:
        raise
    except NameError as error:
        known = ", ".join(sorted(_classes(program)))
        raise UsageError(
            f"has no name {getattr(error, 'name', None) or name!r}" + (f"; its models are {known}" if known else ""),
            program.file,
        ) from None
    except (UnknownValue, RecursionError):
        raise
    except Exception as error:
        if program.is_of_expression(error):
            raise UsageError(f"{expression}: {error}{_takes(program, name)}", program.file) from None
        model = Found(None, name, expression, program.class_lines.get(name), None, "script")
        model.error = error
        return [model]
    if isinstance(value, Unknown):
        raise UnknownValue(value.reason)
    if not isinstance(value, Module):
        raise UsageError(f"{expression} is not a module: it is a {type(value).__name__}", program.file)
    model = _found(program, value)
    if built and "(" in expression:
        model.construction = expression
    _feed(program, model, given, own_call=not built)
    return [model]


def _takes(program: Program, name: str) -> str:
    """What a class or function of the file takes, as the end of a message."""
    found = program.namespace.get(name)
    signature = signature_of(getattr(found, "__init__", None), 1) if isinstance(found, type) else signature_of(found)
    return "" if signature is None else f"; it takes {name}({signature})"


def _default(program: Program, cls: type) -> Module:
    """An instance built with the default arguments."""
    missing = _required(cls)
    if missing:
        name = cls.__name__
        raise UsageError(
            f"{name}() needs arguments: {', '.join(missing)}; write {program.file}::'{name}({', '.join(f'{m}=...' for m in missing)})'",
            program.file, program.class_lines.get(name), "no-input",
        )  # fmt: skip
    with program.recording():
        return cls()  # type: ignore[no-any-return]


def _built_by(program: Program, function: Any, name: str) -> Any:
    """What a function of the file returns for its default arguments."""
    from inspect import Parameter, signature

    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        return function
    missing = [
        p.name
        for p in parameters
        if p.default is Parameter.empty and p.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    ]
    if missing:
        arguments = ", ".join(f"{m}=..." for m in missing)
        raise UsageError(f"{name}() needs arguments: {', '.join(missing)}; write {name}({arguments})", program.file)
    with program.recording():
        return function()


def _required(cls: type) -> list[str]:
    """The constructor's arguments that have no default."""
    init = cls.__init__  # type: ignore[misc]
    code = getattr(init, "__code__", None)
    if code is None:
        return []
    names = code.co_varnames[1 : code.co_argcount]
    required = list(names[: len(names) - len(init.__defaults__ or ())])
    keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return required + [name for name in keyword_only if name not in (init.__kwdefaults__ or {})]


# a file


def _in_file(program: Program, given: Given) -> list[Found]:
    for choose in (_called, _built):
        modules = choose(program)
        if modules:
            found = [_found(program, module) for module in modules]
            for model in found:
                _feed(program, model, given, own_call=True)
            return _distinct(found)
    failed = _failed_construction(program)
    if failed is not None:
        return [failed]
    classes = _root_classes(program)
    if classes:
        try:
            found = [_by_default(program, cls, given) for cls in classes]
        except UsageError:
            if program.error is None:
                raise
            found = []
        if program.error is not None and all(model.error is not None for model in found):
            found.insert(0, _ended(program))
        return found
    operations = [call for call in program.record.calls if call.parent is None]
    if operations:
        model = Found(None, None, None, None, None, "script")
        model.calls = operations
        model.error = program.error
        return [model]
    if program.error is not None:
        return [_ended(program)]
    raise UsageError(_why_nothing(program), program.file, kind="no-model")


def _by_default(program: Program, cls: type, given: Given) -> Found:
    """A class that the file does not build, built with its default arguments."""
    try:
        model = _found(program, _default(program, cls))
    except (UsageError, UnknownValue, RecursionError):
        raise
    except Exception as error:
        model = Found(None, cls.__name__, f"{cls.__name__}()", program.class_lines.get(cls.__name__), None, "script")
        if isinstance(error, ShapeError) or not _hangs_on_defaults(program, cls, error):
            model.error = error
        else:  # nobody but us builds it so
            text = f"{cls.__name__}() cannot be built with its default arguments ({type(error).__name__}: {error}); name others:"
            arguments = ", ".join(f"{name}=..." for name in _defaults(cls))
            call = f"{program.file}::'{cls.__name__}({arguments})'"
            program.record.note("not-built", f"{text} {call}", program.record.place_of(error))
    else:
        _feed(program, model, given, own_call=False)
    model.by_default = True
    return model


def _defaults(cls: type) -> list[str]:
    """The constructor's arguments that have a default."""
    signature = signature_of(cls.__init__, 1)  # type: ignore[misc]
    return [] if signature is None else [n for n in (*signature.places, *signature.keywords) if n in signature.defaults]


def _hangs_on_defaults(program: Program, cls: type, error: Exception) -> bool:
    """Whether an exception of the constructor does not arise where nothing is known of the arguments that have defaults."""
    names = _defaults(cls)
    if not names:
        return False
    record = Recorder(program.record.files)
    try:
        with program.recording(record):
            cls(**{name: Unknown(f"the argument {name}") for name in names})
    except Exception as other:
        return type(other) is not type(error) or record.place_of(other) != program.record.place_of(error)
    return True


def _ended(program: Program) -> Found:
    """What ended a script that runs no model."""
    model = Found(None, None, None, None, None, "script")
    model.error = program.error
    return model


def _why_nothing(program: Program) -> str:
    if not program.source.strip():
        return "is empty: there is no model in it"
    missing = f" ({', '.join(sorted(program.missing))} is not analysed)" if program.missing else ""
    return f"has no model: no torch.nn.Module class, and no tensor operation that runs{missing}"


def _called(program: Program) -> list[Module]:
    """The modules that the file calls, each as the outermost module that holds it."""
    parent = _parents(program)
    tops: list[Module] = []
    for call in program.record.calls:
        if call.parent is None and call.kind == "module":
            top = _top(call.owner, parent)
            if top not in tops:
                tops.append(top)
    return _models(program, tops)


def _built(program: Program) -> list[Module]:
    """The modules that the file builds and keeps under a name."""
    parent = _parents(program)
    tops = []
    for name, value in program.namespace.items():
        if isinstance(value, Module) and name[:2] != "__":
            top = _top(value, parent)
            if top not in tops:
                tops.append(top)
    return _models(program, tops)


def _models(program: Program, modules: list[Module]) -> list[Module]:
    """Without losses; without layers that hold nothing where there is a model beside them; in source order."""
    kept = [m for m in modules if not _is_loss(m)]
    substantial = [
        m for m in kept if not _is_builtin(m) or next(iter(_members(m)), None) is not None or m.__dict__.get("_modules")
    ]
    kept = substantial or kept
    if len(kept) > 1:
        fuller = [m for m in kept if not _is_own_loss(program, m)]
        kept = fuller or kept
    order = {id(m): i for i, m in enumerate(kept)}
    return sorted(kept, key=lambda m: (_place(program, m)[1] or 0, order[id(m)]))


def _is_loss(module: Module) -> bool:
    return any(cls.__name__ == "_Loss" and _is_ours(cls) for cls in type(module).__mro__) or (
        class_name(module).endswith("Loss") and _is_builtin(module)
    )


def _is_own_loss(program: Program, module: Module) -> bool:
    """Whether a module without parameters answers with a scalar, or is called a loss: one of the user's own."""
    if next(iter(_members(module)), None) is not None:
        return False
    outputs = [
        call.outputs for call in program.record.calls if call.owner is module and call.parent is None and call.outputs
    ]
    if bool(outputs) and all(len(o) == 1 and o[0].shape == () for o in outputs):
        return True
    return class_name(module).lower().endswith(("loss", "criterion"))


def _members(module: Module) -> Any:
    return (p for _, m in named_modules(module) for p in m.__dict__.get("_parameters", {}).values() if p is not None)


def _is_ours(cls: type) -> bool:
    return cls.__module__.startswith("convcalc.")


def _is_builtin(module: Module) -> bool:
    return _is_ours(type(module))


def _parents(program: Program) -> dict[int, Module]:
    parent: dict[int, Module] = {}
    for built in program.record.built.values():
        for child in built.module.__dict__.get("_modules", {}).values():
            if isinstance(child, Module):
                parent.setdefault(id(child), built.module)
    return parent


def _top(module: Module, parent: dict[int, Module]) -> Module:
    """The outermost module that holds this one; inside a wrapper (DataParallel) the wrapped module."""
    while _is_wrapper(module):
        module = module.module
    seen = set()
    while id(module) in parent and id(module) not in seen and not _is_wrapper(parent[id(module)]):
        seen.add(id(module))
        module = parent[id(module)]
    return module


def _is_wrapper(module: Module) -> bool:
    return getattr(type(module), "wraps_module", False) is True


def _classes(program: Program) -> dict[str, type]:
    return {
        name: value
        for name, value in program.namespace.items()
        if isinstance(value, type) and issubclass(value, Module) and not _is_ours(value) and name in program.class_lines
    }


def _root_classes(program: Program) -> list[type]:
    classes = _classes(program)
    used = {name for other, names in program.uses.items() if other in classes for name in names if name != other}
    roots = [cls for name, cls in classes.items() if name not in used] or list(classes.values())
    return sorted(roots, key=lambda cls: program.class_lines.get(cls.__name__, 0))


def _failed_construction(program: Program) -> Found | None:
    """The model whose constructor PyTorch refuses, when that is what ended the script."""
    error = program.error
    if error is None or not program.record.built:
        return None
    module = _under_construction(program, error)
    if module is None:
        return None
    name = class_name(module)
    model = Found(None, name, _construction(program, module), program.class_lines.get(name), None, "script")
    model.error = error
    return model


def _under_construction(program: Program, error: BaseException) -> Module | None:
    """The module that was being built when an exception arose; of one whose constructor refused its arguments, too."""
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_locals.get("self")
        if frame.f_code.co_name == "__init__" and isinstance(module, Module):
            return module
        traceback = traceback.tb_next
    last = next(reversed(program.record.built.values()))
    if "_modules" in last.module.__dict__ or program.record.place_of(error) != (last.file, last.line):
        return None
    return last.module  # type: ignore[no-any-return]


def _distinct(found: list[Found]) -> list[Found]:
    """Without those that say the same: one class, built alike, fed alike."""
    seen = set()
    kept = []
    for model in found:
        fed = (
            tuple(tuple(m.shape) if m.shape is not None else None for m in model.call.inputs)
            if model.call is not None
            else None
        )
        key = (model.class_name, model.construction, fed, model.error is None)
        if key not in seen:
            seen.add(key)
            kept.append(model)
    return kept


# one model


def class_name(module: Any) -> str:
    """A class' own name, whatever its metaclass makes of `__name__`."""
    return str(type.__dict__["__name__"].__get__(type(module)))


def _found(program: Program, module: Module) -> Found:
    name = class_name(module)
    file, line = _place(program, module)
    found = Found(module, name, _construction(program, module), line, None, "script")
    found.file = file
    return found


def _place(program: Program, module: Module) -> tuple[str | None, int | None]:
    """Where the class of a module is, else where the module was built; a file only where it is not the one that was named."""
    line = program.class_lines.get(class_name(module))
    built = program.record.built.get(id(module)) if line is None else None
    return (None, line) if built is None else (built.file, built.line)


def _construction(program: Program, module: Module) -> str:
    """The constructor's call as text; an argument that is not a literal is an ellipsis."""
    built: Built | None = program.record.built.get(id(module))
    name = class_name(module)
    if built is None:
        return f"{name}(...)"
    if _is_builtin(module) and module.__dict__.get("_modules"):
        return f"{name}(...)"
    args = [_literal(a) for a in built.args] + [f"{k}={_literal(v)}" for k, v in built.kwargs.items()]
    return f"{name}({', '.join(args)})"


def _literal(value: Any) -> str:
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if type(value) in (list, tuple) and len(value) < 20:
        parts = [_literal(v) for v in value]
        if "..." not in parts and sum(map(len, parts)) < 60:
            return (
                f"[{', '.join(parts)}]"
                if isinstance(value, list)
                else f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            )
    return "..."


def _feed(program: Program, model: Found, given: Given, own_call: bool) -> None:
    """Finds the call to report: the script's own, or one with what the user gave, or one with what a child was fed."""
    module = model.module
    calls = program.record.calls
    _check_given(program, model, given)
    own = [call for call in calls if call.owner is module and call.kind == "module"]
    if not given.inputs and not given.kwargs and not given.literals and given.batch is None and given.training is None:
        roots = [call for call in own if call.parent is None] or own
        if roots and own_call:
            model.call = next((call for call in roots if call.error is not None), roots[0])
            return
    if (given.inputs or given.kwargs) and given.has_symbols():
        from .symbolic import call_given

        model.source = "given"
        model.call = call_given(program, model, given)
        return
    arguments = _arguments(program, model, given, own)
    if arguments is None:
        if program.error is not None:  # what ended the script before it could feed the model is the answer
            model.error = program.error
            return
        arguments = _inferred(program, model, given)
    args, kwargs, training = arguments
    mark = program.record.mark()
    part = _script_call(program, module, own) if model.source == "script" else None
    model.call = call_module(program, module, args, kwargs, training)
    if (
        model.call.error is not None
        and part is not None
        and part.error is None
        and type(part.owner) is not type(module)
    ):
        _become_part(program, model, part, mark)  # nobody but us called the whole with what the part is fed


def _check_given(program: Program, model: Found, given: Given) -> None:
    """Refuses inputs and arguments that the model's `forward` does not take: the call of convcalc is wrong, not the model."""
    if not (given.inputs or given.kwargs or given.literals):
        return
    signature = signature_of(type(model.module).forward, 1)
    if signature is None:
        return
    feeds = bool(given.inputs or given.kwargs)
    wrong = signature.misfit(len(given.inputs), [*given.kwargs, *given.literals], all_given=feeds)
    if wrong is not None:
        raise UsageError(f"{model.class_name}.forward takes ({signature}): {wrong}", program.file, model.line)


def _become_part(program: Program, model: Found, part: Call, mark: Mark) -> None:
    """Reports the part of a model that the script calls, in the place of the whole."""
    record = program.record
    record.take_back(mark)
    record.failure = None
    found = _found(program, part.owner)
    for name in ("module", "class_name", "construction", "file", "line"):
        setattr(model, name, getattr(found, name))
    model.call = part


def _arguments(
    program: Program, model: Found, given: Given, own: list[Call]
) -> tuple[tuple[Any, ...], dict[str, Any], bool | None] | None:
    if given.inputs or given.kwargs:
        model.source = "given"
        args = tuple([_tensor(shape, dtype) for shape, dtype in given.inputs])
        kwargs = {name: _tensor(shape, dtype) for name, (shape, dtype) in given.kwargs.items()}
        return args, {**kwargs, **given.literals}, bool(given.training)
    call = _script_call(program, model.module, own)
    if call is None:
        return None
    args, kwargs = call.arguments
    if given.batch is not None:
        args = tuple(_batched(a, given.batch) for a in args)
        kwargs = {k: _batched(v, given.batch) for k, v in kwargs.items()}
    return args, {**kwargs, **given.literals}, given.training if given.training is not None else call.training


def _inferred(program: Program, model: Found, given: Given) -> tuple[tuple[Any, ...], dict[str, Any], bool | None]:
    """What the model takes, found out from itself; UsageError says what to pass where that does not tell."""
    from .fitting import complete, fit

    found = fit(program, model.module, given.literals, given.batch, bool(given.training))
    if found is None:
        raise UsageError(_what_to_pass(program, model), program.file, model.line, "no-input")
    complete(program, model.module, found, COMPLETING_RUNS, COMPLETING_SECONDS)
    model.source = "inferred"
    model.fit = found
    return found.tensors(), given.literals, found.training


def _script_call(program: Program, module: Module, own: list[Call]) -> Call | None:
    """A call of the script that tells what the module is fed: its own, one of its class, or one of a child of it."""
    if own:
        return own[0]
    calls = program.record.calls
    same = [
        call for call in calls if call.kind == "module" and type(call.owner) is type(module) and not _is_builtin(module)
    ]
    if same:
        return same[0]
    inside = {id(m) for _, m in named_modules(module)}
    return next(
        (call for call in calls if call.kind == "module" and call.parent is None and id(call.owner) in inside), None
    )


def _batched(value: Any, batch: int) -> Any:
    if type(value) is Tensor and value.shape:
        return make((batch, *value.shape[1:]), value.dtype)
    return value


def _tensor(shape: tuple[Any, ...], dtype: str | None) -> Tensor:
    return make(shape, dtype_of(dtype))


def call_module(
    program: Program, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> Call:
    """Calls the module and returns the record of it; whatever it raises is in the record."""
    calls = program.record.calls
    start = len(calls)
    if training is not None:
        for _, m in named_modules(module):
            m.__dict__["training"] = training
    try:
        with program.recording():
            module(*args, **kwargs)
    except Exception:
        if start == len(calls):
            raise
    return calls[start]


def _what_to_pass(program: Program, model: Found) -> str:
    code = getattr(type(model.module).forward, "__code__", None)
    names = code.co_varnames[1 : code.co_argcount] if code is not None else ()
    needed = ", ".join(names) or "its input"
    example = _example_shape(model.module)
    return f"the shape of {needed} is not known: nothing in the file calls {model.class_name}. Pass it with the batch, such as --input {example}"


def _example_shape(module: Module) -> str:
    """A shape of the right kind for the first layer that takes one."""
    for _, m in named_modules(module):
        name = type(m).__name__
        channels = getattr(m, "in_channels", None)
        if isinstance(channels, int):
            return f"1x{channels}" + {"1": "x100", "2": "x224x224", "3": "x16x112x112"}.get(name[-2:-1], "x224x224")
        if isinstance(getattr(m, "in_features", None), int):
            return f"1x{m.in_features}"
        if name == "Embedding":
            return "1x16:int64"
    return "1x3x224x224"
