"""What the making of an item leaves in the record of a run: nothing, where it was only tried, or what no other item has left."""

from __future__ import annotations

from convcalc.trace import recorder as _trace


class Trace:
    """What the record of a run held before something that shall leave less trace, or none."""

    def __init__(self) -> None:
        self.record = record = _trace.active
        if record is not None:
            self.mark, self.notes = record.mark(), len(record.notes)
            self.branches, self.undecided = record.branches, set(record.undecided)
            self.granted, self.failure = set(record._granted), record.failure

    def branches_since(self) -> int:
        return 0 if self.record is None else self.record.branches - self.branches

    def erase(self) -> None:
        """As if nothing had happened."""
        record = self.record
        if record is None:
            return
        record.take_back(self.mark)
        del record.notes[self.notes :]
        record.branches, record.failure = self.branches, self.failure
        record._granted = self.granted
        for key in [key for key in record.undecided if key not in self.undecided]:
            del record.undecided[key]

    def shorten(self) -> None:
        """Another item of many: its operations and notes are those of the first. Calls of modules stay."""
        record = self.record
        if record is None:
            return
        if not any(call.kind == "module" for call in record.calls[self.mark[0] :]):
            record.take_back(self.mark)
        if len(record.notes) > self.notes:
            told = {(note.kind, note.text, note.file, note.line) for note in record.notes[: self.notes]}
            record.notes[self.notes :] = [
                note for note in record.notes[self.notes :] if (note.kind, note.text, note.file, note.line) not in told
            ]
