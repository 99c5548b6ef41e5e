"""Calls that do not fit a signature: layers, losses, optimizers and schedulers refuse them in PyTorch's words, operations by its class.

And the tables of what PyTorch takes or has and convcalc lacks are those of the installed PyTorch.
"""

from __future__ import annotations

import inspect
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

import convcalc
import convcalc.nn
import convcalc.nn.utils.parametrizations
import convcalc.nn.utils.parametrize
import convcalc.nn.utils.rnn
from convcalc.nn.names import FAMILY as LAYER_FAMILY
from convcalc.ops.forms import FORMS
from convcalc.ops.names import FAMILY as OPERATION_FAMILY
from convcalc.ops.registry import find
from convcalc.standin import lacking
from convcalc.standin.autograd import AUTOGRAD
from convcalc.standin.averaging import AVERAGING
from convcalc.standin.checkpoint import CHECKPOINT
from convcalc.standin.composed_sets import COMPOSED
from convcalc.standin.data import DATA
from convcalc.standin.optimizers import OPTIMIZERS
from convcalc.standin.random_samplers import RANDOM_SAMPLERS
from convcalc.standin.schedules import SCHEDULERS
from convcalc.standin.serialization import SAVING
from convcalc.tensor import Unknown
from convcalc.trace import Recorder
from tools import call_forms, lacking_names

LAYERS = sorted(
    name
    for name in LAYER_FAMILY
    if isinstance(getattr(torch.nn, name, None), type) and issubclass(getattr(torch.nn, name), torch.nn.Module)
)
KINDS = (TypeError, ValueError, IndexError, KeyError, AttributeError, NotImplementedError, AssertionError)
Refusal = tuple[str, str] | None


def refusal(call: Callable[[], object]) -> Refusal:
    """Class and text of what a call raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()
    except Exception as error:
        return next((k for k in KINDS if isinstance(error, k)), RuntimeError).__name__, str(error)
    return None


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((), {"bogus": 1}), ((), {}), ((2,), {}), ((2, 2), {"bogus": 1}), ((2, 2, 2), {"bogus": 1}), ((1,) * 30, {}), ((2, 2, 2), {"in_features": 1, "kernel_size": 1})],
    ids=["unknown keyword", "nothing", "one", "two and an unknown keyword", "three and an unknown keyword", "too many", "twice"],
)  # fmt: skip
def test_layer(name: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    theirs, ours = getattr(torch.nn, name), getattr(convcalc.nn, name)
    assert refusal(lambda: ours(*args, **kwargs)) == refusal(lambda: theirs(*args, **kwargs))


def test_every_constructor_has_pytorchs_name() -> None:
    differ = [
        name
        for name in LAYERS
        if getattr(convcalc.nn, name).__init__.__qualname__ != getattr(torch.nn, name).__init__.__qualname__
    ]
    assert differ == []


def models() -> tuple[Any, Any]:
    return torch.nn.Linear(2, 2), convcalc.nn.Linear(2, 2)


SETTINGS = [-1, "a", None, 0.5, True, 2, (0.9,), (1, 2)]
# Settings that PyTorch fails on by accident, in its own arithmetic: there is nothing in them that a rule would say.
ACCIDENTS = {
    ("SGD", "nesterov"),
    ("Rprop", "etas"),
    ("LBFGS", "max_iter"),
    ("Adafactor", "eps"),
    ("Muon", "adjust_lr_fn"),
}


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if n not in ("required", "Optimizer")])
def test_optimizer(name: str) -> None:
    theirs, ours = getattr(torch.optim, name), OPTIMIZERS[name]
    calls: dict[str, Callable[[Any, Any], object]] = {
        "unknown keyword": lambda kind, m: kind(m.parameters(), learning_rate=1),
        "nothing": lambda kind, m: kind(),
        "too many": lambda kind, m: kind(m.parameters(), *[0.5] * 20),
        "model": lambda kind, m: kind(m),
        "method": lambda kind, m: kind(m.parameters),
        "empty": lambda kind, m: kind([]),
        "a tensor": lambda kind, m: kind(m.weight),
        "a set": lambda kind, m: kind([{"params": set(m.parameters())}]),
        "no parameters": lambda kind, m: kind([{"lr": 1}]),
        "twice": lambda kind, m: kind([{"params": [m.weight]}, {"params": [m.weight]}]),
        "half named": lambda kind, m: kind([("a", m.weight), m.bias]),
    }
    for what, call in calls.items():
        real, mine = models()
        assert refusal(lambda: call(ours, mine)) == refusal(lambda: call(theirs, real)), what  # noqa: B023
    for setting in list(inspect.signature(theirs).parameters)[1:]:
        for value in SETTINGS if (name, setting) not in ACCIDENTS else ():
            real, mine = models()
            wanted = refusal(lambda: theirs([real.weight], **{setting: value}))  # noqa: B023
            assert refusal(lambda: ours([mine.weight], **{setting: value})) == wanted, (setting, value)  # noqa: B023


GIVEN = {
    "LambdaLR": (abs,), "MultiplicativeLR": (abs,), "StepLR": (3,), "MultiStepLR": ([1, 2],), "ExponentialLR": (0.9,), "SequentialLR": ([], []),
    "CosineAnnealingLR": (3,), "CyclicLR": (0.1, 0.2), "CosineAnnealingWarmRestarts": (3,), "OneCycleLR": (0.1, 10), "SWALR": (0.1,),
}  # fmt: skip
NAMES = [n for n in SCHEDULERS if n not in ("LRScheduler", "_LRScheduler", "ChainedScheduler")]


@pytest.mark.parametrize("name", [*NAMES, "SWALR"])
def test_scheduler(name: str) -> None:
    theirs = getattr(torch.optim.swa_utils if name == "SWALR" else torch.optim.lr_scheduler, name)
    ours = AVERAGING[name] if name == "SWALR" else SCHEDULERS[name]
    given = GIVEN.get(name, ())
    calls: dict[str, Callable[[Any, Any, Any], object]] = {
        "a keyword of old": lambda kind, o, m: kind(o, *given, verbose=True),
        "nothing": lambda kind, o, m: kind(),
        "only the optimizer": lambda kind, o, m: kind(o),
        "too many": lambda kind, o, m: kind(o, *[1] * 30),
        "a step without anything": lambda kind, o, m: kind(o, *given).step(),
    }
    if name not in ("SWALR", "SequentialLR"):
        calls["model"] = lambda kind, o, m: kind(m, *given)
    for what, call in calls.items():
        real, mine = models()
        optimizers = torch.optim.SGD(real.parameters(), 0.1, 0.9), OPTIMIZERS["SGD"](mine.parameters(), 0.1, 0.9)
        wanted = refusal(lambda: call(theirs, optimizers[0], real))  # noqa: B023
        assert refusal(lambda: call(ours, optimizers[1], mine)) == wanted, what  # noqa: B023


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("OneCycleLR", {"max_lr": 0.1}), ("OneCycleLR", {"max_lr": 0.1, "epochs": 10}), ("OneCycleLR", {"max_lr": 0.1, "total_steps": 0}),
        ("OneCycleLR", {"max_lr": [0.1, 0.2], "total_steps": 3}), ("OneCycleLR", {"max_lr": 0.1, "total_steps": 3, "pct_start": 1}),
        ("OneCycleLR", {"max_lr": 0.1, "epochs": 2.0, "steps_per_epoch": 3}), ("OneCycleLR", {"max_lr": 0.1, "total_steps": 3, "anneal_strategy": "exp"}),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.2, "mode": "round"}), ("CyclicLR", {"base_lr": [0.1, 0.1], "max_lr": 0.2}),
        ("ReduceLROnPlateau", {"mode": "less"}), ("ReduceLROnPlateau", {"factor": 1.0}), ("ReduceLROnPlateau", {"min_lr": [0, 0]}),
        ("ConstantLR", {"factor": 2}), ("LinearLR", {"start_factor": 0}), ("LinearLR", {"end_factor": 2}), ("MultiStepLR", {"milestones": 3}),
        ("CosineAnnealingWarmRestarts", {"T_0": 0}), ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 0.5}), ("LambdaLR", {"lr_lambda": [abs, abs]}),
        ("MultiplicativeLR", {"lr_lambda": 0.9}), ("StepLR", {"step_size": 3, "last_epoch": 4}),
    ],
)  # fmt: skip
def test_settings_of_a_scheduler(name: str, settings: dict[str, Any]) -> None:
    real, mine = models()
    optimizers = torch.optim.SGD(real.parameters(), 0.1, 0.9), OPTIMIZERS["SGD"](mine.parameters(), 0.1, 0.9)
    wanted = refusal(lambda: getattr(torch.optim.lr_scheduler, name)(optimizers[0], **settings))
    found = refusal(lambda: SCHEDULERS[name](optimizers[1], **settings))
    assert wanted is not None
    assert found is not None
    assert (found[0], found[1][:70]) == (wanted[0], wanted[1][:70])


def of_torch(name: str) -> Any:
    prefix, _, last = name.rpartition(".")
    owners = {"torch": torch, "F": torch.nn.functional, "Tensor": torch.Tensor, "linalg": torch.linalg, "fft": torch.fft, "special": torch.special, "signal.windows": torch.signal.windows}  # fmt: skip
    return getattr(owners.get(prefix), last, None)


# What says nothing of a call without arguments, or says it after looking at what is there.
LATE = {"linalg.multi_dot", "torch.arange", "torch.broadcast_tensors", "torch.einsum", "torch.gru", "torch.lstm", "torch.rnn_relu", "torch.rnn_tanh"}  # fmt: skip
WINDOWS = {"torch.bartlett_window", "torch.blackman_window", "torch.hamming_window", "torch.hann_window", "torch.kaiser_window"}  # fmt: skip
CALLED = [n for n in OPERATION_FAMILY if callable(of_torch(n)) and callable(find(n)) and not n.startswith("Tensor.__")]


@pytest.mark.parametrize("what", ["unknown keyword", "nothing"])
def test_operations(what: str) -> None:
    """An unknown keyword beside a tensor, and no argument at all, are errors of PyTorch's class, or not known."""
    given, keywords = (1, {"bogus": 1}) if what == "unknown keyword" else (0, {})
    wrong = []
    for name in CALLED:
        if name in LATE | WINDOWS:
            continue
        theirs, ours = of_torch(name), find(name)
        assert ours is not None
        wanted = refusal(lambda: theirs(*[torch.ones(2, 3)] * given, **keywords))  # noqa: B023
        with Recorder():
            answers: list[object] = []
            found = refusal(lambda: answers.append(ours(*[convcalc.Tensor(2, 3)] * given, **keywords)))  # noqa: B023
        if isinstance(next(iter(answers), None), Unknown):
            continue
        if (found and found[0]) != (wanted and wanted[0]):
            wrong.append((name, wanted, found))
    assert wrong == []
    assert len(CALLED) > 1000


def test_a_refused_binding_names_what_is_wrong() -> None:
    x = convcalc.Tensor(2, 3)
    with Recorder():
        for call, text in (
            (lambda: convcalc.nn.functional.relu(x, inplaced=True), "relu() got an unexpected keyword argument 'inplaced'"),
            (lambda: x.view(3, 2).transpose(0), "transpose() missing 1 required positional argument: 'dim1'"),
            (lambda: x.relu(1), "relu() takes 0 positional arguments but 1 was given"),
            (lambda: convcalc.nn.functional.linear(x, input=x), "linear() got multiple values for argument 'input'"),
        ):  # fmt: skip
            with pytest.raises(convcalc.ShapeError) as refused:
                call()
            assert (str(refused.value), isinstance(refused.value, TypeError)) == (text, True)


def test_forms_that_no_rule_takes_are_written_down() -> None:
    assert call_forms.lacking(torch) == FORMS


def test_attributes_that_stand_ins_lack_are_written_down() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = lacking_names.lacking(torch)
    assert {n: words for n, words in found.items() if words} == lacking.LACKING
    assert {n for n, words in found.items() if not words} == lacking.COMPLETE


# What PyTorch's signatures have for its own use: metaclasses, wrappers that take anything and look into it.
OWN_USE = {"nn.Buffer", "nn.Parameter", "nn.UninitializedBuffer", "nn.UninitializedParameter", "Tensor", "autograd.enable_grad"}  # fmt: skip


def stand_ins() -> Iterator[tuple[str, Any, Any]]:
    """Functions and classes of which convcalc takes it for certain that they take what PyTorch's take."""
    for name in [*LAYER_FAMILY, "Module"]:
        if isinstance(getattr(torch.nn, name, None), type):
            yield f"nn.{name}", getattr(torch.nn, name), getattr(convcalc.nn, name)
    yield "Tensor", torch.Tensor, convcalc.Tensor
    for prefix, table, owner in (
        ("optim", OPTIMIZERS, torch.optim), ("schedules", SCHEDULERS, torch.optim.lr_scheduler), ("averaging", AVERAGING, torch.optim.swa_utils),
        ("autograd", AUTOGRAD, torch.autograd), ("serialization", SAVING, torch), ("checkpoint", CHECKPOINT, torch.utils.checkpoint),
        ("data", {**DATA, **COMPOSED, **RANDOM_SAMPLERS}, torch.utils.data), ("utils", vars(convcalc.nn.utils.rnn), torch.nn.utils.rnn),
        ("utils", vars(convcalc.nn.utils.parametrizations), torch.nn.utils.parametrizations),
        ("utils", vars(convcalc.nn.utils.parametrize), torch.nn.utils.parametrize),
    ):  # fmt: skip
        for name, ours in table.items():
            if callable(ours) and name[:1] != "_" and hasattr(owner, name):
                yield f"{prefix}.{name}", getattr(owner, name), ours
    for name in CALLED:
        theirs = inspect.unwrap(of_torch(name))
        if isinstance(theirs, types.FunctionType) and name != "torch.einsum":
            yield name, theirs, getattr(find(name), "__wrapped__", None)


def plain_methods(theirs: type, ours: type) -> Iterator[tuple[str, Any, Any]]:
    yield "__init__", theirs.__init__, ours.__init__  # type: ignore[misc]
    for name in dir(ours):
        if not name.startswith("_") or name == "__call__":
            pair = [inspect.getattr_static(kind, name, None) for kind in (theirs, ours)]
            plain: list[Any] = [m.__func__ if isinstance(m, (staticmethod, classmethod)) else m for m in pair]
            if all(isinstance(m, types.FunctionType) for m in plain):
                yield name, plain[0], plain[1]


def not_taken(theirs: Any, ours: Any) -> list[str]:
    """What may be passed to PyTorch's function and not to ours."""
    try:
        wanted, taken = (list(inspect.signature(f).parameters.values()) for f in (theirs, ours))
    except (TypeError, ValueError):
        return []
    if [p.name for p in wanted[-2:]] == ["args", "kwargs"]:
        return []
    by_name = {p.name for p in taken if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    kinds = {p.kind for p in taken}
    lacking = [
        p.name
        for p in wanted
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.name not in (*by_name, "self", "orig_func")  # which nobody passes by name
        and p.VAR_KEYWORD not in kinds
    ]
    places = [[p for p in ps if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)] for ps in (wanted, taken)]
    if len(places[1]) < len(places[0]) and inspect.Parameter.VAR_POSITIONAL not in kinds:
        lacking.append("arguments by position")
    if sum(p.default is p.empty for p in places[1]) > sum(p.default is p.empty for p in places[0]):
        lacking.append("none")
    return lacking


def test_stand_ins_take_what_pytorch_takes() -> None:
    """A call that does not fit one of these is told as an error: PyTorch must refuse it too."""
    lacking, count = {}, 0
    for name, theirs, ours in stand_ins():
        pairs = [("", theirs, ours)]
        if isinstance(theirs, type) and isinstance(ours, type):
            pairs = [p for p in plain_methods(theirs, ours) if p[0] != "__init__" or name not in OWN_USE]
        for method, real, mine in pairs:
            count += 1
            found = not_taken(real, mine)
            if found:
                lacking[f"{name}.{method}"] = found
    assert lacking == {}
    assert count > 5000
