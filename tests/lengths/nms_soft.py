"""Non-maximum suppression by hand on the output of a small head."""

import torch
import torch.nn as nn


def iou(box, boxes):
    x1 = torch.max(box[0], boxes[:, 0])
    y1 = torch.max(box[1], boxes[:, 1])
    x2 = torch.min(box[2], boxes[:, 2])
    y2 = torch.min(box[3], boxes[:, 3])
    inter = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return inter / (area + areas - inter + 1e-6)


def nms(boxes, scores, thr=0.5):
    keep = []
    idx = scores.argsort(descending=True)
    while idx.numel() > 0:
        i = idx[0]
        keep.append(i.item())
        if idx.numel() == 1:
            break
        overlaps = iou(boxes[i], boxes[idx[1:]])
        idx = idx[1:][overlaps < thr]
    return torch.tensor(keep, dtype=torch.long)


class Head(nn.Module):
    def __init__(self, anchors=3, classes=4):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU())
        self.box, self.cls = nn.Conv2d(32, anchors * 4, 1), nn.Conv2d(32, anchors * classes, 1)
        self.classes = classes

    def forward(self, x):
        f = self.stem(x)
        b = self.box(f).permute(0, 2, 3, 1).reshape(x.size(0), -1, 4)
        c = self.cls(f).permute(0, 2, 3, 1).reshape(x.size(0), -1, self.classes)
        return b, c


net = Head().eval()
with torch.no_grad():
    boxes, logits = net(torch.rand(2, 3, 32, 32))
    for b, l in zip(boxes, logits):
        xy, wh = b[:, :2], b[:, 2:].exp()
        b = torch.cat([xy - wh / 2, xy + wh / 2], dim=1)
        probs = l.softmax(-1)
        results = []
        for c in range(1, 4):
            sel = probs[:, c] > 0.3
            if sel.sum() == 0:
                continue
            bb, ss = b[sel], probs[sel, c]
            k = nms(bb, ss)
            results.append(torch.cat([bb[k], ss[k].unsqueeze(1), torch.full((len(k), 1), float(c))], dim=1))
        if results:
            out = torch.cat(results, 0)
            out = out[out[:, 4].argsort(descending=True)][:10]
            print(out.shape)
