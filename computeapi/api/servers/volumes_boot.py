"""The alias ``/os-volumes_boot`` of ``/servers``, which the API had until 2.102."""

#: The actions of a server that the alias has.
ACTIONS = frozenset(
    {
        "confirmResize",
        "createImage",
        "os-start",
        "os-stop",
        "reboot",
        "rebuild",
        "resize",
        "revertResize",
        "trigger_crash_dump",
    }
)
