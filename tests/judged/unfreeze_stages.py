import torch
from torch import nn, optim


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.head = nn.Linear(8 * 4 * 4, 2)

    def forward(self, x):
        return self.head(self.backbone(x).reshape(x.size(0), -1))


def set_trainable(module, flag):
    for p in module.parameters():
        p.requires_grad = flag


model = Classifier()
x, y = torch.randn(10, 3, 16, 16), torch.randint(0, 2, (10,))
for phase, epochs, lr in [("head", 2, 1e-2), ("all", 3, 1e-3)]:
    set_trainable(model.backbone, phase == "all")
    trainable = [p for p in model.parameters() if p.requires_grad]
    opt = optim.Adam(trainable, lr=lr)
    for epoch in range(epochs):
        opt.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        opt.step()
    print(phase, len(trainable), loss.item())
model.head = nn.Linear(128, 5)
print(model(x).shape)
