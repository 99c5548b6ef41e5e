# coding: utf-8
# In[1]: Number words -> digits with seq2seq and Bahdanau attention (course homework 4)

import random
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

random.seed(0)
torch.manual_seed(0)

# In[2]:

ONES = 'zero one two three four five six seven eight nine'.split()
PAD_token, SOS_token, EOS_token = 0, 1, 2


class Lang:
    def __init__(self, name):
        self.name = name
        self.word2index = {}
        self.index2word = {0: 'PAD', 1: 'SOS', 2: 'EOS'}
        self.n_words = 3

    def addSentence(self, words):
        for w in words:
            if w not in self.word2index:
                self.word2index[w] = self.n_words
                self.index2word[self.n_words] = w
                self.n_words += 1

    def encode(self, words):
        return torch.tensor([self.word2index[w] for w in words] + [EOS_token])


def make_pair():
    digits = [random.randint(0, 9) for _ in range(random.randint(2, 6))]
    return [ONES[d] for d in digits], [str(d) for d in reversed(digits)]


pairs = [make_pair() for _ in range(128)]
src_lang, trg_lang = Lang('words'), Lang('digits')
for s, t in pairs:
    src_lang.addSentence(s)
    trg_lang.addSentence(t)
print('src', src_lang.n_words, 'trg', trg_lang.n_words)

# In[3]:


def get_batches(pairs, batch_size):
    random.shuffle(pairs)
    for i in range(0, len(pairs), batch_size):
        chunk = pairs[i:i + batch_size]
        chunk.sort(key=lambda p: len(p[0]), reverse=True)
        src = [src_lang.encode(s) for s, _ in chunk]
        trg = [trg_lang.encode(t) for _, t in chunk]
        src_len = torch.tensor([len(x) for x in src])
        # time first, as in the lecture
        yield pad_sequence(src, padding_value=PAD_token), src_len, pad_sequence(trg, padding_value=PAD_token)


# In[4]:


class Encoder(nn.Module):
    def __init__(self, input_dim, emb_dim, enc_hid_dim, dec_hid_dim, dropout):
        super().__init__()
        self.embedding = nn.Embedding(input_dim, emb_dim)
        self.rnn = nn.GRU(emb_dim, enc_hid_dim, bidirectional=True)
        self.fc = nn.Linear(enc_hid_dim * 2, dec_hid_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, src, src_len):
        embedded = self.dropout(self.embedding(src))
        packed = nn.utils.rnn.pack_padded_sequence(embedded, src_len)
        packed_outputs, hidden = self.rnn(packed)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(packed_outputs)
        hidden = torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)))
        # outputs = [src len, batch, enc hid * 2], hidden = [batch, dec hid]
        return outputs, hidden


class Attention(nn.Module):
    def __init__(self, enc_hid_dim, dec_hid_dim):
        super().__init__()
        self.attn = nn.Linear(enc_hid_dim * 2 + dec_hid_dim, dec_hid_dim)
        self.v = nn.Linear(dec_hid_dim, 1, bias=False)

    def forward(self, hidden, encoder_outputs, mask):
        src_len = encoder_outputs.shape[0]
        hidden = hidden.unsqueeze(1).repeat(1, src_len, 1)
        encoder_outputs = encoder_outputs.permute(1, 0, 2)
        energy = torch.tanh(self.attn(torch.cat((hidden, encoder_outputs), dim=2)))
        attention = self.v(energy).squeeze(2)
        attention = attention.masked_fill(mask == 0, -1e10)
        return F.softmax(attention, dim=1)


class Decoder(nn.Module):
    def __init__(self, output_dim, emb_dim, enc_hid_dim, dec_hid_dim, dropout, attention):
        super().__init__()
        self.output_dim = output_dim
        self.attention = attention
        self.embedding = nn.Embedding(output_dim, emb_dim)
        self.rnn = nn.GRU(enc_hid_dim * 2 + emb_dim, dec_hid_dim)
        self.fc_out = nn.Linear(enc_hid_dim * 2 + dec_hid_dim + emb_dim, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input, hidden, encoder_outputs, mask):
        input = input.unsqueeze(0)
        embedded = self.dropout(self.embedding(input))
        a = self.attention(hidden, encoder_outputs, mask)
        a = a.unsqueeze(1)
        weighted = torch.bmm(a, encoder_outputs.permute(1, 0, 2))
        weighted = weighted.permute(1, 0, 2)
        rnn_input = torch.cat((embedded, weighted), dim=2)
        output, hidden = self.rnn(rnn_input, hidden.unsqueeze(0))
        embedded, output, weighted = embedded.squeeze(0), output.squeeze(0), weighted.squeeze(0)
        prediction = self.fc_out(torch.cat((output, weighted, embedded), dim=1))
        return prediction, hidden.squeeze(0), a.squeeze(1)


class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder, src_pad_idx, device):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.src_pad_idx = src_pad_idx
        self.device = device

    def create_mask(self, src):
        return (src != self.src_pad_idx).permute(1, 0)

    def forward(self, src, src_len, trg, teacher_forcing_ratio=0.5):
        batch_size, trg_len = src.shape[1], trg.shape[0]
        outputs = torch.zeros(trg_len, batch_size, self.decoder.output_dim).to(self.device)
        encoder_outputs, hidden = self.encoder(src, src_len)
        input = torch.full((batch_size,), SOS_token, device=self.device)
        mask = self.create_mask(src)
        for t in range(trg_len):
            output, hidden, _ = self.decoder(input, hidden, encoder_outputs, mask)
            outputs[t] = output
            top1 = output.argmax(1)
            input = trg[t] if random.random() < teacher_forcing_ratio else top1
        return outputs


# In[5]:

device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
attn = Attention(24, 32)
enc = Encoder(src_lang.n_words, 16, 24, 32, 0.1)
dec = Decoder(trg_lang.n_words, 16, 24, 32, 0.1, attn)
model = Seq2Seq(enc, dec, PAD_token, device).to(device)


def init_weights(m):
    for name, param in m.named_parameters():
        if 'weight' in name:
            nn.init.normal_(param.data, mean=0, std=0.01)
        else:
            nn.init.constant_(param.data, 0)


model.apply(init_weights)
optimizer = torch.optim.Adam(model.parameters())
criterion = nn.CrossEntropyLoss(ignore_index=PAD_token)

for epoch in range(1, 3):
    model.train()
    total = 0
    for i, (src, src_len, trg) in enumerate(get_batches(pairs, 32)):
        optimizer.zero_grad()
        output = model(src, src_len, trg)
        output_dim = output.shape[-1]
        loss = criterion(output.view(-1, output_dim), trg.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        total += loss.item()
    print(epoch, total / (i + 1))

# In[6]: translate one


def translate(words, max_len=10):
    model.eval()
    src = src_lang.encode(words).unsqueeze(1).to(device)
    src_len = torch.tensor([src.shape[0]])
    with torch.no_grad():
        encoder_outputs, hidden = model.encoder(src, src_len)
    mask = model.create_mask(src)
    trg_indexes, attentions = [SOS_token], torch.zeros(max_len, 1, len(src))
    for i in range(max_len):
        trg_tensor = torch.LongTensor([trg_indexes[-1]]).to(device)
        with torch.no_grad():
            output, hidden, attention = model.decoder(trg_tensor, hidden, encoder_outputs, mask)
        attentions[i] = attention
        pred_token = output.argmax(1).item()
        trg_indexes.append(pred_token)
        if pred_token == EOS_token:
            break
    return [trg_lang.index2word[i] for i in trg_indexes[1:]], attentions[:len(trg_indexes) - 1]


print(translate(['three', 'one', 'four'])[0])
