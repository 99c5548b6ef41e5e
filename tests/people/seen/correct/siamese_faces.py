# Siamese / triplet network for face verification -- my bachelor thesis code (refactor pending!!)
import random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader

random.seed(11); np.random.seed(11); torch.manual_seed(11)

# "faces": every person is a random 1x48x48 template + noise (ORL dataset was 92x112, I resize to 48)
PERSONS = 12
templates = np.random.rand(PERSONS, 12, 12).astype('float32')
def photo(p):
    img = np.kron(templates[p], np.ones((4, 4), dtype='float32'))
    img = img + 0.1 * np.random.randn(48, 48).astype('float32')
    return img[None]
gallery = {p: [photo(p) for _ in range(6)] for p in range(PERSONS)}


class SiameseNetworkDataset(Dataset):
    def __init__(self, gallery, length=80):
        self.gallery = gallery
        self.persons = list(gallery)
        self.length = length
    def __len__(self):
        return self.length
    def __getitem__(self, index):
        p = random.choice(self.persons)
        should_get_same_class = random.randint(0, 1)
        if should_get_same_class:
            q = p
        else:
            q = random.choice([x for x in self.persons if x != p])
        img0 = torch.from_numpy(random.choice(self.gallery[p]))
        img1 = torch.from_numpy(random.choice(self.gallery[q]))
        return img0, img1, torch.from_numpy(np.array([int(p != q)], dtype=np.float32))


class TripletDataset(Dataset):
    def __init__(self, gallery, length=80):
        self.gallery, self.length = gallery, length
    def __len__(self):
        return self.length
    def __getitem__(self, i):
        a = i % len(self.gallery)
        n = random.choice([x for x in self.gallery if x != a])
        anchor, positive = random.sample(self.gallery[a], 2)
        negative = random.choice(self.gallery[n])
        return {'anchor': torch.from_numpy(anchor), 'positive': torch.from_numpy(positive),
                'negative': torch.from_numpy(negative), 'label': a}


class EmbeddingNet(nn.Module):
    def __init__(self, dim=32):
        super(EmbeddingNet, self).__init__()
        self.cnn1 = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(1, 4, kernel_size=3), nn.ReLU(inplace=True), nn.BatchNorm2d(4),
            nn.ReflectionPad2d(1), nn.Conv2d(4, 8, kernel_size=3, stride=2), nn.ReLU(inplace=True), nn.BatchNorm2d(8),
            nn.ReflectionPad2d(1), nn.Conv2d(8, 8, kernel_size=3, stride=2), nn.ReLU(inplace=True), nn.BatchNorm2d(8))
        self.fc1 = nn.Sequential(nn.Linear(8 * 12 * 12, 64), nn.ReLU(inplace=True), nn.Linear(64, dim))

    def forward_once(self, x):
        output = self.cnn1(x)
        output = output.view(output.size()[0], -1)
        return F.normalize(self.fc1(output), p=2, dim=1)

    def forward(self, input1, input2):
        output1 = self.forward_once(input1)
        output2 = self.forward_once(input2)
        return output1, output2


class ContrastiveLoss(nn.Module):
    """Hadsell et al 2006"""
    def __init__(self, margin=1.0):
        super(ContrastiveLoss, self).__init__()
        self.margin = margin
    def forward(self, output1, output2, label):
        euclidean_distance = F.pairwise_distance(output1, output2, keepdim=True)
        return torch.mean((1 - label) * torch.pow(euclidean_distance, 2) +
                          label * torch.pow(torch.clamp(self.margin - euclidean_distance, min=0.0), 2))


def batch_hard_triplet(embeddings, labels, margin=0.2):
    dist = torch.cdist(embeddings, embeddings)
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    eye = torch.eye(len(labels), dtype=torch.bool)
    hardest_pos = dist.masked_fill(~(same & ~eye), 0).max(dim=1)[0]
    hardest_neg = dist.masked_fill(same, 1e6).min(dim=1)[0]
    return F.relu(hardest_pos - hardest_neg + margin).mean()


net = EmbeddingNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.0005)

print('--- contrastive')
criterion = ContrastiveLoss()
loader = DataLoader(SiameseNetworkDataset(gallery), shuffle=True, batch_size=16)
counter, loss_history = [], []
for epoch in range(2):
    for i, data in enumerate(loader, 0):
        img0, img1, label = data
        optimizer.zero_grad()
        output1, output2 = net(img0, img1)
        loss_contrastive = criterion(output1, output2, label)
        loss_contrastive.backward()
        optimizer.step()
        if i % 3 == 0:
            counter.append(len(counter))
            loss_history.append(loss_contrastive.item())
    print("Epoch number {}  Current loss {:.4f}".format(epoch, loss_contrastive.item()))

print('--- triplet')
triplet_loss = nn.TripletMarginLoss(margin=0.5)
triplets = DataLoader(TripletDataset(gallery), batch_size=20, shuffle=True)
for batch in triplets:
    optimizer.zero_grad()
    a = net.forward_once(batch['anchor'])
    p = net.forward_once(batch['positive'])
    n = net.forward_once(batch['negative'])
    loss = triplet_loss(a, p, n) + batch_hard_triplet(torch.cat([a, p]), torch.cat([batch['label']] * 2))
    loss.backward()
    optimizer.step()
print('last', loss.item())

print('--- verification')
net.eval()
enrolled = torch.stack([torch.from_numpy(gallery[p][0]) for p in range(PERSONS)])
with torch.no_grad():
    bank = net.forward_once(enrolled)
    hits = 0
    for p in range(PERSONS):
        probe = torch.from_numpy(photo(p)).unsqueeze(0)
        sim = F.cosine_similarity(net.forward_once(probe), bank)
        hits += int(sim.argmax() == p)
print('rank-1: %d / %d' % (hits, PERSONS))
