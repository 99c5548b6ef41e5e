"""What is known of a rule, all of it in the rule's own file: `rules/NAME_WITH_UNDERSCORES.py` makes one `Rule` and calls it `RULE`.

There are four kinds, each made by a function of its own, which asks for the parts that this kind can have:

- `refused`: PyTorch raises it. Its refusal is explained, fixed, recovered from, and may have its root cause elsewhere.
- `root_cause`: names the cause of a refusal that another rule tells of, where the cause is found.
- `looked_for`: PyTorch accepts it or the command sets it; the analysis looks for it.
- `unknown`: says what could not be analysed. Its words are those of the place where the analysis gave up.

A part that a rule lacks is `None`, and `lacks` says why.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call

    from .cascade import Cascade
    from .diagnostic import Diagnostic
    from .fixes.case import Candidate, Case
    from .losses import LossCall
    from .root_cause import Suspect
    from .wording import RefusedCall

    Explain = Callable[[RefusedCall], str | None]
    Fixes = Callable[[Case], Iterator[Candidate]]
    AssumedOutput = Callable[[Call, ShapeError], Any]
    IsCause = Callable[[Suspect], bool]
    Find = Callable[[Program, Found], list[Diagnostic]]
    FindInLoss = Callable[[LossCall], Diagnostic | None]

ERROR, WARNING, UNKNOWN = SEVERITIES = ("error", "warning", "unknown")

# Why parts are lacking, where several rules share the reason.
PLAIN = "PyTorch's own words are the plainest"
MANY = "it stands for many refusals, which have nothing in common that could be said, fixed or assumed"
NO_INTENT = "nothing in the file tells which of the many possible changes is meant"
NO_OUTPUT = "the call has no output that would have a shape"
OWN_PLACE = "it arises where it stands: no layout of the input brings it about"


class Rule:
    """A kind of mistake.

    An `error` is what PyTorch refuses; a `warning` is what it accepts and is surely meant otherwise; `unknown` is what
    could not be analysed. `kind` is the function that made the rule.

    explain         the refusal in plain words, made of the refused call; None where this call is not told better than by PyTorch
    fixes           the changes of the source that may fix it, the likeliest first; each is tried before it is reported
    assumed_output  what error recovery assumes that the refused call would answer; None for an unknown
    cascade         which earlier refusals it follows from
    root_causes     the rules that may name its cause, in the order in which they are asked
    is_cause        of a root cause: whether it is the cause of a refusal; the diagnostic then says so
    find            of what no run raises: looks for it in a model that ran; `find_in_loss` in a loss that ran
    lacks           the reasons for the parts that are None, by the part's name
    """

    __slots__ = (
        "assumed_output", "cascade", "explain", "find", "find_in_loss", "fixes", "is_cause", "kind", "lacks", "name", "root_causes", "severity", "summary",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, severity: str, summary: str, lacks: Mapping[str, str]) -> None:
        self.kind = kind
        self.name = name
        self.severity = severity
        self.summary = summary
        self.lacks = lacks
        self.explain: Explain | None = None
        self.fixes: Fixes | None = None
        self.assumed_output: AssumedOutput | None = None
        self.cascade: Cascade | None = None
        self.root_causes: tuple[str, ...] | None = None
        self.is_cause: IsCause | None = None
        self.find: Find | None = None
        self.find_in_loss: FindInLoss | None = None

    def __repr__(self) -> str:
        return f"<Rule {self.name}>"


PARTS = {
    "refused": ("explain", "fixes", "assumed_output", "cascade", "root_causes"),
    "root_cause": ("is_cause", "fixes"),
    "looked_for": ("find", "fixes"),
    "unknown": (),
}


def refused(
    name: str,
    summary: str,
    *,
    explain: Explain | None,
    fixes: Fixes | None,
    assumed_output: AssumedOutput | None,
    cascade: Cascade | None,
    root_causes: tuple[str, ...] | None,
    find_in_loss: FindInLoss | None = None,
    lacks: Mapping[str, str] | None = None,
) -> Rule:
    """Return a rule of what PyTorch, or Python, raises; some are looked for in losses that do not raise, too."""
    rule = Rule("refused", name, ERROR, summary, lacks or {})
    rule.explain, rule.fixes, rule.assumed_output = explain, fixes, assumed_output
    rule.cascade, rule.root_causes, rule.find_in_loss = cascade, root_causes, find_in_loss
    return rule


def root_cause(
    name: str, summary: str, *, is_cause: IsCause, fixes: Fixes | None, lacks: Mapping[str, str] | None = None
) -> Rule:
    """Return a rule that names the cause of what another rule tells of."""
    rule = Rule("root_cause", name, ERROR, summary, lacks or {})
    rule.is_cause, rule.fixes = is_cause, fixes
    return rule


def looked_for(
    name: str,
    severity: str,
    summary: str,
    *,
    fixes: Fixes | None,
    find: Find | None = None,
    find_in_loss: FindInLoss | None = None,
    lacks: Mapping[str, str] | None = None,
) -> Rule:
    """Return a rule of what no run raises and the analysis looks for."""
    rule = Rule("looked_for", name, severity, summary, lacks or {})
    rule.fixes, rule.find, rule.find_in_loss = fixes, find, find_in_loss
    return rule


def unknown(name: str, summary: str) -> Rule:
    """Return a rule that says what could not be analysed."""
    return Rule("unknown", name, UNKNOWN, summary, {})
