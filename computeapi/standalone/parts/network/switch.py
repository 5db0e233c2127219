"""Runs the programs of Open vSwitch and OVN: ``python -m …parts.network.switch PROGRAM STATE``.

Each prepares what its program needs and then becomes that program. One OVSDB server holds the
three databases; all programs meet at Unix sockets in the state folder.

**The fault of Open vSwitch before 3.1.3.** Its userspace datapath aborts ("assertion
conn->conn_type == CT_CONN_TYPE_DEFAULT failed") when a connection that a guest may make expires
and a packet with the same addresses and ports follows before the entry is swept, within 20 s.
Repeated SYNs do that. It concerns entries that are made with a source translation to no address,
which OVN asks for where the datapath says that it can do so ("ct_zero_snat"). Here OVN reads that
it cannot: a second process writes so whenever ovs-vswitchd wrote the contrary, and only then
links the socket by which OVN reaches the bridge.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import NamespaceError
from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network import layout as names
from computeapi.standalone.parts.network import programs
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.parts.network.programs import SCHEMAS, Programs
from computeapi.standalone.state import StateFolder

#: Logs go to standard output, which the supervisor keeps.
_LOG = ("-vsyslog:off", "-vfile:off", "-vconsole:info")
_MODULE = Path("/sys/module/openvswitch")
#: Corrects the features of the datapath each time that it needs to. The program that waits for
#: that ends with the shell.
_GUARD = """\
while setpriv --pdeathsig TERM {vsctl} --db={ovsdb} --no-wait \
wait-until Datapath {datapath} capabilities:ct_zero_snat=true -- \
set Datapath {datapath} capabilities:ct_zero_snat=false
do ln -sfn {target} {link}
done"""
TIMEOUT = "--timeout=20"
#: What Neutron calls the network that br-ex leads to.
PHYSICAL_NETWORK = "external"


def datapath_type() -> str:
    """Return "system" where the kernel's datapath can be had, else "netdev"."""
    return "system" if _MODULE.exists() else "netdev"


class Switch:
    """Starts one of the programs."""

    def __init__(self, state: StateFolder) -> None:
        """:param state: the folder of the cloud.

        :raises CloudError: when the programs cannot be had.
        """
        self._layout = Layout(state)
        self._host = state.load().host
        self._programs: Programs = programs.provide()
        self._link = self._layout.run / "br-int.mgmt"

    def start(self, program: str) -> None:
        """Become one of the programs.

        :raises CloudError: when it cannot be prepared.
        """
        starts: Mapping[str, Callable[[], list[str]]] = {
            "ovsdb": self._ovsdb,
            "vswitchd": self._vswitchd,
            "guard": self._guard,
            "northd": self._northd,
            "controller": self._controller,
        }
        command = starts[program]()
        run, databases = str(self._layout.run), str(self._layout.databases)
        switch_run = str(self._layout.switch_run) if program == "vswitchd" else run
        folders = {"OVN_RUNDIR": run, "OVN_DBDIR": databases, "OVN_LOGDIR": run}
        folders |= {"OVS_RUNDIR": switch_run, "OVS_DBDIR": databases, "OVS_LOGDIR": run}
        environment = os.environ | folders | {"OVS_SYSCONFDIR": databases}
        os.execvpe(command[0], command, environment)

    def _ovsdb(self) -> list[str]:
        tool = self._programs.path("ovsdb-tool")
        files = []
        for database in SCHEMAS:
            file = self._layout.databases / f"{database}.db"
            schema = str(self._programs.schema(database))
            if not file.exists():
                image_packages.run([tool, "create", str(file), schema])
            elif image_packages.run([tool, "needs-conversion", str(file), schema]).strip() == "yes":
                image_packages.run([tool, "convert", str(file), schema])
            files.append(str(file))
        options = [f"--remote=p{self._layout.ovsdb}", f"--unixctl={self._layout.run}/ovsdb.ctl"]
        return [self._programs.path("ovsdb-server"), *_LOG, *options, *files]

    def _vsctl(self, *command: str) -> str:
        vsctl = self._programs.path("ovs-vsctl")
        options = ["--no-wait", TIMEOUT, f"--db={self._layout.ovsdb}"]
        return image_packages.run([vsctl, *options, *command])

    def _vswitchd(self) -> list[str]:
        self._configure()
        self._link.unlink(missing_ok=True)
        if datapath_type() == "system":
            self._link.symlink_to(self._layout.switch_run / self._link.name)
        else:
            self._vsctl("set", "Datapath", self._datapath(), "capabilities:ct_zero_snat=false")
        control = f"--unixctl={self._layout.run}/vswitchd.ctl"
        return self._inside("ovs-vswitchd", *_LOG, control, self._layout.ovsdb)

    def _configure(self) -> None:
        kind = datapath_type()
        self._vsctl("init")
        external = {
            "system-id": self._host,
            "hostname": self._host,
            "ovn-remote": self._layout.ovsdb,
            # There is one host: no tunnel is made.
            "ovn-encap-type": "geneve",
            "ovn-encap-ip": "127.0.0.1",
            "ovn-bridge-datapath-type": kind,
            "ovn-bridge-mappings": f"{PHYSICAL_NETWORK}:br-ex",
            "ovn-cms-options": "enable-chassis-as-gw",
        }
        options = [f"external_ids:{key}={value}" for key, value in external.items()]
        threads = [f"other_config:n-{name}-threads=1" for name in ("handler", "revalidator")]
        self._vsctl("set", "Open_vSwitch", ".", *options, *threads)
        bridges = [f"datapath_type={kind}", "other_config:disable-in-band=true"]
        for bridge in ("br-int", "br-ex"):
            more = ["fail_mode=secure"] if bridge == "br-int" else []
            add = ["--may-exist", "add-br", bridge, "--", "set", "bridge", bridge]
            self._vsctl(*add, *bridges, *more)
        self._vsctl("--may-exist", "add-port", "br-ex", names.GATEWAY_PORT)

    def _datapath(self) -> str:
        """Return the UUID of the record of the userspace datapath, made where missing."""
        kind = datapath_type()
        lookup = ["--if-exists", "get", "Open_vSwitch", ".", f"datapaths:{kind}"]
        if found := self._vsctl(*lookup).strip():
            return found
        # ovn-controller would make it.
        make = ["--", "--id=@datapath", "create", "Datapath", 'datapath_version=""']
        keep = ["--", "set", "Open_vSwitch", ".", f"datapaths:{kind}=@datapath"]
        return self._vsctl(*make, *keep).strip()

    def _guard(self) -> list[str]:
        script = _GUARD.format(
            vsctl=self._programs.path("ovs-vsctl"),
            ovsdb=self._layout.ovsdb,
            datapath=self._datapath(),
            target=self._layout.switch_run / self._link.name,
            link=self._link,
        )
        return ["/bin/sh", "-c", script]

    def _northd(self) -> list[str]:
        ovsdb = self._layout.ovsdb
        control = f"--unixctl={self._layout.run}/northd.ctl"
        databases = [f"--ovnnb-db={ovsdb}", f"--ovnsb-db={ovsdb}"]
        return [self._programs.path("ovn-northd"), *_LOG, control, *databases]

    def _controller(self) -> list[str]:
        # It names its control socket after its process.
        for socket in self._layout.run.glob("ovn-controller.*.ctl"):
            socket.unlink()
        return self._inside("ovn-controller", *_LOG, self._layout.ovsdb)

    def _inside(self, program: str, *arguments: str) -> list[str]:
        try:
            namespace = cloud_namespace.load(self._layout.namespace)
        except NamespaceError as error:
            raise CloudError(str(error)) from error
        return namespace.command(self._programs.path(program), *arguments)


if __name__ == "__main__":
    try:
        Switch(StateFolder(Path(sys.argv[2]))).start(sys.argv[1])
    except CloudError as refused:
        sys.exit(str(refused))
