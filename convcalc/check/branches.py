"""Branches on values that are not known, in words."""

from __future__ import annotations

from convcalc.source.branches import condition_at, is_negation, is_plain, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.source.program import Program
    from convcalc.trace import Branch


def followed(program: Program, branch: Branch) -> str:
    """Return which side of a branch the run followed."""
    condition, holds = described(program, branch)
    because = ", since it is refused otherwise" if branch.is_other else ""
    if condition is None:
        return f"a condition on {branch.reason}, which is not known, was taken as {str(branch.answer).lower()}{because}"
    if holds is None:
        return (
            f"`{condition}` depends on {branch.reason}, which is not known: "
            f"that is taken as {str(branch.answer).lower()}{because}"
        )
    return (
        f"whether `{condition}` holds is not known ({branch.reason}): "
        f"followed as if it {'did' if holds else 'did not'}{because}"
    )


def supposed(program: Program, branch: Branch) -> str:
    """Return under which condition a run is the one that `branch` belongs to."""
    condition, holds = described(program, branch)
    if condition is None:
        return f"if {branch.reason} is {str(branch.answer).lower()} in line {branch.line}"
    if holds is None:
        return f"if `{condition}` in line {branch.line} goes {'another' if branch.answer else 'this'} way"
    return f"if `{condition}` in line {branch.line} {'holds' if holds else 'does not hold'}"


def described(program: Program, branch: Branch) -> tuple[str | None, bool | None]:
    """Return the condition as the source has it, and whether the run took it to hold; None where that is not known."""
    known = program.syntax_of(branch.file)
    node = None if known is None else condition_at(known[1], branch.line)
    if known is None or node is None:
        return None, None
    test = getattr(node, "test", node)
    plain = branch.is_of_test or is_plain(test)
    holds = branch.answer if plain else not branch.answer if is_negation(test) else None
    return quoted(known[0], node), holds
