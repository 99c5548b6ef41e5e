"""Mixed precision and gradient modes, as decorators and as contexts."""

import torch
import torch.nn as nn
from torch.amp import GradScaler, autocast
from torch.amp import custom_bwd, custom_fwd


class Square(torch.autograd.Function):
    @staticmethod
    @custom_fwd(device_type="cuda", cast_inputs=torch.float32)
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @custom_bwd(device_type="cuda")
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv1d(4, 8, 3), nn.BatchNorm1d(8), nn.ReLU())
        self.head = nn.Linear(8, 3)
        self.register_buffer("centre", torch.zeros(8))

    @torch.no_grad()
    def update(self, x):
        self.centre.mul_(0.9).add_(x.mean(0), alpha=0.1)

    @torch.inference_mode()
    def predict(self, x):
        return self(x).argmax(-1)

    @autocast("cpu", enabled=False)
    def features(self, x):
        with torch.set_grad_enabled(self.training):
            return self.backbone(x.float()).mean(-1)

    def forward(self, x):
        x = self.features(x)
        self.update(x)
        with torch.no_grad(), torch.enable_grad():
            x = Square.apply(x - self.centre)
        with torch.autocast(device_type="cpu", dtype=torch.bfloat16, enabled=False):
            return self.head(x)


model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = GradScaler("cpu", enabled=False)
old = torch.cuda.amp.GradScaler(enabled=False)
with torch.enable_grad(), autocast("cpu", enabled=False):
    loss = model(torch.randn(2, 4, 10)).square().mean()
scaler.scale(loss).backward()
scaler.unscale_(optimizer)
torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
scaler.step(optimizer)
scaler.update()
optimizer.zero_grad(set_to_none=True)
