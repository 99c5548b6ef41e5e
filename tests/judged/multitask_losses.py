import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Faces(Dataset):
    def __init__(self, n=34):
        self.images = torch.rand(n, 3, 12, 12)
        self.age = torch.rand(n) * 80
        self.sex = torch.randint(0, 2, (n,))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return {"image": self.images[i], "age": self.age[i], "sex": self.sex[i]}


class MultiTask(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 10, 3), nn.BatchNorm2d(10), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.heads = nn.ModuleDict({"age": nn.Linear(250, 1), "sex": nn.Linear(250, 2)})

    def forward(self, x):
        f = self.backbone(x)
        return {name: head(f) for name, head in self.heads.items()}


losses = {"age": nn.L1Loss(), "sex": nn.CrossEntropyLoss()}
weights = {"age": 0.1, "sex": 1.0}
model = MultiTask()
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    sums = dict.fromkeys(losses, 0.0)
    for batch in DataLoader(Faces(), batch_size=8, shuffle=True):
        out = model(batch["image"])
        parts = {
            "age": losses["age"](out["age"].squeeze(1), batch["age"]),
            "sex": losses["sex"](out["sex"], batch["sex"]),
        }
        total = sum(weights[k] * v for k, v in parts.items())
        opt.zero_grad()
        total.backward()
        opt.step()
        for k, v in parts.items():
            sums[k] += v.item()
    print(epoch, sums)
