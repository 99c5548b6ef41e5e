import torch
import torch.nn as nn
import torch.nn.functional as F


class MixedNet(nn.Module):
    def __init__(self, num_tabular=10, num_classes=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.image_fc = nn.Linear(32 * 8 * 8, 64)
        self.table_fc1 = nn.Linear(num_tabular, 32)
        self.table_fc2 = nn.Linear(32, 16)
        self.classifier = nn.Linear(64 + 16, num_classes)

    def forward(self, image, table):
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        x = F.relu(self.image_fc(x))
        t = F.relu(self.table_fc1(table))
        t = F.relu(self.table_fc2(t))
        combined = torch.cat((x, t), dim=1)
        return self.classifier(combined)


model = MixedNet()
images = torch.randn(4, 3, 32, 32)
tables = torch.randn(4, 10)
labels = torch.randint(0, 3, (4,))
outputs = model(images, tables)
loss = nn.CrossEntropyLoss()(outputs, labels)
loss.backward()
