"""A run of the fuzzer: which files are read in which order, and the counts of what came of it."""

from collections import Counter, defaultdict
from pathlib import Path
from random import Random

from . import byte_mutations, genuine, genuine_data, hostile, hostile_cifar, hostile_data
from .mutations import boundaries, changed, unchanged
from .readers import Reader

COLUMNS = [
    "tried", "refused", "read", "other values", "executed", "hung", "beyond memory", "died", "traceback",
    "bad message", "different",
]  # fmt: skip


class Campaign:
    """The n-th file of a seed is the same in every run.

    counts: by the kind of file, how many ended how ("other values": read, where a weight's bits have changed,
    say; "different": the same meaning read as another). problems: a line for each that ended as none may.
    """

    def __init__(self, folder: Path, seed: int, reader: Reader | None = None) -> None:
        self.seed, self.number = seed, 0
        self.reader = reader or Reader()
        self.counts: dict[str, Counter] = defaultdict(Counter)
        self.problems: list[str] = []
        self.network_file = folder / "evil.pkl"
        self.batch_file = folder / "cifar-10-batches-py" / "test_batch"
        self.batch_file.parent.mkdir()
        self.batch = genuine.write_cifar(self.batch_file.parent)
        self.bases = [("network", name, data) for name, data in genuine.networks().items()]
        self.bases.append(("cifar", "cifar", self.batch))
        self.places = {name: boundaries(data) for _, name, data in self.bases}
        self.meanings = {name: self._read(kind, data)["fingerprint"] for kind, name, data in self.bases}
        (folder / "data").mkdir()
        self.files = genuine_data.write_all(folder / "data")
        for base in self.files:
            self.meanings[base.name] = self.reader.read(base.kind, base.target)["fingerprint"]
        assert all(self.meanings.values()), self.meanings

    def read_hostile(self) -> None:
        """All structured cases: none of them may be read."""
        for kind, cases in (("network", hostile.cases()), ("cifar", hostile_cifar.cases())):
            for name, data in cases.items():
                self._count(f"hostile {kind}", name, self._read(kind, data), {"refused"})

    def read_next(self) -> None:
        """One mutation more: of another meaning mostly, now and then of the same."""
        random = Random(f"{self.seed} {self.number}")
        self.number += 1
        kind, name, data = random.choice(self.bases)
        same = random.random() < 0.05
        data = (unchanged if same else changed)(data, self.places[name], random)
        outcome = self._read(kind, data)
        if same and outcome["fingerprint"] != self.meanings[name]:
            outcome["verdict"] = "different"
        column = f"{kind}, {'same meaning' if same else 'mutated'}"
        if not same and outcome["fingerprint"] not in ("", self.meanings[name]):
            self.counts[column]["other values"] += 1
        self._count(column, f"seed {self.seed}, file {self.number - 1}", outcome, {"refused", "read"})

    def read_hostile_files(self) -> None:
        """All hand-made archives, images and arrays: none of them may be read."""
        for name, (file, data) in hostile_data.cases().items():
            outcome = self.read_hostile_file(file, data)
            self._count(f"hostile {name.split(':')[0]}", name, outcome, {"refused"})

    def read_hostile_file(self, name: str, data: bytes) -> dict:
        """What comes of a file in the place of the first genuine one with that suffix."""
        base = next(each for each in self.files if each.file.suffix == Path(name).suffix)
        return self._read_in_place(base, data)

    def read_next_file(self, family: str) -> None:
        """One changed archive, image or array more. family: archives or arrays."""
        random = Random(f"{self.seed} {family} {self.number}")
        self.number += 1
        base, other = (
            random.choice([each for each in self.files if each.family == family]) for _ in range(2)
        )
        packed = base.file.suffix in (".zip", ".npz", ".gz") and random.random() < 0.6
        change = byte_mutations.changed_inside if packed else byte_mutations.changed
        data = change(base.file.read_bytes(), other.file.read_bytes(), random)
        outcome = self._read_in_place(base, data)
        group = f"{family}, {base.name}"
        if outcome["fingerprint"] not in ("", self.meanings[base.name]):
            self.counts[group]["other values"] += 1
        self._count(group, f"seed {self.seed}, file {self.number - 1}", outcome, {"refused", "read"})

    def _read_in_place(self, base: genuine_data.Base, data: bytes) -> dict:
        genuine_bytes = base.file.read_bytes()
        base.file.write_bytes(data)
        try:
            return self.reader.read(base.kind, base.target)
        finally:
            base.file.write_bytes(genuine_bytes)

    def stop(self) -> None:
        self.reader.stop()

    def _read(self, kind: str, data: bytes) -> dict:
        path = self.batch_file if kind == "cifar" else self.network_file
        path.write_bytes(data)
        return self.reader.read(kind, path)

    def _count(self, group: str, name: str, outcome: dict, allowed: set[str]) -> None:
        counts = self.counts[group]
        counts.update(["tried", outcome["verdict"]])
        if outcome["executed"]:
            counts["executed"] += 1
        if outcome["executed"] or outcome["verdict"] not in allowed:
            said = f"{outcome['verdict']} {outcome['executed'][:3]} {outcome['message'][:300]}"
            self.problems.append(f"{group}: {name}: {said}")


def table(counts: dict[str, Counter]) -> str:
    """The counts, a line for each group."""
    widths = [max(len(name), 7) for name in COLUMNS]
    lines = [" ".join(["group".ljust(24), *(n.rjust(w) for n, w in zip(COLUMNS, widths, strict=True))])]
    total: Counter = sum(counts.values(), Counter())
    for group, found in [*counts.items(), ("all", total)]:
        numbers = (str(found[name]).rjust(width) for name, width in zip(COLUMNS, widths, strict=True))
        lines.append(" ".join([group.ljust(24), *numbers]))
    return "\n".join(lines)
