import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Shapes(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, idx):
        img = torch.zeros(3, 32, 32)
        mask = torch.zeros(32, 32, dtype=torch.long)
        s = 4 + idx % 8
        img[:, s : s + 10, s : s + 10] = 1.0
        mask[s : s + 10, s : s + 10] = 1
        return img + 0.1 * torch.randn_like(img), mask


def double_conv(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(o, o, 3, padding=1), nn.ReLU(inplace=True))


class UNet(nn.Module):
    def __init__(self, n_class):
        super().__init__()
        self.down1, self.down2, self.bottom = double_conv(3, 4), double_conv(4, 8), double_conv(8, 16)
        self.up2, self.up1 = double_conv(24, 8), double_conv(12, 4)
        self.last = nn.Conv2d(4, n_class, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.bottom(F.max_pool2d(b, 2))
        x = self.up2(torch.cat([F.interpolate(c, scale_factor=2), b], 1))
        x = self.up1(torch.cat([F.interpolate(x, scale_factor=2), a], 1))
        return self.last(x)


train, valid = DataLoader(Shapes(18), 4, shuffle=True), DataLoader(Shapes(7), 4)
net = UNet(2)
optimizer = torch.optim.Adam(net.parameters())
for epoch in range(2):
    net.train()
    for image, mask in train:
        loss = F.cross_entropy(net(image), mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.eval()
    ious = []
    with torch.no_grad():
        for image, mask in valid:
            pred = net(image).argmax(1)
            inter = ((pred == 1) & (mask == 1)).sum((1, 2)).float()
            union = ((pred == 1) | (mask == 1)).sum((1, 2)).float()
            ious.append((inter + 1e-6) / (union + 1e-6))
    print(epoch, torch.cat(ious).mean().item(), torch.cat(ious).shape)
