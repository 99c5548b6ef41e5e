"""The tests nearest to a fault: those that run its block, the ones that run little else first, taken from all files of tests in turn."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tools.mutation.kinds import blocks

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

    def __init__(self, tree: pathlib.Path, place: pathlib.Path) -> None:
        self.tree = tree
        self.tests: dict[str, Traced] = {}
        self.of_block: dict[str, list[str]] = defaultdict(list)
        for trace in sorted(place.glob("trace*.jsonl")):
            named = json.loads(
                trace.with_name(trace.name.replace("trace", "blocks").replace(".jsonl", ".json")).read_text("utf8")
            )
            for line in trace.read_text("utf8").splitlines():
                name, seconds, hit = json.loads(line)
                if name not in self.tests:
                    self.tests[name] = Traced(name, seconds, len(hit))
                    for number in hit:
                        self.of_block[named[number]].append(name)
        self.of_file: dict[str, list[str]] = defaultdict(list)
        for block in self.of_block:
            self.of_file[block.partition("|")[0]].append(block)
        # a function that has moved to another file
        self.moved = {block.partition("|")[2]: block for block in self.of_block}

    def is_in_function(self, mutant: Mutant) -> bool:
        return len(self._blocks(mutant)) == 1

    def to(self, mutant: Mutant) -> list[Traced]:
        """The tests that run the mutant's block, nearest first; of what stands outside of functions those that run anything of its file.

        Nearest are the tests that come by what few tests come by in the same function, and in the same file; after those, which run little else,
        from all files of tests in turn.
        """
        own = self._blocks(mutant)
        found = {name for block in own for name in self.of_block[block]}
        rare: dict[str, float] = defaultdict(float)
        file = own[0].partition("|")[0] if own else ""
        function = own[0].rpartition(":")[0] if len(own) == 1 else ""
        for block in self.of_file[file]:
            weight = (10.0 if block.rpartition(":")[0] == function else 1.0) / len(self.of_block[block])
            for name in self.of_block[block]:
                rare[name] += weight
        deep = sorted(
            (self.tests[name] for name in found), key=lambda test: (test.seconds > 2, -rare[test.name], test.blocks)
        )
        by_file = defaultdict(list)
        for test in sorted(deep, key=lambda test: (test.seconds > 2, test.blocks, test.name)):
            by_file[test.name.partition("::")[0]].append(test)
        wide = _in_turn(sorted(by_file.values(), key=lambda tests: sum(test.seconds for test in tests) / len(tests)))
        return list(dict.fromkeys(test for pair in zip(deep, wide) for test in pair))

    def _blocks(self, mutant: Mutant) -> list[str]:
        """The innermost block that a mutant stands in; outside of functions all blocks of its file."""
        name = mutant.file.partition("/")[2]
        inside, every = [], []
        for block, body in blocks(ast.parse((self.tree / mutant.file).read_bytes())):
            last = body[-1].end_lineno or 0
            every.append(self._known(name, block))
            if body[0].lineno <= mutant.line <= last:
                inside.append((last - body[0].lineno, every[-1]))
        return [min(inside)[1]] if inside else every

    def _known(self, name: str, block: str) -> str:
        own = f"{name}|{block}"
        return own if own in self.of_block else self.moved.get(block, own)


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
