"""Parameters of the actions on security groups (API reference, "Servers - run an action")."""

from computeapi.falcon_impl.schemas.values import record

GROUP = record({"name": {"type": "string", "minLength": 1}}, required=("name",))
