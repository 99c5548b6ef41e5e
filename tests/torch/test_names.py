"""What PyTorch has and a stand-in lacks is not known; it never raises at the user. By `dir` of PyTorch's modules, classes and objects."""

from __future__ import annotations

import importlib
import pkgutil
import types
import warnings
from typing import Any

import pytest
import torch
import torch.optim.lr_scheduler
import torch.utils.data

import convcalc
from convcalc import nn, standin
from convcalc.source import stdlib
from convcalc.source.program import Program
from convcalc.standin.facade import find_module

ROOTS = (
    "torch torch.nn torch.nn.functional torch.nn.init torch.nn.modules torch.nn.utils torch.nn.parallel torch.nn.attention torch.nn.parameter "
    "torch.utils torch.utils.data torch.optim torch.autograd torch.cuda torch.amp torch.jit torch.fx torch.distributions torch.linalg torch.fft "
    "torch.special torch.func torch.backends torch.onnx torch.hub torch.random torch.sparse torch.nested torch.profiler torch.library torch.types "
    "torch.version torch.compiler torch.serialization torch.overrides torch.functional torch.distributed"
).split()


@pytest.fixture(autouse=True)
def fresh() -> None:
    standin.reset()


def lacking(real: Any, ours: Any) -> list[str]:
    """The names that PyTorch's object answers and ours raises at."""
    found = []
    for name in dir(real):
        if name.startswith("__") or name in ("_is_protocol", "_abc_impl", "_pybind11_conduit_v1_") or "__" in name:
            continue
        try:
            getattr(real, name)
        except Exception:
            continue
        try:
            getattr(ours, name)
        except AttributeError:
            found.append(name)
    return found


@pytest.mark.parametrize("root", ROOTS)
def test_names_of_modules(root: str) -> None:
    modules = [importlib.import_module(root)]
    if root != "torch" and hasattr(modules[0], "__path__"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for found in pkgutil.iter_modules(modules[0].__path__, root + "."):
                try:
                    modules.append(importlib.import_module(found.name))
                except Exception:  # one that needs a package of its own
                    continue
    wrong = {}
    for module in modules:
        ours = find_module(module.__name__)
        assert ours is not None, module.__name__
        missing = lacking(module, ours)
        if missing:
            wrong[module.__name__] = missing
    assert wrong == {}


def test_torch_of_torch() -> None:
    ours: Any = find_module("torch")
    assert ours.torch is ours
    assert ours.nn.functional.torch is ours
    assert ours.nn.modules.conv.F is ours.nn.functional


LAYERS = [
    name
    for name in dir(torch.nn)
    if isinstance(getattr(torch.nn, name), type) and issubclass(getattr(torch.nn, name), torch.nn.Module)
]


@pytest.mark.parametrize("name", LAYERS)
def test_names_of_layers(name: str) -> None:
    assert lacking(getattr(torch.nn, name), getattr(find_module("torch.nn"), name)) == []


def of(path: str) -> tuple[Any, Any]:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name), getattr(find_module(module), name)


CLASSES = [f"torch.optim.{n}" for n in dir(torch.optim) if n[0].isupper() and n != "LBFGS"]
CLASSES += [f"torch.optim.lr_scheduler.{n}" for n in torch.optim.lr_scheduler.__all__]
CLASSES += [
    f"torch.utils.data.{n}"
    for n in torch.utils.data.__all__
    if n[0].isupper() and "DataPipe" not in n and n != "DFIterDataPipe"
]
CLASSES += [
    "torch.Tensor",
    "torch.nn.Parameter",
    "torch.FloatTensor",
    "torch.LongTensor",
    "torch.no_grad",
    "torch.enable_grad",
    "torch.amp.GradScaler",
]


@pytest.mark.parametrize("path", CLASSES)
def test_names_of_classes(path: str) -> None:
    real, ours = of(path)
    if isinstance(real, type):
        assert lacking(real, ours) == []


def objects() -> dict[str, tuple[Any, Any]]:
    t: Any = find_module("torch")
    made = {}
    for label, namespace, network in (("real", torch, torch.nn), ("ours", t, nn)):
        weights = [network.Parameter(namespace.zeros(2, 3))]
        optimizer = namespace.optim.Adam(weights, lr=0.1)
        made[label] = {
            "module": network.Module(), "linear": network.Linear(2, 3), "lstm": network.LSTM(2, 3), "tensor": namespace.zeros(2, 3),
            "parameter": weights[0], "size": namespace.Size([2]), "dtype": namespace.float32, "device": namespace.device("cpu"),
            "generator": namespace.Generator(), "finfo": namespace.finfo(namespace.float32), "optimizer": optimizer,
            "scheduler": namespace.optim.lr_scheduler.StepLR(optimizer, 3), "loader": namespace.utils.data.DataLoader([1, 2]),
            "scaler": namespace.amp.GradScaler("cpu"), "profile": namespace.profiler.profile(), "no_grad": namespace.no_grad(),
        }  # fmt: skip
    return {name: (made["real"][name], made["ours"][name]) for name in made["real"]}


@pytest.mark.parametrize("name", sorted(objects()))
def test_names_of_objects(name: str) -> None:
    real, ours = objects()[name]
    missing = [n for n in lacking(real, ours) if not n.startswith("_DataLoader__")]
    assert missing == []


STANDARD = sorted(
    {*stdlib.REAL, *stdlib.MADE} - {"builtins", "yaml._yaml", *stdlib.INSTALLED, "typing_extensions", "__future__"}
)


@pytest.mark.parametrize("name", STANDARD)
def test_names_of_the_standard_library(name: str) -> None:
    try:
        real = importlib.import_module(name)
    except ImportError:
        pytest.skip("this Python has no such module")
    program = Program("model.py", b"")
    program.run()
    ours = program.find_module(name)
    assert isinstance(ours, types.ModuleType)
    assert [name for name in lacking(real, ours) if name[0] != "_"] == []
    with pytest.raises(AttributeError):
        _ = ours.nothing_of_that_name


def test_a_name_that_pytorch_lacks_raises() -> None:
    with pytest.raises(AttributeError):
        _ = find_module("torch.nn.functional").softmaxx  # type: ignore[union-attr]
    with pytest.raises(AttributeError):
        _ = nn.Linear(2, 3).weights
    assert isinstance(convcalc.nn.Module()._load_from_state_dict, convcalc.tensor.Unknown)
