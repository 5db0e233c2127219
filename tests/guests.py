"""Servers as the makers of documents for guests are given them."""

import base64
import dataclasses
from datetime import UTC, datetime

from computeapi.domain.servers import Server


def base64_of(data):
    return base64.b64encode(data).decode()


def make_server(**values):
    empty = dict.fromkeys(field.name for field in dataclasses.fields(Server))
    defaults = {
        "id": "0d0c4b7e-5b2a-43c6-a6b1-b7b64b4e3b0c",
        "project_id": "project",
        "name": "Web 1",
        "hostname": "web-1",
        "created_at": datetime.now(UTC),
        "availability_zone": "nova",
        "launch_index": 2,
        "metadata": {},
        "personality": [],
        "has_network": True,
        "image_id": "155d900f-4e14-4e4c-a73d-069cbf4541e6",
        "flavor_name": "m1.nano",
        "vcpus": 1,
        "ephemeral_gb": 0,
        "swap_mb": 0,
        "addresses": {},
        "security_groups": ["default"],
        "reservation_id": "r-1",
        "extra_specs": {},
        "image_properties": {},
    }
    return Server(**{**empty, **defaults, **values})
