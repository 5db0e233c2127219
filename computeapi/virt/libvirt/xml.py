"""Elements of libvirt's XML."""

from xml.etree import ElementTree as ET


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element to another one, and return it."""
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element
