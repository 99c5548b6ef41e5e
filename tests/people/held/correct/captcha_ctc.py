"""Reading captchas: CRNN with CTC loss. The pictures are drawn with a 5x3 dot font."""
from typing import List, Sequence

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

FONT = {
    "0": "111101101101111", "1": "010110010010111", "2": "111001111100111", "3": "111001011001111", "4": "101101111001001",
    "7": "111001010010010", "A": "010101111101101", "C": "111100100100111", "E": "111100110100111", "X": "101101010101101",
}
ALPHABET = "".join(FONT)
BLANK = 0
HEIGHT, WIDTH = 16, 64


class Converter:
    """text <-> indices, 0 is the blank"""

    def __init__(self, alphabet: str):
        self.alphabet = alphabet
        self.dict = {c: i + 1 for i, c in enumerate(alphabet)}

    def encode(self, texts: Sequence[str]):
        lengths = [len(t) for t in texts]
        flat = [self.dict[c] for t in texts for c in t]
        return torch.tensor(flat, dtype=torch.long), torch.tensor(lengths, dtype=torch.long)

    def decode(self, best: torch.Tensor) -> str:
        out: List[str] = []
        previous = BLANK
        for k in best.tolist():
            if k != BLANK and k != previous:
                out.append(self.alphabet[k - 1])
            previous = k
        return "".join(out)


class CaptchaDataset(Dataset):
    def __init__(self, n: int, seed: int = 0):
        self.rng = np.random.default_rng(seed)
        self.texts = ["".join(self.rng.choice(list(ALPHABET), size=self.rng.integers(3, 6))) for _ in range(n)]
        self.images = [self.draw(t) for t in self.texts]

    def draw(self, text: str) -> np.ndarray:
        img = self.rng.normal(0, 0.15, (HEIGHT, WIDTH))
        x = int(self.rng.integers(0, 6))
        for c in text:
            glyph = np.array([int(b) for b in FONT[c]]).reshape(5, 3)
            big = np.kron(glyph, np.ones((2, 2)))
            y = int(self.rng.integers(0, HEIGHT - big.shape[0]))
            img[y:y + big.shape[0], x:x + big.shape[1]] += big
            x += big.shape[1] + int(self.rng.integers(2, 5))
        return img.astype(np.float32)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, i: int):
        return torch.from_numpy(self.images[i])[None], self.texts[i]


class CRNN(nn.Module):
    def __init__(self, n_class: int, hidden: int = 32):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d(2, 2),
            nn.Conv2d(16, 32, 3, 1, 1), nn.BatchNorm2d(32), nn.ReLU(True), nn.MaxPool2d((2, 1), (2, 1)),
            nn.Conv2d(32, 32, (4, 1)), nn.ReLU(True),
        )
        self.rnn = nn.LSTM(32, hidden, bidirectional=True)
        self.fc = nn.Linear(hidden * 2, n_class)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        conv = self.cnn(x)
        b, c, h, w = conv.size()
        assert h == 1, "the height of conv must be 1"
        conv = conv.squeeze(2).permute(2, 0, 1)          # [w, b, c]
        out, _ = self.rnn(conv)
        return F.log_softmax(self.fc(out), dim=2)


def edit_distance(a: str, b: str) -> int:
    d = np.zeros((len(a) + 1, len(b) + 1), dtype=int)
    d[:, 0] = np.arange(len(a) + 1)
    d[0, :] = np.arange(len(b) + 1)
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
    return int(d[-1, -1])


def validate(model: nn.Module, loader: DataLoader, converter: Converter):
    model.eval()
    distance, chars = 0, 0
    with torch.no_grad():
        for images, texts in loader:
            log_probs = model(images)
            best = log_probs.argmax(dim=2).permute(1, 0)
            for row, text in zip(best, texts):
                distance += edit_distance(converter.decode(row), text)
                chars += len(text)
    return distance / chars


def main():
    torch.manual_seed(4)
    converter = Converter(ALPHABET)
    train = DataLoader(CaptchaDataset(160), batch_size=32, shuffle=True)
    valid = DataLoader(CaptchaDataset(40, seed=9), batch_size=32)
    model = CRNN(len(ALPHABET) + 1)
    criterion = nn.CTCLoss(blank=BLANK, zero_infinity=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    warmup = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.2, total_iters=5)
    decay = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.98)
    scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[5])
    for epoch in range(3):
        model.train()
        total = 0.0
        for images, texts in train:
            log_probs = model(images)
            targets, target_lengths = converter.encode(texts)
            input_lengths = torch.full((images.size(0),), log_probs.size(0), dtype=torch.long)
            loss = criterion(log_probs, targets, input_lengths, target_lengths)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            total += loss.item()
        print(f"epoch {epoch} loss {total / len(train):.3f} CER {validate(model, valid, converter):.3f} lr {scheduler.get_last_lr()[0]:.5f}")


if __name__ == "__main__":
    main()
