"""The changes that microversions made to servers, in the order of Nova's history.

API reference, "REST API Version History".
"""

from computeapi.api.versions import since, until

EXTENDED_ATTRIBUTES = since(
    3,
    "Servers show their host name, kernel, RAM disk, launch index, reservation, root device and "
    "user data to administrators.",
)
EXTENDED_HOSTNAME = since(3, until=89)
VOLUMES_WITH_TERMINATION = since(3, "The volumes of a server show delete_on_termination.")
IP6_FILTER = since(5, "Lists of servers take the filter ip6 from every caller.")
REMOTE_CONSOLES = since(
    6, "One request, POST /servers/{server_id}/remote-consoles, opens consoles of every protocol."
)
CONSOLE_ACTIONS = until(5, "Actions that open consoles, such as os-getVNCConsole, are gone.")
BEFORE_MKS = since(6, until=7)
MKS = since(8, "Requests for a remote console know the protocol mks.")
BEFORE_SPICE_DIRECT = since(8, until=98)
LOCKED = since(9, "Servers show whether they are locked.")
ON_SHARED_STORAGE = until(13)
EVACUATED_WITHOUT_PASSWORD = since(
    14,
    "Requests to evacuate a server do not say whether storage is shared; no password is shown.",
)
HOST_STATUS = since(16, "Servers show the status of their host to administrators.")
CRASH_DUMP = since(
    17, "The action trigger_crash_dump makes the system of a server dump its memory."
)
#: The action at os-volumes_boot, the other name of servers: a test looks for its span here.
CRASH_DUMP_BY_ALIAS = since(17, until=102)
#: Callers see no columns of servers but those of ServerBasics, without extended attributes.
BASICS = until(18)
DESCRIPTION = since(19, "Servers have a description.")
SHELVED_VOLUMES = since(
    20, "Volumes are attached to servers that are shelved, and detached from them."
)
HISTORY_OF_DELETED = since(21, "The actions on a deleted server are shown.")
FORCE_COMPLETE = since(22, "Live migrations can be forced to complete.")
SERVER_MIGRATIONS = since(
    23, "GET /servers/{server_id}/migrations shows the live migrations of a server that go on."
)
ABORT_MIGRATION = since(24, "Live migrations can be aborted while the guest is carried over.")
ABORT_AT_FIRST = since(24, until=64)
DISK_OVER_COMMIT = until(24)
BLOCK_MIGRATION_AUTO = since(
    25, "Requests for live migrations leave out disk_over_commit, and block_migration may be auto."
)
TAGS = since(
    26,
    "Servers have tags, and lists of servers take the filters tags, tags-any, not-tags and "
    "not-tags-any.",
)
EVACUATED_TO_HOST_UNCHECKED = until(28)
FORCED_EVACUATION = since(
    29,
    "The host that a server is evacuated to has to have room, unless the request says force.",
    until=67,
)
LIVE_MIGRATED_UNCHECKED = until(29)
FORCED_LIVE_MIGRATION = since(
    30,
    "The host of a live migration has to have room, unless the request says force.",
    until=67,
)
DEVICE_TAGS_AT_FIRST = since(
    32, "Requests to create servers take tags of networks and of block devices.", until=32
)
NETWORK_TAGS_AT_FIRST = since(32, until=36)
LIVE_MIGRATED_AT_ONCE = until(
    33, "A live migration for which no host has room is accepted, and its event says why."
)
NETWORKS_OPTIONAL = until(36)
NETWORKS_REQUIRED = since(
    37, "Requests to create servers have to say which networks; they may say auto or none."
)
ANY_STATUS = until(37)
KNOWN_STATUS = since(38, "Lists of servers refuse a status that is unknown.")
DEVICE_TAGS = since(
    42, "Requests to create servers take tags of networks and of block devices again."
)
ADDRESS_ACTIONS = until(
    43, "Actions that add and remove fixed and floating IPs, such as addFloatingIp, are gone."
)
IMAGE_IN_HEADER = until(44)
IMAGE_IN_BODY = since(
    45,
    "The actions createImage and createBackup answer with the id of the image, without a Location.",
)
FLAVOR_LINKED = until(46)
FLAVOR_EMBEDDED = since(
    47, "Servers show the flavor that they were created with, or resized to, and no link to it."
)
DIAGNOSTICS_AS_KEPT = until(47)
DIAGNOSTICS = since(48, "The diagnostics of a server have one form for all hypervisors.")
ATTACHED_DEVICE_TAGS = since(49, "Requests to attach interfaces and volumes take a tag.")
EVENTS_FOR_SOME = until(50)
EVENTS_FOR_ALL = since(
    51, "The events of an action on a server are shown to every caller, without tracebacks."
)
TAGS_AT_CREATION = since(52, "Requests to create servers take tags.")
REBUILT_KEY = since(
    54, "Requests to rebuild servers take key_name, and a rebuilt server shows its key pair."
)
MIGRATED_ANYWHERE = until(55)
MIGRATED_TO_HOST = since(56, "Administrators may name the host that a server is migrated to.")
PERSONALITY = until(56, "Requests to create and to rebuild servers take no personality any more.")
REBUILT_USER_DATA = since(
    57, "Requests to rebuild servers take user_data, and a rebuilt server shows it."
)
HISTORY_PAGES = since(
    58,
    "Lists of actions on a server have pages, take changes-since, show updated_at and refuse "
    "unknown query parameters.",
)
MULTIATTACH = since(60, "Servers are given volumes that several servers may have.")
EVENT_HOSTS = since(
    62, "The events of an action on a server show the host id, and the host to administrators."
)
CERTIFICATES = since(63, "Servers have certificates that their image is trusted by.")
ABORT_QUEUED = since(65, "Live migrations can be aborted before the guest is carried over.")
HISTORY_CHANGES_BEFORE = since(66, "Lists of actions on a server take changes-before.")
CHANGES_BEFORE = since(
    66, "Lists of servers take changes-before, which may not be earlier than changes-since."
)
VOLUME_TYPE = since(67, "Block devices in requests to create servers take a volume type.")
UNFORCED_EVACUATION = since(68, "Requests to evacuate a server do not say force any more.")
DEVICE_TAGS_SHOWN = since(70, "Interfaces and attached volumes show their tag.")
SERVER_GROUPS = since(71, "A server shows its server group when it is shown, changed or rebuilt.")
LOCK_WITHOUT_REASON = until(72)
LOCK_REASON = since(73, "A lock has a reason, which servers show.")
LOCK_FILTER = since(73, "Lists of servers take the filter and the sort key locked.")
REQUESTED_HOST = since(
    74, "Administrators may name the host or the hypervisor in requests to create servers."
)
LOOSE_QUERY = until(74)
CHANGED_IN_PART = until(74)
CHANGED_WHOLE = since(75, "A server that is changed or rebuilt is shown whole.")
STRICT_QUERY = since(75, "Lists of servers refuse query parameters that they do not know.")
UNSHELVE_WITHOUT_ZONE = until(76)
UNSHELVE_ZONE = since(
    77, "The action unshelve takes an availability zone for servers that were offloaded.", until=90
)
TOPOLOGY = since(78, "The NUMA topology of a server is shown.")
DELETE_ON_TERMINATION = since(
    79, "Requests to attach volumes take delete_on_termination, and attached volumes show it."
)
MORE_FILTERS = since(
    83,
    "All callers filter lists of servers by availability_zone, config_drive, created_at, key_name, "
    "launched_at, power_state, progress, task_state, terminated_at, user_id and vm_state.",
)
EVENT_DETAILS = since(84, "The events of an action on a server show details to administrators.")
ATTACHMENT_CHANGE = since(
    85, "The delete_on_termination of an attached volume can be changed; members may do that."
)
VOLUME_RESCUE = since(
    87,
    "Servers that boot from a volume are rescued with images that have hw_rescue_device or "
    "hw_rescue_bus.",
)
ATTACHMENT_WITHOUT_IDS = until(88)
ATTACHMENT_IDS = since(89, "Attached volumes show attachment_id and bdm_uuid, and no id.")
HOSTNAME_FOR_ALL = since(90, "Servers show their host name to every caller.")
HOSTNAME_FILTER = since(90, "All callers filter lists of servers by hostname.")
HOSTNAME = since(90, "Requests to create, change and rebuild servers take a host name.", until=93)
UNSHELVE_HOST = since(
    91,
    "The action unshelve takes a host from administrators, and null for an availability zone, "
    "which unpins the server from its zone.",
)
VOLUME_REIMAGED = since(
    93, "A server that boots from a volume is rebuilt from any image: its volume is made anew."
)
DOMAIN_NAME = since(94, "The host name of a server may be a fully qualified domain name.")
EVACUATED_OFF = since(95, "A server that is evacuated is not started.")
PINNED_ZONE = since(96, "Servers show the availability zone that was asked for at creation.")
SHARES = since(97, "Shared file systems are attached to servers that are off, and detached.")
IMAGE_LINKED = until(97)
IMAGE_WITH_PROPERTIES = since(98, "Servers show the properties of the image they were made of.")
SPICE_DIRECT = since(99, "Requests for a remote console know the type spice-direct.")
SCHEDULER_HINTS = since(100, "Servers show the scheduler hints of their creation.")
ATTACHED_AT_ONCE = until(100)
ATTACHED_LATER = since(101, "A volume is attached after the answer, which is a 202 without a body.")
STRICT_SHOW_QUERY = since(
    102,
    "A server, its addresses, security groups, interfaces, volume attachments, metadata and "
    "actions are shown without query parameters only.",
)
VOLUMES_BOOT = until(102, "The alias /os-volumes_boot of /servers is gone.")
PIN = since(
    104, "A server is unpinned from its availability zone, or pinned to it again, by a change."
)
