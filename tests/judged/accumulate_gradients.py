import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Sines(Dataset):
    def __init__(self, n, length):
        self.n, self.length = n, length

    def __len__(self):
        return self.n

    def __getitem__(self, idx):
        t = torch.arange(self.length, dtype=torch.float32)
        freq = 0.1 + 0.01 * (idx % 10)
        return torch.sin(freq * t).unsqueeze(-1), torch.tensor([freq])


loader = DataLoader(Sines(53, 25), batch_size=4, shuffle=True)
accumulation_steps = 4


class Regressor(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        _, h = self.gru(x)
        return self.out(h[-1])


model = Regressor()
loss_fn = nn.MSELoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
updates = 0
for epoch in range(3):
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        loss = loss_fn(model(x), y) / accumulation_steps
        loss.backward()
        if (i + 1) % accumulation_steps == 0 or i + 1 == len(loader):
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            updates += 1
    scheduler.step()
print(updates, "updates")
assert updates == 3 * 4
check = nn.Linear(updates, 2)
print(check(torch.ones(1, 12)))
