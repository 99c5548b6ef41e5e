"""The judgement of an exception: would PyTorch (or Python) raise it too, or does it come of what is not known here?

A script runs without its data, its files and its arguments, with stand-ins in the place of libraries. So an
exception counts as an error only where nothing of that can have caused it:

- a refusal by our own rules, which look at what they are given;
- arguments that do not fit the signature of a function of the user's own or of PyTorch's, whatever the values are;
- an attribute that the class, not its stand-in, lacks, and that nothing in the file sets; a name that nothing binds;
- what else Python itself raises, where the whole way to the values can be read (`evidence`).

All else is skipped and noted. An exception that somebody raises himself is his answer to the world, and skipped too, unless it is one
to a shape (`assertions`).
"""

from __future__ import annotations

import _ast as ast
import builtins
import sys
from types import FunctionType, MethodType, ModuleType

from convcalc.standin.facade import Facade
from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue
from convcalc.tensor.handover import was_handed
from convcalc.tensor.unknown import NUMBERS, kind_of
from convcalc.trace.blame import holds_whatever_is_unknown

from .attributes_set import is_set_somewhere
from .guard import Refused
from .scene import FUNCTIONS, MISSING, SCOPES, attribute, nodes, read_by, reads_unknown, scene_of
from .syntax import first_line, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .evidence import Evidence
    from .program import Program
    from .scene import Scene

_BINDING = r"([\w.<>]+)\(\) (?:got an unexpected keyword argument|missing \d+ required|takes |got multiple values for |got some positional-only)"
# What Python raises of values that do not fit what is done with them.
_OF_VALUES = (TypeError, KeyError, IndexError, ZeroDivisionError, ValueError, OverflowError, AssertionError)
_OF_THE_WORLD = (OSError, ImportError, EOFError, UnicodeError, RecursionError, MemoryError, NotImplementedError)
# Where the callables stand whose signatures are PyTorch's own (tests/torch/test_wrong_calls.py compares them).
_VERIFIED = ("convcalc.nn.", "convcalc.ops.", "convcalc.tensor.tensor")
_VERIFIED_FILES = frozenset(
    "optim optimizers schedules averaging serialization data data_sets composed_sets samplers random_samplers autograd checkpoint".split()
)
# Names of the standard library that came after Python 3.10: who lacks one may only run convcalc on an older Python.
_NEWER = frozenset(
    "batched cbrt exp2 sumprod fma StrEnum ReprEnum EnumCheck verify member nonmember UTC replace Placeholder is_none is_not_none chdir "
    "TaskGroup timeout Runner process_cpu_count binomialvariate deprecated get_original_bases override Self Never LiteralString Required "
    "NotRequired Unpack TypeVarTuple ReadOnly TypeIs NoDefault TypeAliasType kde kde_random call file_digest getLevelNamesMapping "
    "getHandlerByName assert_type assert_never reveal_type dataclass_transform get_overloads BaseExceptionGroup ExceptionGroup".split()
)
_DYNAMIC = frozenset("setattr vars exec globals locals eval".split())


def is_error(program: Program, error: BaseException) -> bool:
    """Whether PyTorch would raise an exception outside of models too, as far as that is certain."""
    if isinstance(error, ShapeError):
        return not error.of_values or _rests_on_what_is_there(program, error)
    if not isinstance(error, Exception) or isinstance(error, (UnknownValue, Refused, *_OF_THE_WORLD)):
        return False
    scene = scene_of(error, program)
    return scene is not None and _is_certain(program, error, scene)


def is_of_values(program: Program, error: BaseException) -> bool:
    """Whether an exception that is not certain to be raised comes of a name, an attribute or a value, and of no `raise` of the user's own."""
    if isinstance(error, _OF_THE_WORLD) or not isinstance(error, (*_OF_VALUES, AttributeError, NameError)):
        return False
    scene = scene_of(error, program)
    if scene is None or scene.is_raise or _is_bare_word(scene.statement):
        return False
    if isinstance(error, AttributeError) and isinstance(getattr(error, "obj", None), (FunctionType, type)):
        return False  # which a decorator that is not known may have given more
    return not any(
        _stands_in(found, program) or (type(node) is ast.Attribute and node.attr[:2] == "__")
        for node, found in read_by(scene)
    )


def _stands_in(value: Any, program: Program) -> bool:
    """Whether it stands in for a module, a function or a class of a library, which may have more, or be of another kind."""
    if isinstance(value, ModuleType):
        return not program.is_own_module(value.__name__)
    return isinstance(value, (FunctionType, type)) and str(value.__module__).startswith(
        ("convcalc.standin", "convcalc.source")
    )


def unknown_behind(program: Program, error: BaseException) -> Unknown | None:
    """Something unknown that an exception inside a model may come of: what the failing expression reads, or a base that is not known."""
    if isinstance(error, (ShapeError, UnknownValue, Refused, RecursionError, MemoryError)) or not isinstance(
        error, Exception
    ):
        return None
    scene = scene_of(error, program)
    if scene is None:
        return None
    if scene.is_raise:
        return None
    unknown = _unknown_base(scene)
    if unknown is not None:
        return unknown
    if isinstance(error, NameError) or _is_binding(program, error, scene) or holds_whatever_is_unknown(error):
        return None
    if isinstance(error, AttributeError):
        if _is_function_of_ours(getattr(error, "obj", None)):
            return Unknown(f"{error.obj.__name__}.{error.name}")  # type: ignore[attr-defined]
        if _lacks(program, error, scene):
            return None
    return reads_unknown(scene)


def _rests_on_what_is_there(program: Program, error: BaseException) -> bool:
    """Whether a refusal of what a container holds is one of a container that would be the same in a real run."""
    scene = scene_of(error, program, within=False)
    if scene is None or type(scene.node) is not ast.Call:
        return False
    evidence = _evidence(program, scene)
    return all(map(evidence.holds, [*scene.node.args, *scene.node.keywords]))


def _is_certain(program: Program, error: Exception, scene: Scene) -> bool:
    if _unknown_base(scene) is not None:
        return False
    if scene.is_raise:
        from .assertions import is_raised_for_sure

        return is_raised_for_sure(scene, _is_own_of(program), program.record.calls)
    if isinstance(error, NameError):
        return _is_unbound(program, error, scene) and not _is_bare_word(scene.statement)
    if isinstance(error, (AttributeError, TypeError)) and _lacks_gradient(program, error, scene):
        return True
    if isinstance(error, AttributeError):
        return _lacks(program, error, scene)
    if isinstance(error, TypeError) and _is_binding(program, error, scene):
        return True
    if type(error) is ValueError and "values to unpack" in str(error):
        from .unpacking import does_not_fit

        if does_not_fit(scene, _is_own_of(program), program.tree_of) or _is_one_tensor(program, error, scene):
            return True
    if type(error) is AssertionError:
        from .assertions import is_of_shapes

        if is_of_shapes(scene, _is_own_of(program), program.record.calls):
            return True
    return isinstance(error, _OF_VALUES) and _is_of_values(program, scene, type(error) is KeyError)


def _is_one_tensor(program: Program, error: Exception, scene: Scene) -> bool:
    """Whether what is unpacked (`y, mean, variance = model(x)`) is one tensor, with more or fewer rows than there are names."""
    import re

    wanted = re.search(r"expected (\d+)", str(error))
    last = next((call for call in reversed(program.record.calls) if call.parent is None), None)
    if wanted is None or last is None or not last.type.endswith("Tensor.unbind") or len(last.inputs) != 1:
        return False
    statement = scene.statement
    shape: Any = last.inputs[0].shape
    if last.line is None or not statement.lineno <= last.line <= statement.end_lineno:
        return False
    return type(shape) is not Unknown and bool(shape) and type(shape[0]) is int and shape[0] != int(wanted[1])


def _evidence(program: Program, scene: Scene, keys_only: bool = False) -> Evidence:
    from .evidence import Evidence

    return Evidence(scene, _is_own_of(program), keys_only)


def _is_own_of(program: Program) -> Callable[[type], bool]:
    return lambda kind: _is_own(program, kind)


def _is_own(program: Program, kind: type) -> bool:
    """Whether a class is one of the run's own files, all of whose bases are known."""
    module = type.__dict__["__dict__"].__get__(kind).get("__module__")
    return program.is_own_module(module) and all(_has_known_bases(base) for base in kind.__mro__)


def _has_known_bases(kind: type) -> bool:
    bases = type.__dict__["__dict__"].__get__(kind).get("__orig_bases__", ())
    return type(bases) is tuple and not any(type(base).__name__ in ("Unknown", "UnknownOperation") for base in bases)


def _unknown_base(scene: Scene) -> Unknown | None:
    """Of a method whose object has a base that nobody knows: that base may have what is missing."""
    owner = scene.owner
    for kind in type.mro(owner) if type(owner) is type else type(owner).__mro__:
        if not _has_known_bases(kind):
            return Unknown(f"a base of {kind.__name__}")
    return None


# arguments that do not fit a signature


def _is_binding(program: Program, error: BaseException, scene: Scene) -> bool:
    """Whether the arguments of a call do not fit the signature of a function that is known."""
    import re

    match = re.match(_BINDING, str(error))
    if match is None or type(error) is not TypeError:
        return False
    name = match[1]
    for call in _calls(scene):
        for function in _functions(scene.looked_up(call.func)):
            if _is_named(function, name):
                return _may_be_trusted(program, function, scene) and _passes_what_it_says(program, call, scene)
    return False


def _calls(scene: Scene) -> list[Any]:
    """The calls that may have failed: the one at the place, else those of the statement, the innermost last."""
    if type(scene.path[-1]) is ast.Call:
        return [scene.path[-1]]
    return [node for node in nodes(scene.statement) if type(node) is ast.Call]


def _functions(found: Any) -> list[Any]:
    """The functions that a call of something goes to."""
    if type(found) is list:  # of super()
        return [function for item in found for function in _functions(item)]
    if isinstance(found, (staticmethod, classmethod, MethodType)):
        return _functions(found.__func__)
    if isinstance(found, FunctionType):
        wrapped = found.__dict__.get("__wrapped__")
        return [found, *(_functions(wrapped) if wrapped is not None else ())]
    if issubclass(type(found), type):
        own = [attribute(found, "__init__"), attribute(found, "__new__")]
        return [found, *(f for f in own if isinstance(f, FunctionType))]
    if type(found).__name__ == "partial":
        return _functions(found.func)
    call = attribute(found, "__call__") if found is not MISSING else None
    return [call] if isinstance(call, FunctionType) else []


def _is_named(function: Any, name: str) -> bool:
    if issubclass(type(function), type):  # one without a constructor of its own: `Net() takes no arguments`
        return bool(function.__name__ == name)
    return bool(function.__qualname__ == name)


def _may_be_trusted(program: Program, function: Any, scene: Scene) -> bool:
    """Whether a function has the signature that it has here in a real run as well."""
    if issubclass(type(function), type):
        return _is_own(program, function) and _is_plainly_decorated(program, function.__name__, None, scene)
    code = function.__code__
    if code.co_filename in program.record.files:
        return _is_plainly_decorated(program, code.co_name, code, scene)
    module = str(function.__module__ or "")
    if module.startswith(_VERIFIED):
        return True
    if module.startswith("convcalc.standin."):
        return module.rpartition(".")[2] in _VERIFIED_FILES
    return bool(code.co_filename.startswith("<"))  # of a dataclass or a named tuple


def _is_plainly_decorated(program: Program, name: str, code: Any, scene: Scene) -> bool:
    """Whether a definition has no decorator that nobody knows: that one may pass or take other arguments."""
    file = scene.frame.f_code.co_filename if code is None else code.co_filename
    tree = program.tree_of(file)
    for node in nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or node.name != name:
            continue
        if code is not None and first_line(node) != code.co_firstlineno:
            continue
        if any(_is_of_nobody(decorator, scene) for decorator in node.decorator_list):
            return False
    return True


def _is_of_nobody(decorator: Any, scene: Scene) -> bool:
    node = decorator.func if type(decorator) is ast.Call else decorator
    while type(node) is ast.Attribute:
        found = scene.looked_up(node)
        if found is not MISSING:
            return type(found).__name__ in ("Unknown", "UnknownOperation")
        node = node.value
    found = scene.looked_up(node)
    return found is MISSING or type(found).__name__ in ("Unknown", "UnknownOperation")


def _passes_what_it_says(program: Program, call: Any, scene: Scene) -> bool:
    """Whether a call says itself how many arguments it passes and by what names; else these must be certain."""
    spread = [a.value for a in call.args if type(a) is ast.Starred] + [k.value for k in call.keywords if k.arg is None]
    if not spread or _hands_on_all(call, spread, scene):
        return True
    evidence = _evidence(program, scene)
    return all(map(evidence.holds, spread))


def _hands_on_all(call: Any, spread: list[Any], scene: Scene) -> bool:
    """Whether a call hands on exactly what its function was given (`f(*args, **kwargs)`) by a call that says itself what it passes."""
    function = next((node for node in reversed(scene.path) if isinstance(node, FUNCTIONS)), None)
    caller = None if scene.caller is None else scene.caller.node
    if function is None or type(caller) is not ast.Call:
        return False
    own = [a.arg for a in (function.args.vararg, function.args.kwarg) if a is not None]
    if any(type(a) is ast.Starred for a in caller.args) or any(k.arg is None for k in caller.keywords):
        return False
    return all(type(node) is ast.Name and node.id in own for node in spread)


# attributes


def _lacks(program: Program, error: BaseException, scene: Scene) -> bool:
    """Whether the object itself, not only what stands for it, has no attribute of that name."""
    name = getattr(error, "name", None)
    if name is None or f"has no attribute '{name}'" not in str(error):
        return False
    holder = error.obj  # type: ignore[attr-defined]
    if was_handed(holder):
        return False
    kind = holder if issubclass(type(holder), type) else type(holder)
    trees = list(map(program.tree_of, program.record.files))
    if is_set_somewhere(trees, name, kind.__module__.startswith("convcalc.standin.")):
        return False
    if isinstance(holder, ModuleType):
        return _module_lacks(holder, name)
    if _is_function_of_ours(holder):
        return False
    if kind is Tensor or kind.__module__ == "builtins":
        return kind is Tensor or _is_held_for_sure(program, scene, name) or _is_of_batch(program, scene, name, kind)
    if kind is Unknown:
        return kind_of(holder) in NUMBERS  # of a number that is not known the type is certain
    if issubclass(kind, tuple) and kind.__module__ == "convcalc.ops.named":
        return not name.startswith("n_")  # what an operation of PyTorch's gives
    if not all(_has_known_bases(base) for base in kind.__mro__):
        return False
    from convcalc.standin.lacking import lacks

    for base in kind.__mro__:
        module = base.__module__
        if module.startswith(("convcalc.", "torch.")):
            return lacks(base, name)  # which answers for the classes behind it too
        if (
            "__getattr__" in vars(base)
            or "__getattribute__" in vars(base)
            or not (module in ("builtins", "abc", "typing") or program.is_own_module(module))
        ):
            return False
    return True


def _is_function_of_ours(holder: Any) -> bool:
    """Whether it is a stand-in's function: what that lacks, numpy's or PyTorch's own may have."""
    return isinstance(holder, FunctionType) and str(holder.__module__).startswith("convcalc.")


def _lacks_gradient(program: Program, error: BaseException, scene: Scene) -> bool:
    """Whether it is the `.grad` of a tensor that has none for certain."""
    if "NoneType" not in str(error):
        return False
    from .missing_gradients import fails_for_lack

    trees = list(map(program.tree_of, program.record.files))
    return None not in trees and fails_for_lack(program, error, scene, trees)


def _is_held_for_sure(program: Program, scene: Scene, name: str) -> bool:
    """Whether the value of which an attribute was asked would be the same in a real run."""
    evidence = _evidence(program, scene)
    asked = [n for n in nodes(scene.node) if type(n) is ast.Attribute and n.attr == name]
    return bool(asked) and all(evidence.holds(node.value) for node in asked)


def _is_of_batch(program: Program, scene: Scene, name: str, kind: type) -> bool:
    """Whether the value of which an attribute was asked is a batch of several parts, which PyTorch puts into a list."""
    if kind is not list:
        return False
    from .unpacking import has_parts

    asked = [n.value for n in nodes(scene.node) if type(n) is ast.Attribute and n.attr == name]
    return len(asked) == 1 and has_parts(asked[0], scene, _is_own_of(program), program.tree_of)


def _module_lacks(module: ModuleType, name: str) -> bool:
    """Whether a module of PyTorch's, or of the standard library, has no such name."""
    if isinstance(module, Facade):
        return module.__name__.partition(".")[0] == "torch"
    real = sys.modules.get(module.__name__)
    if name in _NEWER or module.__name__.partition(".")[0] not in sys.stdlib_module_names:
        return False
    return real is not None and not hasattr(real, name)


# names


def _is_unbound(program: Program, error: NameError, scene: Scene) -> bool:
    """Whether nothing in the file binds a name, or only what stands after its use in the same function."""
    import re

    match = re.search(r"(?:name|variable) '(\w+)'", str(error))
    name = "" if match is None else match[1]
    if (
        name[:2] in ("", "__")
        or hasattr(builtins, name)
        or name in _NEWER
        or (program.is_notebook and name.strip("_0123456789") in ("", "In", "Out", "i"))
    ):
        return False
    for node in nodes(scene.tree):
        if type(node) in (ast.Import, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            return False
        if type(node) is ast.Name and node.id in _DYNAMIC:
            return False
    if isinstance(error, UnboundLocalError):
        return _is_bound_later(scene, name)
    above = {id(part): node for node in nodes(scene.tree) for part in parts(node)}
    own = {id(node) for node in scene.path}
    for node in nodes(scene.tree):
        if type(node) is ast.Global and name in node.names:
            return False
        if _binds(node, name):
            around = above.get(id(node))
            while around is not None and not isinstance(around, SCOPES):
                around = above.get(id(around))
            if isinstance(node, ast.arg):  # belongs to the function, which its arguments stand in
                around = next(n for n in _upwards(node, above) if isinstance(n, FUNCTIONS))
            if around is None or (
                id(around) in own and not (around is scene.tree and not program.is_notebook and _is_later(scene, node))
            ):
                return False
    return True


def _is_later(scene: Scene, node: Any) -> bool:
    """Whether something at the top of the file stands behind what failed there, so that it has not run yet."""
    repeats = any(isinstance(n, (*FUNCTIONS, ast.ClassDef, ast.For, ast.While)) for n in scene.path)
    return not repeats and getattr(node, "lineno", 0) > scene.statement.end_lineno


def _is_bare_word(statement: Any) -> bool:
    """Whether a statement is a word and nothing else: a note that somebody left in the file, which computes nothing."""
    return type(statement) is ast.Expr and type(statement.value) is ast.Name


def _upwards(node: Any, above: dict[int, Any]) -> list[Any]:
    found = []
    while id(node) in above:
        node = above[id(node)]
        found.append(node)
    return found


def _binds(node: Any, name: str) -> bool:
    kind = type(node)
    if kind is ast.Name:
        return bool(node.id == name and type(node.ctx) is not ast.Load)
    if kind is ast.alias:
        return bool((node.asname or node.name.partition(".")[0]) == name)
    if kind is ast.arg:
        return bool(node.arg == name)
    return getattr(node, "name", None) == name or getattr(node, "rest", None) == name


def _is_bound_later(scene: Scene, name: str) -> bool:
    """Whether a function binds a name only from the failing statement on, which is in no loop."""
    function = next((node for node in reversed(scene.path) if isinstance(node, FUNCTIONS)), None)
    if function is None or any(isinstance(node, (ast.For, ast.While, ast.AsyncFor)) for node in scene.path):
        return False
    line = scene.statement.lineno
    return all(getattr(node, "lineno", line) >= line for node in nodes(function) if _binds(node, name))


# values


def _is_of_values(program: Program, scene: Scene, keys_only: bool = False) -> bool:
    return _evidence(program, scene, keys_only).holds(scene.node)
