"""The raw results of a run: lists of the values of each round, and notes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: measure -> decimals that mean something
_DECIMALS = {"cpu_us": 2, "rps": 2, "p50_ms": 3, "p99_ms": 3}


class Results:
    """Collects the values of a run.

    :ivar more: the parts that are no lists of rounds.
    """

    def __init__(self) -> None:
        self._lists: dict[str, dict[str, dict[str, Any]]] = {}
        self.breakdown: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.more: dict[str, Any] = {}

    def add(self, section: str, key: dict[str, Any], value: Any, name: str = "values") -> None:
        """Add the value of a round, or the values of its turns.

        :param section: of the document.
        :param key: says which list the value belongs to.
        :param name: of that list.
        """
        entries = self._lists.setdefault(section, {})
        entries.setdefault(json.dumps(key, sort_keys=True), {**key, name: []})[name].append(value)

    def sample(self, key: dict[str, Any], turns: Sequence[dict[str, Any] | None],
               section: str = "samples", connections: int | None = None) -> None:  # fmt: skip
        """Add the turns of a round.

        :param key: ``variant``, ``database``, ``auth`` and ``scenario``.
        :param turns: their measures by name; None where the variant took no part.
        """
        for measure, decimals in _DECIMALS.items():
            if any(turn and measure in turn for turn in turns):
                values = [round(turn[measure], decimals) if turn else None for turn in turns]
                self.add(section, {**key, "measure": measure, "connections": connections}, values)

    def drop(self, key: dict[str, Any], connections: int) -> None:
        """Forget all samples of a scenario at a number of connections."""
        for measure in _DECIMALS:
            entry = {**key, "measure": measure, "connections": connections}
            self._lists.get("samples", {}).pop(json.dumps(entry, sort_keys=True), None)

    def note(self, text: str) -> None:
        """Add a sentence that belongs to the results; once."""
        if text not in self.notes:
            self.notes.append(text)

    def document(self, meta: dict[str, Any]) -> dict[str, Any]:
        """Return everything."""
        sections = ("samples", "memory", "startup", "scale", "boot")
        lists = {name: list(self._lists.get(name, {}).values()) for name in sections}
        return {
            "meta": meta,
            **lists,
            "breakdown": self.breakdown,
            "notes": self.notes,
            **self.more,
        }

    def write(self, path: Path, meta: dict[str, Any]) -> dict[str, Any]:
        """Write the document, and return it."""
        document = self.document(meta)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document) + "\n")
        return document
