"""The standard library as a loaded file sees it: what computes is real, what touches the world is stood in for.

Every module handed out is a copy of the allowed names; none of them holds another module, so that no path leads from one
to `sys` or `os`.
"""

from __future__ import annotations

import sys
import types

from convcalc.tensor import Unknown
from convcalc.tensor.attributes import copy_of

from .enumerations import guard_enumerations
from .guard import Refused, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Modules whose public names are handed out, less those named here.
REAL: dict[str, str] = {
    "abc": "", "array": "", "base64": "", "bisect": "", "calendar": "", "cmath": "", "collections": "UserString", "collections.abc": "",
    "colorsys": "", "copy": "replace", "dataclasses": "", "datetime": "", "decimal": "", "difflib": "", "enum": "global_enum global_enum_repr global_flag_repr global_str", "fractions": "",
    "functools": "", "hashlib": "file_digest", "heapq": "", "itertools": "", "json": "dump", "keyword": "", "math": "",
    "numbers": "", "operator": "attrgetter methodcaller", "re": "", "statistics": "",
    "string": "Formatter", "struct": "", "textwrap": "", "typing": "evaluate_forward_ref get_type_hints ForwardRef io re", "uuid": "getnode",
    "weakref": "WeakMethod", "zlib": "", "contextvars": "", "contextlib": "redirect_stdout redirect_stderr chdir", "__future__": "", "queue": "",
}  # fmt: skip

PRIVATE_ALLOWED = {"collections": ("OrderedDict",), "enum": (), "typing": ("_GenericAlias",)}


def find_module(name: str, run: Any) -> types.ModuleType | None:
    """The stand-in for a module of the standard library, or None where it has none."""
    if name in REAL:
        return _copy(name, run)
    maker = MADE.get(name)
    if maker is None:
        return None
    module = types.ModuleType(name)
    for key, value in maker(run).items():
        module.__dict__[key] = plain(value) if type(value) is types.MethodType else value
    module.__dict__.setdefault("__getattr__", _unlisted(name) if name not in INSTALLED else _any_name(name))
    return module


INSTALLED = (
    "omegaconf",
    "tomli",
    "regex",
    "typing_extensions",
)  # are no part of the standard library, and never imported


def _any_name(module: str) -> Callable[[str], Any]:
    def find(name: str) -> Any:
        if name[:2] != "__":
            return Unknown(f"{module}.{name}")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return find


def _unlisted(module: str) -> Callable[[str], Any]:
    """What a stand-in answers for a name that it lacks: an unknown where Python's own module has the name."""

    def __getattr__(name: str) -> Any:
        if name[:2] != "__":
            from importlib import import_module

            try:
                names = vars(import_module(module))
            except ImportError:
                names = {}
            if name in names and not (name[:1] == "_" and isinstance(names[name], types.ModuleType)):
                return Unknown(f"{module}.{name}")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return __getattr__


def _copy(name: str, run: Any) -> types.ModuleType:
    from importlib import import_module

    from .library import guard_module

    real = import_module(name)
    guard_enumerations()
    guard_module(name)
    refused = REAL[name].split()
    module = types.ModuleType(name)
    for key, value in vars(real).items():
        if (
            key[0] != "_"
            and key not in refused
            and not isinstance(value, types.ModuleType)
            and _is_of(real, key, value)
        ):
            module.__dict__[key] = value
    if "__all__" in real.__dict__:
        module.__dict__["__all__"] = [n for n in real.__all__ if n in module.__dict__]
    if name in ("operator", "functools", "dataclasses", "typing"):
        from .reflection import guard_functools, names_of

        guard_functools()

        module.__dict__.update(names_of(name, run))
        if name == "typing":
            module.__dict__["ForwardRef"] = forward_reference()
    elif name in ("math", "cmath", "statistics"):
        from .mathematics import passing_unknowns

        module.__dict__.update(
            passing_unknowns(name, {n: module.__dict__[n] for n in vars(real) if n in module.__dict__ and n[0] != "_"})
        )
    elif name == "re":
        from .patterns import names as of_patterns

        module.__dict__.update(of_patterns())
    elif name == "uuid":
        module.__dict__.update({n: (lambda *args, n=n: Unknown(f"uuid.{n}()")) for n in ("uuid1", "uuid4")})
    elif name == "datetime":
        module.__dict__.update(_clocked(real))
    elif name == "json":
        from .json_texts import json_names

        module.__dict__.update(json_names())
    elif name == "collections":
        module.__dict__["abc"] = _copy("collections.abc", run)
    module.__dict__.setdefault("__getattr__", _unlisted(name))
    return module


def _is_of(real: Any, name: str, value: Any) -> bool:
    """Whether a module means a name for others: what it has imported for itself (`contextlib.wraps`) is another's."""
    public = getattr(real, "__all__", None)
    home = getattr(value, "__module__", None)
    return name in public if public is not None else home is None or home.lstrip("_") == real.__name__.lstrip("_")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Does nothing: what it would have done is not for a loaded file to do."""


def _of_texts(name: str, function: Any, kind: type = str) -> Any:
    """A function of texts, which answers something unknown of that kind where it is given an unknown one."""

    def passing(*args: Any) -> Any:
        if any(type(arg) is Unknown for arg in args):
            parts = 2 if name in ("os.path.split", "os.path.splitext", "os.path.splitdrive") else 0
            unknown = Unknown(f"{name}(...)", kind)
            return (unknown,) * parts if parts else unknown
        return function(*args)

    passing.__name__ = passing.__qualname__ = function.__name__
    return passing


def _os(run: Any) -> dict[str, Any]:
    import posixpath

    pure = "abspath basename commonpath commonprefix dirname isabs join normcase normpath split splitdrive splitext relpath realpath expandvars"
    path = types.ModuleType("os.path")
    path.__dict__.update(
        {
            n: _of_texts(f"os.path.{n}", getattr(posixpath, n), bool if n == "isabs" else str)
            for n in pure.split()
            if n not in ("abspath", "realpath", "relpath", "expandvars")
        }
    )
    for same in ("expanduser", "expandvars"):
        path.__dict__[same] = lambda p: p
    path.__dict__.update(abspath=plain(run.absolute), realpath=lambda p, strict=False: run.absolute(p))
    path.__dict__["relpath"] = lambda p, start=None: p
    path.__dict__.update(dict.fromkeys(("exists", "isfile", "lexists"), plain(run.has_file)))
    path.__dict__["isdir"] = lambda p: not run.has_file(p, told=False)  # what a script needs is taken to be there
    for unknown in ("getsize", "getmtime", "getctime"):
        path.__dict__[unknown] = lambda p, n=unknown: Unknown(f"os.path.{n}(...)")
    path.__dict__["sep"] = "/"
    path.__dict__["__getattr__"] = _unlisted("os.path")
    names: dict[str, Any] = {
        "path": path, "sep": "/", "linesep": "\n", "name": "posix", "pathsep": ":", "environ": Environment(), "getenv": lambda key, default=None: default,
        "getcwd": lambda: run.folder, "cpu_count": lambda: 1, "getpid": lambda: 1, "PathLike": PathLike, "fspath": str, "devnull": "/dev/null", "error": OSError,
    }  # fmt: skip
    for harmless in "makedirs mkdir chdir putenv umask".split():
        names[harmless] = _nothing
    names["listdir"] = _listing(run, "os.listdir")
    refused = "system popen remove unlink rmdir removedirs rename replace scandir walk open read write fork execv execve execvp spawnl kill symlink link chmod chown startfile stat truncate"
    for name in refused.split():
        names[name] = run.refusing(f"os.{name}")
    return names


def _listing(run: Any, name: str) -> Callable[..., Any]:
    """A function that lists files: of how many nobody knows, but they are texts; of an installed package's folder those that are there."""
    refuse = run.refusing(name)

    def listed(path: Any = ".", *args: Any, **kwargs: Any) -> Any:
        from .configs import path_text
        from .unknown_texts import listing

        text = path_text(path)
        if text is not None:
            start = min([text.find(sign) for sign in "*?[" if sign in text], default=len(text))
            folder = text[: text.rfind("/", 0, start)] if name != "os.listdir" else text
            pattern = "*" if name == "os.listdir" else text[len(folder) + 1 :]
            found = run.package_listing(folder, pattern)
            if found is not None:
                return [entry.rpartition("/")[2] for entry in found] if name == "os.listdir" else found
        refuse()
        reason = f"{name}(...)"
        return listing(reason, Unknown(f"an item of {reason}", str))

    listed.__name__ = name.rpartition(".")[2]
    return listed


def _glob(run: Any) -> dict[str, Any]:
    listed = _listing(run, "glob.glob")

    def iglob(*args: Any, **kwargs: Any) -> Any:
        found = listed(*args, **kwargs)
        return iter(found) if type(found) is list else Unknown("glob.iglob(...)")

    return {"glob": listed, "iglob": iglob, "escape": str}


def _sys(run: Any) -> dict[str, Any]:
    return {
        "argv": [run.file], "platform": sys.platform, "version": sys.version, "version_info": sys.version_info, "maxsize": sys.maxsize,
        "exit": _exit, "path": [], "stdout": TextSink(), "stderr": TextSink(), "stdin": Unknown("sys.stdin"), "modules": Modules(run), "byteorder": sys.byteorder,
        "getsizeof": lambda value, default=0: Unknown("sys.getsizeof(...)"), "executable": "python", "float_info": sys.float_info,
        "meta_path": [], "path_hooks": [], "setrecursionlimit": _nothing, "getrecursionlimit": sys.getrecursionlimit, "getdefaultencoding": lambda: "utf-8", "intern": sys.intern,
        "exc_info": lambda: (None, None, None), "flags": Unknown("sys.flags"), "hexversion": sys.hexversion,
        "implementation": types.SimpleNamespace(name=sys.implementation.name, version=sys.version_info, hexversion=sys.hexversion), "prefix": "/", "gettrace": _nothing,
    }  # fmt: skip


def _exit(code: Any = None) -> None:
    raise SystemExit(code)


def _unknown(name: str, kind: type | None = None) -> Callable[..., Any]:
    """A function of which nobody knows what it answers, but for its type."""
    return lambda *args, **kwargs: Unknown(f"{name}()", kind)


def _time(run: Any) -> dict[str, Any]:
    clocks = ("time", "perf_counter", "monotonic", "process_time", "thread_time")
    return {
        **{name: _unknown(f"time.{name}", float) for name in (*clocks, "mktime")},
        **{f"{name}_ns": _unknown(f"time.{name}_ns", int) for name in clocks},
        **{name: _unknown(f"time.{name}", str) for name in ("strftime", "ctime", "asctime")},
        "sleep": _nothing,
        "localtime": _unknown("time.localtime"),
        "gmtime": _unknown("time.gmtime"),
    }


def _clocked(real: Any) -> dict[str, Any]:
    """`datetime` and `date`, which do not know what time it is."""

    def of_class(kind: Any, names: str) -> Any:
        unknown = {name: staticmethod(_unknown(f"datetime.{name}")) for name in names.split()}
        made = type(kind.__name__, (kind,), {**unknown, "__module__": "datetime"})
        return made

    return {"datetime": of_class(real.datetime, "now utcnow today"), "date": of_class(real.date, "today")}


def _random(run: Any) -> dict[str, Any]:
    from .chance import random_names

    return random_names(run)


def _omegaconf(run: Any) -> dict[str, Any]:
    from convcalc.standin.omegaconf import omegaconf_names

    return omegaconf_names(plain(run.open), lambda: run.find_module("yaml"))


def _unicodedata(run: Any) -> dict[str, Any]:
    import unicodedata

    names: dict[type, str] = {
        str: "bidirectional category decomposition east_asian_width lookup name normalize",
        int: "combining decimal digit mirrored", float: "numeric", bool: "is_normalized",
    }  # fmt: skip
    return {
        name: _of_texts(f"unicodedata.{name}", getattr(unicodedata, name), kind)
        for kind, those in names.items()
        for name in those.split()
    } | {"unidata_version": unicodedata.unidata_version}


def _types(run: Any) -> dict[str, Any]:
    names = "SimpleNamespace MethodType GeneratorType MappingProxyType NoneType BuiltinFunctionType BuiltinMethodType EllipsisType NotImplementedType GenericAlias UnionType"
    return {n: getattr(types, n) for n in names.split()} | {
        "FunctionType": FunctionType, "LambdaType": FunctionType, "ModuleType": ModuleType,
    }  # fmt: skip


class _KindOf(type):
    """A class that `isinstance` takes for a real one, and of whose own objects nothing is real."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, _real_kinds.get(id(cls), ())) or type.__instancecheck__(cls, value)


_real_kinds: dict[int, Any] = {}  # by the id of the class: nothing on it leads to the real one


_forward_references: list[Any] = []


def forward_reference() -> Any:
    """`typing.ForwardRef`, of which none is made: one holds a text that Python would evaluate."""
    import typing

    if _forward_references:
        return _forward_references[0]

    class ForwardRef(metaclass=_KindOf):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            raise Refused("typing.ForwardRef(...) is not allowed in a loaded file")

    _real_kinds[id(ForwardRef)] = typing.ForwardRef
    _forward_references.append(ForwardRef)
    return ForwardRef


class FunctionType(metaclass=_KindOf):
    """`types.FunctionType`, which makes copies of functions only."""

    def __new__(cls, code: Any, globals: Any, name: Any = None, argdefs: Any = None, closure: Any = None) -> Any:
        return copy_of(code, globals, name, argdefs, closure)


class ModuleType(metaclass=_KindOf):
    """`types.ModuleType`, of which packages derive lazy modules."""

    def __init__(self, name: Any, doc: Any = None) -> None:
        self.__name__ = name
        self.__doc__ = doc


_real_kinds[id(FunctionType)] = types.FunctionType
_real_kinds[id(ModuleType)] = types.ModuleType


def _inspect(run: Any) -> dict[str, Any]:
    import inspect

    from .library import guard_module

    guard_module("inspect")
    names = "isclass isfunction ismethod isbuiltin ismodule isabstract isroutine isgenerator isgeneratorfunction iscoroutine iscoroutinefunction isawaitable Parameter Signature BoundArguments signature getfullargspec FullArgSpec getdoc cleandoc unwrap _empty _ParameterKind"
    return {
        **{n: getattr(inspect, n) for n in names.split()},
        **dict.fromkeys(("getfile", "getsourcefile"), _source_file(run)),
        **{n: _unknown(f"inspect.{n}", str) for n in ("getsource", "getcomments")},
    }


def _source_file(run: Any) -> Callable[[Any], Any]:
    """`inspect.getsourcefile`: of functions, and of classes and modules that are run from source."""

    def find(value: Any) -> Any:
        function = value.__func__ if type(value) is types.MethodType else value
        if type(function) is types.FunctionType:
            return function.__code__.co_filename
        module = type.__dict__["__module__"].__get__(value) if issubclass(type(value), type) else None
        return run.loader.file_of(module) or Unknown("inspect.getsourcefile(...)", str)

    return find


def _threading(run: Any) -> dict[str, Any]:
    from . import threads

    return threads.NAMES


def _regex(run: Any) -> dict[str, Any]:
    """`regex`, by `re`: a pattern that `re` refuses, which the other one may read, is unknown."""
    import re

    def passing(name: str) -> Any:
        real = getattr(re, name)

        def call(pattern: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return real(pattern, *args, **kwargs)
            except (re.error, ValueError):
                return Unknown(f"regex.{name}(...)")

        return call

    functions = "compile search match fullmatch split findall finditer sub subn"
    return {**vars(_copy("re", run)), **{name: passing(name) for name in functions.split()}}


def _typing_extensions(run: Any) -> dict[str, Any]:
    import typing

    names = dict(vars(_copy("typing", run)))

    def type_variable(
        name: str, *constraints: Any, default: Any = None, infer_variance: Any = False, **options: Any
    ) -> Any:
        return typing.TypeVar(name, *constraints, **options)

    def transform(**options: Any) -> Any:
        return lambda cls: cls

    names.update(TypeVar=type_variable)
    names.setdefault("dataclass_transform", transform)
    names.setdefault("deprecated", lambda *args, **options: lambda value: value)
    names.setdefault("override", lambda value: value)
    return names


def _ast(run: Any) -> dict[str, Any]:
    def literal_eval(text: Any) -> Any:
        """`ast.literal_eval` of a text; a tree that a file has made up is refused."""
        from ast import literal_eval as real

        if isinstance(text, Unknown):
            return Unknown(f"ast.literal_eval({text.reason})")
        if type(text) is not str:
            raise ValueError(f"malformed node or string: {type(text).__name__}")
        return real(text)

    return {"literal_eval": literal_eval}


def _argparse(run: Any) -> dict[str, Any]:
    from convcalc import standin

    found = standin.find_module("argparse")
    return {} if found is None else {name: getattr(found, name) for name in found.__all__}


def _warnings(run: Any) -> dict[str, Any]:
    class catch_warnings:
        def __init__(self, **kwargs: Any) -> None:
            self.record: list[Any] = []

        def __enter__(self) -> list[Any]:
            return self.record

        def __exit__(self, *exc: Any) -> None:
            pass

    return {
        "warn": _nothing,
        "filterwarnings": _nothing,
        "simplefilter": _nothing,
        "warn_explicit": _nothing,
        "resetwarnings": _nothing,
        "catch_warnings": catch_warnings,
    }


def _reads(name: str) -> Callable[[Any], dict[str, Any]]:
    """The names of a module by which files are read (`readers`)."""

    def make(run: Any) -> dict[str, Any]:
        from . import readers

        names: dict[str, Any] = getattr(readers, f"{name}_names")(run)
        return names

    return make


def _import_system(name: str) -> Callable[[Any], dict[str, Any]]:
    """The names of a part of the import system (`import_system`)."""

    def make(run: Any) -> dict[str, Any]:
        from . import import_system

        names: dict[str, Any] = getattr(import_system, f"{name}_names")(run)
        return names

    return make


def _of(**names: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda run: names


MADE: dict[str, Callable[[Any], dict[str, Any]]] = {
    "configparser": _reads("configparser"), "tomllib": _reads("tomllib"), "tomli": _reads("tomllib"), "yaml._yaml": _reads("yaml_parser"),
    "codecs": _reads("codecs"), "pathlib": _reads("pathlib"), "io": _reads("io"), "omegaconf": _omegaconf, "os": _os, "glob": _glob, "sys": _sys, "time": _time, "random": _random, "types": _types, "inspect": _inspect, "warnings": _warnings, "ast": _ast,
    **{name: _import_system(name) for name in ("importlib", "pkgutil")},
    **{f"importlib.{part}": _import_system(part) for part in ("abc", "machinery", "metadata", "resources", "util")},
    "os.path": lambda run: dict(vars(_os(run)["path"])),
    "gc": _of(collect=lambda *a: 0, enable=_nothing, disable=_nothing, isenabled=lambda: True),
    "pprint": _of(pprint=_nothing, pformat=repr, pp=_nothing),
    "platform": _of(system=lambda: "Linux", machine=lambda: "x86_64", node=lambda: "", platform=lambda: "Linux", python_version=lambda: "3.11.0", release=lambda: "6.1.0", version=lambda: "", processor=lambda: "", python_implementation=lambda: "CPython", uname=lambda: types.SimpleNamespace(system="Linux", node="", release="6.1.0", version="", machine="x86_64", processor="")),
    "timeit": _of(default_timer=_unknown("timeit.default_timer", float), timeit=lambda *a, **k: Unknown("timeit.timeit(...)")),
    "getpass": _of(getuser=lambda: "user"),
    "typing_extensions": _typing_extensions, "threading": _threading, "regex": _regex,
    "locale": _of(setlocale=_nothing), "traceback": _of(print_exc=_nothing, format_exc=lambda *a: "", print_stack=_nothing, print_exception=_nothing, **{n: (lambda *args, **kwargs: [Unknown("a line of a traceback", str)]) for n in ("format_exception", "format_tb", "format_stack", "format_exception_only", "format_list")}),
    "signal": _of(signal=_nothing, SIGINT=2, SIGTERM=15), "atexit": _of(register=lambda f, *a, **k: f),
    "unicodedata": _unicodedata, "builtins": lambda run: {},
}  # fmt: skip
MADE = {name: maker for name, maker in MADE.items() if name != "builtins"}
if sys.version_info < (3, 11):
    del MADE["tomllib"], MADE["tomli"]


class _HasPath(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return hasattr(type(value), "__fspath__")


class PathLike(metaclass=_HasPath):
    """`os.PathLike`, for annotations and isinstance."""

    __class_getitem__: Any = classmethod(types.GenericAlias)


class Environment(dict):  # type: ignore[type-arg]
    """`os.environ`: empty, and writing to it reaches nobody."""

    def __missing__(self, key: str) -> Any:
        return Unknown(f"os.environ[{key!r}]")


class Modules(dict):  # type: ignore[type-arg]
    """`sys.modules`: the modules that the run has imported, among them the file itself."""

    def __init__(self, run: Any) -> None:
        _runs[id(self)] = run

    def __missing__(self, name: Any) -> Any:
        run = _runs[id(self)]
        module = run.main_module() if name == "__main__" else run.modules.get(name)
        if module is None:
            raise KeyError(name)
        return module

    def __contains__(self, name: Any) -> bool:
        return dict.__contains__(self, name) or name in _runs[id(self)].modules

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


_runs: dict[int, Any] = {}  # by the table's id: nothing on it leads to the run


class TextSink:
    """A stream that swallows what is written to it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def writelines(self, lines: Any) -> None:
        pass

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return 1

    def close(self) -> None:
        pass
