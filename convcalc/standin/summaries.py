"""`torchsummary`, `torchinfo`, `thop`, `ptflops`: libraries that run a model once to describe it. Here they run it once."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _zeros(shape: tuple[int, ...]) -> Any:
    return make(shape, dtypes.float32)


def tools(zeros: Callable[[tuple[int, ...]], Any]) -> dict[str, dict[str, Any]]:
    """The functions of each library; `zeros` makes the tensor that a model is run on."""

    def torchsummary(model: Any, input_size: Any, batch_size: int = -1, device: Any = "cuda", **options: Any) -> None:
        """Runs the model on a batch of two of `input_size`, one shape or several, as torchsummary does."""
        sizes = [input_size] if isinstance(input_size, tuple) else input_size
        model(*[zeros((2, *size)) for size in sizes])

    def torchinfo(
        model: Any, input_size: Any = None, input_data: Any = None, batch_dim: Any = None, **options: Any
    ) -> Any:
        """Runs the model in evaluation mode on `input_data`, or on zeros of `input_size`, which holds the batch."""
        training = model.training
        model.train(options.get("mode") == "train")
        if input_data is not None:
            _run(model, input_data)
        elif input_size is not None:
            sizes = [input_size] if isinstance(input_size[0], int) else input_size
            model(*[zeros((1, *size) if batch_dim is not None else tuple(size)) for size in sizes])
        model.train(training)
        return Unknown("torchinfo.summary(...)")

    def profile(model: Any, inputs: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
        _run(model, inputs)
        return Unknown("the operations that thop counts"), Unknown("the parameters that thop counts")

    def complexity(model: Any, input_res: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
        model(zeros((1, *input_res)))
        return Unknown("the operations that ptflops counts"), Unknown("the parameters that ptflops counts")

    return {
        "torchsummary": {"summary": torchsummary},
        "torchscan": {"summary": torchsummary},
        "torchinfo": {"summary": torchinfo},
        "thop": {"profile": profile, "clever_format": lambda values, form="%.2f": values},
        "ptflops": {"get_model_complexity_info": complexity},
    }


def _run(model: Any, inputs: Any) -> None:
    if isinstance(inputs, dict):
        model(**inputs)
    elif isinstance(inputs, (tuple, list)):
        model(*inputs)
    else:
        model(inputs)


TOOLS = tools(_zeros)
TORCHSUMMARY, TORCHINFO, THOP, PTFLOPS = (TOOLS[name] for name in ("torchsummary", "torchinfo", "thop", "ptflops"))

STANDS_FOR = {
    "torchsummary": TORCHSUMMARY,
    "torchscan": TORCHSUMMARY,
    "torchinfo": TORCHINFO,
    "thop": THOP,
    "ptflops": PTFLOPS,
}
