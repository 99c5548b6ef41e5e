import os, time, random
import numpy as np
import torch, torchvision
from torch import nn
import torchvision.transforms as T
from tqdm import tqdm, trange
from dataclasses import dataclass, field, asdict

@dataclass
class Config:
    lr: float = 3e-4
    batch_size: int = 128
    epochs: int = 2
    channels: list = field(default_factory=lambda: [3, 32, 64])
    device: str = 'cuda' if torch.cuda.is_available() else 'cpu'

def seed_everything(seed=42):
    random.seed(seed)
    os.environ['PYTHONHASHSEED'] = str(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False

def conv_block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True), nn.MaxPool2d(2))

class CifarNet(nn.Module):
    def __init__(self, cfg: Config, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(*[conv_block(a, b) for a, b in zip(cfg.channels, cfg.channels[1:])])
        self.head = nn.Linear(cfg.channels[-1] * 8 * 8, num_classes)
    def forward(self, x):
        return self.head(self.body(x).flatten(1))

class Trainer:
    def __init__(self, model, cfg):
        self.model = model.to(cfg.device)
        self.cfg = cfg
        self.opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr, weight_decay=1e-2)
        self.crit = nn.CrossEntropyLoss(label_smoothing=0.1)
        self.best = float('inf')
        self.history = {'train': [], 'val': []}
        self.scaler = torch.cuda.amp.GradScaler(enabled=False)
    def run_epoch(self, loader, train=True):
        self.model.train(train)
        total, n = 0.0, 0
        ctx = torch.enable_grad() if train else torch.no_grad()
        with ctx:
            for x, y in tqdm(loader, leave=False):
                x, y = x.to(self.cfg.device, non_blocking=True), y.to(self.cfg.device)
                with torch.autocast(device_type='cpu', enabled=False):
                    logits = self.model(x)
                    loss = self.crit(logits, y)
                if train:
                    self.opt.zero_grad(set_to_none=True)
                    self.scaler.scale(loss).backward()
                    self.scaler.unscale_(self.opt)
                    nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                    self.scaler.step(self.opt)
                    self.scaler.update()
                total += loss.item() * x.size(0)
                n += x.size(0)
        return total / n
    def fit(self, tl, vl):
        patience = 0
        bar = trange(self.cfg.epochs)
        for epoch in bar:
            t0 = time.time()
            tr = self.run_epoch(tl)
            va = self.run_epoch(vl, False)
            self.history['train'].append(tr)
            self.history['val'].append(va)
            bar.set_postfix(loss=f'{tr:.3f}')
            if va < self.best:
                self.best = va
                patience = 0
                torch.save({'model': self.model.state_dict(), 'cfg': asdict(self.cfg)}, 'best.pth')
            else:
                patience += 1
                if patience > 3:
                    print('stop')
                    break

if __name__ == "__main__":
    seed_everything()
    cfg = Config()
    tf = T.Compose([T.RandomCrop(32, padding=4), T.RandomHorizontalFlip(), T.ToTensor(), T.Normalize((.5,.5,.5),(.5,.5,.5))])
    full = torchvision.datasets.CIFAR10('./data', train=True, download=True, transform=tf)
    n_val = int(0.1 * len(full))
    a, b = torch.utils.data.random_split(full, [len(full) - n_val, n_val], generator=torch.Generator().manual_seed(0))
    tl = torch.utils.data.DataLoader(a, cfg.batch_size, shuffle=True, num_workers=2)
    vl = torch.utils.data.DataLoader(b, cfg.batch_size)
    Trainer(CifarNet(cfg), cfg).fit(tl, vl)
