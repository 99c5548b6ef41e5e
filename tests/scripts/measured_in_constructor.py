import torch
from torch import nn
from types import SimpleNamespace
from typing import NamedTuple
import json
from pathlib import Path
class Hp(NamedTuple):
    z: int = 16
    img: int = 28
hp = Hp()
OUT = Path(__file__).parent / 'out'
OUT.mkdir(parents=True, exist_ok=True)
(OUT / 'hp.json').write_text(json.dumps(hp._asdict()))
class AE(nn.Module):
    def __init__(self, hp):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Flatten())
        with torch.no_grad():
            n = self.enc(torch.zeros(1, 1, hp.img, hp.img)).shape[1]
        self.mu = nn.Linear(n, hp.z)
        self.dec = nn.Sequential(nn.Linear(hp.z, n), nn.Unflatten(1, (16, 7, 7)), nn.ConvTranspose2d(16, 8, 3, 2, 1, output_padding=1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 3, 2, 1, 1), nn.Sigmoid())
    def forward(self, x):
        return self.dec(self.mu(self.enc(x)))
def main():
    m = AE(hp)
    x = torch.rand(32, 1, hp.img, hp.img)
    assert m(x).shape == x.shape, 'shape'
    n_params = sum(p.numel() for p in m.parameters())
    print(f"{n_params/1e6:.2f}M")
main()
