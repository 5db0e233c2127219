"""The changes that microversions made to keypairs, in the order of Nova's history.

API reference, "REST API Version History".
"""

from computeapi.api.versions import since

TYPE = since(2, "Keypairs have a type, ssh or x509.")
STATUSES = since(2, "A created keypair answers 201, and a deleted one 204.")
USER_ID = since(
    10, "Administrators list, show, create and delete the keypairs of another user, by user_id."
)
