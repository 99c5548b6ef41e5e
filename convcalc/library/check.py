"""`convcalc.check` and `convcalc.assert_fits`: the report of a check, for programs and for tests."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.results import FileReport
from convcalc.report.check_report import CheckReport

from .inputs import is_shape_text
from .keywords import refuse_unknown
from .summary import input_options, options_of, summary_at

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
    fits: bool = False,
    batch: int | None = None,
    seconds: float | None = None,
    jobs: int | None = None,
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    trust: bool = False,
    training: bool | None = None,
    **kwargs: Any,
) -> CheckReport:
    """What PyTorch would refuse of a model, without running it.

    `target` is a file, a file and an expression (`"model.py::Net(10)"`) or a folder, as the command takes them, or several:
    those of `more` that are strings or paths. What else is in `more`, and texts that are shapes (`"64x1x28x28"`), are inputs as `convcalc.summary` takes them. For files the settings
    are those of the command; `trust` says that a folder is the caller's own. `target` may also be a `convcalc.nn` module or a live `torch.nn.Module`, called on `more` and
    `kwargs` as by `convcalc.summary`.

    Raises ValueError where none of the files can be analysed (its text is the command's), TypeError for what is no input, and for keywords that nothing takes.
    """
    frame = sys._getframe(1)
    given = {
        "select": select, "ignore": ignore, "exclude": exclude, "fits": fits, "batch": batch, "seconds": seconds, "jobs": jobs,
        "config": config, "isolated": isolated, "trust": trust,
    }  # fmt: skip
    if not isinstance(target, (str, os.PathLike)):
        kwargs.update({name: value for name, value in given.items() if value not in ((), None, False)})
        return _of_module((frame.f_code.co_filename, frame.f_lineno), target, more, kwargs, training)
    refuse_unknown(kwargs, (*given, "training"), "check() of a file")
    options = [f"--{name}" for name in ("isolated", "trust", "fits") if given[name]]
    for flag, values in (("--select", select), ("--ignore", ignore), ("--exclude", exclude)):
        for value in (values,) if isinstance(values, str) else values:
            options += [flag, value]
    if jobs is not None:
        options += ["--jobs", str(jobs)]
    if config is not None:
        options += ["--config", os.fspath(config)]
    return _of_files(target, more, options + options_of(batch, training, seconds))


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
    summary = summary_at(place, module, inputs, kwargs, training, "check")
    models = tuple([model.without("rows") for model in summary.models])
    files = [FileReport(file=place[0], models=models, diagnostics=tuple(summary.diagnostics))]
    return CheckReport(files, 0, summary.exit_code)


def _of_files(target: str | os.PathLike[str], more: tuple[Any, ...], options: list[str]) -> CheckReport:
    """Asks the command, in a process of its own: a file never runs in the caller's process."""
    targets, inputs = [os.fspath(target)], []
    for one in more:
        if isinstance(one, (str, os.PathLike)) and not is_shape_text(one):
            targets.append(os.fspath(one))
        else:
            inputs.append(one)
    report, messages = run_command([*targets, *options, *input_options(tuple(inputs))])
    if report.exit_code == 2 and not any(entry.models for entry in report.files):
        raise ValueError(messages.strip().removeprefix("convcalc: "))
    return report


def run_command(arguments: list[str]) -> tuple[CheckReport, str]:
    """The report of the command with those targets and options, and its messages on standard error."""
    from convcalc.source.json_text import read_json

    from .command import run

    done = run("check", *arguments, "--format", "json")
    if not done.stdout:
        raise ValueError(done.stderr.strip().removeprefix("convcalc: "))
    found = read_json(done.stdout)
    files = [FileReport.from_dict(entry) for entry in found["files"]]
    report = CheckReport(files, found["passed_over"], done.returncode, found.get("missing_locks", ()))
    return report, done.stderr
