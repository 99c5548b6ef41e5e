"""What PyTorch makes of a model: built and called with hooks, on the meta device where that does, else on the CPU.

An answer is kept in a file, because PyTorch takes seconds where convcalc takes a tenth of one: `Truth(folder)` asks only
once for each script and version.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import tempfile
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from convcalc.verify.torchvision_operations import do_without

CPU_BYTES = 12 << 30  # what a model that needs the CPU may take


class Truth:
    """PyTorch's answers, kept in a folder."""

    def __init__(self, folder: str | None, trace: bool = False) -> None:
        self.folder = pathlib.Path(folder) if folder else None
        self.trace = trace
        self.prepared = False

    def of(self, script: str, devices: tuple[str, ...] = ("meta", "cpu")) -> dict[str, Any]:
        """`{"class", "params", "trainable", "calls", "macs", "device"}`, or `{"error", "place"}` where PyTorch refuses."""
        kept = None
        if self.folder is not None:
            kept = self.folder / f"{hashlib.sha256(script.encode()).hexdigest()[:24]}.json"
            if kept.exists():
                answer: dict[str, Any] = json.loads(kept.read_text())
                return answer
        answer = self.ask(script, devices)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(f".{os.getpid()}")
            partial.write_text(json.dumps(answer, separators=(",", ":")))
            partial.rename(kept)
        return answer

    def takes(self, model: str, calls: list[str], devices: tuple[str, ...]) -> list[str]:
        """For each call of a model, built once, why PyTorch refuses it; empty where it does not."""
        kept = None
        known: dict[str, str] = {}
        if self.folder is not None:
            name = hashlib.sha256(f"{devices}\n{model}".encode()).hexdigest()[:24]
            kept = self.folder / f"takes-{name}.json"
            if kept.exists():
                known = json.loads(kept.read_text())
        left = [call for call in calls if call not in known]
        if left:
            known.update(zip(left, self.ask_calls(model, left, devices)))
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(known, separators=(",", ":")))
        return [known[call] for call in calls]

    def ask_calls(self, model: str, calls: list[str], devices: tuple[str, ...]) -> list[str]:
        if not self.prepared:
            prepare_torch()
            self.prepared = True
        return called(model, calls, devices)

    def ask(self, script: str, devices: tuple[str, ...] = ("meta", "cpu")) -> dict[str, Any]:
        if not self.prepared:
            prepare_torch()
            self.prepared = True
        return judged(script, devices, self.trace)


def prepare_torch() -> None:
    """torchvision without its compiled operations, and every computation by operations that have a flop formula."""
    import torch

    warnings.simplefilter("ignore")
    do_without()
    torch.backends.cuda.enable_flash_sdp(False)  # of attention in one kernel, not every variant has a flop formula
    torch.backends.cuda.enable_mem_efficient_sdp(False)
    torch.backends.mha.set_fastpath_enabled(False)  # a fused kernel calls none of the layers that it stands for


def judged(script: str, devices: tuple[str, ...], trace: bool = False) -> dict[str, Any]:
    """What PyTorch makes of a script on the first device where it runs, else why it does not run on the last."""
    import gc

    import torch

    answer: dict[str, Any] = {}
    for device in devices:
        try:
            return _run(script, torch.device(device))
        except Exception as error:
            if trace and device == devices[-1]:
                traceback.print_exc()
            text = str(error).splitlines()[0][:300] if str(error) else ""
            answer = {"error": f"{type(error).__name__}: {text}", "place": _place(error)}
        finally:
            gc.collect()
    return answer


def called(model: str, calls: list[str], devices: tuple[str, ...]) -> list[str]:
    """What PyTorch says to each call of a model that is built once, on the first device where that works."""
    import torch

    namespace: dict[str, Any] = {"__name__": "__main__"}
    for device in devices:
        where = torch.device(device)
        try:
            with torch.no_grad(), where, _Limited():
                exec(model, namespace)
        except Exception:
            if device == devices[-1]:
                raise
            continue
        answers = []
        for call in calls:
            try:
                with torch.no_grad(), where, _Limited():
                    exec(call, namespace)
                answers.append("")
            except Exception as error:
                answers.append(f"{type(error).__name__}: {str(error)[:200]}")
        return answers
    return []


def _place(error: BaseException) -> list[Any]:
    """The innermost place that is neither PyTorch's nor Python's own: file and line."""
    import torch

    own = (os.path.dirname(torch.__file__) + os.sep, os.path.dirname(os.__file__) + os.sep + "unittest", "<")
    library = os.path.dirname(os.__file__) + os.sep
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    foreign = [
        place
        for place in places
        if not place[0].startswith(own)
        and place[0] != __file__
        and (not place[0].startswith(library) or "site-packages" in place[0])
    ]
    return list(foreign[-1]) if foreign else []


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


class _Limited:
    """The process may not take more than so much memory: a model too large for the CPU fails, the machine does not."""

    def __enter__(self) -> None:
        import resource

        self.before = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (CPU_BYTES, self.before[1]))

    def __exit__(self, *exc: object) -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, self.before)


def _run(script: str, device: Any) -> dict[str, Any]:
    import torch

    counter = flop_counter()
    with tempfile.TemporaryDirectory() as folder, _Limited():  # a model that reads its own file finds one
        path = os.path.join(folder, "script.py")
        pathlib.Path(path).write_text(script)
        namespace = {"__name__": "__main__", "__file__": path}
        with torch.no_grad(), device, counter:
            answer = watched(lambda: exec(compile(script, path, "exec"), namespace), counter)
    return {**answer, "device": device.type}


def watched(run: Callable[[], None], counter: Any) -> dict[str, Any]:
    """The last of the modules that a run calls and that are part of no other: its parameters, and the calls and MACs of its first call.

    `counter` is an active `flop_counter()`.
    """
    import torch

    calls: list[dict[str, Any]] = []
    roots: list[
        Any
    ] = []  # of each call from outside: the module, where its calls start and end, the flops before, after
    paths: dict[int, str] = {}
    depth = 0
    original = torch.nn.Module.__call__

    def call(module: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal depth
        if not depth:
            roots.append([module, len(calls), 0, counter.flops, 0])
            paths.update({id(m): path for path, m in torch.nn.Module.named_modules(module)})
        record = {"path": paths.get(id(module)), "type": type(module).__name__, "inputs": shapes_of((args, kwargs))}
        calls.append(record)
        depth += 1
        try:
            result = original(module, *args, **kwargs)
        finally:
            depth -= 1
        if not depth:
            roots[-1][2::2] = len(calls), counter.flops
        record["outputs"] = shapes_of(result)
        return result

    torch.nn.Module.__call__ = call
    try:
        run()
    finally:
        torch.nn.Module.__call__ = original
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


def shapes_of(value: Any) -> list[Any]:
    """The shapes of the tensors of a value, in reading order."""
    from convcalc.verify.real import real_tensors

    return [list(tensor.shape) for tensor in real_tensors(value)]
