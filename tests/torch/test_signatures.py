"""Every layer and every function of `nn.functional` and `nn.init` has PyTorch's signature: names, order, kinds, defaults.

Of operations in C the defaults are compared with those of PyTorch's schemas and stubs.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch

import convcalc.nn
import convcalc.nn.functional
import convcalc.nn.init
from convcalc.nn.names import FAMILY
from convcalc.ops.names import FAMILY as OPERATIONS
from convcalc.ops.registry import REGISTRY

LAYERS = sorted(
    name
    for name in FAMILY
    if isinstance(getattr(torch.nn, name, None), type) and issubclass(getattr(torch.nn, name), torch.nn.Module)
)
FUNCTIONS = sorted(name[2:] for name in OPERATIONS if name.startswith("F."))
INITS = sorted(
    name for name in dir(torch.nn.init) if name.rstrip("_") in torch.nn.init.__all__ or name in torch.nn.init.__all__
)


def parameters(function: Any) -> list[tuple[str, Any, Any]] | None:
    """Name, kind and default of each parameter; None for a function in C, of which nothing can be asked."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return None
    return [(p.name, p.kind, default(p.default)) for p in signature.parameters.values()]


def default(value: Any) -> Any:
    """A function as a default (`activation=F.relu`) is compared by its name."""
    return value.__name__ if callable(value) and not isinstance(value, type) else value


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    assert parameters(getattr(convcalc.nn, name).__init__) == parameters(getattr(torch.nn, name).__init__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    theirs = getattr(torch.nn.functional, name)
    wanted = parameters(inspect.unwrap(theirs))
    if wanted is None or [p[0] for p in wanted] == ["args", "kwargs"]:
        pytest.skip("written in C, or a dispatch by an argument's value")
    assert parameters(getattr(convcalc.nn.functional, name)) == wanted


@pytest.mark.parametrize("name", INITS)
def test_init(name: str) -> None:
    assert parameters(getattr(convcalc.nn.init, name)) == parameters(getattr(torch.nn.init, name))


@pytest.mark.parametrize("name", LAYERS)
def test_forward(name: str) -> None:
    """A layer's inputs are named as PyTorch names them: people pass them by keyword."""
    theirs = [p[0] for p in parameters(getattr(torch.nn, name).forward) or ()]
    assert [p[0] for p in parameters(getattr(convcalc.nn, name).forward) or ()] == theirs


IN_C = {"torch": "", "Tensor": "", "linalg": "linalg_", "fft": "fft_", "special": "special_"}
# Where the schema is another function's than the one that people call, or says a default in another form.
OTHER_DEFAULTS = {
    ("torch.cdist", "compute_mode"): "its text, where the schema has a number or none",
    ("torch.norm", "p"): "written in Python, with 'fro' for the 2 of the schema",
    ("Tensor.norm", "p"): "written in Python, with 'fro' for the 2 of the schema",
}


@cache
def stub_defaults() -> dict[tuple[str, str], list[Any]]:
    """The defaults in the stubs of functions and methods in C, by the function's name and the argument's."""
    folder = Path(torch.__file__).parent / "_C"
    bodies = [("torch", ast.parse((folder / "_VariableFunctions.pyi").read_text(encoding="utf8")).body)]
    methods = ast.parse((folder / "__init__.pyi").read_text(encoding="utf8")).body
    bodies += [
        ("Tensor", node.body) for node in methods if isinstance(node, ast.ClassDef) and node.name == "TensorBase"
    ]
    found: dict[tuple[str, str], list[Any]] = {}
    for prefix, body in bodies:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                places = [*node.args.posonlyargs, *node.args.args]
                pairs = list(zip(places[len(places) - len(node.args.defaults) :], node.args.defaults))
                pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults) if d is not None]
                for argument, value in pairs:
                    if isinstance(value, ast.Constant):
                        found.setdefault((f"{prefix}.{node.name}", argument.arg), []).append(value.value)
    return found


def declared_defaults(name: str, argument: str) -> list[Any]:
    """What PyTorch has for an argument of an operation where it is left out: one value of each overload that has one."""
    prefix, _, own = name.rpartition(".")
    schemas = torch._C._jit_get_schemas_for_operator(f"aten::{IN_C[prefix]}{own}")
    told = [a.default_value for s in schemas for a in s.arguments if a.name == argument and a.has_default_value()]
    return told + stub_defaults().get((name, argument), [])


def plain_default(value: Any) -> Any:
    """One number stands for the same in each dimension, and none for what the function works out itself."""
    if isinstance(value, (list, tuple)):
        return value[0] if value and len(set(value)) == 1 else tuple(value) or None
    return value


def test_defaults_of_operations_in_c_are_those_of_their_declarations() -> None:
    compared, wrong = 0, []
    for name, family in sorted(OPERATIONS.items()):
        if name.rpartition(".")[0] not in IN_C:
            continue
        import_module(f"convcalc.ops.{family}")
        for parameter in inspect.signature(REGISTRY[name].rule).parameters.values():
            if parameter.default in (inspect.Parameter.empty, None) or (name, parameter.name) in OTHER_DEFAULTS:
                continue  # None leaves it to the rule, which the samples of the operation hold to PyTorch
            theirs = [plain_default(value) for value in declared_defaults(name, parameter.name)]
            if theirs:
                compared += 1
                same = [v for v in theirs if v == plain_default(parameter.default)]
                unset = parameter.default is False and None in theirs
                if not same and not unset:
                    wrong.append((name, parameter.name, parameter.default, theirs))
    assert wrong == []
    assert compared > 450
