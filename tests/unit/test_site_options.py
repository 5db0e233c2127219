"""The page on two servers shows options for a site's own Neutron and Cinder: all of them exist."""

import configparser
import re
import textwrap
from pathlib import Path

from computeapi import conf

PAGE = Path(__file__).parents[2] / "doc" / "source" / "user" / "two-servers.rst"


def test_the_options_for_a_sites_own_services_are_read(tmp_path):
    section = PAGE.read_text().partition("Your own Neutron and Cinder")[2]
    (block,) = re.findall(r"::\n\n((?:    .*\n|\n)+)", section)
    file = tmp_path / "computeapi.conf"
    file.write_text(textwrap.dedent(block))
    shown = configparser.ConfigParser(default_section="")
    shown.read(file)
    assert shown.sections() == ["DEFAULT", "neutron", "volumes"]
    options = conf.load([str(file)])
    for name in shown.sections():
        group = options if name == "DEFAULT" else options[name]
        for option, value in shown[name].items():
            assert str(getattr(group, option)) == value
