"""The requests that a Cinder which died had accepted, and its services had not begun.

Cinder's services tell each other of requests by messages, which a broker would keep; here they die
with the process. What a service has begun is in the table ``workers``: the service takes it up when
it starts again. So the requests that are in no service's hands are given to the volume service. It
sets a volume that it finds "creating" to "error", and deletes one that is "deleting".
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from computeapi.standalone.sqlite import WAIT

_NOTE = """
INSERT INTO workers
    (created_at, updated_at, deleted, resource_type, resource_id, status, race_preventer)
SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now'), strftime('%Y-%m-%d %H:%M:%f000', 'now'), 0,
    '{kind}', id, status, 0
FROM {table}
WHERE NOT deleted AND status IN ({states})
    AND id NOT IN (SELECT resource_id FROM workers WHERE resource_type = '{kind}')
"""
_GIVE = """
UPDATE workers
SET service_id = (SELECT id FROM services WHERE binary = 'cinder-volume' AND NOT deleted)
WHERE service_id IS NULL AND resource_type IN ('Volume', 'Snapshot')
"""
#: Cinder takes up no deletion of a snapshot. One in this state can be deleted again.
_END = "UPDATE snapshots SET status = 'error_deleting' WHERE NOT deleted AND status = 'deleting'"


def take_up(database: Path) -> None:
    """Give the volume service the requests that no service had begun; no service runs yet."""
    with closing(sqlite3.connect(database, timeout=WAIT)) as connection, connection:
        notes = {"kind": "Volume", "table": "volumes", "states": "'creating', 'deleting'"}
        connection.execute(_NOTE.format(**notes))
        notes = {"kind": "Snapshot", "table": "snapshots", "states": "'creating'"}
        connection.execute(_NOTE.format(**notes))
        connection.execute(_END)
        connection.execute(_GIVE)
