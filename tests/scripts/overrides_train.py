# Overrides `train`, calls a child of the model and never the model; a bare name that does not exist ends it.
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean=(0.1307,), std=(0.3081,))])
loader = DataLoader(MNIST("data", train=True, download=True, transform=steps), batch_size=2)


class Flat(nn.Module):
    def forward(self, x):
        a, b, c, d = x.shape
        return x.view(a, -1)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width, momentum=None, affine=False))
        for layer in self.body:
            if list(layer.parameters()).__len__() > 0:
                layer.parameters = [nn.init.xavier_uniform_(w) for w in list(layer.weight)]

    def forward(self, x):
        activation = nn.LeakyReLU()
        return activation(self.body(x) + x)


class Classifier(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = nn.Sequential(nn.ConstantPad2d(3, 0), nn.Conv2d(1, 8, 2, stride=2), Block(8), Flat(), nn.Linear(8 * 17 * 17, 10), nn.Softmax())
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate)
        self.criterion = nn.NLLLoss()

    def forward(self, images):
        values, indices = torch.max(self.model(images), 1)
        return values, indices

    def train(self, batches, epochs):
        self.model.to(self.device)
        losses = []
        for epoch in range(epochs):
            for images, labels in batches:
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(images.to(self.device)), labels.to(self.device))
                loss.backward()
                self.optimizer.step()
            losses.append(loss)
        return losses


classifier = Classifier(0.01)
plt.plot(classifier.train(loader, 5))


def predict(self, batches):
    right = seen = 0
    with torch.no_grad():
        for images, labels in batches:
            count, channels, _, width = images.shape
            _, guess = torch.max(self.model(images), 1)
            right += guess.eq(labels).sum()
            seen += count
    return right.item() / seen


classifier.predict = predict.__get__(classifier, Classifier)
classifier.predict(loader)

finished
