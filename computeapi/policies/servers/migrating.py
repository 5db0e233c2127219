"""The rules of moving servers to another host."""

from computeapi.policies.roles import ACTION, ADMIN, MANAGER, operation

MIGRATE = "os_compute_api:os-migrate-server:migrate"
MIGRATE_HOST = "os_compute_api:os-migrate-server:migrate:host"
MIGRATE_LIVE = "os_compute_api:os-migrate-server:migrate_live"
MIGRATE_LIVE_HOST = "os_compute_api:os-migrate-server:migrate_live:host"

RULES = [
    operation(MIGRATE, MANAGER, "Migrate a server to another host", f"{ACTION} (migrate)"),
    operation(
        MIGRATE_HOST, ADMIN, "Migrate a server to a host that is named", f"{ACTION} (migrate)"
    ),
    operation(
        MIGRATE_LIVE, MANAGER, "Migrate a server while it runs", f"{ACTION} (os-migrateLive)"
    ),
    operation(
        MIGRATE_LIVE_HOST,
        ADMIN,
        "Migrate a server while it runs to a host that is named",
        f"{ACTION} (os-migrateLive)",
    ),
]
