# Assignment 3 - digit classification with data augmentation
# Group 14
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader

torch.manual_seed(0)
np.random.seed(0)
random.seed(0)

N_CLASSES = 10
IMG = 28
BATCH = 32


def make_digits(n):
    """no internet in the lab, so we draw blobs whose position depends on the class"""
    imgs = np.zeros((n, IMG, IMG), dtype=np.uint8)
    labels = np.random.randint(0, N_CLASSES, size=n)
    for i, lab in enumerate(labels):
        r = 4 + (lab // 5) * 10
        c = 2 + (lab % 5) * 5
        imgs[i, r:r + 8, c:c + 4] = 200
        imgs[i] += np.random.randint(0, 40, size=(IMG, IMG)).astype(np.uint8)
    return imgs, labels


# ---- augmentation, all in numpy, one image is H x W ----
def random_shift(img, k=2):
    padded = np.pad(img, k, mode="constant")
    y = np.random.randint(0, 2 * k + 1)
    x = np.random.randint(0, 2 * k + 1)
    return padded[y:y + IMG, x:x + IMG]


def cutout(img, size=6):
    img = img.copy()
    y = np.random.randint(0, IMG - size)
    x = np.random.randint(0, IMG - size)
    img[y:y + size, x:x + size] = 0
    return img


def random_flip(img):
    if random.random() < 0.5:
        img = img[::-1, :].copy()
    return img


class DigitSet(Dataset):
    def __init__(self, images, labels, train=True):
        self.images = images
        self.labels = labels
        self.train = train

    def __len__(self):
        return len(self.images)

    def __getitem__(self, idx):
        img = self.images[idx]
        if self.train:
            img = random_shift(img)
            img = cutout(img)
            img = random_flip(img)
        x = torch.from_numpy(img).float()
        x = (x / 255.0 - 0.1307) / 0.3081
        x = x.unsqueeze(0)
        y = torch.tensor(self.labels[idx], dtype=torch.long)
        return x, y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2)
        self.bn = nn.BatchNorm2d(32)
        self.drop = nn.Dropout(0.25)
        self.fc1 = nn.Linear(32 * 7 * 7, 64)
        self.fc2 = nn.Linear(64, N_CLASSES)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.bn(self.conv2(x))), 2)
        x = torch.flatten(x, 1)
        x = self.drop(F.relu(self.fc1(x)))
        return self.fc2(x)


def accuracy(output, target, topk=(1, 3)):
    """copied from the imagenet example"""
    maxk = max(topk)
    _, pred = output.topk(maxk, 1, True, True)
    pred = pred.t()
    correct = pred.eq(target.view(1, -1).expand_as(pred))
    res = []
    for k in topk:
        correct_k = correct[:k].reshape(-1).float().sum(0)
        res.append(correct_k.item() * 100.0 / target.size(0))
    return res


train_x, train_y = make_digits(256)
test_x, test_y = make_digits(64)
train_loader = DataLoader(DigitSet(train_x, train_y), batch_size=BATCH, shuffle=True)
test_loader = DataLoader(DigitSet(test_x, test_y, train=False), batch_size=BATCH)

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)

for epoch in range(2):
    net.train()
    total = 0.0
    for images, targets in train_loader:
        optimizer.zero_grad()
        out = net(images)
        loss = criterion(out, targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * images.size(0)

    net.eval()
    top1 = []
    top3 = []
    with torch.no_grad():
        for images, targets in test_loader:
            a1, a3 = accuracy(net(images), targets)
            top1.append(a1)
            top3.append(a3)
    print("epoch %d loss %.3f top1 %.1f top3 %.1f" % (epoch, total / len(train_x), np.mean(top1), np.mean(top3)))
