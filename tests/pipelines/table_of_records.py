import torch
import torch.nn as nn

records = [{"sqft": 1200 + 10 * i, "beds": i % 4 + 1, "price": 200.0 + i} for i in range(30)]
X = torch.tensor([[r["sqft"], r["beds"]] for r in records], dtype=torch.float32)
y = torch.tensor([r["price"] for r in records]).unsqueeze(1)
X = (X - X.mean(axis=0)) / X.std(axis=0)
model = nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)
history = []
for _ in range(50):
    loss = ((model(X) - y) ** 2).mean()
    opt.zero_grad(); loss.backward(); opt.step()
    history.append(loss.item())
curve = torch.tensor(history)
print(curve.shape, curve.min(), torch.stack([X.mean(axis=0), X.std(axis=0)], axis=1).shape)
