"""`torch.func`: functions made of functions. What they compute is a matter of shapes alone: a mapped function gains a
dimension, a derivative has the output's dimensions before the input's.

Source: torch/_functorch (apis.py, vmap.py, eager_transforms.py, functional_call.py)
"""

from __future__ import annotations

from contextlib import contextmanager

from convcalc.nn.module import Module
from convcalc.ops.registry import find
from convcalc.tensor import ShapeError, ShapeValueError, Tensor, Unknown, make
from convcalc.trace import gradients
from convcalc.trace import recorder as _trace

from .trees import tree_flatten, tree_map, tree_unflatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_STATE = ("_parameters", "_buffers")


@contextmanager
def _unrecorded() -> Iterator[None]:
    """What is done for the sake of the transform is no operation of the program."""
    before, _trace.active = _trace.active, None
    try:
        yield
    finally:
        _trace.active = before


def _applied(func: Any, *args: Any, **kwargs: Any) -> Any:
    """What a transformed function answers; its tensors get their gradients from the transform."""
    gradients.enter_unclear()
    try:
        return func(*args, **kwargs)
    finally:
        gradients.leave_unclear()


def _uncounted(name: str) -> None:
    """A backward pass multiplies too, and nobody counts it."""
    recorder = _trace.active
    if recorder is not None and recorder.calls:
        recorder.calls[-1].uncounted = name


# a function over a dimension


def vmap(
    func: Any, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None
) -> Any:
    """`func` for each slice of its inputs, the results stacked.

    Formula: y.shape = func(slice).shape with the mapped size put in at `out_dims`
    Errors:  no input to map; mapped sizes differ
    """

    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, form = tree_flatten(args)
        dims = _dims(in_dims, args)
        keyed, key_form = tree_flatten(kwargs)
        leaves += keyed
        dims += [0 if isinstance(leaf, Tensor) else None for leaf in keyed]
        size = _mapped_size(leaves, dims)
        with _unrecorded():
            slices = [
                leaf if dim is None or not isinstance(leaf, Tensor) else find("Tensor.select")(leaf, dim, 0)  # type: ignore[misc]
                for leaf, dim in zip(leaves, dims)
            ]
        recorder = _trace.active
        start = 0 if recorder is None else len(recorder.calls)
        count = form.num_leaves
        result = _applied(func, *tree_unflatten(slices[:count], form), **tree_unflatten(slices[count:], key_form))
        if recorder is not None:
            for call in recorder.calls[start:]:
                call.own_macs = call.own_macs * size
        return _stacked(result, size, out_dims)

    mapped.__name__ = getattr(func, "__name__", "mapped")
    return mapped


def _dims(in_dims: Any, args: tuple[Any, ...]) -> list[Any]:
    """For each leaf of the arguments the dimension to map over, or None."""
    if isinstance(in_dims, int) or in_dims is None:
        leaves, _ = tree_flatten(args)
        return [in_dims if isinstance(leaf, (Tensor, Unknown)) else None for leaf in leaves]
    dims: list[Any] = []
    for dim, arg in zip(in_dims, args):
        if isinstance(dim, (tuple, list)) and isinstance(arg, (tuple, list)):
            dims += _dims(dim, tuple(arg))
        elif isinstance(dim, dict) and isinstance(arg, dict):
            dims += _dims(tuple(dim[key] for key in arg), tuple(arg.values()))
        else:
            dims += [dim] * len(tree_flatten(arg)[0])
    return dims


def _mapped_size(leaves: list[Any], dims: list[Any]) -> Any:
    sizes = [leaf.shape[dim] for leaf, dim in zip(leaves, dims) if dim is not None and isinstance(leaf, Tensor)]
    if not sizes:
        if any(isinstance(leaf, Unknown) for leaf in leaves):
            return Unknown("the mapped size")
        raise ShapeValueError("vmap: Expected at least one Tensor to vmap over", "argument")
    if any(size != sizes[0] for size in sizes):
        raise ShapeValueError(
            f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the mapped dimension",
            "broadcast",
        )
    return sizes[0]


def _stacked(result: Any, size: Any, out_dims: Any) -> Any:
    """The results of all slices as one, each with the mapped dimension at its place."""
    leaves, form = tree_flatten(result)
    dims = out_dims if isinstance(out_dims, tuple) else (out_dims,) * len(leaves)
    with _unrecorded():
        stacked = [_with_dimension(leaf, size, dim) for leaf, dim in zip(leaves, dims)]
    return tree_unflatten(stacked, form)


def _with_dimension(leaf: Any, size: Any, dim: Any) -> Any:
    if not isinstance(leaf, Tensor) or dim is None:
        return leaf
    whole = make((size, *leaf.shape), leaf.dtype, None, leaf.device)
    whole.origin = leaf.origin
    if dim == 0:
        return whole
    moved = find("torch.movedim")(whole, 0, dim)  # type: ignore[misc]
    moved.origin = leaf.origin
    return moved


# derivatives


def _chosen(args: tuple[Any, ...], argnums: Any) -> Any:
    return args[argnums] if isinstance(argnums, int) else tuple(args[number] for number in argnums)


def _alike(tree: Any) -> Any:
    return tree_map(
        lambda leaf: make(leaf.shape, leaf.dtype, None, leaf.device) if isinstance(leaf, Tensor) else leaf, tree
    )


def grad_and_value(func: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
    """The gradients, in the inputs' shapes, and the value. Errors: the value is no scalar"""

    def differentiated(*args: Any, **kwargs: Any) -> Any:
        output = _applied(func, *args, **kwargs)
        value, aux = output if has_aux else (output, None)
        if isinstance(value, Tensor) and value.dim() != 0:
            raise ShapeError(
                f"Expected f(*args) to return a scalar tensor, got tensor with {value.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?",
                "backward-scalar",
            )
        _uncounted("torch.func.grad")
        gradients = _alike(_chosen(args, argnums))
        return (gradients, (value, aux)) if has_aux else (gradients, value)

    return differentiated


def grad(func: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
    """The gradients alone, or with what `func` returns beside its value."""
    both = grad_and_value(func, argnums, has_aux)

    def differentiated(*args: Any, **kwargs: Any) -> Any:
        gradients, value = both(*args, **kwargs)
        return (gradients, value[1]) if has_aux else gradients

    return differentiated


def _jacobian(name: str) -> Any:
    def transform(func: Any, argnums: Any = 0, has_aux: bool = False, **options: Any) -> Any:
        """Formula: shape = output's shape, then input's shape"""

        def differentiated(*args: Any, **kwargs: Any) -> Any:
            output = _applied(func, *args, **kwargs)
            value, aux = output if has_aux else (output, None)
            _uncounted(f"torch.func.{name}")
            inputs = _chosen(args, argnums)
            result = tree_map(lambda out: tree_map(lambda given: _derivative(out, given), inputs), value)
            return (result, aux) if has_aux else result

        return differentiated

    transform.__name__ = name
    return transform


def _derivative(output: Any, given: Any) -> Any:
    if not isinstance(output, Tensor) or not isinstance(given, Tensor):
        return Unknown("a derivative")
    return make((*output.shape, *given.shape), output.dtype, None, output.device)


jacrev = _jacobian("jacrev")
jacfwd = _jacobian("jacfwd")


def hessian(func: Any, argnums: Any = 0) -> Any:
    return jacfwd(jacrev(func, argnums), argnums)


def vjp(func: Any, *primals: Any, has_aux: bool = False) -> Any:
    """The output, and a function from its cotangents to those of the inputs."""
    output = _applied(func, *primals)
    value, aux = output if has_aux else (output, None)
    _uncounted("torch.func.vjp")

    def pull_back(*cotangents: Any, **options: Any) -> Any:
        return tuple(map(_alike, primals))

    return (value, pull_back, aux) if has_aux else (value, pull_back)


def jvp(func: Any, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """The output and its tangent, which is alike."""
    output = _applied(func, *primals)
    value, aux = output if has_aux else (output, None)
    _uncounted("torch.func.jvp")
    return (value, _alike(value), aux) if has_aux else (value, _alike(value))


# modules as functions


def functional_call(
    module: Module, parameter_and_buffer_dicts: Any, args: Any = None, kwargs: Any = None, *, tie_weights: bool = True,
    strict: bool = False,
) -> Any:  # fmt: skip
    """Calls a module with other tensors in place of its parameters and buffers."""
    given: dict[str, Any] = {}
    dicts = parameter_and_buffer_dicts
    for part in dicts if isinstance(dicts, (list, tuple)) else (dicts,):
        given.update(part)
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    kept = [
        (table, name, table[name], value)
        for path, value in given.items()
        for table, name in _places(module, path, tie_weights)
    ]
    for table, name, _, value in kept:
        table[name] = value
    try:
        return module(*args, **(kwargs or {}))
    finally:
        for table, name, before, _ in kept:
            table[name] = before


def _places(module: Any, path: str, tied: bool) -> list[tuple[dict[str, Any], str]]:
    """Where the tensor of a path is kept: the table and its key; with those that are the same tensor."""
    from convcalc.nn.module import named_modules

    above, _, name = path.rpartition(".")
    owner = module
    for part in above.split(".") if above else ():
        owner = owner._modules[part]
    for table in _STATE:
        if name in owner.__dict__.get(table, {}):
            found = owner.__dict__[table]
            value = found[name]
            if not tied or value is None:
                return [(found, name)]
            tables = [m.__dict__.get(table, {}) for _, m in named_modules(module)]
            return [(t, key) for t in tables for key, other in t.items() if other is value]
    return []


def stack_module_state(models: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of models of one kind, each stacked over the models."""
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if not all(type(m) is type(models[0]) for m in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    tables = [[dict(members(m)) for m in models] for members in (Module.named_parameters, Module.named_buffers)]
    stack: Any = find("torch.stack")
    with _unrecorded():
        parameters, buffers = ({name: stack([t[name] for t in table]) for name in table[0]} for table in tables)
    for name, stacked in parameters.items():
        stacked._grad = tables[0][0][name]._grad
    return parameters, buffers


def functionalize(func: Any, **options: Any) -> Any:
    """The same function, without changes in place."""
    return func


def replace_all_batch_norm_modules_(root: Any) -> Any:
    """Have batch normalizations below `root` keep no statistics."""
    from convcalc.nn.batch_normalization import _BatchNorm
    from convcalc.nn.module import named_modules

    for _, module in named_modules(root):
        if isinstance(module, _BatchNorm) and module.track_running_stats:
            module.__dict__["track_running_stats"] = False
            for name in ("running_mean", "running_var", "num_batches_tracked"):
                module.__dict__["_buffers"][name] = None
    return root


FUNC: dict[str, Any] = {
    rule.__name__: rule
    for rule in (
        vmap, grad, grad_and_value, jacrev, jacfwd, hessian, vjp, jvp, functional_call, stack_module_state, functionalize,
        replace_all_batch_norm_modules_,
    )
}  # fmt: skip


# `torch.autograd.functional`: the same with the inputs at once


def _as_tuple(inputs: Any) -> tuple[Any, ...]:
    return inputs if isinstance(inputs, tuple) else (inputs,)


def jacobian(func: Any, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False, strategy: str = "reverse-mode") -> Any:  # fmt: skip
    """Formula: shape = output's shape, then input's shape; for several of either, tuples of these"""
    output = _applied(func, *_as_tuple(inputs))
    _uncounted("torch.autograd.functional.jacobian")
    return tree_map(lambda out: tree_map(lambda given: _derivative(out, given), inputs), output)


def second_derivative(func: Any, inputs: Any, *args: Any, **options: Any) -> Any:
    """`hessian`: of a scalar; for several inputs a tuple of tuples."""
    _applied(func, *_as_tuple(inputs))
    _uncounted("torch.autograd.functional.hessian")
    if not isinstance(inputs, tuple):
        return _derivative(inputs, inputs)
    return tuple(tuple(_derivative(a, b) for b in inputs) for a in inputs)


FUNCTIONAL: dict[str, Any] = {"jacobian": jacobian, "hessian": second_derivative}

STANDS_FOR = {
    "torch.nn.utils.stateless": FUNC,
    "torch._functorch.apis": FUNC,
    "torch.func": FUNC,
    "torch.autograd.functional": FUNCTIONAL,
}
