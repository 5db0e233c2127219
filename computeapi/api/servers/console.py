"""The protocols and types of remote consoles (API reference, "Create Console").

Each is valid in a request, whether or not servers have such a console.
"""

#: The protocols and types of a request at 2.6.
PROTOCOLS = ("vnc", "spice", "serial", "rdp")
TYPES = ("novnc", "xvpvnc", "spice-html5", "serial", "rdp-html5")
#: The protocol and the type that came at 2.8.
MKS_PROTOCOL, MKS_TYPE = "mks", "webmks"
#: The type that came at 2.99.
SPICE_DIRECT_TYPE = "spice-direct"
#: The types of each action that opens a console.
VNC_TYPES = ("novnc", "xvpvnc")
SPICE_TYPES = ("spice-html5",)
SERIAL_TYPES = ("serial",)
