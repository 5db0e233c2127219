"""The directive ``api-history``: the changes that microversions made, read off the service."""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.api import history
from computeapi.api.versions import MAX


class ApiHistory(Directive):
    """Lists the changes of every microversion that is served."""

    def run(self) -> list[nodes.Node]:
        """Return a list of definitions: a version, and its sentences."""
        entries = nodes.definition_list()
        for version in history.BOUNDARIES:
            sentences = [c.sentence for c in history.changes() if c.version == version]
            paragraphs = [nodes.paragraph(text=text) for text in sentences]
            if paragraphs:
                term = nodes.term(text=str(version))
                entries += nodes.definition_list_item("", term, nodes.definition("", *paragraphs))
        newest = nodes.paragraph(text=f"The newest microversion is {MAX}.")
        return [newest, entries]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("api-history", ApiHistory)
    return {"parallel_read_safe": True}
