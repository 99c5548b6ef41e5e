"""`torch` itself: element types, tensor classes, gradient modes, settings. Its operations come from `convcalc.ops`."""

from __future__ import annotations

from convcalc.tensor import Device, DType, ShapeError, ShapeTypeError, Size, Tensor, Unknown, dtypes
from convcalc.tensor.attributes import read
from convcalc.tensor.resets import on_reset
from convcalc.tensor.unknown import is_number, lacks

from . import amp, autograd, compilation, serialization

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# versions


class TorchVersion(str):
    """`torch.__version__`: a string that compares by its numbers, with strings and tuples."""

    __slots__ = ()

    def __lt__(self, other: Any) -> bool:
        return _numbers(self) < _numbers(other)

    def __le__(self, other: Any) -> bool:
        return _numbers(self) <= _numbers(other)

    def __gt__(self, other: Any) -> bool:
        return _numbers(self) > _numbers(other)

    def __ge__(self, other: Any) -> bool:
        return _numbers(self) >= _numbers(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (str, tuple)) and _numbers(self) == _numbers(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _numbers(version: Any) -> tuple[int, ...]:
    parts = version if isinstance(version, tuple) else str.partition(version, "+")[0].split(".")
    numbers = [int("".join(c for c in str(part) if c.isdigit()) or 0) for part in parts]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


VERSION: dict[str, Any] = {
    "__version__": TorchVersion("2.13.0"), "TorchVersion": TorchVersion, "cuda": None, "hip": None, "xpu": None, "debug": False,
    "git_version": "",
}  # fmt: skip


# tensor classes


class _TypedTensor(type):
    """The type of `torch.FloatTensor`: an instance of it is a tensor of that element type."""

    tensor_dtype: DType

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.tensor_dtype

    def __getattr__(cls, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return read(Tensor, name)

    def __call__(cls, *sizes: Any, **options: Any) -> Any:
        if cls.__module__ == "torch.cuda":
            raise TypeError(f"type torch.cuda.{cls.__name__} not available. Torch not compiled with CUDA enabled.")
        return _typed(cls.tensor_dtype, sizes)


def _typed(dtype: DType, sizes: tuple[Any, ...]) -> Any:
    """A tensor from sizes or from nested lists, of one element type."""
    if len(sizes) == 1 and isinstance(sizes[0], Tensor) and sizes[0].dtype is not dtype:
        raise ShapeTypeError(
            f"expected TensorOptions of dtype {dtype.name} (got {sizes[0].dtype.name})", "dtype", expected=dtype.name, actual=sizes[0].dtype.name
        )  # fmt: skip
    if len(sizes) == 1 and type(sizes[0]) is Unknown and not is_number(sizes[0]):
        return sizes[0]
    return Tensor(*sizes, dtype=dtype)


def typed_tensor(name: str, dtype: DType, module: str = "torch") -> type:
    return _TypedTensor(name, (), {"tensor_dtype": dtype, "dtype": dtype, "__module__": module})


LEGACY_TYPES = {
    f"{name}Tensor": dtype
    for dtype, name in dtypes.LEGACY_NAMES.items()
    if name in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
}


def _operation(name: str) -> Any:
    from convcalc.ops import find

    return find(name)


# settings


class Generator:
    """A source of random numbers, which nobody draws."""

    def __init__(self, device: Any = "cpu") -> None:
        self.device = Device(device)

    def manual_seed(self, seed: Any) -> Generator:
        return self

    def seed(self) -> Unknown:
        return Unknown("a random seed")

    initial_seed = get_state = clone_state = seed

    def set_state(self, state: Any) -> None:
        pass


lacks(Generator, "torch.Generator", "_cdata get_offset graphsafe_get_state graphsafe_set_state set_offset")


def nothing(name: str) -> Any:
    """A function that takes anything and does nothing."""

    def ignored(*args: Any, **kwargs: Any) -> None:
        return None

    ignored.__name__ = ignored.__qualname__ = name
    return ignored


def constant(name: str, value: Any) -> Any:
    """A function that takes anything and always answers `value`."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        return value

    answer.__name__ = answer.__qualname__ = name
    return answer


def manual_seed(seed: Any) -> Generator:
    return default_generator


default_generator = Generator()
_deterministic = [False]
_default_device = [Device("cpu")]


def set_default_tensor_type(kind: Any) -> None:
    dtypes.set_default_dtype(dtypes.dtype_of(kind))


def set_default_device(device: Any) -> None:
    _default_device[0] = Device("cpu" if device is None else device)


def get_default_device() -> Device:
    return _default_device[0]


def use_deterministic_algorithms(mode: Any, *, warn_only: bool = False) -> None:
    _deterministic[0] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    return _deterministic[0]


# questions about values


def is_tensor(obj: Any) -> bool:
    return isinstance(obj, Tensor)


def typename(obj: Any) -> str:
    kind = obj if isinstance(obj, type) else type(obj)
    if isinstance(obj, Tensor):
        return f"torch.{dtypes.LEGACY_NAMES[obj.dtype]}Tensor"
    module = "" if kind.__module__ in ("builtins", "__builtin__") else kind.__module__ + "."
    return f"{module}{kind.__qualname__}"


def checked(condition: Any, message: Any = "") -> None:
    """`torch._assert`; a condition that is not known is taken to hold."""
    if not isinstance(condition, Unknown):
        assert condition, message


def checked_element(input: Any, assert_msg: Any = None) -> None:
    """`torch._assert_async`: refuses a tensor of more than one element, and one whose element is known to be zero."""
    if isinstance(input, Tensor):
        if input.numel() != 1:
            ambiguous = "no" if input.numel() == 0 else "more than one"
            raise ShapeError(f"Boolean value of Tensor with {ambiguous} value{'s' * (input.numel() == 0)} is ambiguous")
        if input.values is not None and not isinstance(input.values[0], Unknown) and not input.values[0]:
            raise ShapeError(assert_msg or "Expected Tensor with single nonzero value, but got zero")


# bits, largest, smallest step from 1, smallest positive normal number, decimal resolution
_FLOATS = {
    "float8_e4m3fn": (8, 448.0, 0.125, 0.015625, 1.0),
    "float8_e5m2": (8, 57344.0, 0.25, 6.103515625e-05, 1.0),
    "float64": (64, 1.7976931348623157e308, 2.220446049250313e-16, 2.2250738585072014e-308, 1e-15),
    "float32": (32, 3.4028234663852886e38, 1.1920928955078125e-07, 1.1754943508222875e-38, 1e-06),
    "float16": (16, 65504.0, 0.0009765625, 6.103515625e-05, 0.001),
    "bfloat16": (16, 3.3895313892515355e38, 0.0078125, 1.1754943508222875e-38, 0.01),
}


class finfo:
    """The range and precision of a floating-point type."""

    def __init__(self, type: Any = None) -> None:
        dtype = dtypes.dtype_of(type)
        if dtype.is_complex:
            dtype = dtype.to_real()
        if dtype.name not in _FLOATS:
            raise TypeError(
                f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle '{dtype!r}'"
            )
        self.dtype = dtype.name
        self.bits, self.max, self.eps, self.tiny, self.resolution = _FLOATS[dtype.name]
        self.min, self.smallest_normal = -self.max, self.tiny


class iinfo:
    """The range of an integer type."""

    def __init__(self, type: Any) -> None:
        dtype = dtypes.dtype_of(type)
        if dtype.category != dtypes.INTEGER:
            raise TypeError(f"torch.iinfo() requires an integer input type. Use torch.finfo to handle '{dtype!r}'")
        self.dtype = dtype.name
        self.bits = 8 * dtype.itemsize
        self.min = -(2 ** (self.bits - 1)) if dtype.is_signed else 0
        self.max = 2 ** (self.bits - dtype.is_signed) - 1


# torch.nn.modules.utils


def _ntuple(n: int, name: str = "parse") -> Any:
    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if hasattr(x, "__iter__") and not isinstance(x, Unknown) else (x,) * n

    parse.__name__ = name
    return parse


def _reverse_repeat_tuple(t: Any, n: int) -> tuple[Any, ...]:
    return tuple(x for x in reversed(t) for _ in range(n))


def _list_with_default(out_size: Any, defaults: list[int]) -> list[int]:
    if isinstance(out_size, (int, Tensor)):
        return out_size  # type: ignore[return-value]
    if len(defaults) <= len(out_size):
        raise ValueError(f"Input dimension should be at least {len(out_size) + 1}")
    return [v if v is not None else d for v, d in zip(out_size, defaults[-len(out_size) :])]


TUPLES: dict[str, Any] = {
    "_ntuple": _ntuple, "_single": _ntuple(1, "_single"), "_pair": _ntuple(2, "_pair"), "_triple": _ntuple(3, "_triple"),
    "_quadruple": _ntuple(4, "_quadruple"), "_reverse_repeat_tuple": _reverse_repeat_tuple, "_list_with_default": _list_with_default,
}  # fmt: skip

SDP_BACKENDS = type(
    "SDPBackend",
    (),
    {n: n for n in ("ERROR", "MATH", "FLASH_ATTENTION", "EFFICIENT_ATTENTION", "CUDNN_ATTENTION", "OVERRIDEABLE")},
)
ATTENTION: dict[str, Any] = {"SDPBackend": SDP_BACKENDS, "sdpa_kernel": autograd.NoContext}
OVERRIDES: dict[str, Any] = {"has_torch_function": constant("has_torch_function", False), "is_tensor_like": is_tensor}
RANDOM: dict[str, Any] = {
    "manual_seed": manual_seed, "seed": default_generator.seed, "initial_seed": default_generator.seed, "default_generator": default_generator,
    "get_rng_state": default_generator.get_state, "set_rng_state": default_generator.set_state, "fork_rng": autograd.NoContext,
}  # fmt: skip
TYPES: dict[str, Any] = {
    "Tensor": Tensor,
    "Device": Device,
    "Number": (int, float, bool),
    "_size": (Size, list, tuple),
    "_dtype": DType,
    "_device": Device,
}

_IGNORED = """
    set_printoptions set_num_threads set_num_interop_threads set_float32_matmul_precision set_flush_denormal set_warn_always set_rng_state
    set_deterministic_debug_mode set_autocast_enabled clear_autocast_cache set_autocast_dtype set_autocast_gpu_dtype set_autocast_cpu_dtype
    set_anomaly_enabled
""".split()
_ANSWERS: dict[str, Any] = {
    "get_num_threads": 1, "get_num_interop_threads": 1, "is_autocast_enabled": False, "is_anomaly_enabled": False, "is_storage": False,
    "is_autocast_cpu_enabled": False, "is_deterministic_algorithms_warn_only_enabled": False, "is_warn_always_enabled": False,
    "get_float32_matmul_precision": "highest", "get_deterministic_debug_mode": 0, "is_vulkan_available": False,
}  # fmt: skip


def _vmap(func: Any, *args: Any, **kwargs: Any) -> Any:
    from .function_transforms import vmap

    return vmap(func, *args, **kwargs)


TORCH: dict[str, Any] = {
    **{name.rstrip("_"): dtype for name, dtype in dtypes.ALL.items()},
    **dtypes.ALIASES,
    **{name: typed_tensor(name, dtype) for name, dtype in LEGACY_TYPES.items()},
    **{name: nothing(name) for name in _IGNORED},
    **{name: constant(name, value) for name, value in _ANSWERS.items()},
    **{name: name for name in ("channels_last", "channels_last_3d", "contiguous_format", "preserve_format", "strided", "sparse_coo", "sparse_csr")},
    **{name: RANDOM[name] for name in ("manual_seed", "seed", "initial_seed", "get_rng_state", "default_generator")},
    **autograd.MODES,
    **serialization.SAVING,
    "__version__": VERSION["__version__"], "Tensor": Tensor, "Size": Size, "device": Device, "dtype": DType, "layout": str, "memory_format": str,
    "Generator": Generator, "finfo": finfo, "iinfo": iinfo, "is_tensor": is_tensor, "typename": typename, "_assert": checked, "_assert_async": checked_element,
    "set_default_dtype": dtypes.set_default_dtype, "get_default_dtype": dtypes.default_dtype,
    "set_default_tensor_type": set_default_tensor_type, "set_default_device": set_default_device, "get_default_device": get_default_device,
    "use_deterministic_algorithms": use_deterministic_algorithms, "are_deterministic_algorithms_enabled": are_deterministic_algorithms_enabled,
    "compile": compilation.compile_, "autocast": amp.autocast, "vmap": _vmap,
    "inf": float("inf"), "nan": float("nan"), "pi": 3.141592653589793, "e": 2.718281828459045, "newaxis": None,
    "SymInt": int, "SymFloat": float, "SymBool": bool,
}  # fmt: skip


@on_reset
def reset() -> None:
    """The settings as they are in a fresh process."""
    dtypes.set_default_dtype(dtypes.float32)
    _deterministic[0] = False
    _default_device[0] = Device("cpu")


STANDS_FOR = {
    "torch": TORCH,
    "torch.random": RANDOM,
    "torch.version": VERSION,
    "torch.torch_version": VERSION,
    "torch.types": TYPES,
    "torch.overrides": OVERRIDES,
    "torch.nn.attention": ATTENTION,
    "torch.nn.modules.utils": TUPLES,
}
MENTIONED = ("torch",)
