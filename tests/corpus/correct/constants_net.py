import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH_SIZE = 4
NUM_FEATURES = 32 * 8 * 8
HIDDEN = 100


class Net(nn.Module):
    def __init__(self, hidden=HIDDEN):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=3, out_channels=16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1)
        self.dropout = nn.Dropout2d(0.25)
        self.fc1 = nn.Linear(in_features=NUM_FEATURES, out_features=hidden)
        self.fc2 = nn.Linear(in_features=hidden, out_features=10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.dropout(self.conv2(x)), 2))
        x = x.view(-1, NUM_FEATURES)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, training=self.training)
        x = self.fc2(x)
        return F.log_softmax(x, dim=1)


model = Net()
optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
model.train()
for batch_idx in range(2):
    data, target = torch.randn(BATCH_SIZE, 3, 32, 32), torch.randint(0, 10, (BATCH_SIZE,))
    optimizer.zero_grad()
    output = model(data)
    loss = F.nll_loss(output, target)
    loss.backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    output = model(torch.randn(2, 3, 32, 32))
    pred = output.argmax(dim=1, keepdim=True)
