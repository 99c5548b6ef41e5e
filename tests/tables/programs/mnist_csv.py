import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.model_selection import train_test_split
from torch.utils.data import TensorDataset, DataLoader
train = pd.read_csv("mnist.csv", dtype=np.float32)
targets_numpy = train.label.values
features_numpy = train.loc[:, train.columns != "label"].values / 255
features_train, features_test, targets_train, targets_test = train_test_split(features_numpy, targets_numpy, test_size=0.2, random_state=42)
featuresTrain = torch.from_numpy(features_train)
targetsTrain = torch.from_numpy(targets_train).type(torch.LongTensor)
loader = DataLoader(TensorDataset(featuresTrain, targetsTrain), batch_size=10, shuffle=False)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn1 = nn.Conv2d(1, 4, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(4 * 12 * 12, 10)

    def forward(self, x):
        return self.fc(self.pool(torch.relu(self.cnn1(x))).view(x.size(0), -1))


model = CNN()
for images, labels in loader:
    images = images.view(-1, 1, 28, 28)
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
