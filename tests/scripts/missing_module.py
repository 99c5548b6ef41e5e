# Imports a module that is not there and defines the class itself; everything happens under the main guard.
import torch
import torch.utils.data as Data
import torchvision
from Network import Net
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(16 * 14 * 14, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        return self.fc(x.view(x.size(0), -1))


if __name__ == "__main__":
    train = torchvision.datasets.MNIST("./data", train=True, transform=torchvision.transforms.ToTensor(), download=True)
    test = torchvision.datasets.MNIST("./data", train=False)
    test_x = torch.unsqueeze(test.data, dim=1).type(torch.FloatTensor)[:2000] / 255.0
    test_y = test.targets[:2000]
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    criterion = nn.CrossEntropyLoss()
    for step, (x, y) in enumerate(Data.DataLoader(train, batch_size=5, shuffle=True)):
        loss = criterion(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 == 0:
            guess = torch.max(net(test_x), 1)[1].data.numpy()
            right = float((guess == test_y.data.numpy()).astype(int).sum()) / float(test_y.size(0))
            print("loss: %.4f" % loss.data.cpu().numpy(), "accuracy: %.2f" % right)
    print(guess, test_y[:10].numpy())
