"""torchvision beside a torch that its compiled operations were not made for.

Its Python parts do not depend on the version of torch; but where its library does not load, importing it fails at the
first registration for one of its operations ("operator torchvision::nms does not exist"). Then this makes the import
possible: the registrations are left out, and non-maximum suppression, the only operation that its models cannot do without,
is written with PyTorch's own.
"""

from __future__ import annotations

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_kept: list[Any] = []  # a library's operations live as long as it does


def do_without() -> None:
    """Has torchvision be imported without its compiled operations from now on."""
    if _kept:
        return
    import torch

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    extension = types.ModuleType("torchvision.extension")
    extension.__dict__.update(
        _has_ops=lambda: False,
        _assert_has_ops=lambda: None,
        _check_cuda_version=lambda: -1,
        _load_library=lambda name: False,
    )
    sys.modules[extension.__name__] = extension
    for name in ("torchvision._meta_registrations", "torchvision._autograd_registrations"):
        sys.modules[name] = types.ModuleType(name)
    library: Any = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", non_maximum_suppression, "CompositeExplicitAutograd")
    _kept.append(library)


def non_maximum_suppression(boxes: Any, scores: Any, threshold: float) -> Any:
    """The numbers of the boxes that no better one overlaps by more than the threshold (area shared by area covered), the best first."""
    import torch

    order = scores.argsort(descending=True)
    kept = []
    while order.numel():
        best = order[0]
        kept.append(best)
        corner = torch.maximum(boxes[best, :2], boxes[order, :2])
        other = torch.minimum(boxes[best, 2:], boxes[order, 2:])
        shared = (other - corner).clamp(min=0).prod(1)
        areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
        covered = areas[best] + areas[order] - shared
        order = order[(shared / covered <= threshold) & (order != best)]
    return torch.stack(kept) if kept else torch.zeros(0, dtype=torch.int64, device=boxes.device)
