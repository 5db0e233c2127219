"""Options that had another name in earlier releases."""

from computeapi import conf


def test_the_default_zone_is_read_under_its_older_name(tmp_path):
    file = tmp_path / "computeapi.conf"
    for name in ("availability_zone", "default_availability_zone"):
        file.write_text(f"[DEFAULT]\n{name} = east\n")
        assert conf.load([str(file)]).default_availability_zone == "east"
