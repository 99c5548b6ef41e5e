"""One wrong call in each of the programs: what stands there, and what somebody wrote instead."""

from __future__ import annotations

FAULTS = [
    ("csv_table", "Adam(model.parameters(), lr=1e-3)", "Adam(model.parameters(), learning_rate=1e-3)"),
    ("dataclass_trainer", "trainer.fit()", "trainer.fit(epoch=6)"),
    ("early_stopping", "plateau.step(valid)", "plateau.step()"),
    ("early_stopping", "optimizer.zero_grad()", "optimizer.zero_grads()"),
    ("gan_with_samples", "Adam(g.parameters(), 2e-4, (0.5, 0.999))", "Adam(g.parameters(), 2e-4, 0.5)"),
    ("generator_of_text", "torch.multinomial(probs, 1)), dim=1)", "torch.multinomial(probs, 1)), axes=1)"),
    ("image_folder", "nn.CrossEntropyLoss(weight=", "nn.CrossEntropyLoss(weights="),
    ("json_settings", 'build(config["layers"], config["dropout"])', 'build(config["layers"])'),
    ("k_folds", "lr=0.1, nesterov=True, momentum=0.9)", "lr=0.1, nesterov=True)"),
    ("numpy_archive", "nn.AdaptiveAvgPool1d(4)", "nn.AdaptiveAvgPool1d()"),
    ("registry_of_models", "super().__init__(classes, width=32)", "super().__init__(classes, 3, width=32)"),
    ("reinforcement", "target.load_state_dict(policy.state_dict())", "target.load_state_dict(policy)"),
    ("resumed_training", "StepLR(optimizer, step_size=2, gamma=0.5)", "StepLR(optimizer, gamma=0.5)"),
    ("vocabulary", 'mode="mean", padding_idx=0)', 'mode="mean", pad_idx=0)'),
    ("yaml_pipeline", 'nn.LazyLinear(config["classes"])', 'nn.LazyLinear(config["classes"], biases=True)'),
]
