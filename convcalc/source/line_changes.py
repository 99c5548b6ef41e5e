"""What is different between two texts, line by line, in time that does not explode: a stranger's file may have a million equal lines."""

from __future__ import annotations

from difflib import SequenceMatcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Opcode = tuple[str, int, int, int, int]

MOST = 1_000_000  # pairs of lines that are compared for a shortest difference
CONTEXT = 3  # equal lines around a change of a patch


class LineMatcher(SequenceMatcher[str]):
    """As difflib has it, but for the lines that both have in common at their start and end, and for differences too large to be looked through."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        self.a, self.b = old, new

    def get_opcodes(self) -> list[Opcode]:  # type: ignore[override]
        """As difflib's, (kind, first, end, first of the new ones, end of the new ones)."""
        old, new = self.a, self.b
        start = _common(iter(old), iter(new))
        rest = min(len(old), len(new)) - start
        end = min(_common(reversed(old), reversed(new)), rest)
        last, new_last = len(old) - end, len(new) - end
        found: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
        found += _between(list(old[start:last]), list(new[start:new_last]), start)
        return found + ([("equal", last, len(old), new_last, len(new))] if end else [])


def _common(one: Iterator[str], other: Iterator[str]) -> int:
    count = 0
    for a, b in zip(one, other):
        if a != b:
            break
        count += 1
    return count


def _between(old: list[str], new: list[str], at: int) -> list[Opcode]:
    """What is different between lines that stand behind `at` equal ones."""
    if len(old) * len(new) <= MOST:
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [(kind, a + at, b + at, c + at, d + at) for kind, a, b, c, d in codes]
    if len(old) != len(new):
        return [("replace", at, at + len(old), at, at + len(new))]
    found: list[Opcode] = []
    for i, (a, b) in enumerate(zip(old, new), at):
        kind = "equal" if a == b else "replace"
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1], i + 1, found[-1][3], i + 1)
        else:
            found.append((kind, i, i + 1, i, i + 1))
    return found


def unified_diff(old: list[str], new: list[str], file: str) -> Iterator[str]:
    """The lines of a patch, as `patch -p0` takes it."""
    hunks = list(LineMatcher(old, new).get_grouped_opcodes(CONTEXT))
    if hunks:
        yield f"--- {file}\n"
        yield f"+++ {file}\n"
    for hunk in hunks:
        yield f"@@ -{_range(hunk[0][1], hunk[-1][2])} +{_range(hunk[0][3], hunk[-1][4])} @@\n"
        for kind, a, b, c, d in hunk:
            if kind == "equal":
                yield from (f" {line}" for line in old[a:b])
            else:
                yield from (f"-{line}" for line in old[a:b])
                yield from (f"+{line}" for line in new[c:d])


def _range(start: int, end: int) -> str:
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"
