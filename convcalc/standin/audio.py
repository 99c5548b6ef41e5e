"""librosa and the files of torchaudio: how long a file is nobody knows, so that is a symbol; what is made of samples follows from it."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING
from convcalc.tensor.symbols import symbol

from .numpy_arrays import asarray, ndarray
from .numpy_rules.operands import axis_of
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import element_of
from .tables.modelled import lenient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _rate() -> Any:
    return Unknown("the sample rate of a file", int)


def load(
    path: Any,
    *,
    sr: Any = 22050,
    mono: Any = True,
    offset: Any = 0.0,
    duration: Any = None,
    dtype: Any = "float32",
    res_type: Any = None,
) -> Any:
    if mono is not True:
        raise NotModelled("the samples of a file, of one channel or of several")
    count = symbol("samples", "how many samples a file has")
    return ndarray(make((count,), element_of(dtype))), _rate() if sr is None else sr


def _samples(y: Any) -> ndarray:
    held = asarray(y) if type(y) is not Unknown else y
    if type(held) is not ndarray:
        raise NotModelled(getattr(held, "reason", None))
    if held._tensor.dtype not in (dtypes.float32, dtypes.float64) or not held.ndim:
        raise NotModelled
    return held


def _frames(count: Any, n_fft: Any, hop_length: Any, center: Any) -> Any:
    """How many windows there are: each `hop_length` samples one, the first of them around sample 0 where they are centred."""
    if type(hop_length) is not int or type(center) is not bool:
        raise NotModelled
    return count // hop_length + 1 if center else (count - n_fft) // hop_length + 1


def _hop(hop_length: Any, win_length: Any, n_fft: Any) -> Any:
    return hop_length if hop_length is not None else (n_fft if win_length is None else win_length) // 4


def stft(y: Any, *, n_fft: Any = 2048, hop_length: Any = None, win_length: Any = None, window: Any = "hann", center: Any = True, dtype: Any = None, pad_mode: Any = "constant", out: Any = None) -> Any:  # fmt: skip
    held = _samples(y)
    if type(n_fft) is not int or dtype is not None or out is not None:
        raise NotModelled
    *lead, count = held.shape
    element = dtypes.complex64 if held._tensor.dtype is dtypes.float32 else dtypes.complex128
    shape = (*lead, n_fft // 2 + 1, _frames(count, n_fft, _hop(hop_length, win_length, n_fft), center))
    return ndarray(make(shape, element))


def _of_frames(default_hop: int, element: Any = None) -> Any:
    """A feature of each window: `rows` of them."""

    def of_rows(rows: Any, y: Any, hop_length: Any, n_fft: Any, center: Any, S: Any) -> Any:
        if y is None or S is not None:
            raise NotModelled
        held = _samples(y)
        *lead, count = held.shape
        hop = default_hop if hop_length is None else hop_length
        kind = held._tensor.dtype if element is None else element
        return ndarray(make((*lead, rows, _frames(count, n_fft, hop, center)), kind))

    return of_rows


_spectral = _of_frames(512)
_of_doubles = _of_frames(512, dtypes.float64)


def melspectrogram(*, y: Any = None, sr: Any = 22050, S: Any = None, n_fft: Any = 2048, hop_length: Any = 512, win_length: Any = None, window: Any = "hann", center: Any = True, pad_mode: Any = "constant", power: Any = 2.0, n_mels: Any = 128, **others: Any) -> Any:  # fmt: skip
    return _spectral(n_mels, y, hop_length, n_fft, center, S)


def mfcc(*, y: Any = None, sr: Any = 22050, S: Any = None, n_mfcc: Any = 20, dct_type: Any = 2, norm: Any = "ortho", lifter: Any = 0, n_fft: Any = 2048, hop_length: Any = 512, center: Any = True, **others: Any) -> Any:  # fmt: skip
    return _spectral(n_mfcc, y, hop_length, n_fft, center, S)


def _one_row(of_rows: Any) -> Any:
    def feature(y: Any = None, *, sr: Any = 22050, S: Any = None, n_fft: Any = 2048, frame_length: Any = 2048, hop_length: Any = 512, center: Any = True, **others: Any) -> Any:  # fmt: skip
        return of_rows(1, y, hop_length, n_fft, center, S)

    return feature


def chroma_stft(*, y: Any = None, sr: Any = 22050, S: Any = None, n_chroma: Any = 12, n_fft: Any = 2048, hop_length: Any = 512, center: Any = True, **others: Any) -> Any:  # fmt: skip
    return _spectral(n_chroma, y, hop_length, n_fft, center, S)


def _alike(S: Any, *args: Any, **kwargs: Any) -> Any:
    held = asarray(S) if type(S) is not Unknown else S
    if type(held) is not ndarray or held._tensor.dtype.category != FLOATING:
        raise NotModelled(getattr(held, "reason", None))
    return ndarray(make(held.shape, held._tensor.dtype))


def fix_length(data: Any, *, size: Any, axis: Any = -1, **kwargs: Any) -> Any:
    held = asarray(data) if type(data) is not Unknown else data
    if type(held) is not ndarray:
        raise NotModelled(getattr(held, "reason", None))
    shape = list(held.shape)
    shape[axis_of(axis, held.ndim)] = size
    return ndarray(make(shape, held._tensor.dtype))


def to_mono(y: Any) -> Any:
    held = _samples(y)
    return ndarray(make(held.shape[-1:], held._tensor.dtype))


def get_duration(*args: Any, **kwargs: Any) -> Any:
    return Unknown("how long a sound is", float)


def load_audio(
    uri: Any,
    frame_offset: Any = 0,
    num_frames: Any = -1,
    normalize: Any = True,
    channels_first: Any = True,
    **others: Any,
) -> Any:
    """`torchaudio.load`: floats of some channels, and the sample rate."""
    if normalize is not True or type(channels_first) is not bool:
        raise NotModelled
    sizes = symbol("channels", "how many channels a file has"), symbol("samples", "how many samples a file has")
    return make(sizes if channels_first else sizes[::-1], dtypes.float32), _rate()


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Writes, or sets, nothing."""


_FEATURES: dict[str, Any] = {
    "melspectrogram": melspectrogram, "mfcc": mfcc, "chroma_stft": chroma_stft, "delta": _alike, "rms": _one_row(_spectral),
    **{name: _one_row(_of_doubles) for name in ("zero_crossing_rate", "spectral_centroid", "spectral_rolloff", "spectral_bandwidth")},
}  # fmt: skip
_OWN: dict[str, Any] = {
    "load": load, "stft": stft, "power_to_db": _alike, "amplitude_to_db": _alike, "db_to_power": _alike, "db_to_amplitude": _alike, "to_mono": to_mono,
    "get_duration": get_duration,
}  # fmt: skip
STANDS_FOR: dict[str, dict[str, Any]] = {
    "librosa": {name: answering(f"librosa.{name}", lenient(function)) for name, function in _OWN.items()},
    "librosa.core": {name: answering(f"librosa.{name}", lenient(function)) for name, function in _OWN.items()},
    "librosa.feature": {
        name: answering(f"librosa.feature.{name}", lenient(function)) for name, function in _FEATURES.items()
    },
    "librosa.util": {"fix_length": answering("librosa.util.fix_length", lenient(fix_length))},
    "torchaudio": {
        "load": answering("torchaudio.load", lenient(load_audio)),
        "save": _nothing,
        "set_audio_backend": _nothing,
    },
}
