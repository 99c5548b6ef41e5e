"""A call that does not fit an operation's signature: refused as PyTorch refuses it, or unknown.

PyTorch takes some forms of a call that no rule here has (`forms.py`, generated from its own declarations): of those the result is
unknown. What neither has is a TypeError, as from PyTorch's own parser of arguments.
"""

from __future__ import annotations

from convcalc.tensor import ShapeTypeError, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def misfit(rule: Any, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Exception | None:
    """What to raise of a call that its rule did not take; None where the arguments fit, and something else went wrong."""
    from inspect import signature

    form = signature(rule)
    try:
        form.bind(*args, **kwargs)
    except TypeError:
        pass
    else:
        return None
    from .forms import FORMS

    keywords, _, count = FORMS.get(label, "").partition("|")
    least, most = (int(n) for n in (count or "1 0").split())
    parameters = list(form.parameters.values())
    named = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD or p.kind is p.KEYWORD_ONLY]
    names = {p.name for p in named}
    also = keywords.split()
    other = [name for name in kwargs if name not in names and name not in also]
    if not other and (
        any(name not in names for name in kwargs) or (len(args) != len(parameters) and least <= len(args) <= most)
    ):
        return UnknownValue(f"{label}(...)")
    name = label.rpartition(".")[2]
    places = [p for p in named if p.kind is p.POSITIONAL_OR_KEYWORD]
    needed = [p.name for p in places if p.default is p.empty]
    own = label.startswith("Tensor.")  # the tensor itself is no argument to who writes x.view(...)
    if other:
        return ShapeTypeError(f"{name}() got an unexpected keyword argument '{other[0]}'")
    if len(args) > len(places):
        least, most, given = len(needed) - own, len(places) - own, len(args) - own
        takes = f"from {least} to {most}" if least != most else f"{most}"
        return ShapeTypeError(
            f"{name}() takes {takes} positional argument{'' if most == 1 else 's'} but {given} {'was' if given == 1 else 'were'} given"
        )
    twice = [p.name for p in places[: len(args)] if p.name in kwargs]
    if twice:
        return ShapeTypeError(f"{name}() got multiple values for argument '{twice[0]}'")
    missing = [n for n in needed[len(args) :] if n not in kwargs]
    missing += [p.name for p in named if p.kind is p.KEYWORD_ONLY and p.default is p.empty and p.name not in kwargs]
    listed = (
        " and ".join(filter(None, [", ".join(f"'{n}'" for n in missing[:-1]), f"'{missing[-1]}'"])) if missing else ""
    )
    return ShapeTypeError(
        f"{name}() missing {len(missing)} required positional argument{'s'[: len(missing) > 1]}: {listed}"
    )
