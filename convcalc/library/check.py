"""`convcalc.check` and `convcalc.assert_fits`: the report of a check, for programs and for tests."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.results import FileReport
from convcalc.report.check_report import CheckReport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def check(
    target: Any,
    *more: Any,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    jobs: int | None = None,
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    trust: bool = False,
    training: bool | None = None,
    **kwargs: Any,
) -> CheckReport:
    """What PyTorch would refuse of a model, without running it.

    `target` is a file, a file and an expression (`"model.py::Net(10)"`) or a folder, as the command takes them, or several:
    those of `more` that are strings or paths. What else is in `more` are shapes of inputs, with the batch. For files the settings
    are those of the command; `trust` says that a folder is the caller's own. `target` may also be a `convcalc.nn` module or a live `torch.nn.Module`, called on `more` and
    `kwargs` as by `convcalc.summary`.

    Raises ValueError where none of the files can be analysed; its text is the command's.
    """
    frame = sys._getframe(1)
    if not isinstance(target, (str, os.PathLike)):
        return _of_module((frame.f_code.co_filename, frame.f_lineno), target, more, kwargs, training)
    if kwargs:
        raise TypeError(f"check() of a file takes no {', '.join(kwargs)}")
    options = [*(["--isolated"] if isolated else []), *(["--trust"] if trust else [])]
    for flag, values in (("--select", select), ("--ignore", ignore), ("--exclude", exclude)):
        for value in values:
            options += [flag, value]
    if jobs is not None:
        options += ["--jobs", str(jobs)]
    if config is not None:
        options += ["--config", os.fspath(config)]
    if training is not None:
        options += ["--mode", "train" if training else "eval"]
    return _of_files(target, more, options)


def assert_fits(target: Any, *inputs: Any, training: bool | None = None, **kwargs: Any) -> None:
    """Raises AssertionError, with the report as its text, where PyTorch would refuse `target` or it is not known to fit.

    `target` and `inputs` are those of `check`: `assert_fits(Net(), (64, 1, 28, 28))`, `assert_fits("model.py::Net", (1, 3, 32, 32))`.
    """
    __tracebackhide__ = True
    frame = sys._getframe(1)
    if isinstance(target, (str, os.PathLike)):
        report = check(target, *inputs, training=training, **kwargs)
    else:
        report = _of_module((frame.f_code.co_filename, frame.f_lineno), target, inputs, kwargs, training)
    if not report.ok:
        raise AssertionError(str(report))


def _of_module(
    place: tuple[str, int], module: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> CheckReport:
    from .summary import summary_at

    summary = summary_at(place, module, inputs, kwargs, training)
    models = tuple([model.without("rows") for model in summary.models])
    files = [FileReport(file=place[0], models=models, diagnostics=tuple(summary.diagnostics))]
    return CheckReport(files, 0, summary.exit_code)


def _of_files(target: str | os.PathLike[str], more: tuple[Any, ...], options: list[str]) -> CheckReport:
    """Asks the command, in a process of its own: a file never runs in the caller's process."""
    targets = [os.fspath(one) for one in (target, *more) if isinstance(one, (str, os.PathLike))]
    inputs = tuple(one for one in more if not isinstance(one, (str, os.PathLike)))
    if inputs:
        from .summary import input_options

        options = options + input_options(inputs)
    report, told = run_command([*targets, *options])
    if report.exit_code == 2 and not any(entry.models for entry in report.files):
        raise ValueError(told.strip().removeprefix("convcalc: "))
    return report


def run_command(arguments: list[str]) -> tuple[CheckReport, str]:
    """The report of the command with those targets and options, and what it told on standard error."""
    from convcalc.source.json_text import read_json

    from .command import run

    done = run("check", *arguments, "--format", "json")
    if not done.stdout:
        raise ValueError(done.stderr.strip().removeprefix("convcalc: "))
    found = read_json(done.stdout)
    files = [FileReport.from_dict(entry) for entry in found["files"]]
    report = CheckReport(files, found["passed_over"], done.returncode, found.get("missing_locks", ()))
    return report, done.stderr
