import os
import pandas as pd
import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


class Pets(Dataset):
    def __init__(self, csv_file, root, transform=None):
        self.annotations = pd.read_csv(csv_file)
        self.root = root
        self.transform = transform

    def __len__(self):
        return len(self.annotations)

    def __getitem__(self, index):
        path = os.path.join(self.root, self.annotations.iloc[index, 0])
        image = Image.open(path).convert("RGB")
        y_label = torch.tensor(int(self.annotations.iloc[index, 1]))
        if self.transform:
            image = self.transform(image)
        return image, y_label


tf = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
loader = DataLoader(Pets("pets.csv", "pets", tf), batch_size=4, shuffle=True)
model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 15 * 15, 2))
for images, labels in loader:
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
