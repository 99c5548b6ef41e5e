"""Export guards: ONNX symbolics, custom symbolic registration, `torch.onnx.is_in_onnx_export`, dispatch by `torch.ops`."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Function


class HardSwish(Function):
    @staticmethod
    def symbolic(g, x):
        return g.op("HardSwish", x)

    @staticmethod
    def forward(ctx, x):
        return F.hardswish(x)


class Net(nn.Module):
    export = False

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = HardSwish.apply(self.conv(x))
        if torch.onnx.is_in_onnx_export() or self.export:
            return x
        if torch.jit.is_tracing() or torch._C._get_tracing_state() is not None:
            h, w = int(x.shape[2]), int(x.shape[3])
        else:
            h, w = x.shape[-2:]
        x = F.avg_pool2d(x, (h, w)).flatten(1)
        if not torch.overrides.has_torch_function((x,)) and not torch.overrides.is_tensor_like(3):
            x = torch.ops.aten.mul(x, 2)
        return self.head(x)


if torch.__version__ >= "1.12" and hasattr(torch.backends, "mps"):
    available = torch.backends.mps.is_available()
version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
assert version >= (1, 8)
Net()(torch.randn(2, 3, 17, 17))
