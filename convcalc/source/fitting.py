"""The sizes that a model accepts, solved from what it asks of them.

The model runs with letters for sizes. Each run follows one path: what was asked of a letter on it (is this product the
number of features? is there room for the window?) is a set of conditions, and all sizes that meet them take the same path, to the
same end. So one run answers for a whole set of sizes; the next starts from a size that no run has answered for, until none
is left. A network with a fixed head takes two or three runs.
"""

from __future__ import annotations

from itertools import product
from time import process_time

from convcalc.dim import Conditions, SizeSet, symbol
from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, UnknownValue, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.trace import tensors

from .inference import (
    BATCH,
    CHANNELS,
    DEPTH,
    HEIGHT,
    LENGTH,
    SPATIAL,
    WIDTH,
    Wanted,
    required_arguments,
    wanted,
)
from .probing import Probe, probe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from convcalc.trace import Call

    from .program import Program

SECONDS = 1.0  # of one run: what is asked of the letter afterwards is not solved
ALL_RUNS, ALL_SECONDS = 200, 6.0  # of all runs of a model that is asked for every size
RUNS = 24  # of one letter, before what is known by then must do
COMBINATIONS = 8  # of ways to feed a model, before nothing is said

# The sizes that people use, the likeliest first, by the channels of an image; the first that a model accepts is taken.
IMAGE_SIZES = {
    1: (28, 32, 64, 128, 224, 256, 48, 96, 100),
    3: (224, 32, 64, 256, 299, 227, 128, 96, 112, 28, 48, 512),
}
OTHER_IMAGE_SIZES = (32, 224, 64, 28, 84, 128, 256, 1, 4, 7, 8, 16, 14)
VOLUME_SIZES = (32, 16, 64, 112, 128, 28, 8)
LENGTHS = (32, 128, 64, 100, 16, 256, 512, 1000, 784, 1024, 4096, 16000)
CHANNEL_COUNTS = (3, 1, 64)


SAMPLES = (7, 16, 32, 64, 128, 224, 256, 384, 448, 512)  # tried one by one where letters may hide what a number shows


class Letters:
    """What a letter is worth in a run: letters that share a value go together (the height and the width of an image).

    `answered` are the sizes of which it is known whether the model accepts them, `accepted` those that it accepts, and
    `fitting` those of them that keep the batch: a `view(-1, 400)` accepts other images too, and makes several rows of one.
    """

    __slots__ = ("accepted", "answered", "fitting", "least", "letters", "usual", "value")

    def __init__(self, letters: tuple[str, ...], usual: tuple[int, ...], least: int = 1) -> None:
        self.letters = letters
        self.usual = usual
        self.least = least
        self.value = usual[0]
        self.accepted = SizeSet()
        self.answered = SizeSet()
        self.fitting = SizeSet()

    @property
    def is_whole(self) -> bool:
        """Whether every size from 1 on has its answer."""
        return self.answered.is_all_from(1)

    @property
    def words(self) -> str:
        """The sizes that fit, in words."""
        return (self.fitting or self.accepted).words() + ("" if self.is_whole else ", maybe more")

    def choose(self) -> None:
        """Takes the most usual of the sizes that fit."""
        sizes = (self.fitting or self.accepted) & SizeSet.interval(self.least)
        self.value = next((size for size in self.usual if size in sizes), sizes.least or self.value)


class Fit:
    """How a model can be fed: its arguments by name, and for each group of letters the sizes that it accepts."""

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
                "fitting": _numbers(group.fitting or group.accepted),
                "accepted": _numbers(group.accepted),
            }
            for group in self.groups
            if group.answered and (self.accepted or (group.is_whole and BATCH not in group.letters))
        ]
        shapes = {name: list(way.shape) for name, way in self.arguments.items() if isinstance(way, Wanted)}
        return {"inputs": shapes, "sizes": sizes}


def fit(
    program: Program, module: Module, literals: dict[str, Any], batch: int | None = None, training: bool = False
) -> Fit | None:
    """How a model can be fed that nobody feeds; None where its inputs reach no layer that tells.

    A fit that is not `accepted` is the likeliest way that the model refuses: then no size fits it.
    """
    asked = wanted(program, module)
    if asked is None:
        return None
    names = [name for name, _ in asked]
    accepted: Fit | None = None
    refused: Fit | None = None
    for combination in list(product(*[ways for _, ways in asked]))[:COMBINATIONS]:
        arguments = dict(zip(names, combination))
        found = Fit(arguments, groups_of(arguments.values(), batch), literals, training)
        choose(program, module, found)
        if found.accepted:
            if not found.groups or any(g.accepted and not g.accepted.is_finite for g in found.groups):
                return found
            accepted = accepted or found  # a fit for any size is the likelier one
        elif found.probe is not None and isinstance(found.probe.error, UnknownValue):
            return None
        refused = refused or found
    return accepted or refused


def fit_of_call(program: Program, module: Module, call: Call) -> Fit:
    """What else a model accepts that is called so: other batches, images, lengths; everything else as it is in the call."""
    args, kwargs = call.arguments
    names = required_arguments(module) or [f"args[{i}]" for i in range(len(args))]
    names += [f"args[{i}]" for i in range(len(names), len(args))]
    batch = next((a.shape[0] for a in args if isinstance(a, Tensor) and a.shape), None)
    groups: list[Letters] = []
    arguments: dict[str, Any] = {}
    for name, value in zip(names, args):
        arguments[name] = _lettered(value, batch, groups) if isinstance(value, Tensor) else value
    if batch is not None:
        groups.append(Letters((BATCH,), (batch,)))
    found = Fit(arguments, groups, kwargs, bool(call.training))
    found.probe = Probe(program.record, call.result, call.error if isinstance(call.error, Exception) else None)
    return found


def _lettered(tensor: Tensor, batch: int | None, groups: list[Letters]) -> Wanted:
    """A tensor's shape with letters for its batch and what may be sizes of an image or a length."""
    shape: list[Any] = list(tensor.shape)
    if len(shape) > 0 and shape[0] == batch:
        shape[0] = BATCH
    first = 2 if len(shape) > 3 else 1
    spatial = tensor.shape[first:] if len(shape) > 2 or not tensor.dtype.is_floating_point else ()
    names = SPATIAL.get(len(spatial), ()) if len(shape) > 3 else ("L", "M")
    for i, size in enumerate(spatial):
        known = next((g for g in groups if g.value == size and len(shape) > 3), None)
        letter = next(n for n in (*names, *"ABCDEFGHIJK") if not any(n in g.letters for g in groups))
        if known is None:
            groups.append(Letters((letter,), (size,)))
        else:
            known.letters = (*known.letters, letter)
        shape[first + i] = letter
    return Wanted(tuple(shape), tensor.dtype.name)


def complete(program: Program, module: Module, found: Fit, runs: int = RUNS, seconds: float | None = None) -> None:
    """Asks about every size of every group, the others as chosen; within a number of runs and a time, shared alike."""
    for group in found.groups:
        end = None if seconds is None else process_time() + seconds / len(found.groups)
        for _ in range(runs):
            if group.is_whole or (end is not None and process_time() > end):
                break
            explore(program, module, found, group, 1, whole=True)


def groups_of(ways: Iterable[Wanted], batch: int | None = None) -> list[Letters]:
    """The letters of some arguments in the order in which they are solved: sizes of images, lengths, the batch."""
    shapes = [way.shape for w in ways for way in (w, *w.parts)]
    used = {size for shape in shapes for size in shape if isinstance(size, str)}
    groups = [Letters((CHANNELS,), CHANNEL_COUNTS)] if CHANNELS in used else []
    image = tuple(letter for letter in (DEPTH, HEIGHT, WIDTH) if letter in used)
    if image:
        channels = next((s for shape in shapes if HEIGHT in shape for s in shape if isinstance(s, int)), 3)
        usual = VOLUME_SIZES if DEPTH in used else IMAGE_SIZES.get(channels, OTHER_IMAGE_SIZES)
        groups.append(Letters(image, next((w.usual for w in ways if w.usual), usual)))
    if LENGTH in used:
        groups.append(Letters((LENGTH,), LENGTHS))
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


def explore(program: Program, module: Module, found: Fit, group: Letters, runs: int, whole: bool = False) -> None:
    """Asks a model about the sizes of a group until one is accepted; with `whole`, until every size from 1 on has an answer."""
    for _ in range(runs):
        left = SizeSet.interval(group.least) - group.answered
        size = next((s for s in group.usual if s in left), left.least)
        if size is None:
            return
        answer, alike = _answer(program, module, found, group, size)
        group.answered = group.answered | alike
        if answer != REFUSED:
            group.accepted = group.accepted | alike
        if answer == FITS:
            group.fitting = group.fitting | alike
            if not whole:
                return


REFUSED, ACCEPTED, FITS = range(3)


def _answer(program: Program, module: Module, found: Fit, group: Letters, size: int) -> tuple[int, SizeSet]:
    """What the model makes of a size, and for which others it does the same for the same reason."""
    batch = next((g.value for g in found.groups if BATCH in g.letters), None)
    if size >= 2:  # sizes of 0 and 1 have rules of their own
        letter = symbol(group.letters[0], size)
        with Conditions(seconds=SECONDS) as conditions:
            done = found.call(program, module, dict.fromkeys(group.letters, letter))
            verdict = _verdict(done, letter if BATCH in group.letters else batch)
    if size < 2 or (done.error is not None and not isinstance(done.error, ShapeError)):
        # what Python refuses may be the letter itself, in the name of an attribute, say
        asked = done if size >= 2 else None
        done = found.call(program, module, dict.fromkeys(group.letters, size))
        if asked is None or not _is_same_objection(asked.error, done.error):
            return _verdict(done, size if BATCH in group.letters else batch), SizeSet.points(size)
        alike = conditions.solve(group.letters[0])
        if alike is not None and any(_takes(program, module, found, group, s) for s in SAMPLES if s in alike):
            alike = None  # a text made of the letter may have decided
        return REFUSED, SizeSet.points(size) if alike is None else alike
    alike = conditions.solve(group.letters[0])
    return verdict, SizeSet.points(size) if alike is None else alike


def _takes(program: Program, module: Module, found: Fit, group: Letters, size: int) -> bool:
    return found.call(program, module, dict.fromkeys(group.letters, size)).error is None


def _is_same_objection(asked: Exception | None, error: Exception | None) -> bool:
    """Whether the model itself refuses, by an `assert` or an exception of its own, a letter and its number alike."""
    if not isinstance(error, (AssertionError, ValueError, RuntimeError)) or type(asked) is not type(error):
        return False
    return _raised_at(asked) == _raised_at(error)


def _raised_at(error: BaseException | None) -> list[tuple[str, int]]:
    places = []
    traceback = None if error is None else error.__traceback__
    while traceback is not None:
        places.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return places


def _verdict(done: Probe, batch: Any) -> int:
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
        return tuple(_tensor(part, values) for part in way.parts)
    return make(tuple(values.get(s, s) if isinstance(s, str) else s for s in way.shape), dtype_of(way.dtype))
