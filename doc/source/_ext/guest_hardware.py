"""The directive ``guest-hardware``: the settings of guests' hardware, read off the service."""

from collections.abc import Mapping

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.domain.hardware.kept import KEPT
from computeapi.domain.hardware.numa import EXTRA_SPECS
from computeapi.domain.hardware.settings import SETTINGS, Setting
from computeapi.domain.hardware.values import Values


class GuestHardware(Directive):
    """Lists each setting: its names, its values, which of two counts, and its effect."""

    def run(self) -> list[nodes.Node]:
        """Return a list of definitions for the settings, and one for those that are kept."""
        settings = nodes.definition_list("", *(_entry(setting) for setting in SETTINGS))
        spread = nodes.paragraph(
            text="These spread the processors and the memory of a guest over NUMA nodes, by their "
            "numbers, or evenly when the number of nodes stands alone. Images have properties of "
            "the same names with an underscore for the colon, unless the flavor has some:"
        )
        heading = nodes.paragraph(
            text="These extra specs are checked and kept, and change nothing of a guest:"
        )
        return [settings, spread, _list(EXTRA_SPECS), heading, _list(KEPT)]


def _list(extra_specs: Mapping[str, Values]) -> nodes.bullet_list:
    listed = nodes.bullet_list()
    for name, values in extra_specs.items():
        text = nodes.paragraph("", "", nodes.literal(text=name))
        text += nodes.Text(f": {values.description}")
        listed += nodes.list_item("", text)
    return listed


def _entry(setting: Setting) -> nodes.definition_list_item:
    names = [name for name in (setting.extra_spec, setting.image_property) if name]
    term = nodes.term()
    for number, name in enumerate(names):
        term += [nodes.Text(", ")] * (number > 0)
        term += nodes.literal(text=name)
    values = f"Values: {setting.values.description}."
    if setting.image_values:
        values += f" In images: {setting.image_values.description}."
    if len(names) > 1:
        values += f" If a flavor and an image both set it, {setting.both}."
    paragraphs = (nodes.paragraph(text=text) for text in (setting.effect, values))
    return nodes.definition_list_item("", term, nodes.definition("", *paragraphs))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("guest-hardware", GuestHardware)
    return {"parallel_read_safe": True}
