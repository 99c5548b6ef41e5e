# one-stage detector on synthetic squares and discs: anchors, IoU matching, NMS, average precision
# (torchvision.ops is not available here so box_iou and nms are below)
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

CLASSES = ('background', 'square', 'disc')
SIZE, STRIDE = 64, 8
ANCHOR_SIZES = (10, 18)


class ShapesDataset(Dataset):
    def __init__(self, length, seed):
        self.length = length
        self.seed = seed

    def __len__(self):
        return self.length

    def __getitem__(self, idx):
        rng = np.random.default_rng(self.seed * 1000 + idx)
        image = rng.normal(0.3, 0.05, (SIZE, SIZE)).astype(np.float32)
        yy, xx = np.mgrid[:SIZE, :SIZE]
        boxes, labels = [], []
        for _ in range(rng.integers(0, 4)):
            s = int(rng.integers(8, 20))
            x0, y0 = rng.integers(0, SIZE - s, 2)
            label = int(rng.integers(1, 3))
            if label == 1:
                image[y0:y0 + s, x0:x0 + s] = 0.9
            else:
                image[(yy - y0 - s / 2) ** 2 + (xx - x0 - s / 2) ** 2 < (s / 2) ** 2] = 0.7
            boxes.append([x0, y0, x0 + s, y0 + s])
            labels.append(label)
        target = {
            'boxes': torch.as_tensor(np.array(boxes), dtype=torch.float32).reshape(-1, 4),
            'labels': torch.as_tensor(labels, dtype=torch.int64),
            'image_id': torch.tensor([idx]),
        }
        return torch.from_numpy(image)[None], target


def collate_fn(batch):
    images, targets = tuple(zip(*batch))
    return torch.stack(images), list(targets)


def box_area(b):
    return (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])


def box_iou(a, b):
    lt = torch.max(a[:, None, :2], b[:, :2])
    rb = torch.min(a[:, None, 2:], b[:, 2:])
    wh = (rb - lt).clamp(min=0)
    inter = wh[:, :, 0] * wh[:, :, 1]
    return inter / (box_area(a)[:, None] + box_area(b) - inter)


def nms(boxes, scores, iou_threshold=0.4):
    order = scores.argsort(descending=True)
    keep = []
    while order.numel() > 0:
        i = order[0]
        keep.append(i.item())
        if order.numel() == 1:
            break
        iou = box_iou(boxes[i].unsqueeze(0), boxes[order[1:]]).squeeze(0)
        order = order[1:][iou <= iou_threshold]
    return torch.tensor(keep, dtype=torch.long)


def make_anchors():
    n = SIZE // STRIDE
    centres = (torch.arange(n) + 0.5) * STRIDE
    cy, cx = torch.meshgrid(centres, centres, indexing='ij')
    out = []
    for s in ANCHOR_SIZES:
        out.append(torch.stack([cx - s / 2, cy - s / 2, cx + s / 2, cy + s / 2], dim=-1))
    return torch.stack(out, dim=2).reshape(-1, 4)        # (n * n * A, 4)


def encode(anchors, boxes):
    aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    acx, acy = anchors[:, 0] + aw / 2, anchors[:, 1] + ah / 2
    bw, bh = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    bcx, bcy = boxes[:, 0] + bw / 2, boxes[:, 1] + bh / 2
    return torch.stack([(bcx - acx) / aw, (bcy - acy) / ah, torch.log(bw / aw), torch.log(bh / ah)], dim=1)


def decode(anchors, deltas):
    aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    cx = anchors[:, 0] + aw / 2 + deltas[:, 0] * aw
    cy = anchors[:, 1] + ah / 2 + deltas[:, 1] * ah
    w, h = aw * deltas[:, 2].clamp(max=4).exp(), ah * deltas[:, 3].clamp(max=4).exp()
    return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], dim=1)


def match(anchors, target, pos=0.5, neg=0.3):
    labels = torch.zeros(len(anchors), dtype=torch.long)
    deltas = torch.zeros(len(anchors), 4)
    if len(target['boxes']) == 0:
        return labels, deltas
    iou = box_iou(anchors, target['boxes'])
    best, gt = iou.max(dim=1)
    labels[best >= pos] = target['labels'][gt[best >= pos]]
    labels[(best < pos) & (best >= neg)] = -1              # ignored
    best_anchor = iou.argmax(dim=0)
    labels[best_anchor] = target['labels']
    gt[best_anchor] = torch.arange(len(target['boxes']))
    positive = labels > 0
    deltas[positive] = encode(anchors[positive], target['boxes'][gt[positive]])
    return labels, deltas


class Detector(nn.Module):
    def __init__(self, num_classes, num_anchors):
        super().__init__()
        self.num_classes = num_classes
        layers, c = [], 1
        for out in (16, 32, 64):
            layers += [nn.Conv2d(c, out, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)]
            c = out
        self.backbone = nn.Sequential(*layers)
        self.cls_head = nn.Conv2d(c, num_anchors * num_classes, 3, padding=1)
        self.box_head = nn.Conv2d(c, num_anchors * 4, 3, padding=1)
        self.register_buffer('anchors', make_anchors())

    def forward(self, images, targets=None):
        x = self.backbone(images)
        n = images.shape[0]
        logits = self.cls_head(x).permute(0, 2, 3, 1).reshape(n, -1, self.num_classes)
        deltas = self.box_head(x).permute(0, 2, 3, 1).reshape(n, -1, 4)
        if self.training:
            return self.losses(logits, deltas, targets)
        return [self.postprocess(l, d) for l, d in zip(logits, deltas)]

    def losses(self, logits, deltas, targets):
        matched = [match(self.anchors, t) for t in targets]
        labels = torch.stack([m[0] for m in matched])
        goal = torch.stack([m[1] for m in matched])
        positive = labels > 0
        ce = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-1, reduction='none')
        # hard negative mining, 3 negatives to a positive
        n_neg = int(3 * positive.sum().clamp(min=1))
        neg = ce[labels == 0]
        neg = neg.topk(min(n_neg, neg.numel())).values
        norm = positive.sum().clamp(min=1)
        return {
            'loss_cls': (ce[positive].sum() + neg.sum()) / norm,
            'loss_box': F.smooth_l1_loss(deltas[positive], goal[positive], reduction='sum') / norm,
        }

    def postprocess(self, logits, deltas, threshold=0.3):
        scores, labels = logits.softmax(-1)[:, 1:].max(dim=1)
        keep = scores > threshold
        boxes = decode(self.anchors[keep], deltas[keep]).clamp(0, SIZE)
        scores, labels = scores[keep], labels[keep] + 1
        kept = nms(boxes, scores)[:20]
        return {'boxes': boxes[kept], 'scores': scores[kept], 'labels': labels[kept]}


def average_precision(detections, targets, label, iou_threshold=0.5):
    scores, hits, n_gt = [], [], 0
    for det, tgt in zip(detections, targets):
        gt = tgt['boxes'][tgt['labels'] == label]
        n_gt += len(gt)
        found = torch.zeros(len(gt), dtype=torch.bool)
        for box, score in zip(det['boxes'][det['labels'] == label], det['scores'][det['labels'] == label]):
            scores.append(score.item())
            if len(gt):
                iou, k = box_iou(box[None], gt)[0].max(dim=0)
                if iou >= iou_threshold and not found[k]:
                    found[k] = True
                    hits.append(1)
                    continue
            hits.append(0)
    if n_gt == 0 or not scores:
        return 0.0
    order = np.argsort(-np.array(scores))
    tp = np.array(hits)[order].cumsum()
    recall, precision = tp / n_gt, tp / np.arange(1, len(tp) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


def main():
    torch.manual_seed(0)
    train_loader = DataLoader(ShapesDataset(96, seed=1), batch_size=8, shuffle=True, collate_fn=collate_fn)
    test_loader = DataLoader(ShapesDataset(24, seed=2), batch_size=8, collate_fn=collate_fn)
    model = Detector(len(CLASSES), len(ANCHOR_SIZES))
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(params, lr=0.02, momentum=0.9, weight_decay=5e-4, nesterov=True)
    lr_scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[2], gamma=0.3)
    for epoch in range(3):
        model.train()
        for images, targets in train_loader:
            loss_dict = model(images, targets)
            losses = sum(loss for loss in loss_dict.values())
            optimizer.zero_grad()
            losses.backward()
            torch.nn.utils.clip_grad_norm_(params, 10.0)
            optimizer.step()
        lr_scheduler.step()
        print('epoch', epoch, {k: round(v.item(), 3) for k, v in loss_dict.items()})
    model.eval()
    detections, truth = [], []
    with torch.no_grad():
        for images, targets in test_loader:
            detections.extend(model(images))
            truth.extend(targets)
    for label in (1, 2):
        print('AP50', CLASSES[label], round(average_precision(detections, truth, label), 3))


if __name__ == '__main__':
    main()
