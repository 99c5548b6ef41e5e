import torch
from monai.networks.nets import UNet
from monai.networks.blocks import Convolution
from monai.data import Dataset, DataLoader
from monai.transforms import Compose, LoadImaged, MapTransform
class Crop(MapTransform):
    def __init__(self, keys, size=(64, 64)):
        super().__init__(keys)
        self.size = size
    def __call__(self, data):
        for key in self.keys:
            data[key] = data[key][..., : self.size[0], : self.size[1]]
        return data
class MyUNet(UNet):
    def __init__(self, **kw):
        super().__init__(spatial_dims=2, in_channels=1, out_channels=2, channels=(16, 32), strides=(2,), **kw)
        self.head = torch.nn.Conv2d(2, 2, 1)
    def forward(self, x):
        return self.head(super().forward(x))
t = Compose([LoadImaged(keys=["image"]), Crop(["image"])])
ds = Dataset([{"image": "a.nii"}], t)
for batch in DataLoader(ds, batch_size=2):
    out = MyUNet()(batch["image"])
