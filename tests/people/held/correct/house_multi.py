"""House prices from a photograph, tabular facts and a short description: a multi-input network, two outputs."""
import random
from typing import Dict, List, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

AGENT_WORDS = ["<pad>", "sunny", "quiet", "garden", "central", "renovated", "spacious", "garage", "view", "old", "needs", "work"]
DISTRICTS = ["north", "east", "south", "west", "centre"]
KINDS = ["flat", "terraced", "detached"]


class HouseDataset(Dataset):
    def __init__(self, n: int, seed: int) -> None:
        r = random.Random(seed)
        rng = np.random.default_rng(seed)
        self.records: List[Dict] = []
        for _ in range(n):
            area = r.uniform(40, 220)
            rooms = max(1, int(area // 28))
            kind = r.choice(KINDS)
            words = r.sample(AGENT_WORDS[1:], r.randint(0, 5))
            photo = rng.integers(0, 256, size=(24, 32, 3), dtype=np.uint8)
            if "garden" in words:
                photo[12:, :, 1] = 220
            price = 2.0 * area + 25 * ("renovated" in words) + 60 * (kind == "detached") + r.gauss(0, 10)
            self.records.append(dict(area=area, rooms=rooms, district=r.choice(DISTRICTS), kind=kind, words=words,
                                     photo=photo, price=price, sold=price / area < 2.6))

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, i: int) -> Tuple[Dict[str, Tensor], Dict[str, Tensor]]:
        rec = self.records[i]
        inputs = {
            "photo": torch.from_numpy(rec["photo"]).permute(2, 0, 1).float() / 255,
            "numbers": torch.tensor([rec["area"] / 100, rec["rooms"] / 4], dtype=torch.float32),
            "district": torch.tensor(DISTRICTS.index(rec["district"])),
            "kind": nn.functional.one_hot(torch.tensor(KINDS.index(rec["kind"])), len(KINDS)).float(),
            "words": torch.tensor([AGENT_WORDS.index(w) for w in rec["words"]], dtype=torch.long),
        }
        targets = {
            "price": torch.tensor([rec["price"] / 100], dtype=torch.float32),
            "sold": torch.tensor(int(rec["sold"])),
        }
        return inputs, targets


def collate(samples: List[Tuple[Dict[str, Tensor], Dict[str, Tensor]]]) -> Tuple[Dict[str, Tensor], Dict[str, Tensor]]:
    xs, ys = zip(*samples)
    inputs = {k: torch.stack([x[k] for x in xs]) for k in xs[0] if k != "words"}
    inputs["words"] = torch.cat([x["words"] for x in xs])
    counts = torch.tensor([len(x["words"]) for x in xs])
    inputs["offsets"] = torch.cat([torch.zeros(1, dtype=torch.long), counts.cumsum(0)[:-1]])
    inputs["padded"] = pad_sequence([torch.cat([torch.zeros(1, dtype=torch.long), x["words"]]) for x in xs], batch_first=True)
    targets = {k: torch.stack([y[k] for y in ys]) for k in ys[0]}
    return inputs, targets


class PhotoBranch(nn.Module):
    def __init__(self, out: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.AdaptiveAvgPool2d((2, 2)),
        )
        self.fc = nn.Linear(16 * 2 * 2, out)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.conv(x).flatten(1))


class HouseNet(nn.Module):
    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.photo = PhotoBranch(width)
        self.district = nn.Embedding(len(DISTRICTS), 4)
        self.words = nn.EmbeddingBag(len(AGENT_WORDS), 8, mode="sum")
        self.query = nn.Embedding(len(AGENT_WORDS), width, padding_idx=0)
        self.cross = nn.MultiheadAttention(width, num_heads=2, batch_first=True)
        self.trunk = nn.Sequential(nn.Linear(2 + 4 + len(KINDS) + 8 + width * 2, 32), nn.ReLU(), nn.Dropout(0.1))
        self.price = nn.Linear(32, 1)
        self.sold = nn.Linear(32, 2)

    def forward(self, photo: Tensor, numbers: Tensor, district: Tensor, kind: Tensor, words: Tensor, offsets: Tensor,
                padded: Tensor) -> Dict[str, Tensor]:
        picture = self.photo(photo)
        tokens = self.query(padded)
        # position 0 is a "nothing said" token that is always visible
        ignore = padded.eq(0)
        ignore[:, 0] = False
        attended, _ = self.cross(picture.unsqueeze(1), tokens, tokens, key_padding_mask=ignore)
        h = torch.cat([numbers, self.district(district), kind, self.words(words, offsets), picture, attended.squeeze(1)], dim=1)
        h = self.trunk(h)
        return {"price": self.price(h), "sold": self.sold(h)}


class MultiTaskLoss(nn.Module):
    """Weights the tasks by learnt uncertainty (Kendall et al.)."""

    def __init__(self) -> None:
        super().__init__()
        self.log_vars = nn.Parameter(torch.zeros(2))
        self.mse = nn.MSELoss()
        self.ce = nn.CrossEntropyLoss()

    def forward(self, out: Dict[str, Tensor], tgt: Dict[str, Tensor]) -> Tensor:
        losses = torch.stack([self.mse(out["price"], tgt["price"]), self.ce(out["sold"], tgt["sold"])])
        return (torch.exp(-self.log_vars) * losses + self.log_vars).sum()


def evaluate(net: HouseNet, loader: DataLoader) -> Dict[str, float]:
    net.eval()
    errors: List[Tensor] = []
    correct = total = 0
    with torch.no_grad():
        for inputs, targets in loader:
            out = net(**inputs)
            errors.append((out["price"] - targets["price"]).abs().squeeze(1))
            correct += (out["sold"].argmax(1) == targets["sold"]).sum().item()
            total += len(targets["sold"])
    return {"mae": torch.cat(errors).mean().item(), "acc": correct / total}


def main() -> None:
    torch.manual_seed(5)
    train = DataLoader(HouseDataset(180, 0), batch_size=24, shuffle=True, collate_fn=collate)
    valid = DataLoader(HouseDataset(50, 1), batch_size=24, collate_fn=collate)
    net = HouseNet()
    loss_fn = MultiTaskLoss()
    optimizer = torch.optim.Adam([
        {"params": net.photo.parameters(), "lr": 1e-3},
        {"params": [p for n, p in net.named_parameters() if not n.startswith("photo.")]},
        {"params": loss_fn.parameters(), "lr": 1e-2},
    ], lr=5e-3)
    for epoch in range(4):
        net.train()
        total = 0.0
        for inputs, targets in train:
            optimizer.zero_grad()
            loss = loss_fn(net(**inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(epoch, round(total / len(train), 3), {k: round(v, 3) for k, v in evaluate(net, valid).items()},
              "weights", torch.exp(-loss_fn.log_vars).detach().numpy().round(2))


if __name__ == "__main__":
    main()
