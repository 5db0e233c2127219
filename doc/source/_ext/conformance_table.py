"""The directive ``conformance-table``: every operation of Nova, and how it is proven here."""

from collections import Counter
from collections.abc import Iterable, Sequence

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.api.versions import MIN
from conformance import exercised
from conformance.proven import Row, current, deaths, rows, unwatched, watched
from tests.operations import Operation

_HEADINGS = ("Operation", "Since", "Until", "Falcon", "Pecan", "Contract", "Guest", "Other proofs")
_WIDTHS = (34, 6, 6, 7, 7, 18, 12, 18)


class ConformanceTable(Directive):
    """Counts the operations, and lists them."""

    def run(self) -> list[nodes.Node]:
        """Return the counts, the days of the runs that were kept, and a table."""
        now = current()
        counts = Counter(name for row in now for name, is_served in row.served.items() if is_served)
        text = f"Nova has {len(now)} operations at its newest microversion: " + ", ".join(
            f"{name.capitalize()} serves {count}" for name, count in counts.items()
        )
        days = exercised.days().items()
        runs = "The runs that were kept: " + ", ".join(f"{name} of {day}" for name, day in days)
        paragraphs = [nodes.paragraph(text=f"{each}.") for each in (text, runs)]
        return [*paragraphs, _table(_HEADINGS, _WIDTHS, map(_cells, rows()))]


class WatchedTable(Directive):
    """Lists the operations that were watched on a real guest, and the actions that were not."""

    def run(self) -> list[nodes.Node]:
        """Return two tables."""
        seen = (
            (_name(operation), nodes.Text(each.seen), nodes.literal(text=each.test))
            for each in watched()
            for operation in each.operations
        )
        others = (
            (nodes.literal(text=action), nodes.Text(reason))
            for action, reason in unwatched().items()
        )
        return [
            _table(("Operation", "Seen", "Test"), (30, 40, 30), seen),
            _table(("Action that no test watches", "Reason"), (30, 70), others),
        ]


class DeathsTable(Directive):
    """Lists the tests in which workers die while they carry out an action."""

    def run(self) -> list[nodes.Node]:
        """Return a table."""
        tests = (
            tuple(
                nodes.literal(text=text) for text in (action, each["death"], each.get("delete", ""))
            )
            for action, each in deaths().items()
        )
        headings = ("Action", "A worker dies at each point", "A delete arrives at each point")
        return [_table(headings, (20, 40, 40), tests)]


def _table(
    headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[nodes.Node]]
) -> nodes.table:
    group = nodes.tgroup(cols=len(headings))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _row([nodes.Text(text) for text in headings]))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _cells(row: Row) -> Sequence[nodes.Node]:
    since = "" if row.span.first == MIN else str(row.span.first)
    until = "" if row.span.last is None else str(row.span.last)
    served = ("yes" if is_served else "no" for is_served in row.served.values())
    files = sorted({test.partition("::")[0].removesuffix(".py") for test in row.watched})
    proofs = (", ".join(names) for names in (row.contract, files, row.proofs))
    texts = (since, until, *served, *proofs)
    return [_name(row.operation), *map(nodes.Text, texts)]


def _name(operation: Operation) -> nodes.literal:
    return nodes.literal(text=" ".join(operation).strip())


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("conformance-table", ConformanceTable)
    app.add_directive("watched-table", WatchedTable)
    app.add_directive("deaths-table", DeathsTable)
    return {"parallel_read_safe": True}
