"""The judge of whole scripts: PyTorch runs a script with its data, and convcalc's record of it must be equal, or unknown.

`python -m convcalc.verify.scripts FILES` judges scripts; each runs twice, in a process of its own each time. Compared are all calls of
modules in their order (class, shapes and types of what goes in and comes out), and the line and the kind of the error with which it ends.

- *equal*: convcalc claims these calls and this end, and PyTorch makes them;
- *unknown*: convcalc says of a call, of how many there are, or of the end, that it is not known; nothing that it does say is contradicted;
- *wrong*: PyTorch contradicts it. A call that is missing, or too many, is wrong where nothing said so;
- *apart*: the script needs a package that is not installed, or takes longer than `SECONDS` under PyTorch: there is nothing to compare with.

`--json` prints the verdicts as a line of JSON each; `--serve` reads the paths from standard input, a line each, and answers so.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import tempfile
from importlib import import_module
from pkgutil import iter_modules

from .script_calls import End, ScriptCall
from .script_record import Certain, Claim, MayEnd, Possible, claim_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

EQUAL, UNKNOWN, WRONG, APART = "equal", "unknown", "wrong", "apart"
SECONDS = 20  # of a run

Score = tuple[
    int, int
]  # calls that are known, and calls of a shape that is known of which nobody knows whether they are made


class Judgement:
    """The verdict on a script: how many of PyTorch's calls convcalc knew, how many it said may be made, and what is wrong or not known."""

    def __init__(self, path: str, verdict: str, calls: int = 0, score: Score = (0, 0), text: str = "") -> None:
        self.path = path
        self.verdict = verdict
        self.calls = calls
        self.known, self.possible = score
        self.text = text

    @property
    def unknown(self) -> int:
        return self.calls - self.known - self.possible

    def to_dict(self) -> dict[str, Any]:
        return {"path": self.path, "verdict": self.verdict, "calls": self.calls, "known": self.known, "possible": self.possible, "text": self.text}  # fmt: skip

    def __repr__(self) -> str:
        return f"{self.verdict:8}{self.known:6} of {self.calls:6}  {self.path}  {self.text}"


def judge(paths: Iterable[str], jobs: int = 2) -> Iterator[Judgement]:
    """The verdicts on scripts, in the order of the paths, which may still come. Call it from a process that has run nothing with PyTorch: it forks."""
    import torch

    from .script_in_torch import run_in_torch

    torch.set_num_threads(1)
    parameter = torch.zeros(1, requires_grad=True)
    parameter.grad = torch.zeros(1)
    torch.optim.SGD([parameter], lr=1.0).step()  # imports what the first step of an optimizer imports
    for name in ("nn", "ops", "standin"):
        for module in iter_modules(import_module(f"convcalc.{name}").__path__, f"convcalc.{name}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)  # once, not in each process
    running: list[tuple[str, _Child, _Child]] = []
    for path in paths:
        path = os.path.abspath(path)
        with open(path, "rb") as file:
            source = file.read()
        running.append((path, _Child(run_in_torch, path, source), _Child(claim_of, path, source)))
        if len(running) >= jobs:
            path, real, mine = running.pop(0)
            yield _judgement(path, real.answer(), mine.answer())
    for path, real, mine in running:
        yield _judgement(path, real.answer(), mine.answer())


def _judgement(path: str, real: Any, mine: Any) -> Judgement:
    if isinstance(real, str):
        return Judgement(path, APART, text=f"PyTorch's run: {real}")
    calls, end = real
    if end is not None and "ModuleNotFoundError" in end.types:
        return Judgement(path, APART, text=end.text)
    if isinstance(mine, str):
        return Judgement(path, WRONG, len(calls), text=f"convcalc's run: {mine}")
    return compare(path, mine, calls, end)


class _Child:
    """A process that runs a script, in a folder of its own, with nothing to write to but a pipe."""

    def __init__(self, run: Callable[[str, bytes], Any], path: str, source: bytes) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="convcalc-script-")
        self.pipe, out = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _silence(self.folder.name)
                signal.alarm(SECONDS)
                try:
                    answer = run(path, source)
                except BaseException as error:
                    answer = f"{type(error).__name__}: {error}"
                with os.fdopen(out, "wb") as stream:
                    pickle.dump(answer, stream)
            finally:
                os._exit(0)
        os.close(out)

    def answer(self) -> Any:
        """What the run gave; a text where it failed."""
        with os.fdopen(self.pipe, "rb") as stream:
            data = stream.read()
        os.waitpid(self.pid, 0)
        self.folder.cleanup()
        return pickle.loads(data) if data else f"it ended without a word, or took more than {SECONDS} seconds"


def _silence(folder: str) -> None:
    import warnings

    os.chdir(folder)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf8")  # noqa: SIM115  as long as the process lasts
    warnings.simplefilter("ignore")


# the comparison


def compare(path: str, claim: Claim, calls: list[ScriptCall], end: End | None) -> Judgement:
    """How a claim stands to PyTorch's run: the reading of it is taken that knows most."""
    parts = claim.parts
    ends = {e.line for part in parts if not isinstance(part, Certain) for e in _ends_of(part)}
    states = _onwards({0: (0, 0)}, parts)
    cache: dict[Any, bool] = {}

    def may_be(mine: ScriptCall, real: ScriptCall, loosely: bool) -> bool:
        key = mine.key, real.key, loosely
        found = cache.get(key)
        if found is None:
            raised = real.outputs is None and end is not None and (loosely or end.line in ends)
            found = cache[key] = mine.may_be(real, raised)
        return found

    refused: set[int] = set()  # states in which the last call was given what is not known, and PyTorch refused it
    for i, real in enumerate(calls):
        following: dict[int, Score] = {}
        refused = set()
        for at, (known, possible) in states.items():
            part = parts[at] if at < len(parts) else None
            if isinstance(part, Certain) and may_be(part.call, real, False):
                _reach(following, at + 1, (known + part.call.is_known, possible))
                if real.outputs is None and part.call.outputs is not None:
                    refused.add(at + 1)
            elif isinstance(part, Possible):
                like = [call for call in part.calls if may_be(call, real, True)]
                if like or part.gap:
                    _reach(following, at, (known, possible + any(call.is_known for call in like)))
                    if real.outputs is None:
                        refused.add(at)
        if not following:
            best = max(states.values())
            return Judgement(path, WRONG, len(calls), best, f"call {i + 1}: PyTorch {real}, here {_expected(states, parts, claim)}")  # fmt: skip
        states = _onwards(following, parts)
    reached = [(UNKNOWN if end and at in refused else _how_it_ends(at, parts, claim, end), score) for at, score in states.items()]  # fmt: skip
    fitting = [(score, how) for how, score in reached if how is not None]
    if not fitting:
        real_end = "runs to its end" if end is None else f"ends with {end}"
        return Judgement(path, WRONG, len(calls), max(states.values()), f"PyTorch {real_end}, here {_expected(states, parts, claim)}")  # fmt: skip
    score, how = max(fitting)
    if score[0] == len(calls) and how == EQUAL:
        return Judgement(path, EQUAL, len(calls), score)
    return Judgement(path, UNKNOWN, len(calls), score, _why(parts, claim))


def _onwards(states: dict[int, Score], parts: list[Any]) -> dict[int, Score]:
    """With what can be passed by without a call."""
    for at in sorted(states):
        score = states[at]
        while at < len(parts) and not isinstance(parts[at], Certain):
            at += 1
            if states.get(at, (-1, -1)) >= score:
                break
            states[at] = score
    return states


def _reach(states: dict[int, Score], at: int, score: Score) -> None:
    if states.get(at, (-1, -1)) < score:
        states[at] = score


def _how_it_ends(at: int, parts: list[Any], claim: Claim, end: End | None) -> str | None:
    """Whether a claim allows the script to end here as PyTorch does; None where it does not."""
    part = parts[at] if at < len(parts) else None
    if part is None and claim.open_end is not None:
        return UNKNOWN
    if end is None:
        return EQUAL if part is None and claim.end is None else None
    if part is None and claim.end is not None and claim.end.is_that_of(end):
        return EQUAL
    if part is None or isinstance(part, Certain):
        return None
    return (
        UNKNOWN if any(e.is_that_of(end) for e in _ends_of(part)) or (isinstance(part, Possible) and part.gap) else None
    )


def _ends_of(part: Possible | MayEnd) -> tuple[End, ...]:
    return (part.end,) if isinstance(part, MayEnd) else part.ends


def _expected(states: dict[int, Score], parts: list[Any], claim: Claim) -> str:
    texts = []
    for at in sorted(states)[-3:]:
        part = parts[at] if at < len(parts) else None
        if isinstance(part, Certain):
            texts.append(str(part.call))
        elif isinstance(part, Possible):
            texts.append(f"any of {part.calls} ({part.why})")
        elif isinstance(part, MayEnd):
            texts.append(f"{part.end} perhaps")
        else:
            texts.append("the end" if claim.end is None else str(claim.end))
    return " or ".join(texts)


def _why(parts: list[Any], claim: Claim) -> str:
    """What is said first to be unknown."""
    for part in parts:
        if isinstance(part, Possible):
            return part.why
        if isinstance(part, MayEnd):
            return str(part.end)
        if not part.call.is_known:
            return str(part.call)
    return claim.open_end or ""


def main(arguments: list[str]) -> int:
    """Prints the verdicts, and the sum of them; 1 where something is wrong."""
    if arguments == ["--serve"]:
        for judgement in judge((line.strip() for line in sys.stdin), 1):
            print(json.dumps(judgement.to_dict()), flush=True)
        return 0
    as_json = arguments[:1] == ["--json"]
    found = []
    for judgement in judge(arguments[as_json:]):
        found.append(judgement)
        print(json.dumps(judgement.to_dict()) if as_json else judgement, flush=True)
    wrong = sum(judgement.verdict == WRONG for judgement in found)
    if not as_json:
        calls, known, possible = (sum(getattr(j, name) for j in found) for name in ("calls", "known", "possible"))
        print(f"{len(found)} scripts, {wrong} wrong; {calls} calls, of which known {known}, possible {possible}, unknown {calls - known - possible}")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
