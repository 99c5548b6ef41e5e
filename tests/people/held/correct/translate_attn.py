# Seq2seq with Bahdanau attention on a toy "translation" task: write a date in figures given in words.
# Follows the well known tutorial, batched, GRU encoder / GRU decoder, teacher forcing.
import random
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

SEED = 3
random.seed(SEED)
torch.manual_seed(SEED)

PAD, SOS, EOS = 0, 1, 2
MONTHS = "january february march april may june july august september october november december".split()


class Lang:
    def __init__(self, name):
        self.name = name
        self.word2index = {}
        self.index2word = {PAD: "<pad>", SOS: "<sos>", EOS: "<eos>"}
        self.n_words = 3

    def add_sentence(self, words):
        for w in words:
            if w not in self.word2index:
                self.word2index[w] = self.n_words
                self.index2word[self.n_words] = w
                self.n_words += 1

    def encode(self, words):
        return [self.word2index[w] for w in words] + [EOS]


def make_pair():
    d, m, y = random.randint(1, 28), random.randint(1, 12), random.randint(1980, 2020)
    style = random.choice([0, 1])
    src = [str(d), "of", MONTHS[m - 1], str(y)] if style else [MONTHS[m - 1], str(d), ",", "the", "year", str(y)]
    trg = list(f"{y}-{m:02d}-{d:02d}")
    return src, trg


pairs = [make_pair() for _ in range(200)]
src_lang, trg_lang = Lang("words"), Lang("figures")
for s, t in pairs:
    src_lang.add_sentence(s)
    trg_lang.add_sentence(t)


def to_batch(sentences, lang):
    seqs = [lang.encode(s) for s in sentences]
    max_len = max(len(s) for s in seqs)
    lengths = [len(s) for s in seqs]
    out = torch.full((len(seqs), max_len), PAD, dtype=torch.long)
    for i, s in enumerate(seqs):
        out[i, :len(s)] = torch.tensor(s)
    return out, torch.tensor(lengths)


class EncoderRNN(nn.Module):
    def __init__(self, input_size, emb_size, enc_hidden, dec_hidden, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(input_size, emb_size, padding_idx=PAD)
        self.gru = nn.GRU(emb_size, enc_hidden, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(enc_hidden * 2, dec_hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, src):
        embedded = self.dropout(self.embedding(src))
        outputs, hidden = self.gru(embedded)
        hidden = torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)))
        return outputs, hidden


class BahdanauAttention(nn.Module):
    def __init__(self, enc_hidden, dec_hidden):
        super().__init__()
        self.Wa = nn.Linear(dec_hidden, dec_hidden)
        self.Ua = nn.Linear(enc_hidden * 2, dec_hidden)
        self.Va = nn.Linear(dec_hidden, 1)

    def forward(self, query, keys, mask):
        # query: B x 1 x D, keys: B x T x 2E, mask: B x T (True at words)
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        scores = scores.masked_fill(~mask.unsqueeze(1), -1e10)
        weights = F.softmax(scores, dim=-1)
        context = torch.bmm(weights, keys)
        return context, weights


class AttnDecoderRNN(nn.Module):
    def __init__(self, output_size, emb_size, enc_hidden, dec_hidden, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(output_size, emb_size)
        self.attention = BahdanauAttention(enc_hidden, dec_hidden)
        self.gru = nn.GRU(emb_size + enc_hidden * 2, dec_hidden, batch_first=True)
        self.out = nn.Linear(dec_hidden, output_size)
        self.dropout = nn.Dropout(dropout)

    def forward_step(self, token, hidden, enc_outputs, mask):
        embedded = self.dropout(self.embedding(token))
        query = hidden.permute(1, 0, 2)
        context, weights = self.attention(query, enc_outputs, mask)
        output, hidden = self.gru(torch.cat((embedded, context), dim=2), hidden)
        return self.out(output), hidden, weights

    def forward(self, enc_outputs, enc_hidden, mask, target=None, max_len=12, teacher_forcing_ratio=0.5):
        batch_size = enc_outputs.size(0)
        token = torch.full((batch_size, 1), SOS, dtype=torch.long)
        hidden = enc_hidden.unsqueeze(0)
        steps = target.size(1) if target is not None else max_len
        outputs, attentions = [], []
        for t in range(steps):
            logits, hidden, weights = self.forward_step(token, hidden, enc_outputs, mask)
            outputs.append(logits)
            attentions.append(weights)
            if target is not None and random.random() < teacher_forcing_ratio:
                token = target[:, t].unsqueeze(1)
            else:
                token = logits.argmax(dim=-1).detach()
        return torch.cat(outputs, dim=1), hidden, torch.cat(attentions, dim=1)


E, H_ENC, H_DEC = 24, 32, 48
encoder = EncoderRNN(src_lang.n_words, E, H_ENC, H_DEC)
decoder = AttnDecoderRNN(trg_lang.n_words, E, H_ENC, H_DEC)
enc_opt = optim.Adam(encoder.parameters(), lr=0.003)
dec_opt = optim.Adam(decoder.parameters(), lr=0.003)
criterion = nn.CrossEntropyLoss(ignore_index=PAD)


def train_batch(batch):
    src, src_len = to_batch([p[0] for p in batch], src_lang)
    trg, _ = to_batch([p[1] for p in batch], trg_lang)
    mask = src != PAD

    enc_opt.zero_grad()
    dec_opt.zero_grad()
    enc_outputs, enc_hidden = encoder(src)
    logits, _, _ = decoder(enc_outputs, enc_hidden, mask, trg)
    loss = criterion(logits.view(-1, logits.size(-1)), trg.view(-1))
    loss.backward()
    enc_opt.step()
    dec_opt.step()
    return loss.item()


@torch.no_grad()
def translate(words):
    encoder.eval()
    decoder.eval()
    src = torch.tensor(src_lang.encode(words)).unsqueeze(0)
    enc_outputs, enc_hidden = encoder(src)
    logits, _, attn = decoder(enc_outputs, enc_hidden, src != PAD)
    ids = logits.argmax(-1).squeeze(0).tolist()
    if EOS in ids:
        ids = ids[:ids.index(EOS)]
    encoder.train()
    decoder.train()
    return "".join(trg_lang.index2word[i] for i in ids), attn[0]


start = time.time()
for epoch in range(1, 4):
    random.shuffle(pairs)
    losses = [train_batch(pairs[i:i + 40]) for i in range(0, len(pairs), 40)]
    print(f"{epoch} {sum(losses) / len(losses):.4f}")
for s, t in random.sample(pairs, 3):
    out, attn = translate(s)
    print(">", " ".join(s), "=", "".join(t), "<", out, tuple(attn.shape))
