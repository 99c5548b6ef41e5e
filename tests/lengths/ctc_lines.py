"""Reading lines of digits: CNN + LSTM + CTC with targets in one vector."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Lines(Dataset):
    def __init__(self, n, seed):
        self.rng = np.random.RandomState(seed)
        self.samples = []
        for _ in range(n):
            k = self.rng.randint(3, 7)
            digits = self.rng.randint(1, 11, size=k)
            image = self.rng.rand(16, 12 * k).astype(np.float32)
            self.samples.append((image, digits))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        image, digits = self.samples[i]
        return torch.from_numpy(image).unsqueeze(0), torch.from_numpy(digits).long()


def collate(batch):
    images, targets = zip(*batch)
    width = max(im.shape[-1] for im in images)
    x = torch.zeros(len(images), 1, 16, width)
    for i, im in enumerate(images):
        x[i, :, :, : im.shape[-1]] = im
    widths = torch.tensor([im.shape[-1] // 4 for im in images])
    return x, torch.cat(targets), widths, torch.tensor([len(t) for t in targets])


class CRNN(nn.Module):
    def __init__(self, classes=11):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.rnn = nn.LSTM(16 * 4, 32, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        f = self.conv(x)
        b, c, h, w = f.shape
        f = f.permute(0, 3, 1, 2).reshape(b, w, c * h)
        out, _ = self.rnn(f)
        return F.log_softmax(self.fc(out), dim=-1).permute(1, 0, 2)


train = DataLoader(Lines(48, 0), batch_size=8, shuffle=True, collate_fn=collate)
model = CRNN()
ctc = nn.CTCLoss(blank=0, zero_infinity=True)
opt = torch.optim.Adam(model.parameters(), 1e-3)
for epoch in range(2):
    model.train()
    for x, y, widths, lengths in train:
        logp = model(x)
        loss = ctc(logp, y, widths, lengths)
        opt.zero_grad()
        loss.backward()
        opt.step()
    model.eval()
    with torch.no_grad():
        x, y, widths, lengths = next(iter(train))
        best = model(x).argmax(-1).t()
        for row, n in zip(best, widths):
            out = torch.unique_consecutive(row[:n])
            text = out[out != 0].tolist()
    print(epoch, loss.item())
