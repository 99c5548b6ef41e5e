"""Data loaders drawn at random beside PyTorch's: the same batches, the same refusals, or unknown.

Both loaders get the same recipe: items of some kinds and sizes, held in a data set of some kind, an order, a way to put them together.
Where the order is random, PyTorch's batch is one of those that ours must allow.
"""

from __future__ import annotations

import itertools
import re
from typing import Any, NamedTuple

import numpy
import pytest
import torch
import torch.utils.data.distributed
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from convcalc.standin import find_module
from convcalc.tensor import Tensor, Unknown
from convcalc.trace import Recorder

pytestmark = pytest.mark.filterwarnings("ignore")
MANY = 40  # batches that are looked at


class World(NamedTuple):
    """PyTorch, or what stands for it."""

    torch: Any
    data: Any
    numpy: Any


REAL = World(torch, torch.utils.data, numpy)
OURS = World(find_module("torch"), find_module("torch.utils.data"), find_module("numpy"))


class Recipe(NamedTuple):
    fields: tuple[tuple[str, bool], ...]  # the kind of each part of an item, and whether its size differs between items
    container: str
    sizes: tuple[int, ...]  # one number an item
    held: str
    order: str
    options: dict[str, Any]
    together: str


KINDS = (
    "float32 int64 uint8 array64 array_int32 scalar64 scalar_int16 int float bool str list pair none missing".split()
)
CONTAINERS = ("alone", "tuple", "list", "dict", "named")
HELD = ("list", "data set", "items at once", "subset", "concatenated", "stacked", "split", "stream")
ORDERS = (
    "plain",
    "plain",
    "shuffle",
    "list",
    "subset",
    "weighted",
    "random",
    "batches",
    "groups",
    "share",
    "one by one",
)
TOGETHER = ("default", "default", "default", "kept", "padded", "joined")

Named = __import__("collections").namedtuple("Named", "first rest")


def part(world: World, kind: str, n: int, i: int) -> Any:
    """A part of item `i`, of size `n` where it has one."""
    if kind in ("float32", "int64", "uint8"):
        return world.torch.zeros(n, 2, dtype=getattr(world.torch, kind))
    if kind == "array64":
        return world.numpy.zeros((n, 2))
    if kind == "array_int32":
        return world.numpy.zeros((n,), dtype=world.numpy.int32)
    if kind == "scalar64":
        return world.numpy.zeros((3,))[i % 3]
    if kind == "scalar_int16":
        return world.numpy.arange(50, dtype=world.numpy.int16)[i]
    if kind == "list":
        return [i] * n
    if kind == "pair":
        return (i, world.torch.zeros(n))
    return {"int": i, "float": i / 2, "bool": i % 2 == 0, "str": "x" * n, "none": None, "missing": None if n == 2 else i}[kind]  # fmt: skip


def item(world: World, recipe: Recipe, i: int) -> Any:
    parts = [part(world, kind, recipe.sizes[i] if differs else 3, i) for kind, differs in recipe.fields]
    if recipe.container == "alone":
        return parts[0]
    if recipe.container == "dict":
        return {f"part {at}": value for at, value in enumerate(parts)}
    if recipe.container == "named":
        return Named(parts[0], tuple(parts[1:]))
    return tuple(parts) if recipe.container == "tuple" else parts


def data_set(world: World, recipe: Recipe) -> Any:
    data, count = world.data, len(recipe.sizes)
    items = [item(world, recipe, i) for i in range(count)]

    class Held(data.Dataset):  # type: ignore[name-defined]
        def __len__(self) -> int:
            return count

        def __getitem__(self, i: int) -> Any:
            return item(world, recipe, i)

    class AtOnce(Held):
        def __getitems__(self, indices: Any) -> Any:
            return [self[i] for i in indices]

    class Stream(data.IterableDataset):  # type: ignore[name-defined]
        def __iter__(self) -> Any:
            for i in range(count):
                yield item(world, recipe, i)

    if recipe.held == "list":
        return items
    if recipe.held == "data set":
        return Held()
    if recipe.held == "items at once":
        return AtOnce()
    if recipe.held == "subset":
        return data.Subset(Held(), list(range(count))[::-1])
    if recipe.held == "concatenated":
        return data.ConcatDataset([items[: count // 2 + 1], data.Subset(Held(), range(count // 2 + 1, count))])
    if recipe.held == "stacked":
        return data.StackDataset(Held(), items)
    if recipe.held == "split":
        return data.random_split(Held(), [count - count // 3, count // 3])[0]
    return Stream()


def loader(world: World, recipe: Recipe) -> Any:
    data, held = world.data, data_set(world, recipe)
    count = len(recipe.sizes) if recipe.held == "stream" else len(held)
    options = dict(recipe.options)
    if recipe.order == "shuffle":
        options["shuffle"] = True
    elif recipe.order == "list":
        options["sampler"] = list(range(count))[::2]
    elif recipe.order == "subset":
        options["sampler"] = data.SubsetRandomSampler(list(range(count))[: count // 2 + 1])
    elif recipe.order == "weighted":
        options["sampler"] = data.WeightedRandomSampler([float(i % 3 != 1) for i in range(count)], count)
    elif recipe.order == "random":
        options["sampler"] = data.RandomSampler(held, replacement=True, num_samples=count + 2)
    elif recipe.order == "share":
        options["sampler"] = data.distributed.DistributedSampler(held, 2, 1, shuffle=False, drop_last=count % 2 == 0)
    elif recipe.order in ("batches", "groups", "one by one"):
        size = options.pop("batch_size")
        options.pop("drop_last")
        if recipe.order == "one by one":
            options["batch_size"] = None
        elif recipe.order == "batches":
            options["batch_sampler"] = data.BatchSampler(range(count), size, True)
        else:
            options["batch_sampler"] = [list(range(i, min(i + 1 + i % size, count))) for i in range(count)]
    collate = {"kept": kept, "padded": padded(world), "joined": joined(world)}.get(recipe.together)
    return data.DataLoader(held, collate_fn=collate, **options)


def kept(batch: Any) -> Any:
    return batch


def padded(world: World) -> Any:
    """The first parts, padded to the longest; the others as a list."""

    def pad(batch: Any) -> Any:
        columns = list(zip(*batch))
        longest = max(len(x) for x in columns[0])
        return world.torch.stack([world.torch.cat([x, x.new_zeros(longest - len(x), 2)]) for x in columns[0]])

    return pad


def joined(world: World) -> Any:
    return lambda batch: (world.torch.cat([x[0] for x in batch]), world.torch.tensor([x[-1] for x in batch]))


recipes = st.builds(
    Recipe,
    st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), min_size=1, max_size=3).map(tuple),
    st.sampled_from(CONTAINERS),
    st.lists(st.integers(1, 4), min_size=1, max_size=9).map(tuple),
    st.sampled_from(HELD),
    st.sampled_from(ORDERS),
    st.fixed_dictionaries({"batch_size": st.integers(1, 5), "drop_last": st.booleans()}),
    st.sampled_from(TOGETHER),
)


def fits_together(recipe: Recipe) -> bool:
    """Whether a way to put items together can be meant for these."""
    if recipe.order == "one by one":
        return recipe.together == "default"
    if recipe.together == "padded":
        return recipe.container in ("tuple", "list") and recipe.fields[0][0] in ("float32", "int64")
    if recipe.together == "joined":
        last = recipe.fields[-1][0]
        return recipe.container in ("tuple", "list") and recipe.fields[0][0] in ("float32", "int64") and last in ("int", "bool", "float")  # fmt: skip
    return True


# what came of it


def described(value: Any) -> Any:
    """A batch in words that both worlds share: None is what is not known."""
    if isinstance(value, Unknown):
        return None
    if hasattr(value, "__tensor__"):
        value = value.__tensor__()
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        value = torch.as_tensor(value)
    if isinstance(value, Tensor):
        shape = [None if isinstance(n, Unknown) else n for n in value.shape]
        return "tensor", shape, value.dtype.name, value.values and list(value.values)
    if isinstance(value, torch.Tensor):
        return "tensor", list(value.shape), str(value.dtype).removeprefix("torch."), value.flatten().tolist()
    if isinstance(value, dict):
        return "dict", [[key, described(part)] for key, part in value.items()]
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [described(part) for part in value]
    return type(value).__name__, value


def allows(ours: Any, real: Any) -> bool:
    """Whether what is known is so."""
    if ours is None:
        return True
    if ours[0] != real[0]:  # a number that is not known is handed on as a tensor
        return ours[0] == "tensor" and ours[1] == [] and ours[3] is None and real[0] in ("int", "bool")
    if ours[0] == "tensor":
        same = len(ours[1]) == len(real[1]) and all(a is None or a == b for a, b in zip(ours[1], real[1]))
        return same and ours[2] == real[2] and (not ours[3] or ours[3] == real[3])
    if isinstance(ours[1], list):
        return len(ours[1]) == len(real[1]) and all(
            a[0] == b[0] and allows(a[1], b[1]) if ours[0] == "dict" else allows(a, b) for a, b in zip(ours[1], real[1])
        )
    return bool(ours[1] == real[1])


def is_whole(found: Any) -> bool:
    """Whether nothing of it is unknown but elements."""
    if found is None:
        return False
    if found[0] == "tensor":
        return None not in found[1]
    if isinstance(found[1], list):
        return all(is_whole(part[1] if found[0] == "dict" else part) for part in found[1])
    return True


def batches_of(world: World, recipe: Recipe) -> tuple[list[Any], Exception | None, Any]:
    """The batches as far as they came, what ended them, and the length of the loader."""
    found: list[Any] = []
    try:
        made = loader(world, recipe)
        batches = iter(made)
        for _ in range(MANY):
            try:
                batch = next(batches)
            except StopIteration:
                break
            found.append(described(batch))
        length = None if recipe.held == "stream" else len(made)
    except Exception as error:
        return found, error, None
    return found, None, length


def words(error: Exception) -> str:
    """A message without what names the classes of one world, and with a place for each size that is not known."""
    return re.sub(r"<[^>]*>", "<>", str(error))


@given(recipes)
def test_the_batches_are_pytorchs(recipe: Recipe) -> None:
    assume(fits_together(recipe))
    real, refused, length = batches_of(REAL, recipe)
    with Recorder({__file__}):
        ours, error, our_length = batches_of(OURS, recipe)
    for mine, theirs in itertools.zip_longest(ours, real, fillvalue="none"):
        if mine == "none":  # ended earlier: by an error that PyTorch may have met later
            assert None not in (error, refused), (recipe, mine, theirs)
            break
        if theirs == "none":  # PyTorch refused it, or has no such batch
            assert refused is not None, (recipe, mine)
            assert not is_whole(mine), (recipe, mine, refused)
            break
        assert allows(mine, theirs), (recipe, mine, theirs)
    if error is not None:
        assert refused is not None, (recipe, error)
        assert isinstance(error, type(refused)), (recipe, error, refused)
        if len(ours) == len(real) and not is_random(recipe):
            assert words(error) == words(refused)
    elif refused is None:
        assert (len(ours), our_length) == (len(real), length), recipe


def is_random(recipe: Recipe) -> bool:
    return recipe.order in ("shuffle", "subset", "weighted", "random") or recipe.held == "split"


@given(recipes)
def test_what_is_said_of_the_batches_that_follow(recipe: Recipe) -> None:
    """`alike`, `skip` and `remaining` against the batches themselves."""
    assume(fits_together(recipe))
    with Recorder({__file__}):
        found, error, _ = batches_of(OURS, recipe)
        assume(error is None and found)
        batches = iter(loader(OURS, recipe))
        for at, batch in enumerate(found):
            assert described(next(batches)) == batch
            left, alike = batches.remaining(), batches.alike()
            assert isinstance(left, Unknown) or left == len(found) - at - 1
            assert alike is not None
            assert all(follower == batch for follower in found[at + 1 : at + 1 + alike]), (recipe, alike)
            assert len(found[at + 1 : at + 1 + alike]) == alike
        batches = iter(loader(OURS, recipe))
        next(batches)
        count = batches.alike()
        batches.skip(count)
        rest = found[1 + count :]
        assert [described(next(batches)) for _ in rest] == rest
        with pytest.raises(StopIteration):
            next(batches)


def test_the_recipes_are_of_all_kinds() -> None:
    """Not most of them are refused, and not most of them random: else the comparison above would say little."""
    counts = {"whole": 0, "refused": 0, "unknown": 0}

    @settings(max_examples=200, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(recipes)
    def count(recipe: Recipe) -> None:
        assume(fits_together(recipe))
        with Recorder({__file__}):
            found, error, _ = batches_of(OURS, recipe)
        kind = "refused" if error is not None else "whole" if all(map(is_whole, found)) else "unknown"
        counts[kind] += 1

    count()
    assert counts["whole"] * 3 > sum(counts.values()), counts
    assert min(counts.values()) * 60 > sum(counts.values()), counts


# what is refused before there is a batch

CHECKS = [
    lambda data, d: data.DataLoader(d, batch_size=0),
    lambda data, d: data.DataLoader(d, batch_size=True),
    lambda data, d: data.DataLoader(d, batch_size=2.0),
    lambda data, d: data.DataLoader(d, num_workers=-1),
    lambda data, d: data.DataLoader(d, timeout=-1),
    lambda data, d: data.DataLoader(d, prefetch_factor=2),
    lambda data, d: data.DataLoader(d, num_workers=1, prefetch_factor=-2),
    lambda data, d: data.DataLoader(d, persistent_workers=True),
    lambda data, d: data.DataLoader(d, multiprocessing_context="fork"),
    lambda data, d: data.DataLoader(d, batch_size=None, drop_last=True),
    lambda data, d: data.DataLoader(d, batch_sampler=[[0]], batch_size=2),
    lambda data, d: data.DataLoader(d, batch_sampler=[[0]], drop_last=True),
    lambda data, d: data.DataLoader(d, sampler=[0], shuffle=True),
    lambda data, d: data.DataLoader(data.ChainDataset([]), shuffle=True),
    lambda data, d: data.DataLoader(data.ChainDataset([]), sampler=[1]),
    lambda data, d: data.DataLoader(data.ChainDataset([]), batch_sampler=[[1]]),
    lambda data, d: setattr(data.DataLoader(d), "batch_size", 2),
    lambda data, d: data.DataLoader([], shuffle=True),
    lambda data, d: data.RandomSampler(d, num_samples=0),
    lambda data, d: data.RandomSampler(d, replacement=1),
    lambda data, d: data.BatchSampler(d, 2, "yes"),
    lambda data, d: data.BatchSampler(d, -1, True),
    lambda data, d: data.WeightedRandomSampler([[1.0, 2.0]], 2),
    lambda data, d: data.WeightedRandomSampler([1.0, 2.0], True),
    lambda data, d: data.WeightedRandomSampler([1.0, 2.0], 2, 1),
    lambda data, d: next(iter(data.DataLoader(d, sampler=data.WeightedRandomSampler([1.0, 2.0], 5, replacement=False)))),
    lambda data, d: data.distributed.DistributedSampler(d, 2, 2),
    lambda data, d: data.random_split(d, [3, 8]),
    lambda data, d: data.random_split(d, [1.5, -0.5]),
    lambda data, d: data.random_split(d, [0.5, 0.2]),
    lambda data, d: data.StackDataset(d, a=d),
    lambda data, d: data.StackDataset(),
    lambda data, d: data.StackDataset(d, [1]),
    lambda data, d: data.StackDataset(a=d, b=[1]),
    lambda data, d: data.ConcatDataset([]),
    lambda data, d: data.ConcatDataset([data.ChainDataset([])]),
    lambda data, d: data.ConcatDataset([d])[-11],
    lambda data, d: list(data.ChainDataset([d])),
    lambda data, d: len(data.ChainDataset([d])),
    lambda data, d: type("Own", (data.Subset,), {"__getitem__": lambda self, i: i})(d, [1]),
    lambda data, d: data.Dataset()[0],
    lambda data, d: next(iter(data.DataLoader(iter([1])))),
    lambda data, d: next(iter(data.DataLoader(data.Dataset()))),
    lambda data, d: data.DataLoader(data.Dataset(), shuffle=True),
    lambda data, d: len(data.DataLoader(iter([1]), batch_sampler=iter([1]))),
    lambda data, d: data.default_collate([{1, 2}]),
    lambda data, d: data.default_collate([1.0, "a"]),
    lambda data, d: data.default_collate([1.0, None]),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_refusals_of_loaders_samplers_and_data_sets(check: Any) -> None:
    def refusal(world: World) -> Exception:
        with pytest.raises(Exception) as caught:  # noqa: PT011 (which one it is, is compared)
            check(world.data, list(range(10)))
        return caught.value

    real = refusal(REAL)
    with Recorder({__file__}):
        ours = refusal(OURS)
    assert isinstance(ours, type(real))
    assert words(ours) == words(real)
