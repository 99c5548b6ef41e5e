import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, TensorDataset

torch.manual_seed(1)
dataset = TensorDataset(torch.randn(60, 1, 12), torch.rand(60, 1))
n_splits = 4
fold_size = len(dataset) // n_splits
history = {}

for fold in range(n_splits):
    val_ids = list(range(fold * fold_size, (fold + 1) * fold_size))
    train_ids = [i for i in range(len(dataset)) if i not in val_ids]
    train = DataLoader(dataset, batch_size=10, sampler=SubsetRandomSampler(train_ids))
    val = DataLoader(Subset(dataset, val_ids), batch_size=10)
    net = nn.Sequential(
        nn.Conv1d(1, 4, kernel_size=3), nn.BatchNorm1d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 10, 1), nn.Sigmoid()
    )
    criterion = nn.BCELoss()
    optimizer = torch.optim.RMSprop(net.parameters())
    history[fold] = []
    for epoch in range(2):
        net.train()
        for x, y in train:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
        net.eval()
        total, n = 0.0, 0
        with torch.no_grad():
            for x, y in val:
                total += criterion(net(x), y).item() * x.size(0)
                n += x.size(0)
        history[fold].append(total / n)
for fold, values in history.items():
    print(fold, values)
