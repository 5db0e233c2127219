"""Parameters of createImage and createBackup (API reference, "Servers - run an action")."""

from computeapi.falcon_impl.schemas.values import INT32, METADATA, NAME, record

CREATE_IMAGE = record({"name": NAME, "metadata": METADATA}, required=("name",))
CREATE_BACKUP = record(
    {
        "name": NAME,
        "backup_type": {"type": "string"},
        "rotation": INT32,
        "metadata": METADATA,
    },
    required=("name", "backup_type", "rotation"),
)
