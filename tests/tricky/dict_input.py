"""A batch that is a dictionary, and an answer that is one."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.age = nn.Linear(1, 4)
        self.head = nn.Linear(8, 2)

    def forward(self, batch):
        features = torch.cat([self.image(batch["image"]), self.age(batch["age"])], dim=1)
        return {"logits": self.head(features), "features": features}


PARAMS = (
    1 * 4 * 3 * 3 + 4  # image.0
    + 1 * 4 + 4  # age
    + 8 * 2 + 2  # head
)  # fmt: skip
MACS = (
    3 * 4 * 10 * 10 * 1 * 3 * 3  # image.0: 12 -> 10
    + 3 * 1 * 4  # age
    + 3 * 8 * 2  # head
)
OUTPUTS = [(3, 2), (3, 8)]

model = Net()
print(model({"image": torch.randn(3, 1, 12, 12), "age": torch.randn(3, 1)})["logits"].shape)
