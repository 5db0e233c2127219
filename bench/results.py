"""What a run has measured, as the JSON of its results."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: measure -> decimals that mean something
_DECIMALS = {"cpu_us": 2, "rps": 2, "p50_ms": 3, "p99_ms": 3}


class Results:
    """The raw results of a run: lists of what each round measured, and notes."""

    def __init__(self) -> None:
        self._lists: dict[str, dict[str, dict[str, Any]]] = {}
        self.breakdown: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.more: dict[str, Any] = {}

    def add(self, section: str, what: dict[str, Any], value: Any, name: str = "values") -> None:
        """Add what one round measured.

        :param section: of the JSON.
        :param value: a number, or a list of the numbers of its turns.
        :param what: says which list of values it belongs to.
        :param name: of that list.
        """
        entries = self._lists.setdefault(section, {})
        entry = entries.setdefault(json.dumps(what, sort_keys=True), {**what, name: []})
        entry[name].append(value)

    def sample(self, what: dict[str, Any], turns: Sequence[dict[str, Any] | None],
               section: str = "samples", connections: int | None = None) -> None:  # fmt: skip
        """Add what the turns of one round measured.

        :param what: ``variant``, ``database``, ``auth`` and ``scenario``.
        :param turns: of each its measures by name; others are left out. None where the variant
            took no part.
        """
        measures = {name for turn in turns if turn for name in turn}
        for measure, decimals in _DECIMALS.items():
            if measure in measures:
                values = [round(turn[measure], decimals) if turn else None for turn in turns]
                entry = {**what, "measure": measure, "connections": connections}
                self.add(section, entry, values)

    def drop(self, what: dict[str, Any], connections: int) -> None:
        """Forget the samples of a scenario at a number of connections, whatever the measure."""
        samples = self._lists.setdefault("samples", {})
        for measure in _DECIMALS:
            entry = {**what, "measure": measure, "connections": connections}
            samples.pop(json.dumps(entry, sort_keys=True), None)

    def note(self, text: str) -> None:
        """Add a sentence that belongs to the results; once."""
        if text not in self.notes:
            self.notes.append(text)

    def document(self, meta: dict[str, Any]) -> dict[str, Any]:
        """Return the whole of it."""
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
        """Write the document, whole or not at all, and return it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        document = self.document(meta)
        draft.write_text(json.dumps(document) + "\n")
        draft.replace(path)
        return document
