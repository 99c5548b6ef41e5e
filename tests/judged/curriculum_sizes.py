"""Pictures grow from stage to stage."""
import torch
import torch.nn as nn
import torch.nn.functional as F

stages = [(8, 16), (12, 8), (16, 4)]  # size, batch


class Small(nn.Module):
    def __init__(self, classes=6):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=1, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU()
        )
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Linear(16, classes)

    def forward(self, x):
        return self.classifier(self.pool(self.features(x)).flatten(1))


model = Small()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
step = 0
for size, batch in stages:
    for _ in range(3):
        images = torch.rand(batch, 3, 32, 32)
        images = F.interpolate(images, size=(size, size), mode="bilinear", align_corners=False)
        target = torch.randint(0, 6, (batch,))
        loss = F.cross_entropy(model(images), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
    for group in optimizer.param_groups:
        group["lr"] *= 0.5
    print(step, size, optimizer.param_groups[0]["lr"])
