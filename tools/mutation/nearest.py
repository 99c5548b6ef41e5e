"""The tests nearest to a fault: those that run its block, the ones that run little else first, taken from all files of tests in turn."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tools.mutation.kinds import blocks
from tools.mutation.marks import numbers

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable

    from tools.mutation.kinds import Mutant


class Traced(NamedTuple):
    """A test as it was traced: its name for pytest, how long it took, how many blocks it ran."""

    name: str
    seconds: float
    blocks: int


class Nearest:
    """What the trace of a workspace tells."""

    def __init__(self, tree: pathlib.Path, trace: pathlib.Path) -> None:
        self.tree = tree
        self.first = numbers(str(tree))
        self.tests: dict[str, Traced] = {}
        self.of_block: dict[int, list[str]] = defaultdict(list)
        with open(trace, encoding="utf8") as lines:
            for line in lines:
                name, seconds, hit = json.loads(line)
                if name not in self.tests:
                    self.tests[name] = Traced(name, seconds, len(hit))
                    for block in hit:
                        self.of_block[block].append(name)

    def to(self, mutant: Mutant) -> list[Traced]:
        """The tests that run the mutant's block, nearest first; of what stands outside of functions those that run anything of its file."""
        found: set[str] = set()
        for block in self._blocks(mutant):
            found.update(self.of_block[block])
        by_file = defaultdict(list)
        for test in sorted(
            (self.tests[name] for name in found), key=lambda test: (test.seconds > 2, test.blocks, test.name)
        ):
            by_file[test.name.partition("::")[0]].append(test)
        return list(
            _in_turn(sorted(by_file.values(), key=lambda tests: sum(test.seconds for test in tests) / len(tests)))
        )

    def _blocks(self, mutant: Mutant) -> Iterable[int]:
        path = self.tree / mutant.file
        first = self.first[str(path)]
        inside, count = [], 0
        for count, (_, body) in enumerate(blocks(ast.parse(path.read_bytes())), 1):
            if body[0].lineno <= mutant.line <= (body[-1].end_lineno or 0):
                inside.append(((body[-1].end_lineno or 0) - body[0].lineno, first + count))
        return [min(inside)[1]] if inside else range(first + 1, first + count + 1)


def _in_turn(rows: list[list[Traced]]) -> Iterable[Traced]:
    for place in range(max(map(len, rows), default=0)):
        for row in rows:
            if place < len(row):
                yield row[place]


def within(tests: list[Traced], seconds: float, most: int) -> list[Traced]:
    """The first of the tests that together take so long at most, and are so many at most; the very first in any case."""
    chosen: list[Traced] = []
    spent = 0.0
    for test in tests:
        if chosen and (spent + test.seconds > seconds or len(chosen) >= most):
            continue
        chosen.append(test)
        spent += test.seconds
    return chosen
