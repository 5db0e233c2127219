import sys

from testing.virtualenvs import Virtualenv, requirements


def test_a_virtualenv_begins_with_nothing_that_a_package_may_need(tmp_path):
    virtualenv = Virtualenv(tmp_path / "venv", sys.executable)

    assert virtualenv.installed() == {}


def test_requirements_come_from_setup_cfg():
    assert any(line.startswith("falcon") for line in requirements("falcon"))
    assert any(line.startswith("SQLAlchemy") for line in requirements())
