import random
import torch
import torch.nn as nn

random.seed(9)
by_class = {c: [torch.randn(1, 10, 10) + c for _ in range(6)] for c in range(4)}


class Embed(nn.Module):
    def __init__(self, out=8):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 6, 3), nn.PReLU(), nn.MaxPool2d(2, 2), nn.Conv2d(6, 12, 3), nn.PReLU(), nn.Flatten(), nn.Linear(48, out)
        )

    def forward(self, x):
        return nn.functional.normalize(self.net(x), dim=1)


def triplet():
    anchor_class, negative_class = random.sample(list(by_class), 2)
    a, p = random.sample(by_class[anchor_class], 2)
    return a, p, random.choice(by_class[negative_class])


embed = Embed()
loss_fn = nn.TripletMarginLoss(margin=0.5)
opt = torch.optim.Adam(embed.parameters(), lr=1e-3)
for step in range(8):
    anchors, positives, negatives = map(torch.stack, zip(*[triplet() for _ in range(5)]))
    loss = loss_fn(embed(anchors), embed(positives), embed(negatives))
    opt.zero_grad()
    loss.backward()
    opt.step()
gallery = torch.cat([embed(torch.stack(v)).mean(0, keepdim=True) for v in by_class.values()])
print(torch.cdist(gallery, gallery))
