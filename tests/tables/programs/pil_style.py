import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from torchvision import transforms
img = Image.open("pets/0.png").convert("RGB")
small = img.resize((64, 48))
x = torch.from_numpy(np.array(small)).float().permute(2, 0, 1).unsqueeze(0) / 255
big = transforms.ToTensor()(img).unsqueeze(0)
net = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
print(net(x).shape, net(big).shape)
gray = np.array(img.convert("L"), dtype=np.float32)
g = torch.tensor(gray)[None, None]
nn.Conv2d(1, 2, 3)(g)
