"""Whether a tensor needs a gradient, read off the record: what made it, of what, and in which mode.

Nothing of it is kept while a program runs, but for the places where a mode or a flag changed. An answer is True, False, or None
where the record does not tell: below a custom function, of what a stand-in made, after a write in place.
"""

from __future__ import annotations

from convcalc.tensor import Parameter, ShapeError, Tensor, Unknown, is_unknown
from convcalc.tensor.dtypes import takes_gradients
from convcalc.tensor.resets import on_reset

from . import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .recorder import Call, Recorder

# Operations of which not all results have gradients, or none although they are of a floating type.
UNCLEAR = frozenset("histc lstsq lu lu_unpack native_batch_norm native_layer_norm argmax argmin airy_ai".split())
REACH = 3000  # calls that are looked at behind one tensor

_enabled: list[bool | None] = [True]  # torch.is_grad_enabled(), None where that is not known
_unclear = [0]  # how many functions are running whose results get their gradients in another way

# Operations that make a leaf of their own, whatever they are given.
LEAVES = frozenset(
    "zeros ones empty full rand randn randint randperm arange range linspace logspace eye tensor scalar_tensor empty_strided zeros_like "
    "ones_like empty_like full_like rand_like randn_like randint_like new_zeros new_ones new_empty new_full new_tensor "
    "new_empty_strided".split()
)


def is_enabled() -> bool | None:
    return _enabled[0]


def set_mode(enabled: bool | None) -> None:
    """Gradients are, or are not, recorded from here on."""
    _enabled[0] = enabled
    _note_mode()


def set_back(enabled: bool | None) -> None:
    """The mode that was there where the record has been taken back to."""
    _enabled[0] = enabled


def enter_unclear() -> None:
    """A function is called of which the record does not tell how its results get their gradients."""
    _unclear[0] += 1
    _note_mode()


def leave_unclear() -> None:
    _unclear[0] -= 1
    _note_mode()


def is_clear() -> bool:
    """Whether no function is running of which the record does not tell how its results get their gradients."""
    return not _unclear[0]


@on_reset
def reset() -> None:
    _enabled[0], _unclear[0] = True, 0


def _note_mode() -> None:
    recorder = _trace.active
    if recorder is not None:
        recorder.modes.append((len(recorder.calls), None if _unclear[0] else _enabled[0]))


def note_flag(tensor: Tensor, flag: Any) -> None:
    """A tensor's flag is about to change."""
    recorder = _trace.active
    if recorder is not None:
        recorder.flags.append((len(recorder.calls), tensor, tensor._grad, flag))


def needs_gradient(tensor: Tensor, ended: Any = None) -> Any:
    """Whether a gradient is recorded for a tensor; None where the record does not tell. `ended` is the record of a run that is over."""
    own = tensor._grad
    if own is True or own is None:
        return own is True
    takes = takes_gradients(tensor.dtype)
    recorder = ended or _trace.active
    if not takes or own is not False or recorder is None:
        return takes and None
    return _Walk(recorder).of(tensor, len(recorder.calls))


def _is_of_numbers(call: Call, name: str) -> bool:
    """Whether `as_tensor` was given numbers, of which it makes a leaf."""
    given = call.arguments[0][:1]
    return name == "as_tensor" and len(given) == 1 and type(given[0]) in (list, tuple, int, float)


class History:
    """The flags of tensors at earlier times."""

    def __init__(self, recorder: Recorder) -> None:
        self.flags: dict[int, list[tuple[int, Any, Any]]] = {}
        for start, tensor, before, after in recorder.flags:
            self.flags.setdefault(id(tensor), []).append((start, before, after))

    def flag_at(self, tensor: Any, when: int) -> Any:
        """A tensor's own flag when the call of that number was made."""
        flags = self.flags.get(id(tensor))
        if not flags:
            return tensor._grad
        flag: Any = flags[0][1]
        for start, _, changed in flags:
            if start > when:
                break
            flag = changed
        return flag


class _Walk:
    """One look at what lies behind a tensor."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.places = recorder.places()
        self.flag_at = History(recorder).flag_at
        self.known: dict[int, Any] = {}
        self.left = REACH

    def of(self, tensor: Any, when: int) -> Any:
        """Of a tensor as it was when the call of that number was made."""
        own = self.flag_at(tensor, when)
        if own is True or own is None:
            return own is True
        takes = takes_gradients(tensor.dtype)
        if not takes or own is not False:
            return takes and None
        made = tensor.origin
        while made is not None and self.places.get(id(made), -1) >= when:
            made = made.before
        if isinstance(tensor, Parameter):
            return False
        answer = None if made is None else self.of_call(made)
        return None if answer is False and self.recorder.writes else answer

    def of_call(self, call: Call) -> Any:
        if id(call) in self.known:
            return self.known[id(call)]
        self.known[id(call)] = None  # what comes back to itself is not told
        self.left -= 1
        answer = self._of_call(call) if self.left > 0 else None
        self.known[id(call)] = answer
        return answer

    def _of_call(self, call: Call) -> Any:
        place = self.places.get(id(call))
        if place is None or call.operation is None:
            return None
        name = call.type.rpartition(".")[2]
        if (name in LEAVES or _is_of_numbers(call, name)) and "requires_grad" not in call.arguments[1]:
            return False  # whatever numbers it is made of
        if is_unknown(call.arguments[0]) or is_unknown(call.arguments[1]):
            return None
        mode = self._mode_at(place)
        if mode is not True:
            return mode
        if name in UNCLEAR or "bessel" in name or "polynomial" in name or "requires_grad" in call.arguments[1]:
            return None
        answer: Any = None if call.before is not None else False
        if call.before is not None:
            answer = self.of_call(call.before)
        for given in _trace.tensors(call.arguments):
            if answer is True:
                return True
            if not isinstance(given, Tensor) or given.origin is call:
                continue
            found = self.of(given, place)
            if found is not False:
                answer = found
        return answer

    def _mode_at(self, place: int) -> Any:
        mode: Any = True
        for start, changed in self.recorder.modes:
            if start > place:
                break
            mode = changed
        return mode


# refusals


def refused_write(target: Any, views: set[str], whole: bool) -> ShapeError | None:
    """The refusal of a write in place to a leaf that needs a gradient, or to a view of one; `whole` says that it goes to all of it.

    `views` are the names under which operations are recorded that make views.
    """
    if _unclear[0] or not _enabled[0]:
        return None
    viewed = not whole
    tensor = target
    while tensor._grad is not True:
        made = tensor.origin
        if tensor._grad is not False or made is None or made.type not in views or not made.arguments[0]:
            return None
        if not _views(made, tensor):
            return None
        viewed, tensor = True, made.arguments[0][0]
        if not isinstance(tensor, Tensor):
            return None
    if not takes_gradients(tensor.dtype):
        return None
    text = "a view of a leaf Variable" if viewed else "a leaf Variable"
    return ShapeError(f"{text} that requires grad is being used in an in-place operation.", "gradient")


def _views(call: Call, result: Tensor) -> bool:
    """Whether a call answered with another look at its first argument, in a mode that records it."""
    recorder = _trace.active
    args = call.arguments[0]
    base = args[0]
    if recorder is None or not isinstance(base, Tensor) or call.before is not None:
        return False
    place = recorder.places().get(id(call))
    if place is None or _Walk(recorder)._mode_at(place) is not True:
        return False
    kind = call.type.rpartition(".")[2]
    if kind == "__getitem__":
        return all(_is_basic(part) for part in (args[1] if type(args[1]) is tuple else (args[1],)))
    return base._strides is None or kind not in ("reshape", "reshape_as", "flatten", "ravel", "contiguous")


def _is_basic(part: Any) -> bool:
    return part is None or part is ... or type(part) in (int, slice)


def is_whole(tensor: Tensor, key: Any) -> bool:
    """Whether `tensor[key] = ...` writes to the tensor itself, not to a view of it: whole slices, tensors as indices."""
    parts = key if type(key) is tuple else (key,)
    for at, part in enumerate(parts):
        if type(part) is slice:
            size = tensor.shape[at] if at < len(tensor.shape) and ... not in parts[:at] else None
            if part.start not in (None, 0) or part.step not in (None, 1) or part.stop not in (None, size):
                return False
        elif part is not ... and not isinstance(part, (Tensor, list)):
            return False
    return True


def asked(tensor: Tensor) -> Any:
    """What `tensor.requires_grad` says of a tensor without a flag of its own."""
    answer = needs_gradient(tensor)
    return Unknown("requires_grad of a tensor") if answer is None else answer
