"""The rules of moving servers to another host."""

from computeapi.policies.roles import ACTION, ADMIN, MANAGER, operation

MIGRATE = "os_compute_api:os-migrate-server:migrate"
MIGRATE_HOST = "os_compute_api:os-migrate-server:migrate:host"

RULES = [
    operation(MIGRATE, MANAGER, "Migrate a server to another host", f"{ACTION} (migrate)"),
    operation(
        MIGRATE_HOST, ADMIN, "Migrate a server to a host that is named", f"{ACTION} (migrate)"
    ),
]
