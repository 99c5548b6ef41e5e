"""Running a user's file with real PyTorch: the definitions and the models are real, the data is not.

Data sets are those of the stand-in, whose shapes become real tensors; a loader gives one batch; nothing is trained, saved
or loaded. Every call of a real module is recorded in the same form as the prediction.
"""

from __future__ import annotations

import os
import sys
import types
from importlib import import_module

import torch

from convcalc import standin
from convcalc.source.builtin import UnknownItems, item_of
from convcalc.source.control import Control
from convcalc.source.program import Program, Stop
from convcalc.source.target import UsageError
from convcalc.standin import summaries
from convcalc.tensor import Tensor, Unknown, UnknownValue
from convcalc.trace import Call, Recorder, TensorMeta

from .reference import separate_layers, tensors, watch_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class RealRecorder(Recorder):
    """Records calls of real modules."""

    def enter(self, module: Any, type_: str, args: Any, kwargs: Any, training: bool) -> Call:
        call = Call("module", type_, module, self.stack[-1] if self.stack else None, self.place(sys._getframe(3)))
        call.arguments = (args, kwargs)
        call.training = training
        call.inputs = real_metas((args, kwargs))
        self.calls.append(call)
        self.stack.append(call)
        return call

    def leave(self, call: Call, result: Any) -> None:
        self.stack.pop()
        call.outputs = real_metas(result)

    def watch(self) -> None:
        """From now on every call and every construction of a module is recorded."""
        separate_layers()
        record = self

        def enter(module: Any, args: Any, kwargs: Any) -> Call:
            return record.enter(module, type(module).__name__, args, kwargs, module.training)

        def make_module(cls: type, *args: Any, **kwargs: Any) -> Any:
            module: Any = object.__new__(cls)
            record.building(module, args, kwargs)
            return module

        watch_calls(enter, self.leave, self.fail)
        torch.nn.Module.__new__ = make_module


def real_metas(value: Any) -> list[TensorMeta]:
    """The tensors of a value in reading order, as `convcalc.trace` has it."""
    return [
        TensorMeta(tuple(int(size) for size in t.shape), str(t.dtype).removeprefix("torch.")) for t in tensors(value)
    ]


def to_real(value: Any, device: str = "cpu") -> Any:
    """A stand-in's value as a real one: zeros of the same shape and type; an unknown number is 0."""
    if isinstance(value, Tensor):
        return torch.zeros(tuple(value.shape), dtype=getattr(torch, value.dtype.name), device=device)
    if isinstance(value, Unknown):
        return 0
    if hasattr(value, "__tensor__"):
        return to_real(value.__tensor__(), device)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(to_real(v, device) for v in value))
    if isinstance(value, (tuple, list)):
        return type(value)(to_real(v, device) for v in value)
    if isinstance(value, dict):
        return {k: to_real(v, device) for k, v in value.items()}
    return value


RealLoader: Any = torch.utils.data.DataLoader


class FirstBatch:
    """`DataLoader` as a loop sees it here: one batch, of PyTorch's own items, in which zeros stand for what is not real.

    Of a data set of which nobody knows how long it is, the first item stands for all.
    """

    def __init__(self, dataset: Any, batch_size: Any = 1, shuffle: Any = None, sampler: Any = None, batch_sampler: Any = None, num_workers: Any = 0, collate_fn: Any = None, pin_memory: Any = False, drop_last: Any = False, *args: Any, **kwargs: Any) -> None:  # fmt: skip
        self.dataset = dataset
        try:
            self.loader = RealLoader(dataset, batch_size, shuffle, sampler, batch_sampler, 0, collate_fn, False, drop_last)  # fmt: skip
        except (UnknownValue, TypeError):
            self.loader = RealLoader([None], batch_size if isinstance(batch_size, int) else 1, collate_fn=collate_fn)
        collate, grouped = self.loader.collate_fn, self.loader.batch_sampler is not None
        self.loader.collate_fn = lambda items: collate([to_real(item) for item in items] if grouped else to_real(items))

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __getattr__(self, name: str) -> Any:
        if name == "loader":
            raise AttributeError(name)
        return getattr(self.loader, name)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> FirstOf:
        if self.loader.dataset is self.dataset:
            try:
                batches = iter(self.loader)
                return FirstOf(next(batches, None), batches)
            except UnknownValue:
                pass
        item = self.dataset[0] if hasattr(self.dataset, "__getitem__") else next(iter(self.dataset))
        return FirstOf(self.loader.collate_fn([item] * (self.loader.batch_size or 1)), iter(()))


class FirstOf:
    """The batches of a loader: one for a `for` loop, all for who asks with `next`."""

    def __init__(self, first: Any, others: Iterator[Any]) -> None:
        self.first = [] if first is None else [first]
        self.others = others

    def __iter__(self) -> FirstOf:
        return self

    def __next__(self) -> Any:
        if self.first:
            return self.first.pop()
        if _in_a_loop(sys._getframe(1)):
            raise StopIteration
        return next(self.others)


def _in_a_loop(frame: Any) -> bool:
    """Whether a frame stands at the head of a `for` loop or comprehension (and not in a call such as `next`)."""
    from convcalc.tensor.instructions import iterates

    return iterates(frame)


class RealControl(Control):
    """Loops of a run with real tensors: a few turns of each, until they call no model on anything new; of conditions the side that holds."""

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._seen: set[Any] = set()

    def _for(self, iterable: Any, *names: tuple[str, ...]) -> Any:
        if self.record.stack:
            return iterable
        if type(iterable) in (Unknown, UnknownItems):
            return iter([item_of(iterable)])
        return self._few(iterable)

    def _few(self, iterable: Any) -> Iterator[Any]:
        turns = FewTurns(self)
        for item in iterable:
            yield item
            if not turns.go_on():
                return

    def _while(self, number: int, *names: tuple[str, ...]) -> Any:
        return FewTurns(self)

    @staticmethod
    def _head(loop: Any) -> bool:
        return bool(loop.go_on())

    @staticmethod
    def _until(loop: Any, condition: Any) -> Any:
        return condition

    def _left(self, loop: Any) -> None: ...

    def _refused_turn(self, loop: Any) -> bool:
        return False

    def _test(self, condition: Any, number: int) -> Any:
        return condition

    def forget_changed(self, number: int, frame: Any, reason: str) -> None:
        """A statement that was skipped leaves real modules as they are."""


class FewTurns:
    """Which turns of a loop are run."""

    def __init__(self, control: RealControl) -> None:
        self.control = control
        self.calls = len(control.record.calls)
        self.idle = -1

    def go_on(self) -> bool:
        """Whether there shall be another turn: not when the last ones called known models on known shapes only."""
        calls = self.control.record.calls
        start, self.calls = self.calls, len(calls)
        if self.control.record.stack:
            return True
        ran = new = False
        for call in calls[start:]:
            if call.parent is None and call.kind == "module":
                key = (id(call.owner), call.training, tuple(m.shape for m in call.inputs))
                ran, new = True, new or key not in self.control._seen
                self.control._seen.add(key)
        self.idle = self.idle + 1 if ran and not new else min(self.idle + 1, 0)
        return self.idle < REPEATS


REPEATS = 2  # turns of a loop that bring nothing new, before it ends


class RealProgram(Program):
    """A user's file under real PyTorch."""

    def __init__(self, file: str, source: bytes, device: str = "cpu", module: str | None = None) -> None:
        super().__init__(file, source, module)
        self.device = device
        self.record: RealRecorder = RealRecorder({file})
        self.control = RealControl(self)
        self.guarded = False
        self._own_package: str | None = None

    def run(self) -> None:
        _stand_in_for_the_world(self.device)
        self.record.watch()
        super().run()

    def _find(self, name: str, absent: bool = True) -> Any:
        if name in summaries.TOOLS:
            module = types.ModuleType(name)
            module.__dict__.update(summaries.tools(torch.zeros)[name])
            return module
        if name in ("cmath", "datetime", "math", "random", "statistics", "time", "uuid"):
            return import_module(name)
        if name.partition(".")[0] != "torch" or name.startswith("torch.utils.tensorboard"):
            return super()._find(name, absent)
        if name not in self.modules:
            try:
                self.modules[name] = import_module(name)
            except ImportError:
                self.modules[name] = standin.find_module(name) or Unknown(name)
        return self.modules[name]

    def _run_module(self, name: str) -> None:
        """The module of a package, imported for real, from where the command would find it."""
        from convcalc.source.project import current_folders

        sys.path[:0] = [os.path.abspath(folder) for folder in current_folders()]
        try:
            self.namespace = vars(_import_package(name))
        except Exception as error:
            self.broken = NotImported(name, error)
            raise Stop from error
        self._own_package = name.partition(".")[0]

    def evaluate(self, expression: str) -> Any:
        value = super().evaluate(expression)
        if self._own_package is not None:  # what the target names is the user's own: its lines are places
            for module_name, module in list(sys.modules.items()):
                file = getattr(module, "__file__", None)
                if file and module_name.partition(".")[0] == self._own_package:
                    self.record.files.add(file)
        return value

    def foreign_module(self, name: str, module: Any) -> Any:
        return _import_package(name)

    def _is_module(self, value: Any) -> bool:
        return isinstance(value, torch.nn.Module)

    def _passed_over(self, error: BaseException, is_held: bool) -> BaseException:
        if any(call.error is error for call in self.record.calls) or _raised_while_building(error):
            if is_held:
                raise error
            self.uncaught.append(error)
            self.error = error  # type: ignore[assignment]
            raise Stop from error
        return super()._passed_over(error, is_held)


class NotImported(UsageError):
    """A package that is to be verified cannot be imported here."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"{name} cannot be imported here: {type(error).__name__}: {error}")


def _import_package(name: str) -> Any:
    """A package as Python imports it; torchvision without its compiled operations where these do not load."""
    try:
        return import_module(name)
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        from .torchvision_operations import do_without

        do_without()
        return import_module(name)


def _raised_while_building(error: BaseException) -> bool:
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == "__init__" and isinstance(frame.f_locals.get("self"), torch.nn.Module):
            return True
        traceback = traceback.tb_next
    return False


def _stand_in_for_the_world(device: str) -> None:
    """Loading, training and saving do nothing; on the CPU there is no GPU to be found."""
    saved: dict[str, Any] = {}

    def save(value: Any, path: Any, *args: Any, **kwargs: Any) -> None:
        saved[str(path)] = value

    def load(path: Any, *args: Any, **kwargs: Any) -> Any:
        return saved.get(str(path), Unknown(f"torch.load({str(path)!r})"))

    torch.utils.data.DataLoader = FirstBatch
    torch.Tensor.backward = lambda self, *args, **kwargs: None
    torch.save, torch.load = save, load
    torch.compile = lambda model=None, **options: (
        (lambda function: function) if model is None else model
    )  # the same model, without its compiler
    if device == "cpu":
        torch.cuda.is_available = lambda: False
