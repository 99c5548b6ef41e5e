"""The sizes that a model accepts, solved from what it asks of them.

The model runs with letters for sizes. Each run follows one path: what was asked of a letter on it (is this product the
number of features? is there room for the window?) is a set of conditions, and all sizes that meet them take the same path, to the
same end. So one run answers for a whole set of sizes; the next starts from a size that no run has answered for, until none
is left. A network with a fixed head takes two or three runs.
"""

from __future__ import annotations

from convcalc.dim import Conditions, SizeSet, symbol
from convcalc.nn.module import Module, named_modules
from convcalc.tensor import ShapeError, Tensor, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.trace import tensors

from .inference import BATCH, CHANNELS, DEPTH, HEIGHT, LENGTH, OTHER_LENGTH, SPATIAL, WIDTH, Wanted
from .probing import Probe, probe
from .signatures import parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from convcalc.trace import Call

    from .program import Program

# Budgets are counts, not seconds, so that a report is the same on every machine.
STEPS = 30_000  # of deciding what one run asks of its letters: what is asked afterwards is not solved
RUNS = 24  # of one letter, before what is known by then must do
ALL_RUNS, ALL_CALLS = (
    200,
    40_000,
)  # runs of a model that is asked for every size, and calls of layers and operations in them

# The sizes that people use, the likeliest first, by the channels of an image; the first that a model accepts is taken.
IMAGE_SIZES = {
    1: (28, 32, 64, 128, 224, 256, 48, 96, 100),
    3: (224, 32, 64, 256, 299, 227, 128, 96, 112, 28, 48, 512),
}
OTHER_IMAGE_SIZES = (32, 224, 64, 28, 84, 128, 256, 1, 4, 7, 8, 16, 14)
VOLUME_SIZES = (32, 16, 64, 112, 128, 28, 8)
LENGTHS = (32, 128, 64, 100, 16, 256, 512, 1000, 784, 1024, 4096, 16000)
CHANNEL_COUNTS = (3, 1, 64)
FEATURE_COUNTS = (64, 32, 16, 128, 8, 10, 4, 3, 2, 1, 256, 512)

SAMPLES = (7, 16, 32, 64, 128, 224, 256, 384, 448, 512)  # tried one by one where letters may hide what a number shows


class Letters:
    """What a letter is worth in a run: letters that share a value go together (the height and the width of an image).

    `answered` are the sizes of which it is known whether the model accepts them, `accepted` those that it accepts, and
    `fitting` those of them that keep the batch: a `view(-1, 400)` accepts other images too, and makes several rows of one.
    Where something in the model is not known, neither is what it accepts (`is_known`).
    """

    __slots__ = ("accepted", "answered", "fitting", "is_known", "least", "letters", "usual", "value")

    def __init__(self, letters: tuple[str, ...], usual: tuple[int, ...], least: int = 1) -> None:
        self.letters = letters
        self.usual = usual
        self.least = least
        self.value = usual[0]
        self.accepted = SizeSet()
        self.answered = SizeSet()
        self.fitting = SizeSet()
        self.is_known = True

    @property
    def is_whole(self) -> bool:
        """Whether every size from 1 on has its answer."""
        return self.is_known and self.answered.is_all_from(1)

    @property
    def words(self) -> str:
        """The sizes that fit, in words."""
        if not self.is_known:
            return "not known"
        return (self.fitting or self.accepted).words() + ("" if self.is_whole else ", maybe more")

    def choose(self) -> None:
        """Takes the most usual of the sizes that fit."""
        sizes = (self.fitting or self.accepted) & SizeSet.interval(self.least)
        self.value = next((size for size in self.usual if size in sizes), sizes.least or self.value)

    def take(self, sizes: SizeSet, verdict: int) -> None:
        """Notes what is known of some sizes."""
        self.answered = self.answered | sizes
        if verdict != REFUSED:
            self.accepted = self.accepted | sizes
        if verdict == FITS:
            self.fitting = self.fitting | sizes


class Fit:
    """How a model can be fed: its arguments, and for each group of letters the sizes that it accepts.

    `arguments` are given by position, `literals` by name; what is `Wanted` among them has letters.
    """

    __slots__ = ("arguments", "groups", "literals", "probe", "training")

    def __init__(
        self, arguments: dict[str, Any], groups: list[Letters], literals: dict[str, Any], training: bool = False
    ) -> None:
        self.arguments = arguments
        self.groups = groups
        self.literals = literals
        self.training = training
        self.probe: Probe | None = None

    @property
    def accepted(self) -> bool:
        return self.probe is not None and self.probe.error is None

    @property
    def wanted(self) -> dict[str, Wanted]:
        """The arguments that have letters."""
        return {name: way for name, way in (*self.arguments.items(), *self.literals.items()) if isinstance(way, Wanted)}

    def tensors(self, values: dict[str, Any] | None = None) -> tuple[Any, ...]:
        """The arguments with sizes for the letters: the chosen ones, or `values`."""
        sizes = self._sizes(values)
        return tuple(_tensor(way, sizes) for way in self.arguments.values())

    def call(self, program: Program, module: Module, values: dict[str, Any] | None = None) -> Probe:
        """Calls a module so, with `values` in place of the chosen ones for some letters."""
        return probe(program, module, self.tensors(values), self.named(values), self.training)

    def named(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """The arguments that are given by name, as `tensors` has those by position."""
        sizes = self._sizes(values)
        return {name: _tensor(value, sizes) for name, value in self.literals.items()}

    def _sizes(self, values: dict[str, Any] | None) -> dict[str, Any]:
        chosen: dict[str, Any] = {letter: group.value for group in self.groups for letter in group.letters}
        return {**chosen, **(values or {})}

    def to_dict(self) -> dict[str, Any]:
        """For the report: the shapes with letters, and for each group of letters the sizes that fit, in words and as numbers.

        Numbers are the intervals `runs`, and from `start` on every n with `n % period` in `residues`. What PyTorch accepts
        but answers with another batch is in `accepted` and not in `fitting`; `whole` says that no other size is accepted.
        """
        sizes = [
            {
                "letters": list(group.letters),
                "words": group.words,
                "whole": group.is_whole,
                "fitting": _numbers((group.fitting or group.accepted) if group.is_known else SizeSet()),
                "accepted": _numbers(group.accepted if group.is_known else SizeSet()),
            }
            for group in self.groups
            if group.answered and (self.accepted or (group.is_whole and BATCH not in group.letters))
        ]
        shapes: dict[str, list[Any]] = {}
        for name, way in self.wanted.items():
            shapes.update(_shapes(name, way))
        return {"inputs": shapes, "sizes": sizes}


def _shapes(name: str, way: Wanted) -> Iterator[tuple[str, list[Any]]]:
    if not way.parts:
        yield name, list(way.shape)
    for i, part in enumerate(way.parts):
        yield from _shapes(f"{name}[{way.keys[i]!r}]" if way.keys else f"{name}[{i}]", part)


def fit_of_call(program: Program, module: Module, call: Call) -> Fit:
    """What else a model accepts that is called so: other batches, images, lengths; everything else as it is in the call."""
    args, kwargs = call.arguments
    names = parameters_of(module).names
    names += [f"args[{i}]" for i in range(len(names), len(args))]
    given = [t for t in tensors((args, kwargs)) if isinstance(t, Tensor) and t.shape]
    steps_first = _counts_steps_first(module)
    first = next((t.shape[1 if steps_first and _is_sequence(t) else 0] for t in given), None)
    lettered = _Lettering(first, steps_first)
    arguments = {name: lettered.of(value) for name, value in zip(names, args)}
    named = {name: lettered.of(value) for name, value in kwargs.items()}
    groups = lettered.groups
    if first is not None:
        groups.append(Letters((BATCH,), (first,)))
    found = Fit(arguments, groups, named, bool(call.training))
    found.probe = Probe(program.record, call.result, call.error if isinstance(call.error, Exception) else None)
    return found


class _Lettering:
    """Puts letters in the place of the sizes of a call that may be others: of batches, images, lengths."""

    def __init__(self, batch: int | None, steps_first: bool) -> None:
        self.batch = batch
        self.steps_first = steps_first
        self.groups: list[Letters] = []

    def of(self, value: Any) -> Any:
        """An argument of a call as `Wanted`, if it is a tensor or consists of tensors."""
        if isinstance(value, Tensor):
            return self._of_tensor(value)
        if type(value) is tuple and value and all(isinstance(part, Tensor) for part in value):
            return Wanted((), parts=tuple([self._of_tensor(part) for part in value]))
        if type(value) is dict and value and all(isinstance(v, Tensor) and type(k) is str for k, v in value.items()):
            return Wanted((), parts=tuple(map(self._of_tensor, value.values())), keys=tuple(value))
        return value

    def _of_tensor(self, tensor: Tensor) -> Wanted:
        shape: list[Any] = list(tensor.shape)
        if not all(type(size) is int for size in shape):
            return Wanted(tuple(shape), tensor.dtype.name)
        rank = len(shape)
        if rank == 2 and shape[0] == shape[1] == self.batch:  # how each of them stands to each
            return Wanted((BATCH, BATCH), tensor.dtype.name)
        at = 1 if self.steps_first and _is_sequence(tensor) else 0
        if rank > at and shape[at] == self.batch:
            shape[at] = BATCH
        if at:
            shape[0] = self._letter(shape[0], (LENGTH, OTHER_LENGTH), True)
            return Wanted(tuple(shape), tensor.dtype.name)
        first = 2 if rank > 3 else 1
        spatial = tensor.shape[first:] if rank > 2 or not tensor.dtype.is_floating_point else ()
        names = SPATIAL.get(len(spatial), ()) if rank > 3 else (LENGTH, OTHER_LENGTH)
        for i, size in enumerate(spatial):
            shape[first + i] = self._letter(size, names, rank > 3)
        return Wanted(tuple(shape), tensor.dtype.name)

    def _letter(self, size: int, names: tuple[str, ...], shared: bool) -> str:
        """A letter for a size; `shared`: the same size elsewhere goes with it."""
        known = next((g for g in self.groups if shared and g.value == size), None)
        letter: str = next(n for n in (*names, *"ABCDEFGHIJKPQRSTUV") if not any(n in g.letters for g in self.groups))
        if known is None:
            self.groups.append(Letters((letter,), (size,)))
        else:
            known.letters = (*known.letters, letter)
        return letter


def _is_sequence(tensor: Tensor) -> bool:
    return len(tensor.shape) == (3 if tensor.dtype.is_floating_point else 2)


def _counts_steps_first(module: Module) -> bool:
    """Whether the layers that go over steps take these before the batch."""
    kinds = [
        m.__dict__.get("batch_first") for _, m in named_modules(module) if type(m).__module__.startswith("convcalc.nn")
    ]
    return False in kinds and True not in kinds


def complete(program: Program, module: Module, found: Fit, runs: int = RUNS, calls: int | None = None) -> None:
    """Asks about every size of every group, the others as chosen; within a number of runs, and of calls in them, shared alike."""
    for group in found.groups:
        left = None if calls is None else calls // len(found.groups)
        for _ in range(runs):
            if group.is_whole or not group.is_known or (left is not None and left < 0):
                break
            made = explore(program, module, found, group, 1, whole=True)
            left = None if left is None else left - made
        if found.accepted and group.is_known and group.value not in group.accepted:
            group.take(SizeSet.points(group.value), FITS)  # what was seen to run


def groups_of(ways: Iterable[Wanted], batch: int | None = None) -> list[Letters]:
    """The letters of some arguments in the order in which they are solved: sizes of images, lengths, the batch."""
    leaves = [leaf for way in ways for leaf in way.leaves]
    shapes = [leaf.shape for leaf in leaves]
    used = dict.fromkeys(size for shape in shapes for size in shape if isinstance(size, str))
    groups = [Letters((CHANNELS,), CHANNEL_COUNTS)] if CHANNELS in used else []
    image = tuple(letter for letter in (DEPTH, HEIGHT, WIDTH) if letter in used)
    if image:
        channels = next((s for shape in shapes if HEIGHT in shape for s in shape if isinstance(s, int)), 3)
        usual = VOLUME_SIZES if DEPTH in used else IMAGE_SIZES.get(channels, OTHER_IMAGE_SIZES)
        groups.append(Letters(image, next((w.usual for w in leaves if w.usual), usual)))
    groups += [
        Letters((letter,), LENGTHS if letter in (LENGTH, OTHER_LENGTH) else FEATURE_COUNTS)
        for letter in used
        if letter not in (CHANNELS, DEPTH, HEIGHT, WIDTH, BATCH)
    ]
    if BATCH in used:
        groups.append(Letters((BATCH,), (1,) if batch is None else (batch,)))
    return groups


def choose(program: Program, module: Module, found: Fit) -> None:
    """Finds sizes that the model accepts, one group of letters after the other, and calls it with them."""
    for group in found.groups:
        explore(program, module, found, group, RUNS)
        if group.accepted:
            group.choose()
            found.probe = found.call(program, module)
            if found.accepted and CHANNELS not in group.letters:
                return
    if found.probe is None:
        found.probe = found.call(program, module)


def explore(program: Program, module: Module, found: Fit, group: Letters, runs: int, whole: bool = False) -> int:
    """Asks a model about the sizes of a group until one is accepted; with `whole`, until every size from 1 on has an answer.

    Answers how many calls of layers and operations that took.
    """
    calls = 0
    for _ in range(runs):
        left = SizeSet.interval(group.least) - group.answered
        size = next((s for s in group.usual if s in left), left.least)
        if size is None:
            break
        answer = _answer(program, module, found, group, size)
        calls += answer.calls
        group.is_known = group.is_known and answer.is_known
        group.take(answer.alike, answer.verdict)
        if answer.verdict == FITS and not whole:
            break
    return calls


REFUSED, ACCEPTED, FITS = range(3)


class _Answer:
    """What a model makes of a size, and for which others it does the same for the same reason; what it took to find out."""

    __slots__ = ("alike", "calls", "is_known", "verdict")

    def __init__(self, verdict: int, alike: SizeSet, *runs: Probe) -> None:
        self.verdict = verdict
        self.alike = alike
        self.calls = sum([len(run.record.calls) for run in runs])
        self.is_known = verdict == REFUSED or not runs[-1].has_unknown()


def _answer(program: Program, module: Module, found: Fit, group: Letters, size: int) -> _Answer:
    batch = next((g.value for g in found.groups if BATCH in g.letters), None)
    runs = []
    alike = None
    if size >= 2:  # sizes of 0 and 1 have rules of their own
        letter = symbol(group.letters[0], size)
        with Conditions(steps=STEPS) as conditions:
            done = found.call(program, module, dict.fromkeys(group.letters, letter))
            verdict = verdict_of(done, letter if BATCH in group.letters else batch)
        runs.append(done)
        alike = conditions.solve(group.letters[0])
    if size < 2 or (done.error is not None and not isinstance(done.error, ShapeError)):
        # what Python refuses may be the letter itself, in the name of an attribute, say
        asked = done if size >= 2 else None
        done = found.call(program, module, dict.fromkeys(group.letters, size))
        runs.append(done)
        if asked is None or not _is_same_objection(asked, done):
            return _Answer(verdict_of(done, size if BATCH in group.letters else batch), SizeSet.points(size), *runs)
        verdict = REFUSED
        if alike is not None and any(_takes(program, module, found, group, s) for s in SAMPLES if s in alike):
            alike = None  # a text made of the letter may have decided
    return _Answer(verdict, SizeSet.points(size) if alike is None else alike, *runs)


def _takes(program: Program, module: Module, found: Fit, group: Letters, size: int) -> bool:
    return found.call(program, module, dict.fromkeys(group.letters, size)).error is None


def _is_same_objection(asked: Probe, done: Probe) -> bool:
    """Whether the model itself refuses, by an `assert` or an exception of its own, a letter and its number alike."""
    if not isinstance(done.error, (AssertionError, ValueError, RuntimeError)) or type(asked.error) is not type(
        done.error
    ):
        return False
    return _raised_at(asked.error) == _raised_at(done.error)


def _raised_at(error: BaseException | None) -> list[tuple[str, int]]:
    places = []
    traceback = None if error is None else error.__traceback__
    while traceback is not None:
        places.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return places


def verdict_of(done: Probe, batch: Any) -> int:
    """Whether a call was refused, accepted, or answered with one row for each of the batch."""
    if done.error is not None:
        return REFUSED
    first = next(iter(tensors(done.result)), None)
    shape = getattr(first, "shape", None)
    return FITS if batch is None or not shape or batch in shape[:2] else ACCEPTED


def _numbers(sizes: SizeSet) -> dict[str, Any]:
    """A set as data."""
    return {"runs": [list(run) for run in sizes.runs], "start": sizes.start, "period": sizes.period, "residues": sorted(sizes.residues)}  # fmt: skip


def _tensor(way: Any, values: dict[str, Any]) -> Any:
    if not isinstance(way, Wanted):
        return way
    if way.parts:
        parts = tuple(_tensor(part, values) for part in way.parts)
        return dict(zip(way.keys, parts)) if way.keys else parts
    return make(tuple(values.get(s, s) if isinstance(s, str) else s for s in way.shape), dtype_of(way.dtype))
