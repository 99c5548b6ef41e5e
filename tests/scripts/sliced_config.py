# The last layer's width comes from a slice of a list, so the net has 32 outputs; it is saved and loaded again.
import torch
import torchvision
import torchvision.transforms as transforms
from torch import nn, optim

plan = {"conv": [8, "M", 16, "M"], "full": [16 * 7 * 7, 64, 32, 16, 10]}


class Flatten(torch.nn.Module):
    def forward(self, x):
        return x.view(x.shape[0], -1)


class Net(nn.Module):
    def __init__(self, name):
        super(Net, self).__init__()
        self.features = self.block(plan[name])
        self.head = nn.Sequential()
        features, hidden, outputs = plan["full"][0:3]
        self.head.add_module("fc", nn.Sequential(Flatten(), nn.Linear(features, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, outputs)))

    def block(self, widths):
        layers, channels = [], 1
        for width in widths:
            if width == "M":
                layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.features(x)
        x.view(x.size(0), -1)
        return self.head(x)


augment = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.RandomGrayscale(), transforms.ToTensor()])
trainset = torchvision.datasets.MNIST(root="./mnist", train=True, download=True, transform=augment)
loader = torch.utils.data.DataLoader(trainset, batch_size=100, shuffle=True, num_workers=0)

net = Net("conv")
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
net.to(device)

for epoch in range(20):
    for i, data in enumerate(loader):
        inputs, labels = data
        inputs, labels = inputs.to(device), labels.to(device)
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("[%d, %5d] loss:%.4f" % (epoch + 1, (i + 1) * 100, loss.item()))

torch.save(net, "net.pkl")
net = torch.load("net.pkl")
with torch.no_grad():
    correct = total = 0
    for images, labels in loader:
        _, predicted = torch.max(net(images).data, 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()
    print("{}%".format(100 * correct / total))
