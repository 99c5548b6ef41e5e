"""How a model can be fed that nobody feeds, or why nobody knows.

First the ways that its layers name (`inference`), the likeliest first; the sizes that they leave open are solved (`fitting`). Where none of
them is accepted, the shapes are opened: every number of dimensions, a letter for every size, which the model corrects (`settling`).
What nothing fits is no mistake of the model, but an input that is not known, unless it is certain that no input fits (`certainty`).
"""

from __future__ import annotations

from itertools import chain, islice, product

from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue

from .fitting import FITS, Fit, Letters, choose, explore, groups_of
from .inference import (
    BATCH,
    CHANNELS,
    FEATURES,
    HEIGHT,
    INT64,
    LENGTH,
    WIDTH,
    Evidence,
    Wanted,
    evidence,
    unique,
)
from .settling import Effort, Settled, hint, is_odd, settle, settled
from .signatures import parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.trace import Call

    from .probing import Probe
    from .program import Program

COMBINATIONS = 8  # of ways that layers name
RUNS, CALLS = 120, 30_000  # with shapes that are open, and calls of layers and operations in them
RUNS_OF_FORM = 16
RUNS_MORE = 16  # once there is something that is accepted, though hardly meant
RUNS_OF_PART = 6  # with one argument alone, the others unknown
FORMS = 24  # combinations of open shapes

# Shapes of every number of dimensions, named as such sizes mostly are.
OPEN = {
    1: (BATCH,),
    2: (BATCH, FEATURES),
    3: (BATCH, LENGTH, FEATURES),
    4: (BATCH, CHANNELS, HEIGHT, WIDTH),
    5: (BATCH, LENGTH, CHANNELS, HEIGHT, WIDTH),
}
OF_DTYPE = ("dtype", "embedding-dtype")
SPARE = "ABEGIJKPQRSTUVXYZ"  # letters of further arguments


class Tried:
    """A form that was tried in vain."""

    __slots__ = ("fit", "result")

    def __init__(self, fit: Fit, result: Settled | None) -> None:
        self.fit = fit
        self.result = result

    @property
    def refusal(self) -> Probe | None:
        return self.fit.probe if self.result is None else self.result.refusal


class Feeder:
    """The search for an input of one model."""

    def __init__(
        self, program: Program, module: Module, literals: dict[str, Any], batch: int | None, training: bool
    ) -> None:
        self.program = program
        self.module = module
        self.literals = literals
        self.batch = batch
        self.training = training
        self.parameters = parameters_of(module)
        self.names = [name for name in self.parameters.required if name not in literals]
        self.effort = Effort(RUNS, CALLS)
        self.tried: list[Tried] = []
        self.preferred: dict[str, Any] = {}

    def prefer_sizes_of(self, call: Call) -> None:
        """Takes the sizes of another call, of a module of the same class that was built otherwise, where the model accepts them."""
        args, kwargs = call.arguments
        self.preferred = {**dict(zip(self.parameters.names, args)), **kwargs}

    def feed(self) -> tuple[Fit | None, str]:
        """The likeliest way that the model accepts, or one that it certainly refuses like every other; else None, and why."""
        if not self.names:
            return self._without_inputs()
        known = evidence(self.program, self.module, self.names, self.literals)
        listed = next((one.name for one in known if one.is_list), None)
        if listed is not None:
            return None, f"its forward goes through the items of {listed}"
        found = self._named(known)
        if found is None and any(one.parts and not one.keys for one in known):  # items of a tensor, perhaps
            known = evidence(self.program, self.module, self.names, self.literals, whole=True)
            found = self._named(known)
        found = found or self._opened(known)
        if found is not None:
            return found, ""
        from .certainty import certain_refusal

        refused = certain_refusal(self, known)
        return (None, self._why()) if refused is None else (refused, "")

    def _without_inputs(self) -> tuple[Fit | None, str]:
        """A model whose arguments all have defaults, or which takes none."""
        if self.parameters.open and not self.literals:
            has_none = type(self.module).forward is Module.forward
            return None, "it has no forward" if has_none else "its forward takes arguments without names"
        found = Fit({}, [], self.literals, self.training)
        found.probe = found.call(self.program, self.module)
        if found.accepted or not self.parameters.names:
            return found, ""
        self.tried.append(Tried(found, None))
        return None, self._why()

    def fit_of(self, shapes: list[Wanted]) -> Fit:
        """A way to give the arguments, each by position as long as none before it is given by name."""
        arguments: dict[str, Any] = {}
        named: dict[str, Any] = {}
        by_position = [name for name in self.parameters.names if name not in self.parameters.keywords]
        for name, shape in zip(self.names, shapes):
            at = len(arguments)
            if at < len(by_position) and by_position[at] == name:
                arguments[name] = shape
            else:
                named[name] = shape
        groups = groups_of([shape for shape in shapes if isinstance(shape, Wanted)], self.batch)
        for name, shape in zip(self.names, shapes):
            _prefer(groups, shape, self.preferred.get(name), self.batch)
        return Fit(arguments, groups, {**self.literals, **named}, self.training)

    # as the layers say

    def _named(self, known: list[Evidence]) -> Fit | None:
        ways = [_ways_of(one) for one in known]
        if not all(ways):
            return None
        accepted: Fit | None = None
        for combination in islice(product(*ways), COMBINATIONS):
            found = self.fit_of(list(combination))
            choose(self.program, self.module, found)
            if found.accepted:
                if self._is_free(found) and not _is_squeezed(found):
                    return found
                accepted = accepted or found  # a fit for any size is the likelier one
            else:
                self.tried.append(Tried(found, None))
        return accepted

    def _is_free(self, found: Fit) -> bool:
        """Whether some size may be any, or many; of sizes of which only single ones were asked, one more is."""
        for group in found.groups:
            if group.accepted.is_finite and group.answered.is_finite:
                explore(self.program, self.module, found, group, 1, whole=True)
            if not group.accepted.is_finite:
                return True
        return not found.groups

    # every shape

    def _opened(self, known: list[Evidence]) -> Fit | None:
        leaves = [leaf for one in known for leaf in one.leaves]
        forms = [_forms(leaf) for leaf in leaves]
        if len(leaves) > 1:
            for number, leaf in enumerate(leaves):
                if not leaf.direct:
                    forms[number] = self._alive(known, number, forms[number])
        wrong: set[tuple[str, ...]] = set()  # element types that were refused as such
        spare: Fit | None = None  # what is accepted, and hardly meant
        count = 0
        for combination in _combinations(forms):
            dtypes = tuple([form.dtype for form in combination])
            if dtypes in wrong:
                continue
            count += 1
            if self.effort.is_spent or count > FORMS:
                break
            found, result = self._best_letters(known, leaves, combination)
            if found is not None and count == 1 and not result.asked and not any(leaf.ways for leaf in leaves):
                return None  # it takes the first best shape and asks nothing of it: nobody knows which is meant
            if found is not None and result.verdict == FITS and not is_odd(found, result.conditions):
                return found
            if found is not None and spare is None:
                spare = found
                self.effort.runs = min(self.effort.runs, RUNS_MORE)
            error = None if result.refusal is None else result.refusal.error
            if isinstance(error, ShapeError) and error.rule in OF_DTYPE:
                wrong.add(dtypes)
        return spare

    def _best_letters(
        self, known: list[Evidence], leaves: list[Evidence], forms: tuple[Wanted, ...]
    ) -> tuple[Fit | None, Settled]:
        """Open shapes with the same letters in all of them; else each with its own; else without a first size that they share."""
        found, result = self._settled(known, list(forms))
        opened = [i for i, leaf in enumerate(leaves) if not leaf.direct]
        if len(leaves) < 2 or not opened or (found is not None and not is_odd(found, result.conditions)):
            return found, result
        apart = _apart(forms, opened[1:] if len(opened) == len(leaves) else opened, ())
        general, of_general = self._settled(known, apart)
        if general is None:
            return found, result  # then it is refused with any letters
        if len(opened) > 1:
            shared, of_shared = self._settled(known, _apart(forms, opened[1:], (BATCH,)))
            if shared is not None and not is_odd(shared, of_shared.conditions):
                return shared, of_shared
        return (general, of_general) if found is None or not is_odd(general, of_general.conditions) else (found, result)

    def _settled(self, known: list[Evidence], leaves: list[Wanted]) -> tuple[Fit | None, Settled]:
        given = iter(leaves)
        found = self.fit_of([one.assembled(given) for one in known])
        result = self._settle(found)
        if result.accepted is None and result.asked and any(len(group.letters) > 1 for group in found.groups):
            found.groups = [Letters((letter,), group.usual) for group in found.groups for letter in group.letters]
            result = self._settle(found)  # images that are no squares
        if result.accepted is None:
            return None, result
        settled(found, result.conditions)
        kept = [(group, group.value) for group in found.groups]
        for group in found.groups:
            if BATCH in group.letters:
                group.value = group.usual[0]
        choose(self.program, self.module, found)
        if not found.accepted:
            for group, value in kept:
                group.value = value
            found.probe = found.call(self.program, self.module)
        return found if found.accepted else None, result

    def _settle(self, found: Fit) -> Settled:
        hint(found)
        result = settle(self.program, self.module, found, self.effort, RUNS_OF_FORM)
        if result.accepted is None:
            self.tried.append(Tried(found, result))
        return result

    def _alive(self, known: list[Evidence], number: int, forms: list[Wanted]) -> list[Wanted]:
        """The forms of one tensor that the model does not refuse by themselves, whatever the others are."""
        alive = []
        says_nothing = 0
        for form in forms:
            if self.effort.is_spent or says_nothing > 2:
                return forms
            given = iter(
                [
                    form if i == number else Unknown(leaf.name)
                    for i, leaf in enumerate(l for one in known for l in one.leaves)
                ]
            )
            found = self.fit_of([_assembled(one, given) for one in known])
            hint(found)
            result = settle(self.program, self.module, found, self.effort, RUNS_OF_PART)
            if result.accepted is not None or result.is_open:
                alive.append(form)
                says_nothing += result.is_open or not result.asked
        return alive or forms

    # why not

    def _why(self) -> str:
        """The refusal of what came furthest."""
        best = None
        for tried in self.tried:
            refusal = tried.refusal
            if refusal is not None and (best is None or len(refusal.record.calls) > len(best[0].record.calls)):
                best = refusal, tried.fit
        if best is None:
            return ""
        refusal, found = best
        _, line = refusal.place
        shapes = ", ".join(f"{name} {way!r}" for name, way in found.wanted.items())
        text = str(refusal.error).partition("\n")[0]
        at = f" in line {line}" if line else ""
        if isinstance(refusal.error, UnknownValue):
            return f"{text}{at}"
        return f"{shapes + ' is refused: ' if shapes else ''}{text}{at}"


def _prefer(groups: list[Letters], shape: Any, other: Any, batch: int | None) -> None:
    """Puts the sizes of another tensor of as many dimensions before the usual ones."""
    if not isinstance(shape, Wanted) or not isinstance(other, Tensor) or len(other.shape) != len(shape.shape):
        return
    for letter, size in zip(shape.shape, other.shape):
        group = next((g for g in groups if letter in g.letters), None)
        if group is not None and type(size) is int and size > 0 and not (batch is not None and letter == BATCH):
            group.usual = (size, *group.usual)
            group.value = size


def _assembled(one: Evidence, given: Any) -> Any:
    """An argument of which some tensors are not known: as such where it consists of one."""
    if not one.parts:
        return next(given)
    parts = tuple([_assembled(part, given) for part in one.parts])
    return Wanted((), parts=parts, keys=one.keys)


def _ways_of(one: Evidence) -> list[Wanted]:
    """What an argument may be, as the layers say: each of its parts in the first way, and then in others."""
    if not one.parts:  # what was made of it has those features; the argument itself may have others
        return one.ways if one.direct or not _is_row(one) else one.ways[:1]
    ways = [_ways_of(part) for part in one.parts]
    if not all(ways):
        return []
    return [Wanted((), parts=parts, keys=one.keys) for parts in islice(product(*ways), COMBINATIONS)]


def _is_row(one: Evidence) -> bool:
    return bool(one.ways) and len(one.ways[0].shape) == 2 and one.ways[0].dtype != INT64


def _is_squeezed(found: Fit) -> bool:
    """Whether a view whose size was left open came out with 1 there: it was meant for more than there is."""
    record = None if found.probe is None else found.probe.record
    for call in () if record is None else record.calls:
        if call.kind == "op" and call.type.rpartition(".")[2] in ("view", "reshape") and call.outputs:
            sizes: Any = call.arguments[0][1:]
            sizes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
            shape = call.outputs[0].shape
            if shape is not None and -1 in sizes and len(sizes) == len(shape) and len(shape) > 2:
                at = list(sizes).index(-1)
                if at and shape[at] == 1:
                    return True
    return False


def _forms(leaf: Evidence) -> list[Wanted]:
    """The shapes that a tensor may have, the likeliest first."""
    if leaf.direct:
        return leaf.ways
    likely = leaf.ways[0] if leaf.ways else None
    if likely is not None and any(way.parts for way in leaf.ways):
        return leaf.ways
    forms = [] if likely is None or len(likely.shape) not in OPEN else [Wanted(OPEN[len(likely.shape)], likely.dtype)]
    if likely is None or likely.dtype == "float32":
        forms += [Wanted(OPEN[2]), Wanted(OPEN[1], INT64), *[Wanted(shape) for shape in OPEN.values()]]
        forms += [Wanted(OPEN[rank], dtype) for dtype in (INT64, "bool") for rank in (1, 2, 3)]
    else:
        forms += [Wanted(shape, likely.dtype) for shape in OPEN.values()]
        forms += [Wanted(shape) for shape in OPEN.values()]
    return unique(forms)


def _combinations(forms: list[list[Wanted]]) -> Iterator[tuple[Wanted, ...]]:
    """Those of the likeliest forms first."""
    counts = [len(of) for of in forms]
    numbers = chain.from_iterable(_of_sum(counts, total) for total in range(sum(counts) + 1))
    for each in islice(numbers, FORMS):
        yield tuple([of[i] for of, i in zip(forms, each)])


def _of_sum(counts: list[int], total: int) -> Iterator[tuple[int, ...]]:
    """The choices of one number below each count, together `total`, in the order of tuples; made one by one, for there may be millions."""
    if not counts:
        if not total:
            yield ()
        return
    rest = sum(count - 1 for count in counts[1:])
    for first in range(max(0, total - rest), min(counts[0] - 1, total) + 1):
        for others in _of_sum(counts[1:], total - first):
            yield (first, *others)


def _apart(forms: tuple[Wanted, ...], numbers: list[int], kept: tuple[str, ...]) -> list[Wanted]:
    spare = iter(SPARE)
    result = list(forms)
    for number in numbers:
        form = forms[number]
        if not form.parts:
            names: dict[Any, str] = {s: next(spare) for s in form.shape if type(s) is str and s not in kept}
            result[number] = Wanted(tuple([names.get(s, s) for s in form.shape]), form.dtype)
    return result
