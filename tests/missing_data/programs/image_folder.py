import glob
import os
import random

import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import DataLoader, Dataset

ROOT = os.environ.get("DATA_ROOT", "./animals")
CLASSES = sorted(d for d in os.listdir(ROOT) if os.path.isdir(os.path.join(ROOT, d)))
INDEX = {name: i for i, name in enumerate(CLASSES)}


class Animals(Dataset):
    def __init__(self, files):
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        path = self.files[i]
        image = Image.open(path).convert("RGB").resize((64, 64))
        data = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
        data = data.float().view(64, 64, 3).permute(2, 0, 1) / 255
        return data, INDEX[os.path.basename(os.path.dirname(path))]


files = glob.glob(os.path.join(ROOT, "*", "*.png"))
random.seed(0)
random.shuffle(files)
cut = len(files) * 4 // 5
train, valid = Animals(files[:cut]), Animals(files[cut:])
print(f"{len(train)} pictures of {len(CLASSES)} classes, the first {files[0]}")


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.head = nn.Linear(16, classes)

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


model = Net(len(CLASSES))
weights = [1.0 / len([f for f in files if os.sep + c + os.sep in f]) for c in CLASSES]
criterion = nn.CrossEntropyLoss(weight=torch.tensor(weights))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
accuracies = []
for epoch in range(3):
    model.train()
    for x, y in DataLoader(train, batch_size=8, shuffle=True):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    right = count = 0
    confusion = [[0] * len(CLASSES) for _ in CLASSES]
    with torch.no_grad():
        for x, y in DataLoader(valid, batch_size=8):
            guess = model(x).argmax(1)
            right += (guess == y).sum().item()
            count += len(y)
            for t, g in zip(y.tolist(), guess.tolist()):
                confusion[t][g] += 1
    accuracies.append(right / count)
    print(f"{epoch}: {accuracies[-1]:.1%}", [row[i] / max(1, sum(row)) for i, row in enumerate(confusion)])
best = max(range(len(accuracies)), key=accuracies.__getitem__)
print(best, accuracies[best], CLASSES[0].title())
