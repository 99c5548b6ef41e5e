import torch, torch.nn as nn, torch.nn.functional as F, random
from torch.utils.data import Dataset, DataLoader
from torchvision import datasets, transforms
class PairDataset(Dataset):
    def __init__(self, base):
        self.base = base
    def __getitem__(self, i):
        x1, y1 = self.base[i]
        should_same = random.randint(0, 1)
        j = random.randrange(len(self.base))
        x2, y2 = self.base[j]
        return x1, x2, torch.tensor([float(y1 != y2)], dtype=torch.float32)
    def __len__(self):
        return len(self.base)
class SiameseNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn1 = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.BatchNorm2d(4), nn.ReflectionPad2d(1), nn.Conv2d(4, 8, 3), nn.ReLU(inplace=True), nn.BatchNorm2d(8))
        self.fc1 = nn.Sequential(nn.Linear(8 * 100 * 100, 50), nn.ReLU(inplace=True), nn.Linear(50, 5))
    def forward_once(self, x):
        o = self.cnn1(x)
        o = o.view(o.size()[0], -1)
        return self.fc1(o)
    def forward(self, a, b):
        return self.forward_once(a), self.forward_once(b)
class ContrastiveLoss(torch.nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin
    def forward(self, a, b, label):
        d = F.pairwise_distance(a, b, keepdim=True)
        return torch.mean((1-label) * torch.pow(d, 2) + label * torch.pow(torch.clamp(self.margin - d, min=0.0), 2))
folder = datasets.ImageFolder(root="./data/faces/")
folder = datasets.FakeData(100, (1, 100, 100), transform=transforms.ToTensor())
pairs = PairDataset(datasets.MNIST('.', transform=transforms.Compose([transforms.Resize((100, 100)), transforms.ToTensor()])))
dl = DataLoader(pairs, shuffle=True, num_workers=8, batch_size=64)
net = SiameseNetwork().cuda() if torch.cuda.is_available() else SiameseNetwork()
crit = ContrastiveLoss()
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
for epoch in range(0, 100):
    for i, (img0, img1, label) in enumerate(dl, 0):
        opt.zero_grad()
        o1, o2 = net(img0, img1)
        l = crit(o1, o2, label)
        l.backward()
        opt.step()
