import numpy as np
import torch
import torch.nn as nn

np.random.seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 8, 3, 2, 1), nn.GroupNorm(2, 8), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5),
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9, weight_decay=1e-4)


def rand_bbox(size, lam):
    W, H = size[2], size[3]
    cut = np.sqrt(1.0 - lam)
    w, h = int(W * cut), int(H * cut)
    cx, cy = np.random.randint(W), np.random.randint(H)
    return np.clip(cx - w // 2, 0, W), np.clip(cy - h // 2, 0, H), np.clip(cx + w // 2, 0, W), np.clip(cy + h // 2, 0, H)


for step in range(8):
    images, target = torch.rand(12, 3, 20, 20), torch.randint(0, 5, (12,))
    lam = np.random.beta(1.0, 1.0)
    index = torch.randperm(images.size(0))
    if step % 2:
        images = lam * images + (1 - lam) * images[index]
    else:
        x1, y1, x2, y2 = rand_bbox(images.size(), lam)
        images[:, :, x1:x2, y1:y2] = images[index, :, x1:x2, y1:y2]
        lam = 1 - ((x2 - x1) * (y2 - y1) / (images.size(-1) * images.size(-2)))
    output = model(images)
    loss = lam * criterion(output, target) + (1 - lam) * criterion(output, target[index])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
