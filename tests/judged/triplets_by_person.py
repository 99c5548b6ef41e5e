import random
from collections import defaultdict
import torch, torch.nn as nn
from torch.utils.data import Dataset, DataLoader
gen = torch.Generator().manual_seed(1)
photos = [{"person": f"p{i % 9}", "pixels": torch.rand(1, 14, 14, generator=gen)} for i in range(90)]
class Triplets(Dataset):
    def __init__(self, photos):
        self.photos = photos
        self.by_person = defaultdict(list)
        for i, p in enumerate(photos): self.by_person[p["person"]].append(i)
        self.people = list(self.by_person)
    def __len__(self): return len(self.photos)
    def __getitem__(self, i):
        anchor = self.photos[i]
        pos = random.choice([j for j in self.by_person[anchor["person"]] if j != i])
        other = random.choice([p for p in self.people if p != anchor["person"]])
        neg = random.choice(self.by_person[other])
        return anchor["pixels"], self.photos[pos]["pixels"], self.photos[neg]["pixels"]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 36, 16))
    def forward(self, x): return nn.functional.normalize(self.f(x))
net = Net(); opt = torch.optim.Adam(net.parameters()); crit = nn.TripletMarginLoss(.3)
for ep in range(2):
    for a, p, n in DataLoader(Triplets(photos), batch_size=18, shuffle=True):
        loss = crit(net(a), net(p), net(n)); opt.zero_grad(); loss.backward(); opt.step()
    print(ep, loss.item())
gallery = torch.stack([net(p["pixels"][None])[0] for p in photos[:9]])
print(torch.cdist(gallery, gallery).shape)
