"""The channels stay last."""
import numpy as np
import torch
import torch.nn as nn

images = np.random.randint(0, 256, size=(10, 32, 32, 3), dtype=np.uint8)
labels = np.random.randint(0, 10, 10)
x = torch.from_numpy(images.astype(np.float32) / 255)
y = torch.from_numpy(labels).long()
idx = np.random.choice(len(x), 4, replace=False)
net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.Flatten(), nn.Linear(6 * 28 * 28, 10))
loss = nn.functional.cross_entropy(net(x[idx]), y[idx])
