"""The rules of images and backups of servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

CREATE_IMAGE = "os_compute_api:servers:create_image"
CREATE_BACKUP = "os_compute_api:os-create-backup"

RULES = [
    operation(CREATE_IMAGE, MEMBER, "Create an image of a server", f"{ACTION} (createImage)"),
    operation(CREATE_BACKUP, MEMBER, "Create a backup of a server", f"{ACTION} (createBackup)"),
]
