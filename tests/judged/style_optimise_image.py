import torch
import torch.nn as nn

cnn = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(8, 16, 3, padding=1))
for p in cnn.parameters():
    p.requires_grad_(False)


def gram(x):
    a, b, c, d = x.size()
    f = x.view(a * b, c * d)
    return f @ f.t() / (a * b * c * d)


content, style = torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)


def features(x, wanted):
    out = {}
    for name, layer in cnn.named_children():
        x = layer(x)
        if name in wanted:
            out[name] = x
    return out


goal_c = features(content, {"2"})["2"].detach()
goal_s = {k: gram(v).detach() for k, v in features(style, {"0", "2", "5"}).items()}
image = content.clone().requires_grad_(True)
opt = torch.optim.Adam([image], lr=0.05)
for step in range(6):
    f = features(image, {"0", "2", "5"})
    loss = nn.functional.mse_loss(f["2"], goal_c)
    for k in goal_s:
        loss = loss + 100 * nn.functional.mse_loss(gram(f[k]), goal_s[k])
    opt.zero_grad()
    loss.backward()
    opt.step()
    with torch.no_grad():
        image.clamp_(0, 1)
