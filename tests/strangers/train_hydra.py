import hydra, torch, wandb, logging
from omegaconf import DictConfig, OmegaConf
from torch import nn
log = logging.getLogger(__name__)
class MLP(nn.Module):
    def __init__(self, width: int = 32, depth: int = 2, out: int = 10):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(width, width), nn.ReLU()]
        self.net = nn.Sequential(*layers, nn.Linear(width, out))
    def forward(self, x):
        return self.net(x)
@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    wandb.init(project=cfg.project, config=OmegaConf.to_container(cfg))
    model = hydra.utils.instantiate(cfg.model)
    opt = torch.optim.SGD(model.parameters(), lr=cfg.lr)
if __name__ == "__main__":
    main()
