"""The sizes that `convcalc check --fits` says a model takes, each tried in PyTorch."""

from __future__ import annotations

from typing import Any, NamedTuple

Shapes = tuple[tuple[int, ...], ...]
LARGEST = 400  # nobody waits for larger pictures
COMMON = 32  # most models halve a picture five times


class Try(NamedTuple):
    """Inputs of one size, and whether convcalc says that the model takes them."""

    letters: str
    size: int
    shapes: Shapes
    accepted: bool


def tries(fits: dict[str, Any], own: Shapes) -> list[Try]:
    """Up to four accepted sizes of each group of letters but the batch, and up to three refused ones, the others as they are.

    Accepted: the smallest two, one that is no multiple of 32, one above the model's own. Refused: the largest below the first
    accepted one, the smallest between accepted ones, one above the model's own; none where convcalc does not say that it knows all sizes.
    """
    letters = list(fits["inputs"].values())
    found = []
    for group in fits["sizes"]:
        if "N" in group["letters"]:
            continue
        usual = _own_size(group["letters"], letters, own)
        takes = {size for size in range(1, LARGEST + 1) if is_in(group["accepted"], size)}
        refuses = set(range(1, LARGEST + 1)) - takes if group["whole"] else set()
        for sizes, accepted in ((_accepted(takes, usual), True), (_refused(takes, refuses, usual), False)):
            found += [
                Try("".join(group["letters"]), size, _shapes(letters, own, group["letters"], size), accepted)
                for size in sorted(sizes)
            ]
    return found


def is_in(sizes: dict[str, Any], size: int) -> bool:
    """Whether a set of sizes, as the report writes it, has a size."""
    if any(first <= size <= last for first, last in sizes["runs"]):
        return True
    return bool(sizes["residues"]) and size >= sizes["start"] and size % sizes["period"] in sizes["residues"]


def _accepted(takes: set[int], usual: int) -> set[int]:
    ordered = sorted(takes)
    odd = [size for size in ordered[2:] if size % COMMON and size > usual // 2]
    larger = [size for size in ordered if size > usual]
    return set(ordered[:2]) | set(odd[:1]) | set(larger[:1])


def _refused(takes: set[int], refuses: set[int], usual: int) -> set[int]:
    first = min(takes, default=0)
    below = [size for size in refuses if size < first]
    between = [size for size in refuses if size > first]
    larger = [size for size in refuses if size > usual]
    return {pick(sizes) for pick, sizes in ((max, below), (min, between), (min, larger)) if sizes}


def _own_size(letters: list[str], shapes: list[list[Any]], own: Shapes) -> int:
    return next(
        size
        for shape, sizes in zip(shapes, own)
        for letter, size in zip(shape, sizes) if letter in letters
    )  # fmt: skip


def _shapes(shapes: list[list[Any]], own: Shapes, letters: list[str], size: int) -> Shapes:
    """The model's own inputs with another size in the place of some letters."""
    return tuple(
        tuple(size if letter in letters else usual for letter, usual in zip(shape, sizes))
        for shape, sizes in zip(shapes, own)
    )
