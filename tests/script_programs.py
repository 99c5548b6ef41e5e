"""Random scripts, as Hypothesis draws them: loops with random bodies, and data loaders over items of random sizes.

What they call depends on counters, on lists that grow, on batches that come one by one; a few conditions hang on numbers that only a real run
knows, and some scripts go wrong in a late turn. Each ends by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

LOOP_HEAD = """
import torch
import torch.nn as nn
from collections import deque
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
a, b, c = nn.Linear(4, 4), nn.Linear(4, 2), nn.Linear(2, 3)
optimizer = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)
x = torch.randn(12, 4)
loader = DataLoader(TensorDataset(torch.randn(11, 4), torch.arange(11) % 2), batch_size=3, shuffle={shuffle}, drop_last={drop_last})
batches = iter(loader)
count, size, best, loss = 0, 1, 1e9, torch.zeros(())
kept, queue, table = [], deque(maxlen=4), {{"n": 0}}


def often(n):
    if n % 3 == 0:
        return b(a(x[: n % 4 + 1]))
    table["n"] += 1
    return b(x[:2])


"""
LOOP_TAIL = """
print(count, size, len(kept), table)
a(torch.zeros(count % 50 + 1, 4))
if kept:
    c(torch.cat(kept))
b(torch.zeros(table["n"] + 1, 4))
"""
HEADS = [
    "for i in range(6):",
    "for i in range(40):",
    "for i in range(1, 30, 3):",
    "for i, (u, v) in enumerate(loader):",
    "for i in reversed(range(12)):",
    "i = 0\nwhile i < 25:",
    "i = 0\nwhile True:",
]
NUMBERS = st.sampled_from("0 1 2 3 4 5 7".split())


def _statement(draw: Callable[[Any], Any], depth: int, loops: int) -> list[str]:
    """A statement of a loop's body, as lines."""
    n, m = draw(NUMBERS), draw(NUMBERS)
    one = [
        "count += 1", f"count += {n}", "size = min(size + 1, 6)", f"size = {n} + 1", "table['n'] += 1", f"table['n'] = count % ({n} + 2)",
        "a(x)", f"b(x[:{n} + 1])", "b(torch.zeros(size, 4))", f"a(x[: count % 5 + {m}])", f"kept.append(b(x[i % 3 : i % 3 + {n} + 1]))", "kept.append(b(x[:size]))",
        "kept = kept[-2:]", "kept.clear()", "queue.append(x[:size])", "queue.append(x[: i % 2 + 1])", "often(i)", "kept.append(often(count))",
        f"c(torch.zeros({n} + 1, 2 if count < 30 + {m} else 3))", "a(torch.zeros(2, 4 + (i == 9)))",
    ]  # fmt: skip
    some = [
        ["loss = b(a(x[:size])).pow(2).mean()", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"],
        ["if kept:", "    c(torch.cat(kept))"],
        ["if queue:", "    a(torch.cat(list(queue)))"],
        ["try:", "    u, v = next(batches)", "except StopIteration:", "    batches = iter(loader)", "    u, v = next(batches)", "b(u)"],
        ["for u, v in loader:", "    loss = nn.functional.cross_entropy(b(u), v)"],
        ["if loss.item() < best:", "    best = loss.item()", f"    b(x[:{n} + 1])"],
        ["with torch.no_grad():", "    count += a(x[:size]).shape[0]"],
    ]  # fmt: skip
    kind = draw(st.integers(0, 9))
    if kind < 4:
        return [draw(st.sampled_from(one))]
    if kind < 7 or depth > 2:
        return draw(st.sampled_from(some))
    if kind < 9:
        known = [
            f"i % ({n} + 2) == {m}",
            f"count > {n} * {m}",
            f"len(kept) > {n}",
            f"size == {n}",
            f"i >= {m} and count % 2",
        ]
        condition = draw(st.sampled_from([*known, "table['n'] % 2 == 0", "loss.item() > 0.5"]))
        body = _block(draw, depth + 1, loops)
        if loops and draw(st.integers(0, 4)) == 0:
            body.append(draw(st.sampled_from(["break", "continue"])))
        lines = [f"if {condition}:", *_indented(body)]
        if draw(st.booleans()):
            lines += ["else:", *_indented(_block(draw, depth + 1, loops))]
        return lines
    if loops > 1:
        return ["count += 1"]
    return [f"for j in range({n}):", *_indented(_block(draw, depth + 1, loops + 1))]


def _block(draw: Callable[[Any], Any], depth: int, loops: int) -> list[str]:
    return [line for _ in range(draw(st.integers(1, 3))) for line in _statement(draw, depth, loops)]


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


@st.composite
def loops(draw: Callable[[Any], Any]) -> str:
    """A script with one or two loops of up to forty turns."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        head = draw(st.sampled_from(HEADS))
        body = _block(draw, 0, 1)
        if "while" in head:
            body = ["i += 1", *(["if i > 20:", "    break"] if "True" in head else []), *body]
        lines += [*head.split("\n"), *_indented(body)]
    text = "\n".join(lines)
    if draw(st.booleans()):
        text = (
            "def main():\n    global count, size, best, loss, kept, batches\n"
            + "\n".join(_indented(text.split("\n")))
            + "\n\n\nmain()"
        )
    return LOOP_HEAD.format(shuffle=draw(st.booleans()), drop_last=draw(st.booleans())) + text + LOOP_TAIL


LOADER = """
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, IterableDataset, RandomSampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler

torch.manual_seed(0)
lengths = {lengths}


class Walks(Dataset):
    def __len__(self):
        return len(lengths)

    def __getitem__(self, i):
        steps = torch.ones(lengths[i], 3) * i
        return {item}


class Stream(IterableDataset):
    def __iter__(self):
        for i in range(len(lengths)):
            yield Walks()[i]


def padded(items):
    return pad_sequence([{of_item} for item in items], batch_first=True)


def cut(items):
    shortest = min(len({of_item}) for item in items)
    return torch.stack([({of_item})[:shortest] for item in items])


def joined(items):
    return torch.cat([{of_item} for item in items])


data = {data}
loader = DataLoader(data, batch_size={batch}{order}{collate})
net, head = nn.Linear(3, 5), nn.Linear(5, 2)
rows = 0
for epoch in range({epochs}):
    for item in loader:
        steps = {of_batch}
        out = head(net(steps))
        rows += len(out)
print(rows, out.shape)
head(torch.zeros(rows, 5))
"""
ITEMS = {
    "steps": "item",
    "(steps, i % 3)": "item[0]",
    '{"steps": steps, "n": lengths[i]}': 'item["steps"]',
    "[steps, float(i)]": "item[0]",
}


@st.composite
def loaders(draw: Callable[[Any], Any]) -> str:
    """A script that goes over a data loader, whose items are of random lengths."""
    lengths = draw(
        st.one_of(
            st.lists(st.integers(1, 5), min_size=1, max_size=14),
            st.builds(lambda length, number: [length] * number, st.integers(1, 5), st.integers(1, 14)),
            st.builds(lambda length, number: [length] * number + [length + 1], st.integers(1, 5), st.integers(1, 14)),
        )
    )
    item = draw(st.sampled_from(sorted(ITEMS)))
    data = draw(st.sampled_from(["Walks()", "Walks()", "[Walks()[i] for i in range(len(lengths))]", "Stream()"]))
    collate = draw(st.sampled_from(["", "", "padded", "cut", "joined"]))
    batch = draw(st.sampled_from(["1", "2", "3", "4", "5", "None"]))
    orders = ["", "", ", shuffle=True", ", drop_last=True", ", shuffle=True, drop_last=True", ", sampler=SequentialSampler(data)", ", sampler=RandomSampler(data, replacement=True, num_samples=7)"]  # fmt: skip
    orders += [
        ", sampler=SubsetRandomSampler(range(len(lengths) // 2 + 1))",
        ", sampler=WeightedRandomSampler([1.0] * len(lengths), 6)",
    ]
    order = "" if data == "Stream()" else draw(st.sampled_from(orders))
    if batch == "None":
        collate, order = "", order.replace(", drop_last=True", "")
    return LOADER.format(
        lengths=lengths, item=item, of_item=ITEMS[item], data=data, batch=batch, order=order, epochs=draw(st.integers(1, 2)),
        collate=f", collate_fn={collate}" if collate else "", of_batch="item" if collate else ITEMS[item],
    )  # fmt: skip
