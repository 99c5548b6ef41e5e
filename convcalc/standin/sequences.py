"""`torch.nn.utils.rnn`: sequences of several lengths side by side."""

from __future__ import annotations

from convcalc.tensor import ShapeError, Tensor, Unknown, is_unknown, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def pad_sequence(sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right") -> Any:
    """Stacks sequences, each filled up to the longest.

    Shapes:  each (L_i, *); the result (max L_i, N, *), or (N, max L_i, *) with `batch_first`
    Errors:  the trailing sizes differ
    Source:  aten/src/ATen/native/PackedSequence.cpp, pad_sequence
    """
    if not isinstance(sequences, (list, tuple, Tensor)):
        if isinstance(sequences, Unknown):
            return sequences
        raise RuntimeError(f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}")
    items = list(sequences)
    if any(isinstance(item, Unknown) for item in items):
        return Unknown("pad_sequence(...)")
    if not items:
        raise ShapeError("received an empty list of sequences")
    trailing = tuple(items[0].shape[1:])
    for item in items:
        if not item.shape:
            raise ShapeError("pad_sequence: expected every sequence to have at least one dimension")
        if tuple(item.shape[1:]) != trailing:
            raise ShapeError(f"The size of tensor a ({trailing}) must match the size of tensor b ({tuple(item.shape[1:])})", "broadcast")
    lengths = [item.shape[0] for item in items]
    longest = Unknown("the longest sequence") if is_unknown(lengths) else max(lengths)
    lead = (len(items), longest) if batch_first else (longest, len(items))
    return make((*lead, *trailing), items[0].dtype)


RNN: dict[str, Any] = {"pad_sequence": pad_sequence}
