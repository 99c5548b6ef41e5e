"""Makes the stubs that type checkers and editors of users read: `python -m tools.generate` writes them into `stubs/`.

Layers and operations are found by name when they are first asked for, so that no checker sees them in the code. The stubs are made of what
is registered, with the signatures that the code has. The wheel carries them beside the modules (pyproject.toml); in the repository they lie
apart, because mypy would read a stub in the place of the module beside it.
"""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from typing import Any

from tools.families import layer_families, modules_of

HEAD = '"""{}. Made by `python -m tools.generate`; do not edit."""'
# Where a name of an annotation comes from; an annotation with any other name is `Any`.
NAMES = {
    "Any": "typing", "Self": "typing_extensions", "Callable": "collections.abc", "Iterable": "collections.abc", "Iterator": "collections.abc",
    "Sequence": "collections.abc", "Mapping": "collections.abc", "OrderedDict": "collections", "Tensor": "convcalc.tensor.tensor",
    "Parameter": "convcalc.tensor.tensor", "Device": "convcalc.tensor.tensor", "Size": "convcalc.tensor.size", "DType": "convcalc.tensor.dtypes",
    "Unknown": "convcalc.tensor.unknown", "Module": "convcalc.nn.module",
}  # fmt: skip
BUILTINS = frozenset(("None", "bool", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "slice", "str", "tuple", "type"))  # fmt: skip
# Arguments that are one number or one for each dimension; their annotation in the code is `Any`, for a size may be symbolic.
SIZES = dict.fromkeys(
    ("kernel_size", "stride", "dilation", "output_padding", "normalized_shape"), "int | Sequence[int]"
)
PADDING = "int | str | Sequence[int]"
SPECIAL = frozenset(
    "__init__ __call__ __getitem__ __setitem__ __delitem__ __len__ __iter__ __contains__ __add__ __iadd__ __mul__ __imul__ __rmul__ __enter__ "
    "__exit__ __bool__ __int__ __float__ __index__ __reversed__ __getattr__".split()
)


class Stub:
    """The text of one stub, with the imports that its annotations need."""

    def __init__(self, doc: str, module: str, heads: tuple[str, ...] = ()) -> None:
        self.module = module
        self.lines: list[str] = []
        self.heads = heads
        self.needed: set[tuple[str, str]] = set()
        self.own: set[str] = set()  # classes that the stub itself defines
        self.shadowed: set[str] = set()  # builtins of whose names methods are: `Tensor.int`
        self.doc = doc

    def text(self) -> str:
        imports: dict[str, list[str]] = {}
        for home, name in sorted(self.needed):
            if name not in self.own:
                imports.setdefault(home, []).append(name)
        lines = [f"from {home} import {', '.join(names)}" for home, names in sorted(imports.items())]
        return "\n".join([HEAD.format(self.doc), "", *lines, *self.heads, "", *self.lines, ""])

    def annotation(self, given: Any, name: str = "", default: Any = inspect.Parameter.empty) -> str:
        """Return an annotation as the stub writes it."""
        written = (
            given if isinstance(given, str) else getattr(given, "__name__", "Any") if isinstance(given, type) else "Any"
        )
        if given is inspect.Parameter.empty:
            written = "Any"
        if written == "Any" and name in SIZES:
            written = SIZES[name] + (" | None" if default is None else "")
        elif written == "Any" and name == "padding":
            written = PADDING
        tree = ast.parse(written, mode="eval")
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if (
            any(isinstance(node, ast.Attribute) for node in ast.walk(tree))
            or not used <= NAMES.keys() | BUILTINS | self.own
        ):
            written, used = "Any", {"Any"}
        self.needed |= {(NAMES[name], name) for name in used if name in NAMES}
        if used & self.shadowed:
            for node in ast.walk(tree):
                if isinstance(node, ast.Name) and node.id in self.shadowed:
                    node.id = f"builtins.{node.id}"
            return ast.unparse(tree)
        return written

    def signature(
        self, function: Any, own: str | None = None, returns: str | None = None, without: tuple[str, ...] = ()
    ) -> str:
        """Return the parameters and the result of a function; `own` is what its first parameter is called where it is a method."""
        found = inspect.signature(function)
        parts: list[str] = []
        star = False
        positional = False
        for number, parameter in enumerate(found.parameters.values()):
            if parameter.name in without:
                continue
            if positional and parameter.kind is not parameter.POSITIONAL_ONLY:
                parts.append("/")
            positional = parameter.kind is parameter.POSITIONAL_ONLY
            if number == 0 and own is not None:
                parts.append(own)
                continue
            if parameter.kind is parameter.KEYWORD_ONLY and not star:
                parts.append("*")
                star = True
            star = star or parameter.kind is parameter.VAR_POSITIONAL
            lead = (
                "*"
                if parameter.kind is parameter.VAR_POSITIONAL
                else "**"
                if parameter.kind is parameter.VAR_KEYWORD
                else ""
            )
            kind = self.annotation(parameter.annotation, parameter.name, parameter.default)
            default = "" if parameter.default is parameter.empty else f" = {shown(parameter.default)}"
            parts.append(f"{lead}{parameter.name}: {kind}{default}")
        if positional:
            parts.append("/")
        return f"({', '.join(parts)}) -> {returns or self.annotation(found.return_annotation)}"

    def function(self, name: str, function: Any) -> None:
        self.lines.append(f"def {name}{self.signature(function)}: ...")

    def of_class(self, name: str, cls: type, bases: str, stop: tuple[type, ...], more: tuple[str, ...] = ()) -> None:
        """Add a class with what it and its bases below `stop` define."""
        lines = [*more]
        for member, value in members(cls, stop).items():
            if not any(line.startswith(f"def {member}(") for line in more):
                lines += self.member(member, value)
        for member, written in annotated(cls, stop).items():
            lines.insert(0, f"{member}: {self.annotation(written)}")
        self.lines += [
            f"class {name}{f'({bases})' if bases else ''}:",
            *(f"    {line}" for line in lines or ["..."]),
            "",
        ]

    def member(self, name: str, value: Any) -> list[str]:
        """Return the lines of one attribute of a class."""
        if isinstance(value, property):
            result = self.annotation(inspect.signature(value.fget).return_annotation) if value.fget else "Any"
            lines = ["@property", f"def {name}(self) -> {result}: ..."]
            if value.fset is not None:
                lines += [f"@{name}.setter", f"def {name}(self, value: Any) -> None: ..."]
                self.annotation("Any")
            return lines
        if isinstance(value, staticmethod):
            return ["@staticmethod", f"def {name}{self.signature(value.__func__)}: ..."]
        if isinstance(value, classmethod):
            return ["@classmethod", f"def {name}{self.signature(value.__func__, 'cls')}: ..."]
        if name == "__init__":
            return [f"def __init__{self.signature(value, 'self', 'None')}: ..."]
        return [f"def {name}{self.signature(value, 'self')}: ..."]


def shown(default: Any) -> str:
    """Return a default as a stub may have it."""
    plain = isinstance(default, (bool, int, str, type(None))) or (
        isinstance(default, float) and abs(default) < float("inf")
    )
    return repr(default) if plain else "..."


def members(cls: type, stop: tuple[type, ...]) -> dict[str, Any]:
    """Return the public functions and properties of a class that no class of `stop` has as well, sorted by name."""
    found: dict[str, Any] = {}
    for base in cls.__mro__:
        if base is object or base in stop:
            continue
        if any(issubclass(other, base) for other in stop):
            continue
        for name, value in vars(base).items():
            shows = not name.startswith("_") or name in SPECIAL
            if (
                shows
                and name not in found
                and (inspect.isfunction(value) or isinstance(value, (property, staticmethod, classmethod)))
            ):
                found[name] = value
    return dict(sorted(found.items()))


def is_of(member: Any, part: str) -> bool:
    """Return whether a function or property was defined in a part of the package: a tensor keeps what it has found."""
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return str(function.__module__).startswith(part)


def annotated(cls: type, stop: tuple[type, ...]) -> dict[str, str]:
    """Return the public attributes that a class declares."""
    found: dict[str, str] = {}
    for base in cls.__mro__:
        if base is object or base in stop or any(issubclass(other, base) for other in stop):
            continue
        for name, written in inspect.get_annotations(base).items():
            if not name.startswith("_") and name not in found:
                found[name] = written
    return dict(sorted(found.items()))


def tensors() -> str:
    """Return the stub of `convcalc.tensor.tensor`: `Tensor` with every operation that it finds by name."""
    from convcalc.ops.registry import PROPERTIES, REGISTRY
    from convcalc.tensor import tensor as module

    modules_of("ops")
    stub = Stub("Tensors with their operations", module.__name__, ("import builtins",))
    stub.own = {"Tensor", "Parameter", "Device"}
    stub.shadowed = {"bool", "complex", "float", "int", "type"}
    stub.of_class("Device", module.Device, "", ())
    own = {name: value for name, value in members(module.Tensor, ()).items() if is_of(value, "convcalc.tensor.")}
    declared = annotated(module.Tensor, ())  # `values` of sparse tensors is a method, of ours the elements
    operations: list[str] = []
    for name, operation in sorted(REGISTRY.items()):
        owner, _, method = name.partition(".")
        if owner != "Tensor" or method in declared or (method in own and not method.startswith("__")):
            continue
        if method in PROPERTIES:
            operations += ["@property", f"def {method}(self) -> Tensor: ..."]
        elif method in ("__eq__", "__ne__"):
            operations.append(f"def {method}(self, other: Any) -> Tensor: ...  # type: ignore[override]")
        elif method.endswith("_") and not method.endswith("__"):
            operations.append(f"def {method}{stub.signature(operation.rule, 'self', 'Tensor', ('out',))}: ...")
        else:
            operations.append(f"def {method}{stub.signature(operation.rule, 'self')}: ...")
    written = {line.partition("(")[0].removeprefix("def ") for line in operations}
    shape = ["def __hash__(self) -> int: ..."]
    written |= {"__init__", "__getattr__"}  # what is no operation is no attribute
    for name, value in own.items():
        if name not in written:
            shape += stub.member(name, value)
    attributes = [f"{name}: {stub.annotation(given)}" for name, given in annotated(module.Tensor, ()).items()]
    made = stub.member("__init__", vars(module.Tensor)["__init__"])
    stub.lines += ["class Tensor:", *(f"    {line}" for line in (*attributes, *made, *shape, *operations)), ""]
    stub.needed.add(("typing", "Any"))
    for name in ("Parameter", "UninitializedTensor", "UninitializedParameter", "UninitializedBuffer"):
        cls = getattr(module, name)
        bases = ", ".join(base.__name__ for base in cls.__bases__ if base is not object)
        stub.of_class(name, cls, bases, cls.__bases__)
    for name in ("make", "wrap_dim"):
        stub.function(name, getattr(module, name))
    stub.lines.append("CPU: Device")
    return stub.text()


def sizes() -> str:
    return "\n".join(
        [
            HEAD.format("Shapes"), "", "class Size(tuple[int, ...]):", "    def numel(self) -> int: ...", "",
        ]
    )  # fmt: skip


def base_module() -> str:
    """Return the stub of `convcalc.nn.module`: the base of layers and models."""
    from convcalc.nn import module

    stub = Stub("The base of layers and models", module.__name__)
    stub.own = {"Module", "RemovableHandle"}
    stub.of_class("RemovableHandle", module.RemovableHandle, "", ())
    stub.lines += ["class Module:", "    forward: Callable[..., Any]", "    training: bool"]
    stub.needed |= {("collections.abc", "Callable"), ("typing", "Any")}
    for name, value in members(module.Module, ()).items():
        if name not in ("forward", "training"):
            stub.lines += [f"    {line}" for line in stub.member(name, value)]
    stub.lines.append("")
    return stub.text()


def layers() -> str:
    """Return the stub of `convcalc.nn`: every layer, with its constructor and its call."""
    from convcalc import nn

    families = {name: family for name, family in layer_families().items() if not name.startswith("_")}
    public = {name: getattr(import_module(f"convcalc.nn.{families[name]}"), name) for name in sorted(families)}
    heads = (
        "", "from convcalc.nn import functional as functional, init as init, utils as utils", "from convcalc.nn.module import Module as Module",
        "from convcalc.tensor.tensor import Parameter as Parameter, UninitializedBuffer as UninitializedBuffer, UninitializedParameter as UninitializedParameter",
    )  # fmt: skip
    stub = Stub("The layers", nn.__name__, heads)
    stub.own = {"Module", "Parameter", *public}
    done: set[type] = {nn.Module}
    kinds = [cls for cls in public.values() if issubclass(cls, nn.Module) and cls is not nn.Module]
    for cls in sorted(
        kinds, key=lambda cls: (len(cls.__mro__), cls.__name__)
    ):  # a base comes before what is made of it
        base = next(b for b in cls.__mro__[1:] if b in done)
        more = (*forward(stub, cls, base), *constructor(stub, cls))
        stub.of_class(cls.__name__, cls, base.__name__, tuple(b for b in cls.__mro__ if b in done), more)
        done.add(cls)
    for name in ("Buffer",):
        if name in public:
            stub.of_class(name, public[name], "Tensor", public[name].__bases__)
            stub.needed.add((NAMES["Tensor"], "Tensor"))
    return stub.text()


def constructor(stub: Stub, cls: Any) -> tuple[str, ...]:
    """Return the constructor of a recurrent layer: in the code it hands over whatever it is given, as PyTorch's does."""
    from convcalc.nn.recurrent import RNNBase

    if cls is RNNBase or not issubclass(cls, RNNBase):
        return ()
    written = stub.signature(RNNBase.__init__, "self", "None", ("mode",))
    if cls.__name__ == "RNN":
        written = written.replace("num_layers: int = 1", "num_layers: int = 1, nonlinearity: str = 'tanh'")
    return (f"def __init__{written}: ...",)


def forward(stub: Stub, cls: Any, base: Any) -> tuple[str, ...]:
    """Return the call of a layer, which takes what its `forward` takes."""
    if cls.forward is base.forward:
        return ()
    return (f"def __call__{stub.signature(cls.forward, 'self')}: ...",)


def functions() -> str:
    """Return the stub of `convcalc.nn.functional`: the operations that are registered as `F.…`."""
    from convcalc.ops.registry import REGISTRY

    modules_of("ops")
    stub = Stub("The functions of layers", "convcalc.nn.functional")
    for name, operation in sorted(REGISTRY.items()):
        if name.startswith("F."):
            stub.function(name[2:], operation.rule)
    return stub.text()


def utilities() -> str:
    """Return the stub of `convcalc.nn.utils`."""
    from convcalc.nn import utils

    lines = [HEAD.format("What stands beside the layers"), ""]
    lines += [f"from convcalc.nn.utils import {name} as {name}" for name in utils._SUBMODULES]
    lines += [f"from convcalc.nn.utils.{home} import {name} as {name}" for name, home in sorted(utils._HOME.items())]
    return "\n".join([*lines, ""])


def package() -> str:
    """Return the stub of `convcalc` itself."""
    import convcalc

    lines = [HEAD.format("The library"), "", "from convcalc import nn as nn"]
    lines += [f"from convcalc.{home} import {name} as {name}" for name, home in sorted(convcalc._HOMES.items())]
    lines += [f"from convcalc.formulas import {name} as {name}" for name in sorted(convcalc._FORMULAS)]
    return "\n".join([*lines, "", "__version__: str", ""])


STUBS = {
    "__init__": package,
    "nn/__init__": layers,
    "nn/functional": functions,
    "nn/module": base_module,
    "nn/utils/__init__": utilities,
    "tensor/size": sizes,
    "tensor/tensor": tensors,
}
