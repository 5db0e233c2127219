"""Servers that boot from volumes: every death of the worker, at every step."""

import pytest

from computeapi.domain.servers import actions
from computeapi.domain.servers.rebuilding import image_facts
from tests.unit.worker.deaths import every_death
from tests.unit.worker.volumes.test_worker_volumes import check, check_server


def test_a_server_is_shelved_and_unshelved(points, site):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        with points.calm():
            site.accept(actions.SHELVE, server_id, offload=True)
        died = site.work()
        check_server(site, server_id, "shelved_offloaded")
        assert server_id not in site.driver.guests()
        assert site.cinder.attached(volume_id) == [(server_id, "reserved")]
        assert site.db.server(server_id).host is None
        with points.calm():
            site.accept(actions.UNSHELVE, server_id)
        died += site.work()
        check_server(site, server_id)
        check(site, server_id, volume_id)
        return died

    every_death(points, play)


@pytest.mark.parametrize("failing", [None, "power_off", "spawn"])
def test_a_server_that_cannot_be_shelved_or_unshelved_keeps_its_volume(points, site, failing):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        with points.calm():
            site.accept(actions.SHELVE, server_id, offload=True)
            if failing != "power_off":
                site.work()
                site.accept(actions.UNSHELVE, server_id)
        site.driver.control(fail=[failing] if failing else [])
        died = site.work()
        site.driver.control(fail=[])
        if failing == "spawn":
            check_server(site, server_id, "shelved_offloaded")
            assert site.cinder.attached(volume_id) == [(server_id, "reserved")]
        else:
            check_server(site, server_id)
            check(site, server_id, volume_id)
        return died

    every_death(points, play, least=3)


def test_the_volume_that_a_server_boots_from_is_made_anew(points, site):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        with points.calm():
            before = image_facts(site.db.server(server_id))
            params = {"before": before, "image_gb": 0, "preserve_ephemeral": False}
            site.accept(actions.REBUILD, server_id, reimage="base", **params)
        died = site.work()
        check_server(site, server_id)
        check(site, server_id, volume_id)
        assert site.cinder.volumes[volume_id]["source"] == "base"
        return died

    every_death(points, play)


def test_an_image_has_all_of_its_snapshots_or_there_is_none(points, site):
    def play() -> int:
        site.cinder.reset()
        for path in site.store_folder.iterdir():
            path.unlink()
        server_id, _ = site.booted(points)
        site.attached(points, server_id)
        died = site.make_image(server_id) + site.sweep_images()
        with points.calm(), site.db.read() as tx:
            assert tx.unfinished_images.all() == []
        names = {path.name.partition(".")[0] for path in site.store_folder.iterdir()}
        states = [site.store.status(name) for name in names]
        assert len(site.cinder.snapshots) == 2 * len(states)
        assert states == ["active"] or (died and states == [])
        return died

    every_death(points, play, least=3)


def rescue(site, server_id):
    site.accept(actions.RESCUE, server_id, is_stable=True, device="disk", bus="virtio")


@pytest.mark.parametrize("failing", [None, "rescue"])
def test_a_server_is_rescued(points, site, failing):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        data = site.attached(points, server_id)
        with points.calm(), site.db.write() as tx:
            server = tx.servers.get(server_id, lock=True)
            server.rescue_image_id = "base"
            tx.servers.save(server)
        with points.calm():
            rescue(site, server_id)
        site.driver.control(fail=[failing] if failing else [])
        died = site.work()
        site.driver.control(fail=[])
        check_server(site, server_id, "active" if failing else "rescued")
        check(site, server_id, volume_id, data)
        return died

    every_death(points, play, least=3)


@pytest.mark.parametrize("failing", [None, "unrescue"])
def test_a_rescue_ends(points, site, failing):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        data = site.attached(points, server_id)
        with points.calm():
            with site.db.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                server.rescue_image_id = "base"
                tx.servers.save(server)
            rescue(site, server_id)
            site.work()
            site.accept(actions.UNRESCUE, server_id)
        site.driver.control(fail=[failing] if failing else [])
        died = site.work()
        site.driver.control(fail=[])
        check_server(site, server_id, "rescued" if failing else "active")
        check(site, server_id, volume_id, data)
        return died

    every_death(points, play, least=2)
