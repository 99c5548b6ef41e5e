import copy
import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

# a denoising diffusion model for 16x16 blobs, "annotated diffusion" style

def exists(x):
    return x is not None

def extract(a, t, x_shape):
    b, *_ = t.shape
    out = a.gather(-1, t)
    return out.reshape(b, *((1,) * (len(x_shape) - 1)))

def cosine_beta_schedule(timesteps, s=0.008):
    steps = timesteps + 1
    x = torch.linspace(0, timesteps, steps)
    ac = torch.cos(((x / timesteps) + s) / (1 + s) * math.pi * 0.5) ** 2
    ac = ac / ac[0]
    betas = 1 - (ac[1:] / ac[:-1])
    return betas.clamp(0.0001, 0.999)

# modules

class SinusoidalPosEmb(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, t):
        half = self.dim // 2
        emb = math.log(10000) / (half - 1)
        emb = torch.exp(torch.arange(half, device=t.device) * -emb)
        emb = t[:, None] * emb[None, :]
        return torch.cat((emb.sin(), emb.cos()), dim=-1)

class ResnetBlock(nn.Module):
    def __init__(self, dim, dim_out, *, time_emb_dim=None, groups=4):
        super().__init__()
        self.mlp = nn.Sequential(nn.SiLU(), nn.Linear(time_emb_dim, dim_out * 2)) if exists(time_emb_dim) else None
        self.conv1 = nn.Conv2d(dim, dim_out, 3, padding=1)
        self.norm1 = nn.GroupNorm(groups, dim_out)
        self.conv2 = nn.Conv2d(dim_out, dim_out, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, dim_out)
        self.res_conv = nn.Conv2d(dim, dim_out, 1) if dim != dim_out else nn.Identity()

    def forward(self, x, time_emb=None):
        h = self.norm1(self.conv1(x))
        if exists(self.mlp) and exists(time_emb):
            scale, shift = self.mlp(time_emb)[:, :, None, None].chunk(2, dim=1)
            h = h * (scale + 1) + shift
        h = F.silu(h)
        h = F.silu(self.norm2(self.conv2(h)))
        return h + self.res_conv(x)

class Attention(nn.Module):
    def __init__(self, dim, heads=2, dim_head=8):
        super().__init__()
        self.scale = dim_head ** -0.5
        self.heads = heads
        self.to_qkv = nn.Conv2d(dim, heads * dim_head * 3, 1, bias=False)
        self.to_out = nn.Conv2d(heads * dim_head, dim, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        q, k, v = [u.reshape(b, self.heads, -1, h * w) for u in self.to_qkv(x).chunk(3, dim=1)]
        sim = torch.einsum('bhdi,bhdj->bhij', q * self.scale, k)
        attn = sim.softmax(dim=-1)
        out = torch.einsum('bhij,bhdj->bhid', attn, v)
        out = out.transpose(2, 3).reshape(b, -1, h, w)
        return self.to_out(out) + x

class Unet(nn.Module):
    def __init__(self, dim, channels=1, n_classes=None):
        super().__init__()
        time_dim = dim * 4
        self.init_conv = nn.Conv2d(channels, dim, 3, padding=1)
        self.time_mlp = nn.Sequential(SinusoidalPosEmb(dim), nn.Linear(dim, time_dim), nn.GELU(), nn.Linear(time_dim, time_dim))
        self.label_emb = nn.Embedding(n_classes, time_dim) if exists(n_classes) else None
        self.down1 = ResnetBlock(dim, dim, time_emb_dim=time_dim)
        self.downsample = nn.Conv2d(dim, dim * 2, 4, 2, 1)
        self.mid1 = ResnetBlock(dim * 2, dim * 2, time_emb_dim=time_dim)
        self.mid_attn = Attention(dim * 2)
        self.mid2 = ResnetBlock(dim * 2, dim * 2, time_emb_dim=time_dim)
        self.upsample = nn.Sequential(nn.Upsample(scale_factor=2, mode='nearest'), nn.Conv2d(dim * 2, dim, 3, padding=1))
        self.up1 = ResnetBlock(dim * 2, dim, time_emb_dim=time_dim)
        self.final_conv = nn.Conv2d(dim, channels, 1)

    def forward(self, x, time, y=None):
        x = self.init_conv(x)
        t = self.time_mlp(time)
        if exists(y):
            t = t + self.label_emb(y)
        skip = self.down1(x, t)
        h = self.downsample(skip)
        h = self.mid2(self.mid_attn(self.mid1(h, t)), t)
        h = self.upsample(h)
        h = self.up1(torch.cat((h, skip), dim=1), t)
        return self.final_conv(h)

class GaussianDiffusion(nn.Module):
    def __init__(self, model, *, image_size, timesteps=50):
        super().__init__()
        self.model = model
        self.image_size = image_size
        self.num_timesteps = timesteps
        betas = cosine_beta_schedule(timesteps)
        alphas = 1. - betas
        alphas_cumprod = torch.cumprod(alphas, dim=0)
        self.register_buffer('betas', betas)
        self.register_buffer('sqrt_alphas_cumprod', torch.sqrt(alphas_cumprod))
        self.register_buffer('sqrt_one_minus_alphas_cumprod', torch.sqrt(1. - alphas_cumprod))
        self.register_buffer('sqrt_recip_alphas', torch.sqrt(1. / alphas))
        prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.)
        self.register_buffer('posterior_variance', betas * (1. - prev) / (1. - alphas_cumprod))

    def q_sample(self, x_start, t, noise):
        return (extract(self.sqrt_alphas_cumprod, t, x_start.shape) * x_start +
                extract(self.sqrt_one_minus_alphas_cumprod, t, x_start.shape) * noise)

    @torch.no_grad()
    def p_sample(self, x, t, y):
        betas_t = extract(self.betas, t, x.shape)
        mean = extract(self.sqrt_recip_alphas, t, x.shape) * (
            x - betas_t * self.model(x, t, y) / extract(self.sqrt_one_minus_alphas_cumprod, t, x.shape))
        if t[0] == 0:
            return mean
        return mean + torch.sqrt(extract(self.posterior_variance, t, x.shape)) * torch.randn_like(x)

    @torch.no_grad()
    def sample(self, y):
        img = torch.randn(len(y), 1, self.image_size, self.image_size)
        for i in reversed(range(self.num_timesteps)):
            img = self.p_sample(img, torch.full((len(y),), i, dtype=torch.long), y)
        return img

    def forward(self, img, y):
        b, c, h, w = img.shape
        assert h == self.image_size and w == self.image_size, f'height and width must be {self.image_size}'
        t = torch.randint(0, self.num_timesteps, (b,)).long()
        noise = torch.randn_like(img)
        return F.mse_loss(self.model(self.q_sample(img, t, noise), t, y), noise)

class EMA:
    def __init__(self, model, beta=0.9):
        self.beta = beta
        self.shadow = copy.deepcopy(model)

    @torch.no_grad()
    def update(self, model):
        for s, p in zip(self.shadow.parameters(), model.parameters()):
            s.lerp_(p, 1 - self.beta)

class Blobs(Dataset):
    def __init__(self, n, size=16):
        self.n, self.size = n, size
        r = torch.arange(size).float()
        self.yy, self.xx = torch.meshgrid(r, r, indexing='ij')

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        cls = i % 3
        cx, cy = (torch.rand(2, generator=g) * 8 + 4).tolist()
        d = ((self.xx - cx) ** 2 + (self.yy - cy) ** 2).sqrt() if cls != 1 else (self.xx - cx).abs()
        img = torch.exp(-d ** 2 / 6) if cls < 2 else ((d - 4).abs() < 1).float()
        return img[None] * 2 - 1, cls

torch.manual_seed(0)
diffusion = GaussianDiffusion(Unet(8, n_classes=3), image_size=16, timesteps=20)
ema = EMA(diffusion)
opt = torch.optim.Adam(diffusion.parameters(), lr=2e-3)
for epoch in range(2):
    for imgs, labels in DataLoader(Blobs(48), batch_size=16, shuffle=True):
        loss = diffusion(imgs, labels)
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.update(diffusion)
    print(epoch, loss.item())
ema.shadow.eval()
imgs = ema.shadow.sample(torch.tensor([0, 0, 1, 1, 2, 2]))
imgs = ((imgs.clamp(-1, 1) + 1) * 127.5).to(torch.uint8)
sheet = imgs.squeeze(1).reshape(2, 3, 16, 16).permute(0, 2, 1, 3).reshape(32, 48)
torch.save({'step': epoch, 'model': diffusion.state_dict(), 'ema': ema.shadow.state_dict()}, 'model-1.pt')
print(sheet.shape)
