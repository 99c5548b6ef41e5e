"""Mutants that change nothing which anybody could see, each with the reason: they are no fault that a test could notice.

A mutant is known by its file and by the line before and after, so that the list outlives changes elsewhere in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.mutation.kinds import Mutant

# File, the line as it is, the line with the fault, and why nothing follows from it.
KNOWN = [
    (
        "convcalc/formulas/inverse.py",
        'padding, output_padding = _largest(settings["padding"]), _largest(settings.get("output_padding", 0))',
        'padding, output_padding = _largest(settings["padding"]), _largest(settings.get("output_padding", 1))',
        "settings that are compared with one another all have an output_padding or all have none: each rank is one more",
    ),
    (
        "convcalc/nn/utils/parametrizations.py",
        "def __init__(self, weight: Tensor, orthogonal_map: str, *, use_trivialization: bool = True) -> None:",
        "def __init__(self, weight: Tensor, orthogonal_map: str, *, use_trivialization: bool = False) -> None:",
        "the one call of this class, which is not public, gives the argument",
    ),
    (
        "convcalc/nn/utils/parametrizations.py",
        "square = make((*X.shape[:-2], rows, rows), X.dtype, device=X.device)",
        "square = make((*X.shape[:(+2)], rows, rows), X.dtype, device=X.device)",
        "of this tensor only the element type is looked at: what is made of it is thrown away",
    ),
    (
        "convcalc/source/prefetch.py",
        'found.add(f"convcalc.ops.{family}")',
        "pass",
        "what is not imported ahead is imported when it is first used",
    ),
]


def reason(mutant: Mutant, source: bytes) -> str | None:
    """Why a mutant is no fault; None where it may be one."""
    before, after = _line(source, mutant, None), _line(source, mutant, mutant.text)
    return next((why for file, old, new, why in KNOWN if (file, old, new) == (mutant.file, before, after)), None)


def _line(source: bytes, mutant: Mutant, text: str | None) -> str:
    """The line, or lines, of a mutant, with another text in its place."""
    start = source.rfind(b"\n", 0, mutant.start) + 1
    end = source.find(b"\n", mutant.end)
    middle = source[mutant.start : mutant.end] if text is None else text.encode()
    return (source[start : mutant.start] + middle + source[mutant.end : end if end >= 0 else None]).decode().strip()
