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
    from convcalc.verify.reference import use_separate_kernels

    warnings.simplefilter("ignore")
    do_without()
    use_separate_kernels()


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

    from convcalc.verify.reference import flop_counter, measured

    counter = flop_counter()
    with tempfile.TemporaryDirectory() as folder, _Limited():  # a model that reads its own file finds one
        path = os.path.join(folder, "script.py")
        pathlib.Path(path).write_text(script)
        namespace = {"__name__": "__main__", "__file__": path}
        with torch.no_grad(), device, counter:
            answer = measured(lambda: exec(compile(script, path, "exec"), namespace), counter)
    return {**answer, "device": device.type}
