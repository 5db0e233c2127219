"""The directive ``guest-hardware``: the settings of guests' hardware, read off the service."""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.domain.hardware.kept import KEPT
from computeapi.domain.hardware.settings import SETTINGS, Setting


class GuestHardware(Directive):
    """Lists each setting: its names, its values, which of two counts, and its effect."""

    def run(self) -> list[nodes.Node]:
        """Return a list of definitions for the settings, and one for those that are kept."""
        settings = nodes.definition_list("", *(_entry(setting) for setting in SETTINGS))
        kept = nodes.bullet_list()
        for name, values in KEPT.items():
            text = nodes.paragraph("", "", nodes.literal(text=name))
            text += nodes.Text(f": {values.description}")
            kept += nodes.list_item("", text)
        heading = nodes.paragraph(
            text="These extra specs are checked and kept, and change nothing of a guest:"
        )
        return [settings, heading, kept]


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
