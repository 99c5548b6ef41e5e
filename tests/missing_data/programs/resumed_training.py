import os

import torch
import torch.nn as nn

CHECKPOINT = os.path.join(os.getcwd(), "checkpoints", "last.pth")
device = "cuda" if torch.cuda.is_available() else "cpu"


class Tagger(nn.Module):
    def __init__(self, words, tags, width=16):
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.rnn = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * width, tags)

    def forward(self, x):
        y, _ = self.rnn(self.embed(x))
        return self.out(y)


model = Tagger(100, 5).to(device)
optimizer = torch.optim.Adam(model.parameters())
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
start, history = 0, []
if os.path.exists(CHECKPOINT):
    state = torch.load(CHECKPOINT, map_location=device)
    weights = state["model"] if "model" in state else state
    weights = {k.replace("module.", ""): v for k, v in weights.items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if len(missing) == 0:
        optimizer.load_state_dict(state["optimizer"])
    start = state["epoch"] + 1
    history = state.get("history", [])
    print(f"goes on at epoch {start}, last loss {history[-1]:.3f}")

for epoch in range(start, start + 3):
    words = torch.randint(1, 100, (8, 12), device=device)
    tags = torch.randint(0, 5, (8, 12), device=device)
    loss = nn.functional.cross_entropy(model(words).transpose(1, 2), tags)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    scheduler.step()
    history.append(loss.item())
    os.makedirs(os.path.dirname(CHECKPOINT), exist_ok=True)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "history": history}, CHECKPOINT)
again = torch.load(CHECKPOINT)
model.load_state_dict(again["model"])
print(again["epoch"], again["history"][-1], scheduler.get_last_lr()[0])
