"""Facts of a machine, and of its processors."""

import ipaddress
import os

from computeapi.virt import host_facts
from computeapi.virt.libvirt.capabilities import cpu_info

CAPABILITIES = """
<capabilities><host>
  <cpu><arch>x86_64</arch><model>Skylake</model><vendor>Intel</vendor>
    <topology sockets='2' dies='1' cores='4' threads='2'/>
    <feature name='vmx'/><feature name='aes'/></cpu>
  <topology><cells num='2'><cell id='0'/><cell id='1'/></cells></topology>
</host></capabilities>
"""


def test_uptime_is_in_days_hours_and_minutes(tmp_path, monkeypatch):
    monkeypatch.setattr(host_facts, "_UPTIME", tmp_path / "uptime")
    monkeypatch.setattr(os, "getloadavg", lambda: (1.0, 0.5, 0.25))
    assert host_facts.uptime() is None
    for seconds, shown in (("59.9", "up  0:00"), ("90061.2", "up 1 day,  1:01")):
        (tmp_path / "uptime").write_text(f"{seconds} 12.3\n")
        assert host_facts.uptime()[8:] == f" {shown}, load average: 1.00, 0.50, 0.25"


def test_the_address_of_a_host_is_one():
    found = host_facts.address()
    assert found is None or ipaddress.ip_address(found)


def test_processors_are_read_from_the_capabilities():
    assert cpu_info(CAPABILITIES) == {
        "arch": "x86_64",
        "model": "Skylake",
        "vendor": "Intel",
        "features": ["aes", "vmx"],
        "topology": {"cells": 2, "sockets": 2, "cores": 4, "threads": 2},
    }
    assert cpu_info("<capabilities><host/></capabilities>") == {}
