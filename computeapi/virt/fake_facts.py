"""The facts of a host without a hypervisor, as its configuration has them."""

from oslo_config import cfg

from computeapi.virt import host_facts
from computeapi.virt.driver import HostFacts

HYPERVISOR_VERSION = 1_000_000
CPU_INFO = {
    "arch": "x86_64",
    "model": "fake",
    "vendor": "fake",
    "features": [],
    "topology": {"cells": 1, "sockets": 1, "cores": 1, "threads": 1},
}


def facts(conf: cfg.ConfigOpts) -> HostFacts:
    """Return the resources that ``[fake]`` gives to the host."""
    fake = conf.fake
    return HostFacts(
        hypervisor_hostname=conf.host,
        hypervisor_type="fake",
        hypervisor_version=HYPERVISOR_VERSION,
        vcpus=fake.vcpus,
        memory_mb=fake.memory_mb,
        disk_gb=fake.disk_gb,
        host_ip=conf.my_ip or host_facts.address(),
        cpu_info=CPU_INFO,
    )
