import os, torch, argparse, logging
from torch import nn
logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)
parser = argparse.ArgumentParser()
parser.add_argument('--arch', choices=['small', 'big'], default='big')
parser.add_argument('--resume', type=str, default='ckpt.pt')
parser.add_argument('--dims', nargs='+', type=int, default=[32, 16])
args, _ = parser.parse_known_args()
class Mlp(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.ls = nn.ModuleList(nn.Linear(a, b) for a, b in zip([8] + dims, dims + [2]))
    def forward(self, x):
        for i, l in enumerate(self.ls):
            x = l(x)
            if i < len(self.ls) - 1:
                x = x.relu_()
        return x
model = Mlp(args.dims)
optimizer = torch.optim.SGD(model.parameters(), lr=.1, momentum=.9)
start = 0
if os.path.isfile(args.resume):
    logger.info("=> loading '%s'", args.resume)
    ck = torch.load(args.resume, map_location='cpu')
    start = ck['epoch']
    model.load_state_dict(ck['state_dict'])
    optimizer.load_state_dict(ck['optimizer'])
    best = ck['best']
sched = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, 'min', patience=3)
for epoch in range(start, 90):
    out = model(torch.randn(5, 8))
    loss = nn.functional.mse_loss(out, torch.zeros(5, 2))
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    sched.step(loss)
    for g in optimizer.param_groups:
        g['lr'] *= 0.99
    torch.save({'epoch': epoch + 1, 'state_dict': model.state_dict(), 'optimizer': optimizer.state_dict()}, args.resume)
