"""SSD-like hard negative mining by ranks."""

import torch
import torch.nn as nn
import torch.nn.functional as F

head = nn.Linear(16, 5)
box = nn.Linear(16, 4)
opt = torch.optim.SGD([*head.parameters(), *box.parameters()], 0.01)
for _ in range(10):
    feats = torch.randn(8, 100, 16)
    labels = (torch.rand(8, 100) < 0.1).long() * torch.randint(1, 5, (8, 100))
    gt = torch.rand(8, 100, 4)
    conf, loc = head(feats), box(feats)
    pos = labels > 0
    num_pos = pos.sum(dim=1, keepdim=True)
    loc_loss = F.smooth_l1_loss(loc[pos], gt[pos], reduction="sum")
    with torch.no_grad():
        ce = -F.log_softmax(conf, dim=2)[:, :, 0]
        ce[pos] = -float("inf")
        _, order = ce.sort(dim=1, descending=True)
        _, rank = order.sort(dim=1)
        neg = rank < num_pos * 3
    keep = pos | neg
    conf_loss = F.cross_entropy(conf[keep], labels[keep], reduction="sum")
    n = pos.float().sum().clamp(min=1)
    loss = (loc_loss + conf_loss) / n
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
