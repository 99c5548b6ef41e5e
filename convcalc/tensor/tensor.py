"""The shape-only tensor: a shape, an element type and, where they matter, strides. It has no elements.

What a tensor *is* stands here (its shape, layout, type, device, whether it is trained). What can be *done* with it are the
operations of `convcalc.ops`, each found by its name at first use and then kept on the class.
"""

from __future__ import annotations

import math

from .dtypes import DType, dtype_of, number_type, takes_gradients
from .errors import ShapeError, ShapeIndexError, ShapeTypeError, ShapeValueError
from .resets import on_reset
from .size import Size
from .strides import channels_last_strides, contiguous_strides, is_channels_last, is_contiguous
from .unknown import Unknown, UnknownValue, facts_of, index_of, is_array, is_number, on_backward
from .values import LIMIT, element, known
from .varying_numbers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from .nesting import Nested

_new = object.__new__

LAYOUT = ("_sparse", "layout", "is_sparse", "is_sparse_csr")  # what the table of a sparse tensor holds; see `sparse`
NO_NUMPY = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
CHANGE_OF_COMPUTED = (
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't "
    "require differentiation use var_no_grad = var.detach()."
)
NO_COPY = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
    "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, "
    "see https://github.com/pytorch/pytorch/pull/103001"
)


class Device:
    """`torch.device`: a kind and, maybe, an index. Nothing is ever placed on it."""

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        if isinstance(type, Device):
            type, index = type.type, type.index if index is None else index
        elif isinstance(type, int):
            type, index = "cuda", type
        elif isinstance(type, str):
            type, _, number = type.partition(":")
            if number:
                index = int(number)
        else:
            type = "cpu"  # an unknown device: shapes do not depend on it
        self.type = type
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __repr__(self) -> str:
        return f"device(type='{self.type}'" + (f", index={self.index})" if self.index is not None else ")")

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def __deepcopy__(self, memo: Any) -> Device:
        return self


CPU = Device("cpu")


def find_method(name: str) -> Callable[..., Any] | None:
    """Replaced by `convcalc.ops`, which knows the operations."""
    return None


# What a tensor of one number is that counts how many elements of a mask hold; `convcalc.ops` puts its own here.
count_behind: list[Callable[[Tensor], Any]] = [lambda tensor: None]
method_finder: list[Callable[[str], Any]] = [find_method]
# What answers for a function of the real torch; `convcalc.ops` puts its own here, else torch itself says that it cannot.
function_server: list[Callable[[Any, Any, Any], Any]] = [lambda func, args, kwargs: NotImplemented]

# What tells, in a run, whether a computed tensor needs a gradient, and what is told when a flag changes; see trace.gradients.
gradient_finder: list[Callable[[Tensor], Any]] = [lambda tensor: None]
flag_watcher: list[Callable[[Tensor, Any], None]] = [lambda tensor, flag: None]
# What is told, in a run, of a pass through the graph behind some tensors; see trace.graph.
pass_watcher: list[Callable[..., None]] = [lambda roots, retain_graph, create_graph, inputs, fills=True: None]

# What refuses gradients that a pass backward cannot begin with; see trace.beginnings.
beginning_checker: list[Callable[[Any, Any], None]] = [lambda outputs, gradients: None]

# What tells whether a pass backward has come to a leaf; None where that is not certain; see trace.graph.
reach_finder: list[Callable[[Tensor], bool | None]] = [lambda tensor: True]
NO_LONGER_NONE = Unknown("the gradient of a tensor that had none")  # one for all, so that turns that leave it are alike
cleared: list[Tensor] = []  # whose gradients were set to None since the last of these passes
unfilled: list[
    Any
] = []  # what passes have done to such gradients since, worked out when one is asked for; see trace.graph


@on_reset
def forget_passes() -> None:
    """Drop what is kept of the passes backward of an earlier run."""
    Tensor.has_backward_run = Tensor.has_unknown_pass = False
    cleared.clear()
    unfilled.clear()


def _unknown_array(tensor: Tensor, force: bool) -> Any:
    """What `.numpy()` gives where nobody stands in for numpy."""
    return Unknown(".numpy() of a tensor")


array_maker: list[Callable[[Tensor, bool], Any]] = [_unknown_array]


def _operator(name: str) -> Any:
    """A special method, such as `__add__`, which becomes its operation at first use."""

    def method(self: Any, *args: Any) -> Any:
        found = method_finder[0](name)
        if found is None:
            return NotImplemented
        setattr(Tensor, name, found)
        return found(self, *args)

    method.__name__ = name
    return method


class TensorType(type):
    """The type of `Tensor`: an operation is found on the class too, as in `torch.Tensor.add_(x, 1)`."""

    def __getattr__(cls, name: str) -> Any:
        found = method_finder[0](name) if name[:2] != "__" else None
        if found is None:
            raise AttributeError(f"type object '{cls.__name__}' has no attribute '{name}'")
        setattr(Tensor, name, found)
        return found


class Tensor(metaclass=TensorType):
    """A tensor of which only shape, element type and layout are known.

    `Tensor(2, 3)` has the shape (2, 3), `Tensor("N", 3)` a symbolic size; `Tensor([1.0, 2.0])` the shape of the nested list, as `torch.Tensor` has it.
    `values` holds the elements (row-major, a flat list) of the few small constants that keep them, else None.
    """

    __slots__ = ("__dict__", "__weakref__", "_grad", "_strides", "device", "dtype", "origin", "shape", "values")

    shape: Size
    dtype: DType
    device: Device
    _grad: (
        Any  # the tensor's own flag: True, False, None for one that is detached; of a computed one see `requires_grad`
    )
    values: list[Any] | None
    origin: Any
    _strides: tuple[int, ...] | None

    def __new__(cls, *sizes: Any, **kwargs: Any) -> Any:
        self = _new(cls)
        self.shape = Size()
        self._strides = None
        self.device = CPU
        self._grad = False
        self.values = None
        self.origin = None
        return self

    def __init__(self, *sizes: Any, dtype: DType | str | None = None, device: Any = None) -> None:
        self.dtype = dtype_of(dtype)
        if device is not None:
            self.device = Device(device)
        if len(sizes) == 1 and not isinstance(sizes[0], int):
            self._fill(sizes[0], dtype is None)
        else:
            self.shape = Size(check_sizes(sizes or (0,), "new"))

    def _fill(self, only: Any, takes_its_type: bool) -> None:
        """What `Tensor(x)` is for one argument: a tensor, a shape, numbers in lists or in an array, or a size that is no int of Python's."""
        kind = type(only)
        if isinstance(only, Tensor):
            self.shape, self._strides, self.values = only.shape, only._strides, only.values
            self.dtype = only.dtype if takes_its_type else self.dtype
        elif isinstance(only, Size):
            self.shape = only
        elif isinstance(only, (list, tuple, range)) or is_array(only) or hasattr(kind, "__as_array__"):
            from .nesting import elements_as

            if is_array(only):
                only.__tensor__()  # which an array of texts or objects refuses

            found = read_list(only)
            self.shape, self.values = Size(found.shape), elements_as(found, self.dtype)
        elif kind is Unknown and not is_number(only):
            raise UnknownValue(only.reason)
        elif hasattr(only.__class__, "__index__"):
            self.shape = Size(check_sizes((only,), "new"))
        else:
            raise ShapeTypeError(f"new(): data must be a sequence (got {only.__class__.__name__})")

    # shape and layout

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def dim(self) -> int:
        return len(self.shape)

    ndimension = dim

    def size(self, dim: int | None = None) -> Any:
        if dim is None:
            return self.shape
        return self.shape[wrap_dim(dim, len(self.shape))]

    def numel(self) -> int:
        return math.prod(self.shape)

    nelement = numel

    def __len__(self) -> int:
        if not self.shape:
            raise ShapeTypeError("len() of a 0-d tensor")
        return self.shape[0]  # type: ignore[no-any-return]

    def stride(self, dim: int | None = None) -> Any:
        strides = self.strides
        return strides if dim is None else strides[wrap_dim(dim, len(strides))]

    @property
    def strides(self) -> tuple[int, ...]:
        return contiguous_strides(self.shape) if self._strides is None else self._strides

    def is_contiguous(self, memory_format: Any = None) -> bool:
        if memory_format in ("channels_last", "channels_last_3d"):
            if len(self.shape) != (4 if memory_format == "channels_last" else 5):
                return False
            wanted = channels_last_strides(self.shape)
            return all(size == 1 or a == b for size, a, b in zip(self.shape, self.strides, wanted))
        return self._strides is None or is_contiguous(self.shape, self._strides)

    @property
    def is_channels_last(self) -> bool:
        """Whether convolutions and pools would answer in the channels-last layout."""
        return self._strides is not None and is_channels_last(self.shape, self._strides)

    def storage_offset(self) -> Any:
        return Unknown("storage_offset()", int)

    def element_size(self) -> int:
        return self.dtype.itemsize

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.numel() * self.dtype.itemsize

    # kind

    def is_floating_point(self) -> bool:
        return self.dtype.is_floating_point

    def is_complex(self) -> bool:
        return self.dtype.is_complex

    def is_signed(self) -> bool:
        return self.dtype.is_signed

    @property
    def is_cuda(self) -> bool:
        return self.device.type == "cuda"

    is_meta = is_sparse = is_sparse_csr = is_quantized = is_mkldnn = is_nested = is_mps = is_xpu = is_xla = False
    layout = "strided"
    names = property(lambda self: (None,) * len(self.shape))

    def get_device(self) -> int:
        return -1 if self.device.type == "cpu" else self.device.index or 0

    # training

    retains_grad = False
    has_backward_run = False
    has_unknown_pass = False  # one from something unknown: it may have come to any leaf

    @property
    def requires_grad(self) -> Any:
        flag = self._grad
        if flag is False and self.origin is not None:
            return gradient_finder[0](self)
        return False if flag is None else flag

    @requires_grad.setter
    def requires_grad(self, flag: Any) -> None:
        if flag is True and takes_gradients(self.dtype) is False:
            raise ShapeError("only Tensors of floating point and complex dtype can require gradients", "gradient")
        if flag is not self._grad or flag is False:
            if self.is_leaf is False:
                if flag is False:
                    raise ShapeError(CHANGE_OF_COMPUTED, "gradient")
                return
        if self._grad is flag:
            return
        flag_watcher[0](self, flag)
        self._grad = flag

    @property
    def is_leaf(self) -> Any:
        """Whether it was not computed of anything that needs a gradient."""
        if "is_leaf" in self.__dict__:
            return self.__dict__["is_leaf"]
        if self._grad is not False or self.origin is None or isinstance(self, Parameter):
            return True
        needs = gradient_finder[0](self)
        return needs if isinstance(needs, Unknown) else not needs

    @is_leaf.setter
    def is_leaf(self, value: bool) -> None:
        self.__dict__["is_leaf"] = value

    @property
    def grad_fn(self) -> Any:
        if self.is_leaf is True:
            return None
        found = Unknown("grad_fn of a tensor")
        if self.is_leaf is False:
            facts_of(found)["is_there"] = True  # so that it is not None, whatever it is
        return found

    @property
    def grad(self) -> Any:
        while unfilled:
            unfilled.pop(0).fill()
        if "grad" in self.__dict__:
            return self.__dict__["grad"]
        if self._grad is not True or not Tensor.has_backward_run:
            return None
        reached = reach_finder[0](self)
        if reached is False and not Tensor.has_unknown_pass:
            return None
        found = make(self.shape, self.dtype, self._strides)
        found._grad = Unknown("requires_grad of a gradient")
        if not reached:
            found.__dict__["may_be_none"] = True
        return found

    @grad.setter
    def grad(self, value: Any) -> None:
        self.__dict__["grad"] = value
        if value is None:
            cleared.append(self)
            for filling in unfilled:
                filling.tensors.pop(id(self), None)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        if requires_grad is True and takes_gradients(self.dtype) is False:
            raise ShapeError("only Tensors of floating point dtype can require gradients", "gradient")
        self.requires_grad = requires_grad
        return self

    def backward(
        self, gradient: Any = None, retain_graph: Any = None, create_graph: bool = False, inputs: Any = None
    ) -> None:
        if gradient is not None:
            beginning_checker[0]((self,), gradient)
        self._check_root(gradient)
        pass_watcher[0]((self,), retain_graph, create_graph, inputs)
        Tensor.has_backward_run = True

    def _check_root(self, gradient: Any) -> None:
        """Refuses what no pass backward can begin at."""
        self._check_gradient("element 0 of tensors does not require grad and does not have a grad_fn")
        if gradient is None and self.numel() != 1:
            raise ShapeError(
                "grad can be implicitly created only for scalar outputs", "backward-scalar", actual=tuple(self.shape)
            )

    def _check_gradient(self, message: str) -> None:
        if gradient_finder[0](self) is False:
            raise ShapeError(message, "gradient")

    def retain_grad(self) -> None:
        self._check_gradient("can't retain_grad on Tensor that has requires_grad=False")

    def register_hook(self, hook: Any) -> Unknown:
        self._check_gradient("cannot register a hook on a tensor that doesn't require gradient")
        return Unknown("a hook's handle")

    def detach(self) -> Tensor:
        found = make(self.shape, self.dtype, self._strides, self.device, self.values, origin=self.origin)
        found._grad = None
        if "layout" in self.__dict__:
            found.__dict__.update({name: self.__dict__[name] for name in LAYOUT})
            found.values = type(self.values)(found)  # type: ignore[misc]
        return found

    def detach_(self) -> Tensor:
        if self._grad is not None:
            flag_watcher[0](self, None)
            self._grad = None
        return self

    @property
    def data(self) -> Tensor:
        return self.detach()

    @data.setter
    def data(self, other: Any) -> None:
        if type(other) is Unknown:  # of other sizes, maybe; PyTorch sees to it that it has this element type
            self.shape = Size([Unknown(f"{other.reason}.shape[{i}]", int) for i in range(len(self.shape))])
            self._strides = self.values = None
            return
        self.shape, self.dtype, self._strides, self.device = other.shape, other.dtype, other._strides, other.device
        self.values = other.values

    def share_memory_(self) -> Tensor:
        return self

    def pin_memory(self, device: Any = None) -> Tensor:
        return self

    def is_pinned(self) -> bool:
        return False

    def is_shared(self) -> bool:
        return False

    def record_stream(self, stream: Any) -> None:
        pass

    def data_ptr(self) -> int:
        return id(self)

    # values

    def item(self) -> Any:
        if self.numel() != 1:
            raise ShapeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        values = known(self)
        if values is not None:
            return values[0]
        found = _greatest(self)
        if found is not None:
            return found
        found = element(self, ".item() of a tensor")
        if self.origin is not None and type(self) is Tensor and takes_gradients(self.dtype) is False:
            count = count_behind[0](self)
            if count is not None:
                return count
            from .sums import note_sum

            note_sum(found, self, 0)
        return found

    def tolist(self) -> Any:
        values = known(self)
        if values is not None:
            return nest(values, self.shape)
        count = self.numel()
        if not isinstance(count, Unknown) and count <= LIMIT:
            return unknown_list(self.shape, element(self, "an element of a tensor"))
        return Unknown(".tolist() of a tensor", None if self.shape else number_type(self.dtype))

    def numpy(self, *, force: bool = False) -> Any:
        if force is not True and self.requires_grad is True:
            raise ShapeError(NO_NUMPY, "gradient")
        if self.layout != "strided":
            raise ShapeTypeError(
                "can't convert Sparse layout tensor to numpy. Use Tensor.to_dense() first.", actual=self.layout
            )
        return array_maker[0](self, force)

    def __array__(self, dtype: Any = None) -> Any:
        raise UnknownValue("a tensor's elements")

    def __bool__(self) -> bool:
        if self.numel() != 1:
            if self.numel() == 0:
                raise ShapeError("Boolean value of Tensor with no values is ambiguous")
            raise ShapeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __index__(self) -> int:
        item = self.item()
        if self.dtype.category > 1:
            raise ShapeTypeError("only integer tensors of a single element can be converted to an index")
        return item.__index__()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise ShapeTypeError("iteration over a 0-d tensor")
        if type(self.shape[0]) is Unknown:
            raise UnknownValue(f"{self.shape[0].reason} (and how many rows there are)")
        return iter(self.unbind(0))

    def __contains__(self, item: Any) -> bool:
        return bool(Unknown("`in` a tensor", bool))

    def __hash__(self) -> int:
        return id(self) >> 4

    def __reversed__(self) -> Any:
        return self.flip(0) if self.shape else self

    # the rest of the operations, by name

    def __getattr__(self, name: str) -> Any:
        if name[:2] != "__":
            found = method_finder[0](name)
            if found is not None:
                if isinstance(found, property):
                    setattr(Tensor, name, found)
                    return found.fget(self)  # type: ignore[misc]
                setattr(Tensor, name, found)
                return found.__get__(self)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        dtype = "" if self.dtype is dtype_of(None) else f", dtype={self.dtype}"
        return f"{type(self).__name__}({', '.join(map(str, self.shape))}{dtype})"

    def __format__(self, spec: str) -> str:
        """The text of its number; of more than one element PyTorch has no form but the plain one."""
        if not spec:
            return repr(self)
        if self.shape:
            raise ShapeTypeError(f"unsupported format string passed to {type(self).__name__}.__format__")
        return format(self.item(), spec)

    def __copy__(self) -> Tensor:
        return copy_of(self, type(self))  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        found = memo.get(id(self))
        if found is None:
            if self.is_leaf is False:
                raise ShapeError(NO_COPY, "gradient")
            found = memo[id(self)] = copy_of(self, type(self))
            if self.values is not None:
                found.values = type(self.values)(self.values)
        return found  # type: ignore[no-any-return]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (make, (self.shape, self.dtype, self._strides))

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Answer a function of the real torch that was given this tensor: `function_server` knows the rule of its name."""
        return function_server[0](func, args, kwargs or {})

    if TYPE_CHECKING:

        def __getitem__(self, key: Any) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def flip(self, *dims: int) -> Tensor: ...


for _name in (
    "__add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __imul__ __truediv__ __rtruediv__ __itruediv__ "
    "__floordiv__ __rfloordiv__ __ifloordiv__ __mod__ __rmod__ __imod__ __pow__ __rpow__ __ipow__ __matmul__ __rmatmul__ "
    "__imatmul__ __and__ __rand__ __iand__ __or__ __ror__ __ior__ __xor__ __rxor__ __ixor__ __lshift__ __rlshift__ "
    "__ilshift__ __rshift__ __rrshift__ __irshift__ __neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ "
    "__gt__ __ge__ __getitem__ __setitem__"
).split():
    setattr(Tensor, _name, _operator(_name))


def unknown_pass() -> None:
    """A pass backward begins at something unknown: of no leaf anybody knows whether it has a gradient now."""
    Tensor.has_backward_run = Tensor.has_unknown_pass = True
    for tensor in cleared:
        if "grad" in tensor.__dict__ and tensor.__dict__["grad"] is None:
            tensor.__dict__["grad"] = NO_LONGER_NONE
    cleared.clear()


on_backward[0] = unknown_pass


def clear_gradients(tensors: Iterable[Any]) -> None:
    """Sets `grad` of tensors to None, as `zero_grad()` does; before any pass backward there is nothing to set."""
    if Tensor.has_backward_run:
        for tensor in tensors:
            if isinstance(tensor, Tensor):
                tensor.grad = None


class Parameter(Tensor):
    """A tensor that a module trains; assigning it to a module registers it."""

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Any:
        if isinstance(data, Unknown):
            raise UnknownValue(data.reason)
        if data is None:
            data = make((0,), dtype_of(None))
        if requires_grad is True and takes_gradients(data.dtype) is False:
            raise ShapeError("Only Tensors of floating point and complex dtype can require gradients", "gradient")
        self = copy_of(data, cls)
        self._grad = requires_grad
        return self

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        pass

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (Parameter, (self.detach(), self.requires_grad))


class UninitializedTensor:
    """What a lazy layer holds until its first input tells the shape."""

    def materialize(self, shape: Sequence[int], device: Any = None, dtype: Any = None) -> None:
        self.__class__ = self.cls_to_become  # type: ignore[attr-defined]
        self.shape = Size(shape)
        self.dtype = dtype_of(dtype)


class UninitializedParameter(UninitializedTensor, Parameter):
    """A parameter whose shape is not known yet."""

    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        self = Parameter.__new__(cls, make((0,), dtype_of(dtype)), requires_grad)
        return self

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        pass

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return type(self)(self.requires_grad, dtype=self.dtype)


class UninitializedBuffer(UninitializedTensor, Tensor):
    """A buffer whose shape is not known yet."""

    cls_to_become = Tensor

    def __init__(
        self, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> None:
        super().__init__(0, dtype=dtype)
        self.persistent = persistent


def make(
    shape: Sequence[Any],
    dtype: DType,
    strides: tuple[int, ...] | None = None,
    device: Device = CPU,
    values: list[Any] | None = None,
    origin: Any = None,
) -> Tensor:
    """A plain tensor; the fast way in for the rules. `strides` None means contiguous."""
    t: Tensor = _new(Tensor)
    t.shape = shape if type(shape) is Size else Size(shape)
    t.dtype = dtype
    t._strides = strides
    t.device = device
    t._grad = False
    t.values = values
    t.origin = origin
    return t


def copy_of(source: Tensor, cls: type) -> Any:
    """Another tensor of class `cls` with the shape, type and layout of `source`."""
    t: Any = _new(cls)
    t.shape, t.dtype, t._strides, t.device = source.shape, source.dtype, source._strides, source.device
    t._grad, t.values, t.origin = source._grad, source.values, source.origin
    if type(source) is cls and source.__dict__:
        t.__dict__.update(source.__dict__)
    return t


def wrap_dim(dim: Any, ndim: int, scalar_is_vector: bool = True) -> int:
    """A dimension counted from the front: -1 becomes ndim - 1; IndexError in PyTorch's words where there is none."""
    if type(dim) is not int:
        dim = _index(dim)
    count = ndim
    if not ndim:
        if isinstance(ndim, Unknown):  # of what is not known there is no dimension to count
            raise UnknownValue(ndim.reason)
        count = 1 if scalar_is_vector else 0
    if count == 0:
        raise ShapeIndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    if not -count <= dim < count:
        raise ShapeIndexError(
            f"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got {dim})",
            "dimension-range",
        )
    return dim + count if dim < 0 else dim  # type: ignore[no-any-return]


def _index(value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ShapeTypeError(f"argument 'dim' must be int, not {type(value).__name__}")
    return value.__index__()  # type: ignore[no-any-return]


letters_are_sizes = [True]  # not where a loaded file runs: PyTorch refuses them


def is_letter(text: str) -> bool:
    """Whether it names a symbolic size: one capital letter."""
    return len(text) == 1 and text.isascii() and text.isupper()


def symbolic_size(name: str, at: int, hint: int | None = None) -> Any:
    """The size that a letter stands for; what a branch on it follows is the hint, else a batch of 2 or an image's 224."""
    from convcalc.dim import symbol

    return symbol(name, hint if hint is not None else 224 if at else 2)


LARGEST = 1 << 63  # a size is a number of 64 bits in PyTorch


def check_sizes(sizes: Sequence[Any], function: str) -> tuple[int, ...]:
    """Sizes for a new tensor: `(2, 3)` or `((2, 3),)`; floats are refused as PyTorch refuses them."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = sizes[0]
    checked = []
    for i, size in enumerate(sizes):
        if type(size) is str and letters_are_sizes[0] and is_letter(size):
            size = symbolic_size(size, i)
        size = plain(size)
        kind = size.__class__
        if kind is not int and kind is not Unknown:
            no_size = isinstance(size, (float, str)) or size is None or not hasattr(kind, "__index__")
            if no_size or (kind is bool and i == 0):
                raise ShapeTypeError(
                    f"{function}(): argument 'size' must be tuple of ints, but found element of type {kind.__name__} at pos {i}",
                    "argument",
                )
            size = index_of(size)
        if type(size) is int and not -LARGEST <= size < LARGEST:
            raise ShapeTypeError(
                f"{function}(): argument 'size' failed to unpack the object at pos {i + 1} with error \"Overflow when unpacking long long\"",
                "argument",
            )
        if type(size) is not Unknown and size < 0:
            raise ShapeError(f"Trying to create tensor with negative dimension {size}: {list(sizes)}", "argument")
        checked.append(size)
    return tuple(checked)


def read_list(data: Any) -> Nested:
    """Nested lists of numbers, read; refused in PyTorch's words where they are no tensor."""
    from .nesting import Ragged, nested

    try:
        found = nested(data)
    except Ragged as ragged:
        first, other = ragged.first, ragged.other
        if len(first) != len(other):
            raise ShapeTypeError(f"not a sequence of one depth: {first} beside {other}") from None
        raise ShapeValueError(
            f"expected sequence of length {first[0]} at dim {ragged.depth} (got {other[0]})"
        ) from None
    for leaf in () if found.all_plain else found.leaves or ():
        if leaf is data:
            continue
        if is_array(leaf):
            if not leaf.ndim:
                raise ShapeTypeError("len() of unsized object")
        elif isinstance(leaf, Tensor) and leaf.numel() != 1:
            raise ShapeValueError("only one element tensors can be converted to Python scalars")
    return found


def nest(flat: list[Any], shape: Sequence[int]) -> Any:
    """A flat row-major list as nested lists of `shape`; of shape () the one value."""
    if not shape:
        return flat[0]
    if len(shape) == 1:
        return list(flat)
    step = math.prod(shape[1:])
    return [nest(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _greatest(tensor: Tensor) -> Unknown | None:
    """`labels.max().item()`, a count of classes or steps with an identity of its own; None of any other element."""
    call = tensor.origin
    if call is None or number_type(tensor.dtype) is not int:
        return None
    name = call.type.rpartition(".")[2]
    if name == "add" and len(call.arguments[0]) == 2 and not call.arguments[1]:
        one, other = call.arguments[0]
        found = _greatest(one) if type(one) is Tensor and type(other) is int else None
        return None if found is None else found + other
    if name not in ("max", "amax"):
        return None
    from .symbols import symbol

    return symbol("greatest", ".item() of a tensor", None)


def unknown_list(shape: Sequence[int], item: Unknown) -> Any:
    """Nested lists of numbers that are not known."""
    if not shape:
        return item
    return [unknown_list(shape[1:], item) for _ in range(shape[0])]
