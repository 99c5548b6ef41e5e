import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = nn.Parameter(torch.randn(1, 2, 3))

    def forward(self, x):
        theta = self.theta
        grid = nn.functional.affine_grid(theta, list(x.shape), align_corners=False)
        return nn.functional.grid_sample(x, grid, align_corners=False)


print(Net()(torch.randn(8, 3, 32, 32)).shape)
