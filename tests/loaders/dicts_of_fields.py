"""Items are dicts, with a tuple and a string in them."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Houses(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, i):
        return {"rooms": torch.rand(6), "place": (torch.rand(2), i % 4), "price": 100.0 * i, "name": f"house {i}"}


class Prices(nn.Module):
    def __init__(self):
        super().__init__()
        self.district = nn.Embedding(4, 3)
        self.out = nn.Linear(6 + 2 + 3, 1)

    def forward(self, rooms, where, district):
        return self.out(torch.cat([rooms, where, self.district(district)], dim=1)).squeeze(1)


model = Prices()
for batch in DataLoader(Houses(), batch_size=8, shuffle=True):
    where, district = batch["place"]
    prediction = model(batch["rooms"], where, district)
    loss = nn.functional.mse_loss(prediction, batch["price"].float())
    print(batch["name"][0])
