"""The corpus of planted faults, judged by PyTorch: what raises, on which line, and whether a mended program runs.

`python tests/corpus/judge.py` prints how many faults `convcalc check` finds at PyTorch's own line, how many `--fix` mends so that
PyTorch runs the program, and the errors on correct programs; `--list` names what falls short. One process imports torch
once, and every program runs in a fork of it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from plant import KINDS, LAST_KINDS, Fault, faults  # noqa: E402

CORRECT = sorted((HERE / "correct").glob("*.py"))
LAST_PROGRAMS = (
    "keypoint_heads",
    "policy_gradient",
    "recommender",
    "wavenet_like",
    "channels_last_images",
    "numpy_regression",
)


Place = tuple[int | None, int | None, int | None, int | None]


class Verdict:
    """What PyTorch makes of a program: where it raises (line None: it runs) and what; the place as Python's traceback underlines it."""

    def __init__(self, line: int | None, message: str, place: Place | None = None) -> None:
        self.line = line
        self.message = message
        self.place = place


class Result:
    """A fault, PyTorch's verdict on it, and what convcalc made of it."""

    def __init__(self, fault: Fault, verdict: Verdict) -> None:
        self.fault = fault
        self.verdict = verdict
        self.diagnostics: list[dict[str, Any]] = []
        self.code = 0
        self.seconds = 0.0
        self.fix_code = 0
        self.fixed: Verdict | None = None  # the program as `--fix` left it; None where it left it as it was
        self.first: Verdict | None = None  # with the first suggestion of the first error alone
        self.fixed_text = ""

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [d for d in self.diagnostics if d["severity"] == "error"]

    @property
    def found(self) -> bool:
        return bool(self.errors) and self.errors[0]["line"] == self.verdict.line

    @property
    def place(self) -> Place:
        """The stretch that the first error underlines."""
        first = self.errors[0]
        return first["line"], first["column"], first["end_line"], first["end_column"]

    @property
    def rule(self) -> str:
        return self.errors[0]["rule"] if self.errors else "(not found)"

    @property
    def mended(self) -> bool:
        return self.fixed is not None and self.fixed.line is None

    @property
    def first_mends(self) -> bool:
        return self.first is not None and self.first.line is None

    @property
    def undone(self) -> bool:
        """Whether the fix gave the program back as it was before the fault."""
        return self.fixed_text == (HERE / "correct" / f"{self.fault.name.partition('-')[0]}.py").read_text()

    @property
    def last(self) -> bool:
        return self.fault.kind in LAST_KINDS or self.fault.name.partition("-")[0] in LAST_PROGRAMS


class Torch:
    """A process that imports torch once and runs each program in a fork of itself; this process stays without torch."""

    def __init__(self) -> None:
        ask, self._ask = os.pipe()
        self._answer, answer = os.pipe()
        if os.fork() == 0:
            os.close(self._ask)
            os.close(self._answer)
            try:
                self._serve(ask, answer)
            finally:
                os._exit(0)
        os.close(ask)
        os.close(answer)
        self._out, self._in = os.fdopen(self._ask, "wb"), os.fdopen(self._answer, "rb")

    @staticmethod
    def _serve(ask: int, answer: int) -> None:
        import signal

        import torch

        torch.set_num_threads(1)
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)  # imports what the first optimizer imports
        questions = os.fdopen(ask, "rb")
        while True:
            try:
                text = pickle.load(questions)
            except EOFError:
                return
            if (child := os.fork()) == 0:
                signal.alarm(20)
                try:
                    with open(answer, "wb", closefd=False) as pipe:
                        pipe.write(pickle.dumps(run_in_torch(text)))
                finally:
                    os._exit(0)
            if os.waitpid(child, 0)[1]:
                os.write(answer, pickle.dumps(Verdict(0, "the process died")))

    def __call__(self, text: str) -> Verdict:
        pickle.dump(text, self._out)
        self._out.flush()
        verdict: Verdict = pickle.load(self._in)
        return verdict

    def close(self) -> None:
        self._out.close()
        self._in.close()


def run_in_torch(text: str, file: str = "program.py") -> Verdict:
    """Run a program in PyTorch, in this process."""
    import torch

    from convcalc.verify.reference import run

    torch.manual_seed(0)
    sys.argv = [file]
    outcome = run(text, file)
    if outcome.error is None:
        return Verdict(None, "")
    return Verdict(outcome.line or 0, outcome.text, place_of(outcome.error, file))


def place_of(error: BaseException, file: str) -> Place | None:
    """The stretch of a file that an error arose on: line, column, and those of its end, counted from 1. None where Python keeps none (before 3.11)."""
    place, traceback = None, error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == file and hasattr(code, "co_positions"):
            line, end, column, end_column = list(code.co_positions())[traceback.tb_lasti // 2]
            if column is not None and end_column is not None:
                place = line, column + 1, end, end_column + 1
        traceback = traceback.tb_next
    return place


def judged(torch: Torch, fault: Fault) -> Result | None:
    """What PyTorch and convcalc make of a faulty program; None where PyTorch runs it all the same."""
    verdict = torch(fault.text)
    if not verdict.line:
        return None
    result = Result(fault, verdict)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "program.py"
        path.write_text(fault.text)
        start = time.perf_counter()
        _, report = check(path)
        result.seconds = time.perf_counter() - start
        result.diagnostics = report["files"][0]["diagnostics"] if report and report["files"] else []
        result.fix_code, _ = check(path, fix=True)
        result.fixed_text = path.read_text()
    if result.fixed_text != fault.text:
        result.fixed = torch(result.fixed_text)
    suggestion = next((s for d in result.errors[:1] for s in d["suggestions"]), None)
    if suggestion is not None:
        text = applied(fault.text, suggestion)
        result.first = result.fixed if text == result.fixed_text else torch(text)
    return result


def applied(text: str, suggestion: dict[str, Any]) -> str:
    """A text with one suggestion made, as an editor would make it."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: suggestion["line"] - 1])) + suggestion["column"] - 1
    end = sum(map(len, lines[: suggestion["end_line"] - 1])) + suggestion["end_column"] - 1
    assert text[start:end] == suggestion["old"], suggestion
    return text[:start] + suggestion["new"] + text[end:]


def check(path: pathlib.Path, fix: bool = False) -> tuple[int, Any]:
    """`convcalc check`, by its own entry point, without starting Python again."""
    from convcalc.cli.check_request import CheckRequest

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = CheckRequest((str(path),), form="json", isolated=True, fix=fix).run()
    return code, json.loads(out.getvalue()) if out.getvalue() else None


def all_faults() -> list[Fault]:
    return [f for path in CORRECT for f in faults(path.stem, path.read_text(), {**KINDS, **LAST_KINDS})]


def judge_all(chosen: list[Fault], processes: int = 2) -> list[Result]:
    """The verdicts, worked out in forks, in the order of the faults."""
    import convcalc.analysis.checking
    import convcalc.cli.check_request  # noqa: F401

    parts = [chosen[i::processes] for i in range(processes)]
    pipes = []
    for part in parts:
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            os.close(read_end)
            try:
                data = pickle.dumps(_judged_part(part))
                with open(write_end, "wb") as answer:
                    answer.write(data)
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(write_end)
        pipes.append(os.fdopen(read_end, "rb"))
    answers = []
    for pipe in pipes:
        with pipe:
            answers.append(pickle.loads(pipe.read()))
        os.wait()
    results = [answers[i % processes][i // processes] for i in range(len(chosen))]
    return [r for r in results if r is not None]


def _judged_part(part: list[Fault]) -> list[Result | None]:
    torch = Torch()
    try:
        return [judged(torch, fault) for fault in part]
    finally:
        torch.close()


class Judge:
    """Judges one fault after another in a fresh process: this one may hold torch and threads, which a fork would not survive."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)])}
        call = [sys.executable, "-c", "import judge; judge.serve()"]
        self._process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def __call__(self, number: int) -> Result | None:
        """The result of a fault by its number among all; None where PyTorch runs it all the same."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d\n" % number)
        self._process.stdin.flush()
        result: Result | None = pickle.load(self._process.stdout)
        return result

    def close(self) -> None:
        self._process.communicate()


def serve() -> None:
    """Answer for each number that comes in with the result of that fault."""
    torch, chosen = Torch(), all_faults()
    import convcalc.analysis.checking
    import convcalc.cli.check_request  # noqa: F401

    try:
        for line in sys.stdin:
            pickle.dump(judged(torch, chosen[int(line)]), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    finally:
        torch.close()


def false_errors() -> list[str]:
    """The correct programs of which convcalc says that they are wrong (or that it cannot tell)."""
    wrong = []
    for path in CORRECT:
        code, _ = check(path)
        if code:
            wrong.append(path.stem)
    return wrong


def table(results: list[Result], key: Callable[[Result], str]) -> str:
    lines = [f"{'':24}{'faults':>8}{'found':>8}{'--fix':>8}{'first':>8}"]
    groups: dict[str, list[Result]] = {}
    for r in results:
        groups.setdefault(key(r), []).append(r)
    for name, members in sorted(groups.items()):
        lines.append(
            f"{name:24}{len(members):8}{sum(r.found for r in members):8}{sum(r.mended for r in members):8}{sum(r.first_mends for r in members):8}"
        )
    return "\n".join(lines)


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / max(1, whole):.1f} %)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="name what falls short")
    parser.add_argument("--only", default="", help="faults whose name holds this")
    parser.add_argument("--every", type=int, default=1, help="only each N-th of the faults")
    parser.add_argument("--show", action="store_true", help="print the diagnoses of each")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    chosen = [f for f in all_faults() if options.only in f.name][:: options.every]
    results = judge_all(chosen, options.processes)
    print(table(results, lambda r: r.rule), "\n")
    print(table(results, lambda r: r.fault.kind), "\n")
    for title, part in (("all", results), ("chosen last", [r for r in results if r.last])):
        print(
            f"{title}: found at PyTorch's line {share(sum(r.found for r in part), len(part))}, --fix makes it run {share(sum(r.mended for r in part), len(part))}, the first suggestion alone {share(sum(r.first_mends for r in part), len(part))}"
        )
    times = sorted(r.seconds for r in results)
    if times:
        print(f"seconds for a check: median {times[len(times) // 2]:.3f}, slowest {times[-1]:.3f}")
    print(f"errors on the {len(CORRECT)} correct programs: {false_errors()}")
    for r in results:
        if options.show or (options.list and not (r.found and r.mended)):
            state = "" if r.found else "NOT FOUND "
            state += "" if r.mended else "WRONG MEND " if r.fixed else "not mended "
            print(
                f"\n{state}{r.fault.name}: line {r.verdict.line}: {r.fault.text.splitlines()[(r.verdict.line or 1) - 1].strip()}"
            )
            print(f"   changed   {r.fault.line}: {r.fault.text.splitlines()[r.fault.line - 1].strip()}")
            print(f"   torch     {r.verdict.message[:200]}")
            for d in r.errors:
                print(
                    f"   {d['rule']}  {d['line']}:{d['column']} {d['message'][:150]} {[(s['line'], s['old'], s['new'], s.get('certain')) for s in d['suggestions']][:4]}"
                )
            if r.fixed is not None and r.fixed.line is not None:
                print(f"   after the mend: line {r.fixed.line}: {r.fixed.message[:150]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
