"""Data loaders of the stand-in on their own terms: what a loop may ask of them, and how seldom the script's own code is called.

That the batches are PyTorch's is for tests/torch/test_loader_batches.py and the programs of tests/loaders.
"""

from __future__ import annotations

from typing import Any

import pytest

from convcalc.source.program import Program
from convcalc.standin import find_module
from convcalc.standin.any_index import AnyIndex
from convcalc.standin.drawing import SOME
from convcalc.standin.items import FEW
from convcalc.tensor import Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import float32
from convcalc.trace import Recorder

data: Any = find_module("torch.utils.data")
ops: Any = find_module("torch")


class Counting(data.Dataset):
    """Items made by a function of the index; counts how often it is asked for one."""

    def __init__(self, count: Any, make_item: Any) -> None:
        self.count = count
        self.make_item = make_item
        self.asked_for: list[Any] = []

    @property
    def calls(self) -> int:
        return len(self.asked_for)

    def __len__(self) -> Any:
        if isinstance(self.count, Unknown):
            raise UnknownValue("how many items there are")
        return self.count

    def __getitem__(self, i: Any) -> Any:
        self.asked_for.append(i)
        return self.make_item(i)


def rows(count: int) -> Any:
    table = make((count, 4), float32)
    return Counting(count, lambda i: table[i])


def lengths(count: int, odd: int = -1) -> Any:
    """Items that only a real index gives: element `odd` of the list is longer."""
    held = [make((5 if i == odd else 3,), float32) for i in range(count)]
    dataset = Counting(count, lambda i: held[i])
    dataset.held = held
    return dataset


def loop(dataset: Any, **options: Any) -> Any:
    return iter(data.DataLoader(dataset, **options))


@pytest.fixture(autouse=True)
def recorded() -> Any:
    with Recorder({__file__}) as record:
        yield record


# what a loop may ask


def test_next_gives_every_batch() -> None:
    sizes = [batch.shape[0] for batch in list(loop(rows(1000), batch_size=3))]
    assert sizes == [3] * 333 + [1]


def test_where_nobody_knows_how_many_there_are_64_batches_come() -> None:
    loader = data.DataLoader(Counting(Unknown("?"), lambda i: Tensor(2)), batch_size=5, shuffle=True)
    assert [batch.shape for batch in list(loader)] == [(5, 2)] * 64
    with pytest.raises(UnknownValue):
        len(loader)
    batches = loop(Counting(Unknown("?"), lambda i: Tensor(2)), batch_size=5)
    next(batches)
    assert batches.alike() is None
    assert isinstance(batches.remaining(), Unknown)


@pytest.mark.parametrize("shuffle", [False, True])
def test_alike_are_the_whole_batches_that_follow(shuffle: bool) -> None:
    batches = loop(rows(1000), batch_size=64, shuffle=shuffle)
    next(batches)
    assert (batches.remaining(), batches.alike()) == (15, 14)
    batches.skip(14)
    assert (batches.remaining(), batches.alike()) == (1, 0)
    assert next(batches).shape == (40, 4)
    assert (batches.remaining(), batches.alike()) == (0, 0)
    with pytest.raises(StopIteration):
        next(batches)


def test_what_differs_in_what_is_known_is_not_alike() -> None:
    batches = loop(lengths(1000), batch_size=4)
    next(batches)
    assert batches.alike() == 0
    batches = loop(Counting(1000, lambda i: (Tensor(2), i % 3)), batch_size=4)
    assert next(batches)[1].values == [0, 1, 2, 0]
    assert batches.alike() == 0
    labels = next(batches)[1]  # of many items, the first batch tells the numbers; the others are alike
    assert (labels.shape, labels.dtype.name, labels.values) == ((4,), "int64", None)
    assert batches.alike() == 248


def test_the_batches_of_a_sampler_are_counted_by_reading_ahead() -> None:
    groups = [[0, 1], [2, 3], [4, 5], [6], [7, 8]]
    batches = loop(rows(9), batch_sampler=groups)
    next(batches)
    assert (batches.remaining(), batches.alike()) == (4, 2)
    batches.skip(2)
    assert [batch.shape[0] for batch in list(batches)] == [1, 2]

    def for_ever() -> Any:
        while True:
            yield 0

    batches = loop(rows(9), sampler=for_ever(), batch_size=2)
    next(batches)
    assert isinstance(batches.remaining(), Unknown)


def test_a_stream_may_end_at_any_time() -> None:
    class Stream(data.IterableDataset):
        def __iter__(self) -> Any:
            for _ in range(7):
                yield Tensor(3)

    batches = loop(Stream(), batch_size=3)
    next(batches)
    assert (batches.alike(), isinstance(batches.remaining(), Unknown)) == (0, True)
    batches.skip(1)
    assert next(batches).shape == (1, 3)
    assert next(batches, None) is None
    assert batches.remaining() == 0


def test_a_loop_gets_every_batch() -> None:
    assert [batch.shape for batch in data.DataLoader(rows(10), batch_size=4)] == [(4, 4), (4, 4), (2, 4)]


# how seldom the script's own code is called


@pytest.mark.parametrize("shuffle", [False, True])
def test_one_item_stands_for_all_where_that_is_certain(shuffle: bool) -> None:
    dataset = rows(60_000)
    assert next(loop(dataset, batch_size=512, shuffle=shuffle)).shape == (512, 4)
    assert dataset.calls == 2  # an index, and one that stands for all


def test_where_it_is_not_items_from_all_over_are_looked_at() -> None:
    dataset = lengths(60_000)
    assert next(loop(dataset, batch_size=512, shuffle=True)).shape == (512, 3)
    assert dataset.calls <= SOME + 1
    dataset = lengths(60_000)
    assert next(loop(dataset, batch_size=32)).shape == (32, 3)
    assert dataset.calls <= 32 + 1


@pytest.mark.parametrize(("count", "odd"), [(FEW, 77), (5000, 1234), (5000, 4999), (5000, 0)])
def test_the_odd_one_is_seen(count: int, odd: int) -> None:
    batch = next(loop(lengths(count, odd), batch_size=8, shuffle=True))
    assert batch.shape[0] == 8
    assert isinstance(batch.shape[1], Unknown)
    assert "Counting" in batch.shape[1].reason


def test_in_order_only_the_items_asked_for_count() -> None:
    batches = loop(lengths(100, 50), batch_size=8)
    assert [next(batches).shape for _ in range(6)] == [(8, 3)] * 6
    with pytest.raises(RuntimeError, match=r"stack expects each tensor to be equal size, but got \[3\] at entry 0 and \[5\] at entry 2"):  # fmt: skip
        next(batches)


def test_slices_from_the_index_on() -> None:
    series = make((1000, 2), float32)
    fits = Counting(990, lambda i: series[i : i + 10])
    assert next(loop(fits, batch_size=8, shuffle=True)).shape == (8, 10, 2)
    assert fits.calls == 2
    too_long = Counting(1000, lambda i: series[i : i + 10])
    assert isinstance(next(loop(too_long, batch_size=8, shuffle=True)).shape[1], Unknown)


def test_a_size_that_hangs_on_the_index_is_no_size_of_all() -> None:
    batch = next(loop(Counting(1000, lambda i: Tensor(3, 2 + i % 2)), batch_size=8, shuffle=True))
    assert batch.shape[:2] == (8, 3)
    assert isinstance(batch.shape[2], Unknown)


def test_a_branch_on_the_index_is_taken_for_each() -> None:
    dataset = Counting(1000, lambda i: Tensor(3) if i < 500 else Tensor(4))
    assert isinstance(next(loop(dataset, batch_size=8, shuffle=True)).shape[1], Unknown)


def test_sizes_by_chance_are_not_known() -> None:
    program = Program("model.py", b"")
    program.run()
    random = program.find_module("random")
    with program.recording():
        dataset = Counting(100, lambda i: Tensor(random.randint(1, 1_000_000)))
        assert isinstance(next(loop(dataset, batch_size=8)).shape[1], Unknown)
        flipped = Counting(100, lambda i: ops.flip(Tensor(3, 3), (0,)) if random.random() < 0.5 else Tensor(3, 3))
        assert next(loop(flipped, batch_size=8)).shape == (8, 3, 3)


def test_what_was_tried_leaves_no_trace(recorded: Recorder) -> None:
    dataset = Counting(1000, lambda i: (ops.rand(3), i))
    next(loop(dataset, batch_size=8))
    assert [call.type for call in recorded.calls] == ["torch.rand"]
    assert recorded.branches == 0


def test_an_epoch_remembers_the_last_one() -> None:
    dataset = lengths(5000)
    loader = data.DataLoader(dataset, batch_size=8, shuffle=True)
    assert next(iter(loader)).shape == (8, 3)
    calls = dataset.calls
    assert next(iter(loader)).shape == (8, 3)
    assert dataset.calls == calls + 2  # the first item, and the try with an index that stands for all
    odd = lengths(5000, odd=4999)
    dataset.held, dataset.make_item = odd.held, odd.make_item
    assert isinstance(next(iter(loader)).shape[1], Unknown)


# an index that stands for all


def test_what_holds_for_every_index() -> None:
    i = AnyIndex(0, 9)
    assert isinstance(i, int)
    assert (i >= 0, i < 10, i == 10, i > -1, i + 5 > 4, i * 2 <= 18, 3 - i >= -6) == (True, True, False, True, True, True, True)  # fmt: skip
    assert (i + 7) - i == 7
    assert (i + 1) * 3 - 3 * i == 3
    assert (i % 3 < 3, i // 10 == 0, (i + 20) // 100, i is None, i == "a") == (True, True, 0, False, False)
    assert (i.lesser(10) is i, i.greater(0) is i, (i + 4).greater(i) is not i) == (True, True, True)


@pytest.mark.parametrize("question", [
    lambda i: i == 3, lambda i: i < 5, lambda i: bool(i), lambda i: i % 2 == 0, lambda i: [1, 2, 3][i], lambda i: {0: 1}[i], lambda i: f"{i}",
    lambda i: str(i), lambda i: range(i), lambda i: int(i), lambda i: "abc"[i:], lambda i: hash(i), lambda i: i // 2 > 3, lambda i: i.lesser(5),
    lambda i: float(i), lambda i: round(i),
])  # fmt: skip
def test_what_hangs_on_the_index_is_unknown(question: Any) -> None:
    with pytest.raises((UnknownValue, TypeError)):
        question(AnyIndex(0, 9))
