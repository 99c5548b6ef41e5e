"""`torchvision` itself and `torchvision.utils`."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def make_grid(
    tensor: Any,
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: Any = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
    **options: Any,
) -> Any:
    """Images in rows of `nrow`, with a border between: (3, H_grid, W_grid) of a batch (B, C, H, W).

    Formula: H_grid = ceil(B / columns) * (H + padding) + padding, W_grid = columns * (W + padding) + padding, columns = min(nrow, B)
    Source:  torchvision/utils.py, make_grid
    """
    if isinstance(tensor, (list, tuple)):
        if not tensor or not isinstance(tensor[0], Tensor):
            return Unknown("make_grid(...)")
        tensor = make((len(tensor), *tensor[0].shape), tensor[0].dtype)
    if not isinstance(tensor, Tensor) or any(isinstance(size, Unknown) for size in tensor.shape):
        return Unknown("make_grid(...)")
    shape = tuple(tensor.shape)
    if len(shape) == 2:
        shape = (1, *shape)
    if len(shape) == 3:
        return make((3 if shape[0] == 1 else shape[0], *shape[1:]), tensor.dtype)
    count, channels, height, width = shape
    channels = 3 if channels == 1 else channels
    if count == 1:
        return make((channels, height, width), tensor.dtype)
    columns = min(nrow, count)
    rows = math.ceil(count / columns)
    return make((channels, rows * (height + padding) + padding, columns * (width + padding) + padding), tensor.dtype)


def save_image(tensor: Any, fp: Any, *args: Any, **kwargs: Any) -> None:
    pass


def draw(image: Any, *args: Any, **kwargs: Any) -> Any:
    """Drawing on an image keeps its shape; the result is bytes."""
    return make(image.shape, dtypes.uint8) if isinstance(image, Tensor) else image


def _make_ntuple(x: Any, n: int) -> tuple[Any, ...]:
    """`torchvision.utils._make_ntuple`: an iterable as a tuple, anything else n times."""
    return tuple(x) if hasattr(x, "__iter__") and not isinstance(x, Unknown) else (x,) * n


UTILS: dict[str, Any] = {
    "make_grid": make_grid, "save_image": save_image, "draw_bounding_boxes": draw, "draw_segmentation_masks": draw, "draw_keypoints": draw,
    "_log_api_usage_once": lambda obj: None, "_make_ntuple": _make_ntuple,
}  # fmt: skip
TORCHVISION: dict[str, Any] = {
    "__version__": "0.29.2", "set_image_backend": lambda backend: None, "get_image_backend": lambda: "PIL", "disable_beta_transforms_warning": lambda: None,
    "_is_tracing": lambda: False, "set_video_backend": lambda backend: None, "get_video_backend": lambda: "pyav",
}  # fmt: skip
# torchvision's compiled part: it is there, and what it computes has rules or is unknown
EXTENSION: dict[str, Any] = {
    "_has_ops": lambda: True,
    "_assert_has_ops": lambda: None,
    "_check_cuda_version": lambda: -1,
}

STANDS_FOR = {
    "torchvision": TORCHVISION,
    "torchvision.utils": UTILS,
    "torchvision.extension": EXTENSION,
}
MENTIONED = ("torchvision",)
