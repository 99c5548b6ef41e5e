import torch
import torch.nn as nn
import torch.nn.functional as F

T, alpha = 4.0, 0.7


def mlp(*sizes):
    layers = []
    for a, b in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(*sizes[-2:]))


teacher, student = mlp(16, 64, 64, 10), mlp(16, 8, 10)
for p in teacher.parameters():
    p.requires_grad = False
teacher.eval()
data = torch.randn(100, 16).split(24)
kl = nn.KLDivLoss(reduction="batchmean")
opt = torch.optim.Adam((p for p in student.parameters() if p.requires_grad), lr=1e-3)
for epoch in range(2):
    for x in data:
        with torch.no_grad():
            t_logits = teacher(x)
        s_logits = student(x)
        soft = kl(F.log_softmax(s_logits / T, dim=1), F.softmax(t_logits / T, dim=1)) * T * T
        hard = F.cross_entropy(s_logits, t_logits.argmax(1))
        loss = alpha * soft + (1 - alpha) * hard
        opt.zero_grad()
        loss.backward()
        opt.step()
print(sum(p.numel() for p in teacher.parameters()), sum(p.numel() for p in student.parameters()))
