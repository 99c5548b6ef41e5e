import torch
from torch import nn
from transformers import BertPreTrainedModel, BertModel, BertConfig, TrainingArguments, Trainer
from dataclasses import dataclass
class Tagger(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.num_labels = config.num_labels
        self.bert = BertModel(config)
        self.classifier = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()
    def forward(self, input_ids, labels=None):
        out = self.bert(input_ids)
        logits = self.classifier(out.last_hidden_state)
        if labels is not None:
            return nn.CrossEntropyLoss()(logits.view(-1, self.num_labels), labels.view(-1))
        return logits
@dataclass
class Args(TrainingArguments):
    alpha: float = 0.5
class MyTrainer(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return super().compute_loss(model, inputs) * self.args.alpha
args = Args(output_dir="out", num_train_epochs=1)
model = Tagger.from_pretrained("bert-base-uncased", num_labels=5)
trainer = MyTrainer(model=model, args=args)
trainer.train()
