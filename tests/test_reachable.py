"""What a loaded file can reach by reading attributes, tables and items, as far as it goes: nothing there leads out of the walls.

The attempts of escapes.py know what they look for; this walks.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import operator
import sys
import types
import typing
import warnings
from collections import Counter, deque
from typing import Any

import pytest

from convcalc.source import builtin, finding, guard, lazy_modules, loading, work
from convcalc.source.guard import is_refused_attribute
from convcalc.source.program import Program
from convcalc.trace import Recorder

SOURCE = """
import torch, sys, os, importlib, importlib.util, importlib.metadata, inspect, types, collections, collections.abc, abc, array, base64, bisect
import calendar, cmath, colorsys, copy, dataclasses, datetime, decimal, difflib, enum, fractions, functools, hashlib, heapq, itertools, json
import keyword, math, numbers, operator, random, re, statistics, string, struct, textwrap, typing, uuid, weakref, zlib, contextlib, queue, time
import pathlib, io, logging, warnings, gc, pprint, platform, timeit, getpass, typing_extensions, locale, traceback, signal, atexit, argparse
import os.path, numpy, torchvision, tqdm, pkgutil, configparser, codecs, tomllib, omegaconf
import torch.nn.functional as F, torch.utils.data, torch.optim, torch.autograd, torch.jit, torch.distributed, torch.fx, torch.hub
import torch.cuda, torch.nn.init, torch.nn.utils, torch.utils.checkpoint, torch.distributions.constraints, torch.distributions.transforms
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
    def forward(self, x):
        return F.relu(self.conv(x))
net = Net()
image = torch.zeros(1, 3, 8, 8)
answer = net(image)
optimizer = torch.optim.SGD(net.parameters(), lr=1)
loader = torch.utils.data.DataLoader([1, 2, 3])
parser = argparse.ArgumentParser()
unknown = torch.rand(1).item()
class E(enum.Enum):
    A = 1
def generate():
    yield
generator = generate()
async def wait():
    pass
distributions = torch.distributions
normal = distributions.Normal(torch.zeros(3), 1.0)
squashed = distributions.TransformedDistribution(normal, [distributions.TanhTransform(cache_size=1)])
mixture = distributions.MixtureSameFamily(distributions.Categorical(logits=torch.zeros(3)), normal)
score = squashed.log_prob(squashed.rsample())
modules = sys.modules
from nowhere import Base, Mixin, jit, register
class Based(Base):
    def __init__(self):
        super().__init__(3)
        self.above = super()
        self.bound = super().forward
class Mixed(Mixin, nn.Module):
    def forward(self, x):
        return x
@dataclasses.dataclass
class Config(Base):
    width: int = 3
@register
class Registered:
    width = 3
@jit
def compiled(x):
    return x
based, mixed, configured, registered = Based(), Mixed(), Config(4, width=5, depth=6), Registered(3)
kinds = [type(Based), type(Mixed)]
hints = typing.get_type_hints(Config)
modules = sys.modules
try:
    net(torch.zeros(1, 5, 8, 8))
except Exception as error:
    caught = error
"""
INSIDE = (
    types.CodeType, types.FrameType, types.TracebackType, types.CellType, Program, Recorder, guard.Lock, finding.Finder,
    loading.Loader, lazy_modules.State, work.Work,
)  # fmt: skip
NAMED = (
    operator.attrgetter, operator.methodcaller, functools.wraps, functools.update_wrapper, typing.get_type_hints, typing.ForwardRef,
    importlib.import_module, inspect.getattr_static, types.CodeType, getattr, setattr, delattr, hasattr, eval, exec, open, compile,
    __import__, vars, dir, globals, locals, input, builtins.breakpoint, object.__getattribute__, type.__subclasses__,
)  # fmt: skip
PLAIN = (str, bytes, int, float, complex, type(None), bool)
OF_C = (types.BuiltinMethodType, types.MethodWrapperType, types.WrapperDescriptorType, types.MethodDescriptorType)
SAME = 30  # readings of one kind that make something new, and of a path
LONGEST = 6
MOST = 3_000_000  # things looked at: there is an end, and it is not reached


def reached(start: dict[str, Any]) -> dict[str, str]:
    """What leads out among what can be reached, and how."""
    warnings.simplefilter("ignore")  # of Python's own old names, which are read here as well; pytest puts it back
    real = {id(module): name for name, module in list(sys.modules.items())}
    named = {id(value): getattr(value, "__name__", str(value)) for value in NAMED}
    waiting = deque(start.items())
    seen: dict[int, Any] = {}
    found: dict[str, str] = {}
    followed: Counter[Any] = Counter()
    while waiting:
        path, value = waiting.popleft()
        assert len(seen) < MOST
        if id(value) in seen or isinstance(value, PLAIN):
            continue
        seen[id(value)] = value
        if isinstance(value, INSIDE):
            found.setdefault(type(value).__name__, path)
            continue
        if id(value) in real:
            found.setdefault(f"module {real[id(value)]}", path)
            continue
        if id(value) in named:
            found.setdefault(named[id(value)], path)
        if isinstance(value, types.MethodType) and isinstance(value.__self__, INSIDE):
            found.setdefault(f"method of {type(value.__self__).__name__}", path)
        if isinstance(value, dict) and dict.__contains__(value, "__builtins__"):
            found.setdefault("names of a module", path)
        if not isinstance(value, OF_C):
            for step, item, is_fresh in _steps(value):
                if is_fresh:  # made by the reading, for ever new: as many are followed of each kind
                    followed[type(value), type(item), step] += 1
                    if followed[type(value), type(item), step] > SAME or fresh_in(path) > LONGEST:
                        continue
                waiting.append((f"{path}{'~' if is_fresh else ''}{step}", item))
    return found


def fresh_in(path: str) -> int:
    return path.count("~")


def _steps(value: Any) -> list[tuple[str, Any, bool]]:
    """What one reading leads to, and whether it makes something new each time."""
    steps: list[tuple[str, Any, bool]] = []
    for name in builtin._dir(value):
        if not is_refused_attribute(name) and name not in ("__dict__", "__doc__"):
            try:
                first = builtin.guarded_getattr(value, name)
                steps.append((f".{name}", first, first is not builtin.guarded_getattr(value, name)))
            except Exception:  # what cannot be read leads nowhere
                continue
    if isinstance(value, dict):
        steps += [(f"[{key!r:.30}]", item, False) for key, item in list(dict.items(value))]
    elif isinstance(value, (list, tuple, set, frozenset)):
        steps += [(f"[{i}]", item, False) for i, item in enumerate(list(value))]
    try:
        steps += [(f".__dict__[{key!r:.30}]", item, False) for key, item in builtin.guarded_vars(value).items()]
    except TypeError:
        pass
    if issubclass(type(value), type):  # what `super` finds: the tables of the bases, whatever hides it
        for base in type.mro(value)[1:]:
            table = type.__dict__["__dict__"].__get__(base)
            own = {name: item for name, item in table.items() if type(name) is str and not is_refused_attribute(name)}
            steps += [
                (f".super[{base.__name__}].{name}", item, False)
                for name, item in own.items()
                if name not in ("__dict__", "__doc__")
            ]
    return steps


@pytest.fixture(scope="module")
def program() -> Program:
    program = Program("model.py", SOURCE.encode())
    program.run()
    assert program.error is None
    return program


def test_nothing_that_a_file_reads_leads_out(program: Program) -> None:
    names = {name: value for name, value in program.public_names().items() if name[:2] != "__"}
    assert reached(names) == {}


@pytest.mark.parametrize("name", ["globals", "getattr", "vars", "open", "print", "max", "locals", "dir", "exit"])
def test_nor_what_its_builtins_are(program: Program, name: str) -> None:
    assert reached({name: program.builtins()[name]}) == {}


def test_a_way_out_would_be_found(program: Program) -> None:
    """Each kind of find is found where it is put."""
    frame = sys._getframe()
    puts = {"FrameType": frame, "sys": [sys], "code": {"a": {"b": frame.f_code}}, "Program": types.SimpleNamespace(x=program.import_by_name), "getattr": (getattr,), "names": frame.f_globals}  # fmt: skip
    for name, put in puts.items():
        assert reached({name: put}), name
