"""The directive ``conformance-table``: every operation of Nova, and how it is proven here."""

from collections import Counter
from collections.abc import Iterable, Sequence

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.api.versions import MIN
from conformance.proven import Row, rows

_HEADINGS = ("Operation", "Since", "Until", "Falcon", "Pecan", "Contract", "Other proofs")
_WIDTHS = (34, 6, 6, 7, 7, 20, 20)


class ConformanceTable(Directive):
    """Counts the operations, and lists them."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph with the counts, and a table."""
        found = list(rows())
        current = [row for row in found if row.span.last is None]
        counts = Counter(
            name for row in current for name, is_served in row.served.items() if is_served
        )
        text = f"Nova has {len(current)} operations at its newest microversion: " + ", ".join(
            f"{name.capitalize()} serves {count}" for name, count in counts.items()
        )
        return [nodes.paragraph(text=f"{text}."), _table(found)]


def _table(found: Iterable[Row]) -> nodes.table:
    group = nodes.tgroup(cols=len(_HEADINGS))
    group += [nodes.colspec(colwidth=width) for width in _WIDTHS]
    group += nodes.thead("", _row([nodes.Text(text) for text in _HEADINGS]))
    group += nodes.tbody("", *(_row(_cells(row)) for row in found))
    return nodes.table("", group)


def _cells(row: Row) -> Sequence[nodes.Node]:
    method, path, action = row.operation
    name = nodes.literal(text=" ".join([method, path, *([action] if action else [])]))
    since = "" if row.span.first == MIN else str(row.span.first)
    until = "" if row.span.last is None else str(row.span.last)
    served = ("yes" if is_served else "no" for is_served in row.served.values())
    texts = (since, until, *served, ", ".join(row.contract), ", ".join(row.proofs))
    return [name, *map(nodes.Text, texts)]


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("conformance-table", ConformanceTable)
    return {"parallel_read_safe": True}
