"""Random programs of loops, branches and lists, which Python runs and convcalc must not contradict.

`write(seed, kind)` gives a program of one of three kinds: of counters alone ("counted"); with conditions that call `input()`, whose truth only a
real run tells ("branching"); with numbers that `input()` gives as well ("unknown"). A program leaves its results under the names of `RESULTS`.
"""

from __future__ import annotations

import random

HEAD = """
from collections import deque
class Counter: pass
o = Counter(); o.n = 0
a = b = c = i = j = s = 0
xs = []; ys = []; d = {'k': 0}; q = deque(maxlen=5)
def step(n):
    if n % 4 == 0: o.n += 1
    else: ys.append(n)
"""
PICK = """
def pick(n):
    t = 0
    for _ in range(3):
        t += n
    if input():
        return n + 1
    if n > 3:
        if input(): t += 1
        else: return t
        o.n += 1
    return n
"""
TAIL = "d_k, o_n, q_list = d['k'], o.n, list(q)\n"
RESULTS = ("result", "xs", "ys", "d_k", "o_n", "q_list")
NUMBERS = ("a", "b", "c")


def write(seed: int, kind: str) -> str:
    """The source of a program."""
    return _Writer(seed, kind).program()


class _Writer:
    def __init__(self, seed: int, kind: str) -> None:
        self.random = random.Random(f"{kind} {seed}")
        self.kind = kind

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def program(self) -> str:
        in_function = self.random.random() < 0.5
        lines: list[str] = []
        for _ in range(self.random.randint(1, 2)):
            is_loop = self.kind == "counted" or self.random.random() < 0.5
            lines += self.loop(int(in_function), 0, 0) if is_loop else self.block(int(in_function), 0, 0)
        result = "(a, b, c, i, j, s)"
        text = HEAD + (PICK if self.kind != "counted" else "")
        if in_function:
            start = "def main():\n    global xs\n    a = b = c = i = j = s = 0\n"
            return text + start + "\n".join(lines) + f"\n    return {result}\nresult = main()\n" + TAIL
        return text + "\n".join(lines) + f"\nresult = {result}\n" + TAIL

    def number(self) -> str:
        return self.one(*"0 1 2 3 4 5 7 10 12 20 25 33 50".split())

    def expression(self, depth: int = 0) -> str:
        chance = self.random.random()
        if depth > 2 or chance < 0.25:
            return self.number()
        if chance < 0.6:
            return self.one(*NUMBERS, "i")
        if chance < 0.7:
            return f"len({self.one('xs', 'ys')})"
        sign = self.one("+", "-", "*", "%", "//")
        right = self.one("2", "3", "4", "5", "7", "10") if sign in "%//" else self.expression(depth + 1)
        return f"({self.expression(depth + 1)} {sign} {right})"

    def condition(self) -> str:
        chance = self.random.random()
        if self.kind != "counted" and chance < 0.4:
            known = self.known_condition()
            asked = self.one("input()", "input() > 1") if self.kind == "unknown" else "input()"
            word = self.one("and", "or")
            return self.one(asked, asked, f"not {asked}", f"{asked} {word} {known}", f"{known} {word} {asked}")
        return self.known_condition()

    def known_condition(self) -> str:
        chance = self.random.random()
        if chance < 0.3:
            return f"{self.one(*NUMBERS, 'i')} % {self.one('2', '3', '5', '10')} == {self.one('0', '1')}"
        compared = f"{self.expression()} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.expression()}"
        if chance < 0.4:
            return f"not {compared}"
        if chance < 0.5:
            return f"{compared} {self.one('and', 'or')} {self.expression()} > {self.number()}"
        return f"{self.one(*NUMBERS)} in ({self.number()}, {self.number()})" if chance < 0.55 else compared

    def block(self, indent: int, depth: int, loops: int) -> list[str]:
        return [line for _ in range(self.random.randint(1, 3)) for line in self.statement(indent, depth, loops)]

    def statement(self, indent: int, depth: int, loops: int) -> list[str]:
        space = "    " * indent
        if self.kind != "counted" and self.random.random() < 0.12:
            return [space + self.branching()]
        if self.kind == "unknown" and self.random.random() < 0.3:
            return [space + self.unknown()]
        chance = self.random.random()
        if chance < 0.66:
            return [space + self.plain()]
        if chance < 0.82 and depth < 3:
            lines = [f"{space}if {self.condition()}:", *self.block(indent + 1, depth + 1, loops)]
            if self.random.random() < 0.4:
                lines += [f"{space}else:", *self.block(indent + 1, depth + 1, loops)]
            return lines
        if chance < 0.9 and depth < 2 and 0 < loops < 2:
            return self.loop(indent, depth + 1, loops)
        if loops and chance < 0.94:
            return [f"{space}if {self.condition()}: {self.one('break', 'continue')}"]
        return [f"{space}step({self.expression()})"]

    def plain(self) -> str:
        name = self.one(*NUMBERS)
        return self.one(
            f"{name} += {self.one('1', '2', '3', self.expression())}", f"{name} += {self.one('1', '2', '3')}", f"{name} -= 1",
            f"{name} = {self.expression()}", f"xs.append({self.one(self.expression(), '(i, a)', '0', '[i]')})", f"ys.append({self.one('1', name)})",
            f"o.n += {self.one('1', self.expression())}", f"d['k'] = {self.expression()}", f"s = max({self.expression()}, {self.expression()})",
            "print(f'{i} {a}')", f"q.append({self.expression()})", "ys.extend(q)", f"{name} = ys[-1] if len(ys) > 3 else {name}",
            f"{name} = ys[0] if ys else 0", f"{name} = sum(ys)" if self.kind == "counted" else f"{name} += 1",
        )  # fmt: skip

    def branching(self) -> str:
        name = self.one(*NUMBERS)
        return self.one(
            f"{name} = {self.expression()} if {self.condition()} else {self.expression()}",
            f"xs += [i for i in range(3) if {self.condition()}]",
            f"{name} = pick({self.expression()})",
        )

    def unknown(self) -> str:
        name, items = self.one(*NUMBERS), self.one("xs", "ys")
        return self.one(
            f"{name} = {items}[input()] if {items} else 0", f"{items} = {items}[:input()]", f"{items}.append(input())", f"{name} += input()",
            f"{name} = len(range(input()))", f"{items} += list(range(input()))", f"{items} += [t for t in range(input())]", f"{name} = sum(range(input()))",
            f"{items}.insert(input(), 7)", f"d[input()] = {name}", "o.n = input()", "q.append(input())", f"{name} = max({name}, input())",
            f"{name} = int(input())", f"s, {name} = divmod(input(), 2)", f"{name} = len('x' * input())", f"{items}[len({items}):] = [1]",
            f"{name} = d.get(input(), 0)", f"{name} = [1, 2, 3, 4][input()]", f"{name} = [5, 5, 5, 5][input()]", f"{items}.extend([{name}] * input())",
            f"for t in range(input()): {name} += 1", f"for t in range(input()): {items}.append(t)", f"{name} = abs(-input()) + input() // 2",
            f"{items}.append([1, 2, 3, 4].index(1 + input()))",
        )  # fmt: skip

    def loop(self, indent: int, depth: int, loops: int) -> list[str]:
        space, name = "    " * indent, "j" if loops else "i"
        body = self.block(indent + 1, depth, loops + 1)
        if self.random.random() < 0.2:
            counter = f"w{indent}"
            start = [f"{space}{counter} = 0", f"{space}while {counter} < {self.one('15', '40', '60')}:"]
            return [*start, f"{space}    {counter} += {self.one('1', '1', '2', '3')}", *body]
        items = self.one(
            *[f"{name} in range({bounds})" for bounds in ("12", "30", "40", "100", "3, 60", "50, 0, -1", "0, 90, 3")],
            f"{name}, _ in enumerate(range({self.one('20', '50')}))", f"{name} in reversed(range(20))", f"{name}, _ in zip(range(40), range(100))",
        )  # fmt: skip
        return [f"{space}for {items}:", *body]
