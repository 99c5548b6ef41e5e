"""Which models of a file to report, how they were built, and what they are fed.

In order: a module that the file itself builds and calls; a module that it builds; the `nn.Module` classes that no other
class of the file uses. Whatever remains is reported, in source order.
"""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_module, named_modules, table_of
from convcalc.tensor import Unknown, UnknownValue, unknown_of
from convcalc.tensor.unknown import absent_classes
from convcalc.trace import Recorder
from convcalc.trace.internal_errors import reveal

from .calling import Caller, found_of
from .constructions import class_name as class_name
from .constructions import construction, is_builtin, is_ours, place_of, required, takes_arguments, why_not_built
from .found import Found as Found
from .found import Given as Given
from .signatures import signature_of
from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .program import Program


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
        built = is_module(value) and len(program.record.built) > before
        if _is_class(value):
            value = _default(program, value)
            built = True
        elif callable(value) and not issubclass(type(value), (type, Module)) and unknown_of(value) is None:
            # a function that builds a model
            value = _built_by(program, value, expression)
            built = is_module(value)
    except UsageError:
        raise
    except NameError as error:
        known = ", ".join(sorted(_classes(program)))
        ended = _where_it_ended(program)
        raise UsageError(
            f"has no name {getattr(error, 'name', None) or name!r}"
            + (f"; its models are {known}" if known else "")
            + ended,
            program.file,
        ) from None
    except (UnknownValue, RecursionError):
        raise
    except Exception as error:
        reveal(error)
        if program.is_of_expression(error):
            raise UsageError(f"{expression}: {error}{_takes(program, name)}", program.file) from None
        model = Found(None, name, expression, program.class_lines.get(name), None, "script")
        model.error = program.of_model(error)
        model.is_named = True
        return [model]
    if not is_module(value) and (unknown_of(value) is not None or absent_classes):
        from .unknown_bases import unknown_base

        for unknown in (unknown_base(value), unknown_base(type(value)), unknown_of(value)):
            if unknown is not None:
                raise UnknownValue(unknown.reason)
    if not is_module(value):
        raise UsageError(f"{expression} is not a module: it is a {type(value).__name__}", program.file)
    by_method = [] if built else _by_methods(program, [value])
    model = by_method[0] if by_method else found_of(program, value)
    model.is_named = True
    if built and "(" in expression:
        model.construction = expression
    if not by_method:
        Caller(program, given).call(model, own_call=not built)
    return [model]


def _takes(program: Program, name: str) -> str:
    """What a class or function of the file takes, as the end of a message."""
    found = program.namespace.get(name)
    signature = signature_of(getattr(found, "__init__", None), 1) if isinstance(found, type) else signature_of(found)
    return "" if signature is None else f"; it takes {name}({signature})"


def _where_it_ended(program: Program) -> str:
    """That a script came to its end before its last line, for who looks for a name that stands further down."""
    if program.error is None:
        return ""
    _, line = program.record.place_of(program.error)
    return f"; the file ends with an error{f' in line {line}' if line else ''}: {program.error}"


def _not_known(program: Program) -> list[Found]:
    """The models whose classes have a base that is not here."""
    if not absent_classes:
        return []
    from .unknown_bases import unknown_models

    found = []
    for name, unknown in unknown_models(program).items():
        model = Found(None, name, f"{name}(...)", program.class_lines.get(name), None, "script")
        model.error = UnknownValue(unknown.reason)
        found.append(model)
    return found


def _default(program: Program, cls: type) -> Module:
    """An instance built with the default arguments."""
    missing = required(cls)
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


# a file


def _in_file(program: Program, given: Given) -> list[Found]:
    for choose in (_called, _built):
        modules = choose(program)
        if modules:
            by_method = _by_methods(program, modules) if choose is _called else []
            caller = Caller(program, given)
            found = []
            for module in modules:
                models = [model for model in by_method if model.module is module]
                if not models:
                    models = [found_of(program, module)]
                    caller.call(models[0], own_call=True)
                found += models
            return _distinct(found) + _not_known(program)
    failed = _failed_construction(program)
    if failed is not None:
        return [failed]
    classes = _root_classes(program)
    if classes:
        caller = Caller(program, given)
        try:
            found = [_of_class(program, caller, cls, len(classes) == 1) for cls in classes]
        except UsageError:
            if program.error is None:
                raise
            found = []
        if program.error is not None and not any(model.call or model.error is program.error for model in found):
            found.insert(0, _ended(program))
        return found + _not_known(program)
    hidden = _not_known(program)
    if hidden:
        return hidden
    operations = [call for call in program.record.calls if call.parent is None]
    if operations:
        model = Found(None, None, None, None, None, "script")
        model.calls = operations
        model.error = program.error
        return [model]
    if program.error is not None:
        return [_ended(program)]
    raise UsageError(_why_nothing(program), program.file, kind="no-model")


def _of_class(program: Program, caller: Caller, cls: type, alone: bool) -> Found:
    """A class that nobody builds, built with its default arguments. What these lead to is no mistake of its own, unless it takes none."""
    name = cls.__name__
    model = Found(None, name, f"{name}()", program.class_lines.get(name), None, "script")
    try:
        model = found_of(program, _default(program, cls))
    except UsageError as error:
        why = why_not_built(program, cls)
        if alone and not why:
            raise
        model.construction = f"{name}(...)"
        model.unfed = why or error.args[0]
    except (UnknownValue, RecursionError):
        raise
    except Exception as error:
        reveal(error)
        hangs = takes_arguments(cls) and not isinstance(error, NameError) and _hangs_on_defaults(program, cls, error)
        if type(error) is NotImplementedError or hangs:
            others = ", ".join(f"{argument}=..." for argument in _defaults(cls))
            hint = f"; name others: {program.file}::'{name}({others})'" if others else ""
            model.unfed = f"{name}() cannot be checked by itself: {type(error).__name__}: {error}{hint}"
        else:
            model.error = program.of_model(error)
    else:
        caller.call(model, own_call=False)
    return model


def _defaults(cls: type) -> list[str]:
    """The constructor's arguments that have a default."""
    signature = signature_of(cls.__init__, 1)  # type: ignore[misc]
    return [] if signature is None else [name for name in signature.names if name in signature.defaults]


def _hangs_on_defaults(program: Program, cls: type, error: Exception) -> bool:
    """Whether an exception of the constructor does not arise where nothing is known of the arguments that have defaults."""
    names = _defaults(cls)
    if not names:
        signature = signature_of(cls.__init__, 1)  # type: ignore[misc]
        return signature is None or signature.open
    record = Recorder(program.record.files)
    try:
        with program.recording(record):
            cls(**{name: Unknown(f"the argument {name}") for name in names})
    except Exception as other:
        reveal(other)
        return type(other) is not type(error) or record.place_of(other) != program.record.place_of(error)
    return True


def _ended(program: Program) -> Found:
    """What ended a script that runs no model."""
    model = Found(None, None, None, None, None, "script")
    model.error = program.error
    return model


def _by_methods(program: Program, modules: list[Module]) -> list[Found]:
    """The models that the file uses by other methods than `forward`, once for each of these."""
    if program.methods is None:
        return []
    calls = program.record.calls
    used = [m for m in modules if not any(call.owner is m and call.kind == "module" for call in calls)]
    found = []
    for call, name in program.methods.calls(used):
        model = found_of(program, call.owner)
        model.call = call
        model.method = None if name == "forward" else name
        found.append(model)
    return found


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
            if not any(top is other for other in tops):
                tops.append(top)
    return _models(program, tops)


def _built(program: Program) -> list[Module]:
    """The modules that the file builds and keeps under a name."""
    parent = _parents(program)
    tops: list[Module] = []
    for name, value in program.namespace.items():
        if is_module(value) and name[:2] != "__":
            top = _top(value, parent)
            if not any(top is other for other in tops):
                tops.append(top)
    return _models(program, tops)


def _models(program: Program, modules: list[Module]) -> list[Module]:
    """Without losses; without layers that hold nothing where there is a model beside them; in source order."""
    kept = [m for m in modules if not _is_loss(m)]
    substantial = [
        m for m in kept if not is_builtin(m) or next(iter(_members(m)), None) is not None or table_of(m, "_modules")
    ]
    kept = substantial or kept
    if len(kept) > 1:
        fuller = [m for m in kept if not _is_own_loss(program, m)]
        kept = fuller or kept
    order = {id(m): i for i, m in enumerate(kept)}
    return sorted(kept, key=lambda m: (place_of(program, m)[1] or 0, order[id(m)]))


def _is_loss(module: Module) -> bool:
    return facts_of(type(module)).kind == "loss"


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
    return (p for _, m in named_modules(module) for p in table_of(m, "_parameters").values() if p is not None)


def _is_class(value: object) -> bool:
    """Whether it is a class of modules."""
    return issubclass(type(value), type) and issubclass(value, Module)  # type: ignore[arg-type]


def _parents(program: Program) -> dict[int, Module]:
    parent: dict[int, Module] = {}
    for built in program.record.built.values():
        for child in built.module.__dict__.get("_modules", {}).values():
            if is_module(child):
                parent.setdefault(id(child), built.module)
    return parent


def _top(module: Module, parent: dict[int, Module]) -> Module:
    """The outermost module that holds this one; inside a wrapper (DataParallel) the wrapped module."""
    while _is_wrapper(module) and is_module(module.module):  # what it wraps may be unknown
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
        if _is_class(value) and not is_ours(value) and name in program.class_lines
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
    model = Found(None, name, construction(program, module), program.class_lines.get(name), None, "script")
    model.error = error
    return model


def _under_construction(program: Program, error: BaseException) -> Module | None:
    """The module that was being built when an exception arose; of one whose constructor refused its arguments, too."""
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_locals.get("self")
        if frame.f_code.co_name == "__init__" and is_module(module):
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
        key = (model.class_name, model.construction, model.method, fed, model.error is None)
        if key not in seen:
            seen.add(key)
            kept.append(model)
    return kept
