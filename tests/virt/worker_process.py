"""A process that uses a driver and may be killed in the middle, as a worker can be.

Usage: worker_process.py KIND STATE_PATH SERVER_ID COMMAND [NUMBER]

COMMAND is "spawn" (and tell what became of it), "die" (by SIGKILL, at checkpoint NUMBER of the
spawn), "late" (by SIGKILL, NUMBER seconds after the last checkpoint of the spawn), "done" (by
SIGKILL, when the spawn is done), "suspend" (by SIGKILL, NUMBER seconds after a suspend began),
"resume", "look", "off" (with NUMBER seconds to shut down) or "destroy".
"""

import dataclasses
import json
import os
import signal
import sys
import threading
from pathlib import Path

from computeapi import conf as configuration
from computeapi.virt import load
from computeapi.virt.driver import Driver, GuestSpec

LAST_CHECKPOINT = {"fake": 1, "embed": 2}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def finish(driver: Driver, server_id: str, command: str, seconds: float) -> None:
    if command == "resume":
        driver.suspend(server_id)
        driver.resume(server_id)
    if command == "off":
        driver.power_off(server_id, seconds, lambda: None)
    if command == "destroy":
        driver.destroy(server_id)


def main(kind: str, state: str, server_id: str, command: str, number: str = "0") -> None:
    conf = configuration.load()
    conf.set_override("state_path", state)
    conf.set_override("driver", "fake" if kind == "fake" else "libvirt", "worker")
    conf.set_override("virt_type", "qemu", "libvirt")
    driver = load(conf)
    driver.open(lambda _server_id: None)
    passed = 0

    def checkpoint() -> None:
        nonlocal passed
        passed += 1
        if command == "die" and passed == int(number):
            die()
        if command == "late" and passed == LAST_CHECKPOINT[kind]:
            threading.Timer(float(number), die).start()

    name = f"instance-{server_id}"
    image = Path(state) / "boot.raw"
    spec = GuestSpec(server_id, name, 1, 32, 1, image_path=image, image_format="raw")
    if command in ("spawn", "die", "late", "done"):
        driver.spawn(spec, checkpoint)
    if command == "done":
        die()
    if command == "suspend":
        threading.Timer(float(number), die).start()
        driver.suspend(server_id)
    if command in ("late", "suspend"):
        threading.Event().wait()
    finish(driver, server_id, command, float(number))
    guests = {sid: dataclasses.asdict(guest) for sid, guest in driver.guests().items()}
    driver.close()
    print(json.dumps(guests))


if __name__ == "__main__":
    main(*sys.argv[1:])
