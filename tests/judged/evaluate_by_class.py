"""Accuracy of each class after a short training."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
CLASSES = ["cat", "dog", "ship"]
xs = torch.randn(130, 3, 16, 16)
ys = torch.randint(0, 3, (130,))
train_loader = DataLoader(TensorDataset(xs[:100], ys[:100]), batch_size=16, shuffle=True)
test_loader = DataLoader(TensorDataset(xs[100:], ys[100:]), batch_size=8)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 12, 3)
        self.fc = nn.Linear(12 * 3 * 3, len(CLASSES))

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        return self.fc(torch.flatten(x, 1))


net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for epoch in range(2):
    running_loss = 0.0
    for i, (inputs, labels) in enumerate(train_loader, 0):
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 3 == 2:
            print(f"[{epoch + 1}, {i + 1}] loss: {running_loss / 3:.3f}")
            running_loss = 0.0

correct_pred = {classname: 0 for classname in CLASSES}
total_pred = {classname: 0 for classname in CLASSES}
with torch.no_grad():
    for images, labels in test_loader:
        _, predictions = torch.max(net(images), 1)
        for label, prediction in zip(labels, predictions):
            if label == prediction:
                correct_pred[CLASSES[label]] += 1
            total_pred[CLASSES[label]] += 1
for classname, correct_count in correct_pred.items():
    if total_pred[classname]:
        print(f"{classname:5s} {100 * correct_count / total_pred[classname]:.1f} %")
print(net(torch.randn(1, 3, 16, 16)).shape)
