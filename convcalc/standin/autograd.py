"""`torch.autograd` and the gradient modes. No gradient is ever computed; only its shape, that of what it belongs to, is known."""

from __future__ import annotations

from types import GeneratorType

from convcalc.tensor import ShapeError, Tensor, Unknown, make
from convcalc.tensor.tensor import pass_watcher
from convcalc.tensor.unknown import lacks
from convcalc.trace import gradients
from convcalc.trace.beginnings import check_gradients
from convcalc.trace.graph import is_unused
from convcalc.trace.recorder import tensors as all_tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class NoContext:
    """A context manager, and a decorator, that changes nothing here."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and hasattr(args[0], "__code__"):
            return args[0]  # used as a bare decorator
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def __call__(self, function: Any) -> Any:
        return function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"{type(self).__name__}.{name}")


class _GradMode:
    """A stretch of the program in which gradients are or are not recorded; also a decorator."""

    enabled: Any = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = object.__new__(cls)
        if len(args) == 1 and not kwargs and hasattr(args[0], "__code__"):
            return self(args[0])  # @torch.no_grad without parentheses
        return self

    def __init__(self, mode: Any = True) -> None:
        self.before = gradients.is_enabled()

    def __enter__(self) -> None:
        self.before = gradients.is_enabled()
        gradients.set_mode(self.enabled)

    def __exit__(self, *exc: Any) -> None:
        gradients.set_mode(self.before)

    def __call__(self, function: Any) -> Any:
        if isinstance(function, type):
            return function

        again, enabled = type(self), self.enabled

        def mode() -> Any:
            found = again()
            found.enabled = enabled
            return found

        def within_mode(*args: Any, **kwargs: Any) -> Any:
            with mode():
                answer = function(*args, **kwargs)
            return _generated(answer, mode) if type(answer) is GeneratorType else answer

        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            if hasattr(function, name):
                setattr(within_mode, name, getattr(function, name))
        within_mode.__wrapped__ = function  # type: ignore[attr-defined]
        return within_mode


def _generated(generator: Any, mode: Any) -> Iterator[Any]:
    """What a generator gives, each step of it in a mode of its own: who asks for the items does so outside of it."""
    while True:
        with mode():
            try:
                item = next(generator)
            except StopIteration:
                return
        yield item


class no_grad(_GradMode):
    """`torch.no_grad`"""


class enable_grad(_GradMode):
    """`torch.enable_grad`"""

    enabled = True


class inference_mode(_GradMode):
    """`torch.inference_mode`; with `mode=False` gradients stay on."""

    def __init__(self, mode: Any = True) -> None:
        super().__init__()
        self.enabled = not mode


class set_grad_enabled(_GradMode):
    """`torch.set_grad_enabled`: acts at once, and as a context manager puts back what was."""

    def __init__(self, mode: Any = True) -> None:
        super().__init__()
        self.enabled = None if isinstance(mode, Unknown) else bool(mode)
        gradients.set_mode(self.enabled)

    def __enter__(self) -> None:
        gradients.set_mode(self.enabled)

    def __call__(self, function: Any) -> Any:
        gradients.set_mode(self.before)
        return enable_grad()(function) if self.enabled else no_grad()(function)


def is_grad_enabled() -> Any:
    enabled = gradients.is_enabled()
    return Unknown("whether gradients are recorded") if enabled is None else enabled


MODES: dict[str, Any] = {
    "no_grad": no_grad, "enable_grad": enable_grad, "inference_mode": inference_mode, "set_grad_enabled": set_grad_enabled,
    "is_grad_enabled": is_grad_enabled, "is_inference_mode_enabled": lambda: False, "is_inference": lambda tensor: False,
}  # fmt: skip


class FunctionCtx:
    """What a custom function's `forward` keeps for its `backward`, which is never called."""

    needs_input_grad: tuple[bool, ...] = ()
    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *saved: Any) -> None:
        self.saved_tensors = saved

    save_for_forward = save_for_backward

    def mark_dirty(self, *args: Any) -> None:
        pass

    def mark_non_differentiable(self, *args: Any) -> None:
        pass

    def set_materialize_grads(self, value: bool) -> None:
        pass

    @property
    def saved_variables(self) -> tuple[Any, ...]:
        return self.saved_tensors


class Function(FunctionCtx):
    """`torch.autograd.Function`: `apply` runs the subclass's `forward` on shapes."""

    generate_vmap_rule = False

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        before = gradients.is_enabled()
        gradients.enter_unclear()  # the results get their gradients from the function's own `backward`
        gradients.set_mode(False)
        try:
            return cls._applied(ctx, args, kwargs)
        finally:
            gradients.leave_unclear()
            gradients.set_mode(before)

    @classmethod
    def _applied(cls, ctx: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if "setup_context" in cls.__dict__ or any("setup_context" in base.__dict__ for base in cls.__mro__):
            result = cls.forward(*args, **kwargs)
            cls.setup_context(ctx, args, result)  # type: ignore[attr-defined]
            return result
        return cls.forward(ctx, *args, **kwargs)


def Variable(data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
    """`torch.autograd.Variable`, which has been the tensor itself since 2018."""
    if isinstance(data, Tensor) and requires_grad:
        data.requires_grad = True
    return data


def _alike(tensor: Any) -> Any:
    if not isinstance(tensor, Tensor):
        return Unknown("a gradient")
    found = make(tensor.shape, tensor.dtype, tensor._strides)
    found._grad = Unknown("requires_grad of a gradient")
    return found


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: Any = None,
    create_graph: Any = False,
    only_inputs: Any = True,
    allow_unused: Any = None,
    is_grads_batched: Any = False,
    materialize_grads: Any = False,
) -> tuple[Any, ...]:
    """The gradients' shapes: those of the inputs."""
    roots = [outputs] if isinstance(outputs, Tensor) else list(all_tensors(outputs))
    ends = [inputs] if isinstance(inputs, (Tensor, Unknown)) else list(inputs)
    check_gradients(roots, grad_outputs, is_grads_batched)
    for i, output in enumerate(roots):
        if isinstance(output, Tensor):
            _check_begin(i, output, _gradient_at(grad_outputs, i))
    for end in ends:
        if isinstance(end, Tensor) and gradients.needs_gradient(end) is False:
            raise ShapeError("One of the differentiated Tensors does not require grad", "gradient")
    if not (allow_unused or materialize_grads):
        for i, end in enumerate(ends):
            if isinstance(end, Tensor) and not any(end is root for root in roots) and is_unused(end):
                raise ShapeError(
                    f"The differentiated Tensor at index {i} appears to not have been used in the graph. Set allow_unused=True if this is "
                    "the desired behavior.",
                    "gradient", actual=i,
                )  # fmt: skip
    pass_watcher[0](roots, retain_graph, create_graph, inputs, False)
    found = tuple(map(_alike, ends))
    if create_graph is False:
        for gradient in found:
            if isinstance(gradient, Tensor):
                gradient._grad = None  # it has no graph of its own
    return found


def _gradient_at(given: Any, i: int) -> Any:
    """The gradient for one of several tensors; None where there is none, and what is given where nobody knows."""
    if isinstance(given, (tuple, list)):
        return given[i] if i < len(given) else None
    return given


def _check_begin(i: int, output: Tensor, gradient: Any) -> None:
    """Refuses a tensor that no pass backward can begin at; without a gradient of its own it must be a single number."""
    needs = gradients.needs_gradient(output)
    if gradient is None and needs is not False and output.numel() != 1:
        raise ShapeError(
            "grad can be implicitly created only for scalar outputs", "backward-scalar", actual=tuple(output.shape)
        )
    if needs is False:
        raise ShapeError(f"element {i} of tensors does not require grad and does not have a grad_fn", "gradient")


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: Any = None,
    create_graph: Any = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    roots = [tensor for tensor in all_tensors(tensors) if isinstance(tensor, Tensor)]
    check_gradients(roots, grad_tensors)
    for i, tensor in enumerate(roots):
        _check_begin(i, tensor, _gradient_at(grad_tensors, i))
    pass_watcher[0](roots, retain_graph, create_graph, inputs)
    Tensor.has_backward_run = Tensor.has_backward_run or bool(roots)


def gradcheck(*args: Any, **kwargs: Any) -> Unknown:
    return Unknown("gradcheck")


AUTOGRAD: dict[str, Any] = {
    "Variable": Variable, "Function": Function, "grad": grad, "backward": backward, "gradcheck": gradcheck, "gradgradcheck": gradcheck,
    "detect_anomaly": NoContext, "set_detect_anomaly": NoContext, **{name: MODES[name] for name in ("no_grad", "enable_grad", "inference_mode", "set_grad_enabled")},
}  # fmt: skip


def once_differentiable(fn: Any) -> Any:
    return fn


FUNCTION: dict[str, Any] = {
    "Function": Function, "InplaceFunction": Function, "FunctionCtx": FunctionCtx, "once_differentiable": once_differentiable, "NestedIOFunction": Function,
}  # fmt: skip


lacks(_GradMode, "torch.no_grad", "prev clone")
lacks(FunctionCtx, "torch.autograd.function.FunctionCtx", "mark_shared_storage")
lacks(
    Function,
    "torch.autograd.Function",
    "backward clear_saved_tensors_on_access dirty_tensors jvp materialize_grads maybe_clear_saved_tensors metadata name next_functions non_differentiable register_hook register_prehook requires_grad saved_for_forward to_save vjp vmap boxed_grads_call",
)

STANDS_FOR = {
    "torch.autograd": AUTOGRAD,
    "torch.autograd.variable": AUTOGRAD,
    "torch.autograd.function": FUNCTION,
}
MENTIONED = ("autograd", "Variable")
