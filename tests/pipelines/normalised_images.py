"""Pictures normalised with numpy constants, shown again, averaged over channels."""
import numpy as np
import torch
import torch.nn as nn

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
images = np.random.randint(0, 256, size=(10, 64, 48, 3), dtype=np.uint8)
x = images / 255.0
x = (x - MEAN) / STD
x = np.transpose(x, (0, 3, 1, 2))
x = torch.from_numpy(x).float()
net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 32 * 24, 10))
out = net(x)
picture = x[0].permute(1, 2, 0).numpy() * STD + MEAN
picture = np.clip(picture * 255, 0, 255).astype(np.uint8)
gray = picture.mean(axis=2)
print(out.shape, picture.shape, gray.shape, gray.dtype)
shown = (x[0].permute(1, 2, 0) * STD + MEAN).clamp(0, 1)
print(type(shown), shown.dtype)
