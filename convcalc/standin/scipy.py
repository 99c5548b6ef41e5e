"""scipy, as far as shapes go: signals, images, statistics, special functions, distances; files are not read. `sparse_matrices` has `scipy.sparse`."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING

from .numpy_arrays import asarray, ndarray
from .numpy_rules import find
from .numpy_rules.operands import axis_of
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import is_other
from .tables.modelled import lenient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _array(x: Any) -> ndarray:
    if type(x) is Unknown:
        raise NotModelled(x.reason)
    held = asarray(x)
    if type(held) is not ndarray or is_other(held._tensor.dtype) or not held.ndim:
        raise NotModelled
    return held


def _floats(element: Any, least: Any = None) -> Any:
    """Floats as wide as they are, doubles of whole numbers."""
    if isinstance(element, dtypes.UnknownDType):
        return dtypes.one_of(_floats(kind, least) for kind in element.candidates)
    if element.category > FLOATING:
        raise NotModelled
    return element if element.category == FLOATING and element is not dtypes.float16 else dtypes.float64


def _of(shape: Any, element: Any) -> ndarray:
    return ndarray(make(shape, element))


def _as_floats(x: Any, *args: Any, **kwargs: Any) -> Any:
    """As many floats: of each value one."""
    held = _array(x)
    return _of(held.shape, _floats(held._tensor.dtype))


def _as_doubles(x: Any, *args: Any, **kwargs: Any) -> Any:
    held = _array(x)
    if held._tensor.dtype not in (dtypes.float64, dtypes.int64, dtypes.int32, dtypes.bool_):
        raise NotModelled
    return _of(held.shape, dtypes.float64)


def _alike(x: Any, *args: Any, **kwargs: Any) -> Any:
    if kwargs.get("output") is not None:
        raise NotModelled
    held = _array(x)
    return _of(held.shape, held._tensor.dtype)


def _filtered(b: Any, a: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    if kwargs.get("zi") is not None:
        raise NotModelled
    return _as_doubles(x)


def _resampled(x: Any, num: Any, t: Any = None, axis: Any = 0, window: Any = None, domain: Any = "time") -> Any:
    held = _array(x)
    if t is not None or num.__class__ is not int or held._tensor.dtype is not dtypes.float64:
        raise NotModelled
    shape = list(held.shape)
    shape[axis_of(axis, held.ndim)] = num
    return _of(shape, dtypes.float64)


def butter(N: Any, Wn: Any, btype: Any = "low", analog: Any = False, output: Any = "ba", fs: Any = None) -> Any:
    if type(N) is not int or output != "ba" or btype not in ("low", "lowpass", "high", "highpass", "band", "bandpass"):
        raise NotModelled
    count = (2 * N if btype.startswith("band") else N) + 1
    return _of((count,), dtypes.float64), _of((count,), dtypes.float64)


def convolve(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    a, b = _array(in1), _array(in2)
    if (
        a.ndim != b.ndim
        or {a._tensor.dtype, b._tensor.dtype} != {dtypes.float64}
        or mode not in ("full", "same", "valid")
    ):
        raise NotModelled
    if mode == "same":
        return _of(a.shape, dtypes.float64)
    if not all(type(n) is int for n in (*a.shape, *b.shape)) or (
        mode == "valid" and any(n < m for n, m in zip(a.shape, b.shape))
    ):
        raise NotModelled
    return _of([n + m - 1 if mode == "full" else n - m + 1 for n, m in zip(a.shape, b.shape)], dtypes.float64)


def chirp(t: Any, *args: Any, **kwargs: Any) -> Any:
    return _as_doubles(t)


def get_window(window: Any, Nx: Any, fftbins: Any = True) -> Any:
    if Nx.__class__ is not int:
        raise NotModelled
    return _of((Nx,), dtypes.float64)


def hilbert(x: Any, N: Any = None, axis: Any = -1) -> Any:
    held = _array(x)
    if N is not None or held._tensor.dtype is not dtypes.float64:
        raise NotModelled
    return _of(held.shape, dtypes.complex128)


def zoom(input: Any, zoom: Any, output: Any = None, **others: Any) -> Any:
    held = _array(input)
    if output is not None or others.get("grid_mode"):
        raise NotModelled
    factors = list(zoom) if isinstance(zoom, (list, tuple)) else [zoom] * held.ndim
    if any(type(factor) not in (int, float) for factor in factors) or any(type(n) is not int for n in held.shape):
        raise NotModelled
    return _of([round(n * factor) for n, factor in zip(held.shape, factors)], held._tensor.dtype)


def rotate(input: Any, angle: Any, axes: Any = (1, 0), reshape: Any = True, **others: Any) -> Any:
    if reshape is not False:
        raise NotModelled
    return _alike(input, **others)


def _distances(x: Any, *args: Any, **kwargs: Any) -> Any:
    held = _array(x)
    return _of(held.shape, dtypes.float64)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False, return_sign: Any = False) -> Any:
    held = _array(a)
    if b is not None or return_sign is not False:
        raise NotModelled
    return find("np.mean")(_of(held.shape, _floats(held._tensor.dtype)), axis=axis, keepdims=keepdims)


def cdist(XA: Any, XB: Any, metric: Any = "euclidean", **others: Any) -> Any:
    a, b = _array(XA), _array(XB)
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError("XA must be a 2-dimensional array.")
    if type(a.shape[1]) is int and type(b.shape[1]) is int and a.shape[1] != b.shape[1]:
        raise ValueError("XA and XB must have the same number of columns (i.e. feature dimension.)")
    return _of((a.shape[0], b.shape[0]), dtypes.float64)


def pdist(X: Any, metric: Any = "euclidean", **others: Any) -> Any:
    held = _array(X)
    n = held.shape[0]
    if held.ndim != 2 or type(n) is not int:
        raise NotModelled
    return _of((n * (n - 1) // 2,), dtypes.float64)


def squareform(X: Any, force: Any = "no", checks: Any = True) -> Any:
    held = _array(X)
    if force != "no" or held._tensor.dtype is not dtypes.float64 or type(held.shape[0]) is not int:
        raise NotModelled
    if held.ndim == 2:
        return _of((held.shape[0] * (held.shape[0] - 1) // 2,), dtypes.float64)
    n = round((1 + (1 + 8 * held.shape[0]) ** 0.5) / 2)
    if n * (n - 1) // 2 != held.shape[0]:
        raise ValueError(
            "Incompatible vector size. It must be a binomial coefficient n choose 2 for some integer n >= 2."
        )
    return _of((n, n), dtypes.float64)


def _named(module: str, rules: dict[str, Any]) -> dict[str, Any]:
    return {name: answering(f"scipy.{module}.{name}", lenient(rule)) for name, rule in rules.items()}


def _unread(name: str) -> Any:
    def read(*args: Any, **kwargs: Any) -> Any:
        return Unknown(f"{name}(...)")

    return read


def _wave(filename: Any, mmap: Any = False) -> Any:
    return Unknown("the sample rate of a file", int), Unknown("the samples of a file")


def _written(*args: Any, **kwargs: Any) -> None:
    """Writes nothing: a loaded file may not."""


STANDS_FOR: dict[str, dict[str, Any]] = {
    "scipy.signal": _named("signal", {
        **dict.fromkeys("detrend savgol_filter medfilt".split(), _as_doubles), "lfilter": _filtered, "filtfilt": _filtered, "resample": _resampled,
        "butter": butter, "convolve": convolve, "fftconvolve": convolve, "hilbert": hilbert, "chirp": chirp, "get_window": get_window,
    }),
    "scipy.ndimage": _named("ndimage", {
        **dict.fromkeys("gaussian_filter gaussian_filter1d uniform_filter median_filter maximum_filter minimum_filter".split(), _alike),
        "zoom": zoom, "rotate": rotate, "distance_transform_edt": _distances,
    }),
    "scipy.stats": _named("stats", {"zscore": _as_floats}),
    "scipy.special": _named("special", {"expit": _as_floats, "softmax": _as_floats, "log_softmax": _as_floats, "logsumexp": logsumexp}),
    "scipy.spatial.distance": _named("spatial.distance", {"cdist": cdist, "pdist": pdist, "squareform": squareform}),
    "scipy.io": {"loadmat": _unread("scipy.io.loadmat"), "savemat": _written},
    "scipy.io.wavfile": {"read": _wave, "write": _written},
}  # fmt: skip
