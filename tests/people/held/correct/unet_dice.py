"""Binary / multi-class segmentation of synthetic cell images with a small U-Net, CE + Dice loss."""
import argparse
import math
import os
import tempfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, random_split


def get_args(argv=None):
    parser = argparse.ArgumentParser(description="Train a U-Net on images and target masks")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--val", type=float, default=20.0, help="percent of the data used as validation (0-100)")
    parser.add_argument("--samples", type=int, default=25)
    return parser.parse_args(argv)


class CellDataset(Dataset):
    # values found in the mask images -> class index
    MASK_VALUES = [0, 127, 255]

    def __init__(self, n, size, seed=0):
        rng = np.random.default_rng(seed)
        self.images, self.masks = [], []
        yy, xx = np.mgrid[:size, :size]
        for _ in range(n):
            img = rng.normal(90, 12, (size, size, 3))
            mask = np.zeros((size, size), np.uint8)
            for value in (127, 255):
                cy, cx = rng.integers(12, size - 12, 2)
                r = rng.integers(5, 11)
                inside = (yy - cy) ** 2 + (xx - cx) ** 2 < r * r
                mask[inside] = value
                img[inside] += 60 if value == 127 else -50
            self.images.append(np.clip(img, 0, 255).astype(np.uint8))
            self.masks.append(mask)

    def __len__(self):
        return len(self.images)

    @staticmethod
    def preprocess(mask_values, arr, is_mask):
        if is_mask:
            out = np.zeros(arr.shape[:2], dtype=np.int64)
            for i, v in enumerate(mask_values):
                out[arr == v] = i
            return out
        arr = arr.transpose((2, 0, 1))
        return arr / 255.0

    def __getitem__(self, idx):
        img = self.preprocess(self.MASK_VALUES, self.images[idx], is_mask=False)
        mask = self.preprocess(self.MASK_VALUES, self.masks[idx], is_mask=True)
        return {
            "image": torch.as_tensor(img.copy()).float().contiguous(),
            "mask": torch.as_tensor(mask.copy()).long().contiguous(),
        }


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(in_channels, out_channels))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy = x2.size(2) - x1.size(2)
        dx = x2.size(3) - x1.size(3)
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet(nn.Module):
    def __init__(self, n_channels, n_classes, width=8):
        super().__init__()
        self.n_classes = n_classes
        self.inc = DoubleConv(n_channels, width)
        self.down1 = Down(width, width * 2)
        self.down2 = Down(width * 2, width * 4)
        self.up1 = Up(width * 4, width * 2)
        self.up2 = Up(width * 2, width)
        self.outc = nn.Conv2d(width, n_classes, kernel_size=1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x = self.up1(x3, x2)
        x = self.up2(x, x1)
        return self.outc(x)


def dice_coeff(pred, target, epsilon=1e-6):
    assert pred.size() == target.size()
    inter = 2 * (pred * target).sum(dim=(-1, -2))
    sets_sum = pred.sum(dim=(-1, -2)) + target.sum(dim=(-1, -2))
    sets_sum = torch.where(sets_sum == 0, inter, sets_sum)
    return ((inter + epsilon) / (sets_sum + epsilon)).mean()


def dice_loss(logits, masks, n_classes):
    probs = F.softmax(logits, dim=1)
    onehot = F.one_hot(masks, n_classes).permute(0, 3, 1, 2).float()
    return 1 - dice_coeff(probs, onehot)


@torch.no_grad()
def evaluate(net, loader, n_classes):
    net.eval()
    score = 0
    conf = np.zeros((n_classes, n_classes), dtype=np.int64)
    for batch in loader:
        pred = net(batch["image"]).argmax(dim=1)
        onehot_pred = F.one_hot(pred, n_classes).permute(0, 3, 1, 2).float()
        onehot_true = F.one_hot(batch["mask"], n_classes).permute(0, 3, 1, 2).float()
        # the background is left out
        score += dice_coeff(onehot_pred[:, 1:], onehot_true[:, 1:])
        idx = n_classes * batch["mask"].flatten() + pred.flatten()
        conf += np.bincount(idx.numpy(), minlength=n_classes ** 2).reshape(n_classes, n_classes)
    net.train()
    iou = np.diag(conf) / (conf.sum(0) + conf.sum(1) - np.diag(conf) + 1e-9)
    return (score / max(len(loader), 1)).item(), iou


def main():
    args = get_args([])
    torch.manual_seed(0)
    dataset = CellDataset(args.samples, args.size)

    n_val = int(len(dataset) * args.val / 100)
    n_train = len(dataset) - n_val
    train_set, val_set = random_split(dataset, [n_train, n_val], generator=torch.Generator().manual_seed(0))
    train_loader = DataLoader(train_set, shuffle=True, batch_size=args.batch_size)
    val_loader = DataLoader(val_set, shuffle=False, batch_size=args.batch_size)

    net = UNet(n_channels=3, n_classes=args.classes)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=args.lr, weight_decay=1e-8, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max", patience=2)
    class_weights = torch.tensor([0.2, 1.0, 1.0])
    criterion = nn.CrossEntropyLoss(weight=class_weights)

    ckpt_dir = tempfile.mkdtemp()
    for epoch in range(1, args.epochs + 1):
        epoch_loss = 0
        for batch in train_loader:
            images, true_masks = batch["image"], batch["mask"]
            assert images.shape[1] == 3
            masks_pred = net(images)
            loss = criterion(masks_pred, true_masks)
            loss += dice_loss(masks_pred, true_masks, args.classes)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            epoch_loss += loss.item()
        val_score, iou = evaluate(net, val_loader, args.classes)
        scheduler.step(val_score)
        print(f"epoch {epoch}: loss {epoch_loss / math.ceil(n_train / args.batch_size):.4f} dice {val_score:.4f} iou {iou.round(3)}")
        torch.save({"net": net.state_dict(), "mask_values": CellDataset.MASK_VALUES}, os.path.join(ckpt_dir, f"ckpt_{epoch}.pth"))

    state = torch.load(os.path.join(ckpt_dir, f"ckpt_{args.epochs}.pth"))
    mask_values = state.pop("mask_values")
    predictor = UNet(3, len(mask_values))
    predictor.load_state_dict(state["net"])
    predictor.eval()
    with torch.no_grad():
        full = predictor(dataset[0]["image"].unsqueeze(0))
        label_map = full.argmax(dim=1)[0].numpy()
    picture = np.zeros(label_map.shape, dtype=np.uint8)
    for i, v in enumerate(mask_values):
        picture[label_map == i] = v
    print("values in the prediction:", np.unique(picture))


if __name__ == "__main__":
    main()
