"""The directive ``api-reference``: every operation of the API, of its OpenAPI document."""

from collections.abc import Iterator
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from computeapi.api.openapi.document import document
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.openapi import operations

_EXTENSION = "x-openstack"
_JSON = "application/json"


class ApiReference(Directive):
    """Lists the operations by noun: microversions, query, body and statuses."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each noun."""
        found = list(_operations(document(operations(RootController))))
        return [
            _section(noun, list(entries)) for noun, entries in groupby(found, lambda one: one.noun)
        ]


def _operations(whole: dict[str, Any]) -> Iterator[SimpleNamespace]:
    for path, item in sorted(whole["paths"].items(), key=lambda one: (_noun(one[1]), one[0])):
        for method, operation in item.items():
            if method != "parameters":
                yield SimpleNamespace(
                    noun=_noun(item), method=method.upper(), path=path, operation=operation
                )


def _noun(item: dict[str, Any]) -> str:
    return str(next(value["tags"][0] for key, value in item.items() if key != "parameters"))


def _section(noun: str, entries: list[SimpleNamespace]) -> nodes.section:
    section = nodes.section("", nodes.title(text=noun), ids=[nodes.make_id(f"api-{noun}")])
    for entry in entries:
        section += _entry(entry)
    return section


def _entry(entry: SimpleNamespace) -> nodes.section:
    operation, title = entry.operation, f"{entry.method} {entry.path}"
    section = nodes.section("", nodes.title(text=title), ids=[nodes.make_id(title)])
    section += nodes.paragraph(text=f"{operation['summary']}{_when(operation)}")
    fields = nodes.field_list()
    names = [parameter["name"] for parameter in operation.get("parameters", ())]
    for name, text in (
        ("Query", ", ".join(names)),
        ("Body", _body(operation)),
        ("Statuses", ", ".join(operation["responses"])),
        ("Shown", _shown(operation)),
    ):
        if text:
            content = nodes.field_body("", nodes.paragraph(text=text))
            fields += nodes.field("", nodes.field_name(text=name), content)
    section += fields
    actions = list(_actions(operation))
    if actions:
        section += nodes.bullet_list("", *actions)
    return section


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = part.get("content", {}).get(_JSON, {}).get("schema", {})
    return schema


def _actions(operation: dict[str, Any]) -> Iterator[nodes.list_item]:
    schema = _schema(operation.get("requestBody", {}))
    if schema.get(_EXTENSION, {}).get("discriminator") == "action":
        for one in schema["anyOf"]:
            name = nodes.literal(text=one[_EXTENSION]["action-name"])
            (parameters,) = one["properties"].values()
            text = f": {one['description']}{_when(one)}"
            names = _names(parameters)
            text += f" Parameters: {names}." if names else ""
            yield nodes.list_item("", nodes.paragraph("", "", name, nodes.Text(text)))


def _body(operation: dict[str, Any]) -> str:
    schema = _schema(operation.get("requestBody", {}))
    return "" if schema.get(_EXTENSION, {}).get("discriminator") == "action" else _names(schema)


def _shown(operation: dict[str, Any]) -> str:
    found = [_names(_schema(r)) for s, r in operation["responses"].items() if s < "300"]
    return "; ".join(dict.fromkeys(text for text in found if text))


def _names(schema: dict[str, Any]) -> str:
    """Return the names of the properties of an object, those inside of it in brackets."""
    if "anyOf" in schema:
        found = dict.fromkeys(_names(one) for one in schema["anyOf"])
        return " or ".join(text for text in found if text)
    if "items" in schema:
        return _names(schema["items"])
    texts = []
    for name, value in schema.get("properties", {}).items():
        inner = _names(value) if name not in ("links",) and not name.endswith("_links") else ""
        texts.append(f"{name}{_versions(value)}" + (f" ({inner})" if inner else ""))
    return ", ".join(texts)


def _versions(part: dict[str, Any]) -> str:
    return _when(part).replace(" (", " [").replace(")", "]")


def _when(part: dict[str, Any]) -> str:
    members = part.get(_EXTENSION, {})
    texts = [
        f"{word} {members[key]}"
        for word, key in (("from", "min-ver"), ("until", "max-ver"))
        if key in members
    ]
    return f" ({', '.join(texts)})" if texts else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("api-reference", ApiReference)
    return {"parallel_read_safe": True}
