import torch
from jaxtyping_absent import Float, Int, jaxtyped
from beartype_absent import beartype
from torch import Tensor, nn
class Attn(nn.Module):
    @jaxtyped(typechecker=beartype)
    def __init__(self, d: int = 32, h: int = 4):
        super().__init__()
        self.h = h
        self.qkv = nn.Linear(d, 3 * d)
    @jaxtyped(typechecker=beartype)
    def forward(self, x: Float[Tensor, "b t d"], mask: Int[Tensor, "b t"] | None = None) -> Float[Tensor, "b t d"]:
        b, t, d = x.shape
        q, k, v = self.qkv(x).reshape(b, t, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        return (q @ k.transpose(-1, -2) @ v).transpose(1, 2).reshape(b, t, d)
@beartype
def run(n: int = 2) -> Float[Tensor, "..."]:
    return Attn()(torch.rand(n, 7, 32))
run()
