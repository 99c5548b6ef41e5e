"""The other side of `convcalc.analyse`: a process that reads a request, has the file run in a confined process of its own, and writes what came of it."""

from __future__ import annotations

import sys

from convcalc.analysis.check_run import Job, check_here, check_jobs, report_of
from convcalc.analysis.settings import CheckSettings
from convcalc.source.found import Given
from convcalc.source.overlay import Overlay
from convcalc.source.reading import parse_target
from convcalc.source.target import UsageError
from convcalc.source.work import SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.check_run import Outcome


def main() -> None:
    """Answers the request on standard input; what is asked for and what is answered are JSON (see `analyse`)."""
    import gc

    from convcalc.source.json_text import json_of, read_json

    gc.disable()  # what is imported stays (`source.sandbox` enables it)
    answer = answered(read_json(sys.stdin.buffer.read().decode("utf8", "surrogatepass")))
    sys.stdout.buffer.write(json_of(answer).encode("utf8", "surrogatepass"))


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request: an analysis as JSON, or in `wrong` what is wrong with the call."""
    try:
        (outcome,) = check_jobs([_job(request)], 1)
    except UsageError as error:
        return {"wrong": str(error)}
    return _answer(outcome)


def answered_here(request: dict[str, Any]) -> dict[str, Any]:
    """The same, with the file run in this process."""
    try:
        return _answer(check_here(_job(request)))
    except UsageError as error:
        return {"wrong": str(error)}


def _job(request: dict[str, Any]) -> Job:
    from ast import literal_eval

    overlay = Overlay({file: text.encode("latin1") for file, text in request["files"].items()})
    text = request["target"]
    target = parse_target(text, overlay)
    given = Given(
        [(tuple(shape), dtype) for shape, dtype in request["inputs"]],
        {name: (tuple(shape), dtype) for name, (shape, dtype) in request["named"].items()},
        {name: literal_eval(value) for name, value in request["arguments"].items()},
        request["batch"],
        request["training"],
    )
    settings = CheckSettings(tuple(request["select"]), tuple(request["ignore"]), fits=request["fits"], rows=True)
    seconds = request["seconds"] or SECONDS
    return Job(target.file, target.expression, given, settings, seconds, module=target.module, overlay=overlay)


def _answer(outcome: Outcome) -> dict[str, Any]:
    report = report_of([outcome])
    (found,) = report.files
    wrong = [d for d in found.diagnostics if d.rule == "usage"]
    if wrong and outcome.kind == "no-model" and outcome.job.expression is None:  # as many files have none
        found = found.with_(diagnostics=())
    elif wrong and outcome.kind == "no-input":
        for d in wrong:
            d.update(rule="no-input", severity="unknown")
    elif wrong:
        return {"wrong": outcome.message.strip().removeprefix("convcalc: ") or wrong[0].message}
    locks = {"missing_locks": [*report.missing_locks]} if report.missing_locks else {}
    return {**found.to_dict(), **locks}


if __name__ == "__main__":
    main()
