import numpy as np
import torch
import torch.nn as nn


class SmallNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(),
        )
        self.fc = nn.Linear(16 * 10 * 15, 2)

    def forward(self, x):
        x = self.features(x)
        return self.fc(x.flatten(1))


images = np.random.randint(0, 256, (4, 40, 60, 3)).astype(np.float32)
batch = torch.tensor(images).permute(0, 3, 1, 2)
labels = torch.tensor([0, 1, 1, 0])
model = SmallNet()
scores = model(batch)
loss = nn.CrossEntropyLoss()(scores, labels)
loss.backward()
single = torch.rand(3, 40, 60)
with torch.no_grad():
    probabilities = torch.softmax(model(single.unsqueeze(0)), dim=1)
