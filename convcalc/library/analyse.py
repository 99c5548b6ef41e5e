"""`convcalc.analyse`: everything that one run of a file tells, for editors and other programs.

A file runs in a process of its own, confined as that of the command (docs/security.md), whatever thread of whatever program asks. `start_analysis`
returns at once, and what it returns can be cancelled; `analyse` waits.
"""

from __future__ import annotations

import os

from .inputs import one_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .file_analysis import FileAnalysis

    Path = str | os.PathLike[str]

UNSAVED = "<source>"  # the file of a text that has no path


class AnalysisCancelled(Exception):
    """An analysis was cancelled before it had a result."""


def analyse(
    target: Path | None = None,
    *,
    source: str | bytes | None = None,
    path: Path | None = None,
    files: Mapping[Any, str | bytes] | None = None,
    inputs: Any = (),
    arguments: Mapping[str, Any] | None = None,
    batch: int | None = None,
    training: bool | None = None,
    fits: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    seconds: float | None = None,
    timeout: float | None = None,
    in_process: bool = False,
) -> FileAnalysis:
    """Return what one run of a file tells: rows with their places, diagnostics with their fixes, inputs, totals.

        convcalc.analyse("train.py")
        convcalc.analyse("model.py::ResNet(18)", inputs=[(1, 3, 224, 224)], fits=True)
        convcalc.analyse(source=text, path="train.py", files={"layers.py": other_text})

    `target` (or `path`, which means the same) is a file, or one and an expression, as the command takes them. With `source` that text is analysed in the place of
    the file's, which need not exist; `files` are texts in place of other files of its project: what an editor has not saved. They grant nothing: a file is
    found, or not, as if they had been saved.

    `inputs` are input specs (`convcalc.summary` has them) in the order of the arguments of `forward`, or a dict of them by name; `arguments` are its other
    arguments, as literals; `batch` changes only the batch of the input that is found; `training` is the mode. With `fits` each model says which sizes it
    accepts. `select` and `ignore` choose rules. `seconds` of processor time are given to the file (10), and `timeout` seconds on the clock to all.

    With `in_process` the file runs in the caller's own process, for systems that have no processes (WebAssembly). There only the walls of the language hold (names, builtins,
    imports, audit hook), and no limit of time or memory: never do that with what may be a stranger's.

    A file that is no Python, or that cannot be analysed, is a result with a diagnostic that says so. Raises ValueError where the call is wrong (no such file, no such
    class), TypeError for what is no input, TimeoutError when `timeout` has passed.
    """
    request = _request(target, source, path, files, inputs, arguments, batch, training, fits, select, ignore, seconds)
    if in_process:
        if timeout is not None:
            raise ValueError("analyse() in the caller's process cannot be ended: it takes no timeout")
        from .answering import answered_here

        return _result(answered_here(request))
    with RunningAnalysis(request) as running:
        return running.result(timeout)


def start_analysis(target: Path | None = None, **options: Any) -> RunningAnalysis:
    """Begin what `analyse` does, with its arguments but `timeout` and `in_process`, and return at once.

    The analysis that is running has `result(timeout=None)`, `done()` and `cancel()`, and is cancelled at the end of a `with`. Any number may run at a time.
    """
    from .keywords import refuse_unknown

    known = (
        "source",
        "path",
        "files",
        "inputs",
        "arguments",
        "batch",
        "training",
        "fits",
        "select",
        "ignore",
        "seconds",
    )
    refuse_unknown(options, known, "start_analysis()")
    usual: dict[str, Any] = {
        "source": None, "path": None, "files": None, "inputs": (), "arguments": None, "batch": None, "training": None,
        "fits": False, "select": (), "ignore": (), "seconds": None,
    }  # fmt: skip
    return RunningAnalysis(_request(target, **{**usual, **options}))


class RunningAnalysis:
    """An analysis in a process of its own. It can be asked, waited for and cancelled from any thread."""

    def __init__(self, request: dict[str, Any]) -> None:
        from threading import Thread

        from convcalc.source.json_text import json_of

        from .command import start

        self._file: str = request["target"]
        self._cancelled = False
        self._answer = self._messages = ""
        self._process = start("convcalc.library.answering")
        self._reader = Thread(target=self._read, args=(json_of(request),), daemon=True)
        self._reader.start()

    def _read(self, request: str) -> None:
        try:
            self._answer, self._messages = self._process.communicate(request)
        except (OSError, ValueError):  # it was cancelled, or ended before it had read what it was asked for
            self._process.wait()

    def done(self) -> bool:
        """Whether there is a result, or will be none."""
        return not self._reader.is_alive()

    def cancelled(self) -> bool:
        """Whether it was cancelled before it had ended."""
        return self._cancelled

    def cancel(self) -> bool:
        """End it, and with it the process of the file; False where it has ended before. It has ended when this returns."""
        if self.done():
            return False
        self._cancelled = True
        _end(self._process)
        self._reader.join()
        return True

    def result(self, timeout: float | None = None) -> FileAnalysis:
        """Wait for the result.

        Raises TimeoutError when so many seconds have passed, after which it goes on; `AnalysisCancelled` where it was cancelled; and what `analyse` raises.
        """
        self._reader.join(timeout)
        if self._reader.is_alive():
            raise TimeoutError(f"the analysis of {self._file} has not ended within {timeout:g} s")
        if self._cancelled:
            raise AnalysisCancelled(f"the analysis of {self._file} was cancelled")
        if not self._answer:
            raise RuntimeError(f"the analysis of {self._file} ended without an answer: {self._messages.strip()}")
        from convcalc.source.json_text import read_json

        return _result(read_json(self._answer))

    def __enter__(self) -> RunningAnalysis:
        return self

    def __exit__(self, *exc: object) -> None:
        self.cancel()


def _end(process: Any) -> None:
    """Ends a process and those that it has started."""
    try:
        if hasattr(os, "killpg"):
            from signal import SIGKILL

            os.killpg(process.pid, SIGKILL)
        else:
            process.kill()
    except OSError:  # it has ended by itself
        pass


def _result(answer: dict[str, Any]) -> FileAnalysis:
    """The result in an answer; ValueError where it says that the call was wrong."""
    from .file_analysis import FileAnalysis

    if "wrong" in answer:
        raise ValueError(answer["wrong"])
    return FileAnalysis.from_dict(answer)


# what is asked for, as JSON


def _request(
    target: Path | None,
    source: str | bytes | None,
    path: Path | None,
    files: Mapping[Any, str | bytes] | None,
    inputs: Any,
    arguments: Mapping[str, Any] | None,
    batch: int | None,
    training: bool | None,
    fits: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    seconds: float | None,
) -> dict[str, Any]:
    if target is not None and path is not None:
        raise TypeError("analyse() takes a target or a path, which mean the same, not both")
    named = target if target is not None else path
    if named is None:
        if source is None:
            raise TypeError("analyse() takes a file, such as analyse('train.py'), or a text: analyse(source=text)")
        named = UNSAVED
    if not isinstance(named, (str, os.PathLike)):
        raise TypeError(f"analyse() takes a file, not {type(named).__name__}: convcalc.summary takes modules")
    text = os.fspath(named)
    if files is not None and not hasattr(files, "items"):
        raise TypeError(
            f"files is a table of texts by their paths, as {{'layers.py': text}}, not {type(files).__name__}"
        )
    laid = {os.fspath(file): _bytes(content, f"files[{file!r}]") for file, content in (files or {}).items()}
    if source is not None:
        laid[text.partition("::")[0]] = _bytes(source, "source")
    by_position, by_name = _specs(inputs)
    return {
        "target": text,
        "files": {file: content.decode("latin1") for file, content in laid.items()},
        "inputs": by_position,
        "named": by_name,
        "arguments": _literals(arguments or {}),
        "batch": _number(batch, "batch"),
        "training": _flag(training, "training"),
        "fits": bool(fits),
        "select": [select] if isinstance(select, str) else list(select),
        "ignore": [ignore] if isinstance(ignore, str) else list(ignore),
        "seconds": _seconds(seconds),
    }


def _specs(inputs: Any) -> tuple[list[Any], dict[str, Any]]:
    if isinstance(inputs, dict):
        return [], {str(name): one_spec(value, f"inputs[{name!r}]") for name, value in inputs.items()}
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("inputs are a list of input specs, or a dict of them by the names of forward's arguments")
    if inputs and all(isinstance(size, int) for size in inputs):
        raise TypeError(f"inputs are a list of input specs: write inputs=[{tuple(inputs)!r}] for one of that shape")
    return [one_spec(value, f"inputs[{i}]") for i, value in enumerate(inputs)], {}


def _bytes(text: Any, name: str) -> bytes:
    """A text as the bytes that a file would have: in the encoding that it declares itself."""
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise TypeError(f"{name} is a text, not {type(text).__name__}")
    head = "\n".join(text.split("\n", 2)[:2])
    if "coding" in head:
        from io import BytesIO
        from tokenize import detect_encoding

        try:
            return text.encode(detect_encoding(BytesIO(head.encode("utf8", "replace")).readline)[0])
        except (SyntaxError, LookupError, UnicodeEncodeError):  # Python will say what is wrong with it
            pass
    return text.encode("utf8", "surrogatepass")


def _literals(arguments: Mapping[str, Any]) -> dict[str, str]:
    from ast import literal_eval

    texts = {}
    for name, value in arguments.items():
        texts[str(name)] = repr(value)
        try:
            literal_eval(repr(value))
        except (ValueError, SyntaxError):
            raise TypeError(f"arguments[{name!r}] is no literal: {repr(value)[:60]}") from None
    return texts


def _number(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is a whole number, not {value!r}")
    if value.__index__() < 0:
        raise ValueError(f"{name} is from 0 on, not {value!r}")
    return int(value.__index__())


def _flag(value: Any, name: str) -> bool | None:
    if value not in (None, True, False):
        raise TypeError(f"{name} is True, False or None, not {value!r}")
    return None if value is None else bool(value)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"seconds is a number, not {value!r}")
    if not 0.1 <= value <= 100_000:
        raise ValueError(f"seconds is from 0.1 to 100,000, not {value!r}")
    return float(value)
