import torch
import torch.nn as nn

config = {
    "in_channels": 1,
    "channels": [8, 16],
    "kernel_size": 3,
    "num_features": 16 * 7 * 7,
    "hidden": 64,
    "num_classes": 10,
    "batch_size": 6,
}


class ConfigNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        c1, c2 = config["channels"]
        self.block1 = nn.Sequential(
            nn.Conv2d(config["in_channels"], c1, config["kernel_size"], padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.block2 = nn.Sequential(
            nn.Conv2d(c1, c2, config["kernel_size"], padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.fc1 = nn.Linear(config["num_features"], config["hidden"])
        self.fc2 = nn.Linear(config["hidden"], config["num_classes"])

    def forward(self, x):
        x = self.block2(self.block1(x))
        x = torch.flatten(x, start_dim=1)
        return self.fc2(torch.relu(self.fc1(x)))


model = ConfigNet(config)
x = torch.randn(config["batch_size"], 1, 28, 28)
y = torch.randint(0, config["num_classes"], (config["batch_size"],))
loss = nn.CrossEntropyLoss()(model(x), y)
loss.backward()
