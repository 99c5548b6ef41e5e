import torch
from pydantic_absent import BaseModel, Field, validator
from torch import nn
class ModelConfig(BaseModel):
    in_dim: int = 8
    hidden: int = Field(32, gt=0)
    out_dim: int = 2
    @validator("hidden")
    def check(cls, v):
        return v
class Net(nn.Module):
    def __init__(self, cfg: ModelConfig):
        super().__init__()
        self.a = nn.Linear(cfg.in_dim, cfg.hidden)
        self.b = nn.Linear(cfg.hidden, cfg.out_dim)
    def forward(self, x):
        return self.b(self.a(x).relu())
cfg = ModelConfig(in_dim=16)
Net(cfg)(torch.rand(4, 16))
