"""Checks request bodies against the JSON Schema of the request's microversion."""

import json
from bisect import bisect_right
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from computeapi.api.formats import FORMATS
from computeapi.api.versions import MIN, Version
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.spans import Schema, at, properties

_CHECKS = {name: format_.check for name, format_ in FORMATS.items()}


class Body:
    """The schema of a request body.

    Validators are made when a request first needs them: one for all versions between two at which
    the schema changes.

    :param schema: with spans on its properties; see :mod:`computeapi.falcon_impl.schemas.spans`.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._validators: dict[Version, Draft202012Validator] = {}

    @cached_property
    def boundaries(self) -> tuple[Version, ...]:
        """The microversions at which the schema changes, and the first one."""
        boundaries = {MIN}
        for _, alternatives in properties(self.schema):
            boundaries.update(*(one.span.boundaries for one in alternatives))
        return tuple(sorted(boundaries))

    def validator(self, version: Version) -> Draft202012Validator:
        """Return the validator at a microversion."""
        first = self.boundaries[bisect_right(self.boundaries, version) - 1]
        validator = self._validators.get(first)
        if validator is None:
            validator = self._validators[first] = _validator(at(self.schema, first))
        return validator

    def read(self, req: Request) -> Any:
        """Return the body of a request.

        :raises Invalid: when it is not as the request's microversion has it.
        :raises falcon.HTTPError: when it is no JSON at all.
        """
        body = req.media
        self.check(body, req.version)
        return body

    def check(self, body: object, version: Version) -> None:
        """Check a body that has been read already.

        :raises Invalid: when it is not as ``version`` has it.
        """
        try:
            self.validator(version).validate(body)
        except ValidationError as error:
            raise Invalid(f"Invalid input: {_place(error)}: {_reason(error)}") from error


def _validator(schema: Schema) -> Draft202012Validator:
    # The mask stands for the caller's value in messages, which do not repeat it.
    return Draft202012Validator(
        schema, formats=_CHECKS, validate_formats=True, ignore_unknown_formats=False, mask="value"
    )


def _place(error: ValidationError) -> str:
    """Name the part of a body that is wrong, e.g. ``body.server.networks[0].uuid``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    return "".join(["body", *steps])


def _reason(error: ValidationError) -> str:
    if isinstance(error.kind, ValidationErrorKind.AnyOf):
        # The message of the library names no choice.
        wrong = dict.fromkeys(
            f"{_place(each)}: {_reason(each)}" for choice in error.kind.context for each in choice
        )
        return f"value is none of the choices ({'; '.join(wrong)})"
    if isinstance(error.kind, ValidationErrorKind.Format):
        return f"value is not {FORMATS[error.kind.format].description}"
    if isinstance(error.kind, ValidationErrorKind.Enum):
        # The message of the library names the first choices only.
        return f"value is not one of {', '.join(json.dumps(one) for one in error.kind.options)}"
    return error.message
