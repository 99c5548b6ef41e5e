"""PyTorch as the judge: what becomes of a program, which calls its modules get, what its operations cost, which tensors a value holds.

Whatever compares convcalc with PyTorch (the command `verify`, the fuzzers, the tests, the benchmarks) asks PyTorch here.

    run, run_apart     a program as `python FILE` runs it, in this process or in a fork of it: the line that raises, or none
    watched_calls      what is done before and after each call of a module
    separate_kernels   no kernel that does the work of several layers or products at once, which could not be seen
    flop_counter       the operations that PyTorch's own formulas count
    tensors            the tensors of a value, real or ours, in reading order
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import warnings

import torch

from convcalc.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

LONGEST_SECONDS = 60  # that a program may take apart
DEEPEST = 20  # containers within one another in which tensors are looked for


# programs


class Outcome:
    """How a program ended: the error that ended it (None: none did) and the innermost line of the program's own on which it arose."""

    __slots__ = ("error", "line")

    def __init__(self, error: BaseException | None, line: int | None) -> None:
        self.error = error
        self.line = line

    @property
    def text(self) -> str:
        """The error as Python prints it; empty where there is none."""
        return "" if self.error is None else f"{type(self.error).__name__}: {self.error}"


def run(source: str | bytes, file: str, names: dict[str, Any] | None = None) -> Outcome:
    """Run a program as the main one, in this process, without a word of it or of Python's warnings; `names` become its variables.

    `sys.exit` is an end like any other.
    """
    table = {} if names is None else names
    table.update({"__name__": "__main__", "__file__": file})
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, file, "exec", dont_inherit=True), table)
        except SystemExit:
            pass
        except Exception as error:
            return Outcome(error, line_of(error, file))
    return Outcome(None, None)


def run_apart(source: str, file: str, *paths: str) -> tuple[int, str] | None:
    """Run a program in its file's folder, in a fork of this process: PyTorch is imported once, and what the program sets is gone with it.

    Returns the line on which it raises (0: none of its own) and what, or None where it runs. `paths` are for its imports.
    """
    import json

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(LONGEST_SECONDS)
        try:
            _move_to(file, paths)
            outcome = run(source, file)
            answer = None if outcome.error is None else (outcome.line or 0, outcome.text)
            os.write(writing, json.dumps(answer).encode()[:60_000])
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        told = json.loads(answers.read() or '[0, "no answer"]')
    os.waitpid(child, 0)
    return None if told is None else (told[0], told[1])


def _move_to(file: str, paths: tuple[str, ...]) -> None:
    folder = os.path.dirname(file)
    os.chdir(folder)
    sys.path[:0] = [folder, *paths]
    sys.argv = [os.path.basename(file)]
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    # a pool of threads of the process before is not in its fork: who waits for it, waits forever
    torch.set_num_threads(1)


def line_of(error: BaseException, file: str) -> int | None:
    """The innermost line of a file that an error came by; of a syntax error the line that it tells of."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    line, traceback = None, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def line_within(frame: FrameType | None, file: str) -> int | None:
    """The line of a file at which the innermost of its frames stands, from a frame outwards."""
    while frame is not None:
        if frame.f_code.co_filename == file:
            return frame.f_lineno
        frame = frame.f_back
    return None


# calls


def watch_calls(
    enter: Callable[[Any, tuple[Any, ...], dict[str, Any]], Any],
    leave: Callable[[Any, Any], None],
    fail: Callable[[Any, BaseException], object] | None = None,
) -> Callable[[], None]:
    """From now on each call of a module is told to `enter`, its result with what that gave to `leave`, what it raises to `fail`.

    Returns the function that ends it. The caller of the module is two frames above `enter`.
    """
    original = torch.nn.Module.__call__

    def call_module(module: Any, *args: Any, **kwargs: Any) -> Any:
        call = enter(module, args, kwargs)
        try:
            result = original(module, *args, **kwargs)
        except BaseException as error:
            if fail is not None:
                fail(call, error)
            raise
        leave(call, result)
        return result

    def end() -> None:
        torch.nn.Module.__call__ = original

    torch.nn.Module.__call__ = call_module
    return end


@contextlib.contextmanager
def watched_calls(
    enter: Callable[[Any, tuple[Any, ...], dict[str, Any]], Any],
    leave: Callable[[Any, Any], None],
    fail: Callable[[Any, BaseException], object] | None = None,
) -> Iterator[None]:
    """`watch_calls` for the time of a `with` statement."""
    end = watch_calls(enter, leave, fail)
    try:
        yield
    finally:
        end()


def separate_layers() -> None:
    """Switch off the fused kernel that PyTorch may run in the place of a transformer's layers: it calls none of them."""
    torch.backends.mha.set_fastpath_enabled(False)


def use_separate_kernels() -> None:
    """No kernel that stands for several layers or products, from now on."""
    _set_kernels(False, False, False)


@contextlib.contextmanager
def separate_kernels() -> Iterator[None]:
    """`use_separate_kernels` for the time of a `with` statement: of the others not all have a flop formula."""
    kept = torch.backends.mha.get_fastpath_enabled(), torch.backends.cuda.flash_sdp_enabled(), torch.backends.cuda.mem_efficient_sdp_enabled()  # fmt: skip
    _set_kernels(False, False, False)
    try:
        yield
    finally:
        _set_kernels(*kept)


def _set_kernels(fast: bool, flash: bool, efficient: bool) -> None:
    torch.backends.mha.set_fastpath_enabled(fast)
    torch.backends.cuda.enable_flash_sdp(flash)
    torch.backends.cuda.enable_mem_efficient_sdp(efficient)


# costs


def flop_counter() -> Any:
    """Counts what PyTorch's flop formulas say of each operation, without the hooks of FlopCounterMode, which need gradients."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    class Counter(TorchDispatchMode):  # type: ignore[misc]
        flops = 0

        def __torch_dispatch__(self, function: Any, kinds: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            formula = flop_registry.get(function._overloadpacket)
            if formula is None:
                with self:
                    result = function.decompose(*args, **kwargs)
                if result is not NotImplemented:
                    return result
            result = function(*args, **kwargs)
            if formula is not None:
                self.flops += formula(*args, **kwargs, out_val=result)
            return result

    return Counter()


def macs_unfused(call: Callable[[], Any]) -> float:
    """The multiply-accumulates of a call without oneDNN's LSTM, attention in one kernel, and the fast path of transformers."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with separate_kernels(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oneDNN's settings are set as a whole, and one of them warns
        counter = FlopCounterMode(display=False)
        with torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH), counter:
            call()
        return float(counter.get_total_flops() / 2)


def measured(program: Callable[[], Any], counter: Any) -> dict[str, Any]:
    """The last of the modules that a program calls and that are part of no other: its parameters, and the calls and MACs of its first call.

    `counter` is an active `flop_counter()`.
    """
    calls: list[dict[str, Any]] = []
    # of each call from outside: the module, where its calls start and end, the flops before, after
    roots: list[Any] = []
    paths: dict[int, str] = {}
    depth = 0

    def enter(module: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        nonlocal depth
        if not depth:
            roots.append([module, len(calls), 0, counter.flops, 0])
            paths.update({id(m): path for path, m in torch.nn.Module.named_modules(module)})
        record = {"path": paths.get(id(module)), "type": type(module).__name__, "inputs": shapes_of((args, kwargs))}
        calls.append(record)
        depth += 1
        return record

    def fail(record: dict[str, Any], error: BaseException) -> None:
        nonlocal depth
        depth -= 1

    def leave(record: dict[str, Any], result: Any) -> None:
        nonlocal depth
        depth -= 1
        if not depth:
            roots[-1][2::2] = len(calls), counter.flops
        record["outputs"] = shapes_of(result)

    with watched_calls(enter, leave, fail):
        program()
    if not roots:
        raise RuntimeError("the script calls no module")
    inner = {id(part) for root, *_ in roots for part in torch.nn.Module.modules(root) if part is not root}
    model = [root for root, *_ in roots if id(root) not in inner][-1]
    _, first, end, flops, flops_after = next(root for root in roots if root[0] is model)
    parameters = list(torch.nn.Module.parameters(model))
    return {
        "class": type(model).__name__,
        "params": sum(p.numel() for p in parameters),
        "trainable": sum(p.numel() for p in parameters if p.requires_grad),
        "calls": calls[first:end],
        "macs": (flops_after - flops) // 2,
    }


# values


def tensors(value: Any, depth: int = 0) -> Iterator[Any]:
    """The tensors of a value, PyTorch's and ours, in reading order: of tuples, lists, dicts and dataclasses."""
    if isinstance(value, (torch.Tensor, Tensor)):
        yield value
    elif depth > DEEPEST:
        return
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from tensors(part, depth + 1)
    elif isinstance(value, dict):
        for part in value.values():
            yield from tensors(part, depth + 1)
    elif hasattr(type(value), "__dataclass_fields__"):
        for name in type(value).__dataclass_fields__:
            yield from tensors(getattr(value, name, None), depth + 1)


def shapes_of(value: Any) -> list[list[int]]:
    """The shapes of the tensors of a value, in reading order."""
    return [list(tensor.shape) for tensor in tensors(value)]
