"""
Nuclei segmentation, my baseline for the Data Science Bowl style task.
U-Net with BCE + dice. Images come as HWC uint8 like cv2.imread gives them.
"""
import os
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader, random_split

CFG = dict(img_size=64, batch_size=6, lr=1e-3, epochs=1, n_images=20, base=8)
DEVICE = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')
rng = np.random.default_rng(7)
torch.manual_seed(7)


def draw_cells(size):
    """returns image [H, W, 3] uint8 and mask [H, W] in {0, 255}"""
    yy, xx = np.mgrid[:size, :size]
    image = rng.integers(0, 50, (size, size, 3), dtype=np.uint8)
    mask = np.zeros((size, size), dtype=np.uint8)
    for _ in range(rng.integers(2, 6)):
        cy, cx, r = rng.integers(8, size - 8), rng.integers(8, size - 8), rng.integers(3, 8)
        inside = (yy - cy) ** 2 + (xx - cx) ** 2 < r ** 2
        image[inside] = image[inside] // 2 + np.array([150, 60, 140], dtype=np.uint8)
        mask[inside] = 255
    return image, mask


class CellDataset(Dataset):
    MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
    STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)

    def __init__(self, n, size, augment=True):
        self.samples = [draw_cells(size) for _ in range(n)]
        self.augment = augment

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        image, mask = self.samples[i]
        image = image.astype(np.float32) / 255.0
        image = (image - self.MEAN) / self.STD
        mask = (mask > 127).astype(np.float32)
        if self.augment and rng.random() < 0.5:
            image = image[:, ::-1].copy()
            mask = mask[:, ::-1].copy()
        image = image.transpose(2, 0, 1)
        mask = mask[None, :, :]
        return torch.from_numpy(image), torch.from_numpy(mask)


class DoubleConv(nn.Module):
    def __init__(self, in_ch, out_ch):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(in_ch, out_ch, 3, padding=1, bias=False), nn.BatchNorm2d(out_ch), nn.ReLU(inplace=True),
            nn.Conv2d(out_ch, out_ch, 3, padding=1, bias=False), nn.BatchNorm2d(out_ch), nn.ReLU(inplace=True))

    def forward(self, x):
        return self.block(x)


class Up(nn.Module):
    def __init__(self, in_ch, out_ch):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_ch, in_ch // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_ch, out_ch)

    def forward(self, x, skip):
        x = self.up(x)
        dy = skip.size(2) - x.size(2)
        dx = skip.size(3) - x.size(3)
        x = F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([skip, x], dim=1))


class UNet(nn.Module):
    def __init__(self, n_channels, n_classes, base=16):
        super().__init__()
        self.inc = DoubleConv(n_channels, base)
        self.down1 = DoubleConv(base, base * 2)
        self.down2 = DoubleConv(base * 2, base * 4)
        self.down3 = DoubleConv(base * 4, base * 8)
        self.pool = nn.MaxPool2d(2)
        self.up1 = Up(base * 8, base * 4)
        self.up2 = Up(base * 4, base * 2)
        self.up3 = Up(base * 2, base)
        self.outc = nn.Conv2d(base, n_classes, 1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(self.pool(x1))
        x3 = self.down2(self.pool(x2))
        x4 = self.down3(self.pool(x3))
        x = self.up1(x4, x3)
        x = self.up2(x, x2)
        x = self.up3(x, x1)
        return self.outc(x)


class DiceBCELoss(nn.Module):
    def __init__(self, smooth=1.0):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss()
        self.smooth = smooth

    def forward(self, logits, targets):
        bce = self.bce(logits, targets)
        probs = torch.sigmoid(logits)
        dims = (1, 2, 3)
        inter = (probs * targets).sum(dims)
        union = probs.sum(dims) + targets.sum(dims)
        dice = 1 - (2 * inter + self.smooth) / (union + self.smooth)
        return bce + dice.mean()


@torch.no_grad()
def iou_score(model, loader):
    model.eval()
    scores = []
    for images, masks in loader:
        preds = (torch.sigmoid(model(images.to(DEVICE))) > 0.5).cpu()
        gt = masks.bool()
        inter = (preds & gt).flatten(1).sum(1).float()
        union = (preds | gt).flatten(1).sum(1).float()
        scores.append((inter + 1e-6) / (union + 1e-6))
    return torch.cat(scores).mean().item()


full = CellDataset(CFG['n_images'], CFG['img_size'])
train_ds, val_ds = random_split(full, [15, 5], generator=torch.Generator().manual_seed(0))
train_dl = DataLoader(train_ds, CFG['batch_size'], shuffle=True, drop_last=True)
val_dl = DataLoader(val_ds, CFG['batch_size'])

net = UNet(3, 1, base=CFG['base']).to(DEVICE)
criterion = DiceBCELoss()
optimizer = torch.optim.AdamW(net.parameters(), lr=CFG['lr'], weight_decay=1e-4)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, epochs=CFG['epochs'],
                                                steps_per_epoch=len(train_dl))

best = -1
for epoch in range(CFG['epochs']):
    net.train()
    running = 0.0
    for images, masks in train_dl:
        images, masks = images.to(DEVICE), masks.to(DEVICE)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(net(images), masks)
        loss.backward()
        optimizer.step()
        scheduler.step()
        running += loss.item() * images.size(0)
    iou = iou_score(net, val_dl)
    print(f'epoch {epoch}: loss {running / len(train_ds):.4f}  iou {iou:.4f}')
    if iou > best:
        best = iou
        torch.save({'epoch': epoch, 'state_dict': net.state_dict(), 'iou': iou}, 'unet_best.pth')

# inference on one picture, back to a uint8 mask
ckpt = torch.load('unet_best.pth', map_location=DEVICE)
net.load_state_dict(ckpt['state_dict'])
net.eval()
image, mask = full[0]
with torch.no_grad():
    prob = torch.sigmoid(net(image.unsqueeze(0).to(DEVICE)))
out = (prob[0, 0].cpu().numpy() * 255).astype(np.uint8)
np.save('prediction.npy', out)
print('saved', out.shape, os.path.getsize('prediction.npy'))
