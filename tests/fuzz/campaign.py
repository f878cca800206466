"""A run of the fuzzer: which files are read in which order, and the counts of what came of it."""

from collections import Counter, defaultdict
from pathlib import Path
from random import Random

from . import genuine, hostile, hostile_cifar
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

    def __init__(self, folder: Path, seed: int) -> None:
        self.seed, self.number = seed, 0
        self.reader = Reader()
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
