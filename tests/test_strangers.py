"""Programs as people write them, whose packages are not here: each ends in a true verdict, an honest unknown with its reason, or one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import convcalc

FOLDER = Path(__file__).parent / "strangers"
NOT_KNOWN = {  # and why
    "albumentations": "albumentations.Compose(...)[...], and module albumentations (line 2) is not analysed",
    "config_registry": "registry_absent.build_from_cfg(...), and module registry_absent (line 3) is not analysed",
    "gym": "gym.ObservationWrapper.reset(...)",
    "metrics": "pytorch_metric_learning.losses.TripletMarginLoss(...)",
    "accelerate": "what comes from accelerate, accelerate.utils is not analysed",
    "detectron": "detectron2.modeling.Backbone (the base of Toy)",
    "einops": "einops_absent.layers.torch.Rearrange",
    "gnn": "torch_geometric.nn.MessagePassing (the base of SageLayer)",
    "hf": "transformers.BertPreTrainedModel (the base of Tagger)",
    "mmlab": "mmcv.runner.BaseModule (the base of BBoxHead)",
    "monai": "monai.networks.nets.UNet (the base of MyUNet)",
}
WITHOUT_A_MODEL = ("click", "fire", "sacred")  # what a command line builds, nobody has asked it to build
ERRORS = {"wrong_mixin": ("linear-in-features", 10)}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_a_program_without_its_packages(file: Path) -> None:
    name = file.stem.removeprefix("train_")
    done = convcalc("check", file, "--isolated", "--format", "json")
    found = [d for entry in json.loads(done.out)["files"] for d in entry["diagnostics"]]
    errors = [(d["rule"], d["line"]) for d in found if d["severity"] == "error" and d["rule"] != "usage"]
    unknown = [d["message"] for d in found if d["severity"] == "unknown"]
    assert errors == ([ERRORS[name]] if name in ERRORS else [])
    if name in NOT_KNOWN:
        assert done.code == 3
        assert any(NOT_KNOWN[name] in message for message in unknown), unknown
    elif name in WITHOUT_A_MODEL:
        assert done.code == 2
        assert "has no model" in done.err
    else:
        assert done.code == (1 if name in ERRORS else 0), found
        assert unknown == []
