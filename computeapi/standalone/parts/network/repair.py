"""Repairs the half-done work of a Neutron that was killed: in its database, but not in OVN.

Neutron writes to its database first and to OVN then, and notes at which revision OVN has each
thing. Neutron's own process for maintenance, which costs as much memory as its API, looks for
differences; here a thread of the API does so.
"""

import logging
import threading
import time

from neutron.plugins.ml2.drivers.ovn.mech_driver.ovsdb import maintenance
from neutron_lib.plugins import directory

LOG = logging.getLogger(__name__)

#: Seconds between two looks. Neutron itself calls a thing half done only after a minute.
INTERVAL = 30.0


class Repairs(maintenance.DBInconsistenciesPeriodics):
    """Neutron's own repairs. Its processes agree by a lock on the one that repairs; here is one."""

    has_lock = True


def begin() -> None:
    """Look for differences from now on, in a thread; Neutron is about to serve."""
    threading.Thread(target=_repair, name="repairs", daemon=True).start()


def _repair() -> None:
    driver = directory.get_plugin().mechanism_manager.mech_drivers["ovn"].obj
    # The client waits until the driver is connected.
    repairs = Repairs(driver._ovn_client)
    while True:
        try:
            repairs.check_for_inconsistencies()
        except Exception:
            LOG.exception("Neutron and OVN could not be compared; the next look may do it")
        time.sleep(INTERVAL)
