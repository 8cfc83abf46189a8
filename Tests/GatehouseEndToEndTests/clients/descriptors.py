"""Takes all file descriptors of a gateway that has 256, and gives them back (SEC-46)."""

import asyncio
import os
import socket
import time
from urllib.parse import urlsplit

from gateway import SERVER, URL, connect, issue, run

address = urlsplit(URL)
TICKS = os.sysconf("SC_CLK_TCK")


def descriptors():
    return len(os.listdir(f"/proc/{SERVER}/fd"))


def cpu():
    """Seconds that the gateway has computed."""
    fields = open(f"/proc/{SERVER}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def reaches(count, seconds):
    end = time.monotonic() + seconds
    while descriptors() < count:
        assert time.monotonic() < end, f"only {descriptors()} descriptors are in use"
        await asyncio.sleep(0.02)


async def exhaustion():
    token = issue("alice", "user")
    alice = await connect(token)
    await alice.join("lobby:tea")
    before = descriptors()
    taken = [socket.create_connection((address.hostname, address.port), timeout=10) for _ in range(400)]
    await reaches(250, 5)

    began, spent, answered = time.monotonic(), cpu(), 0
    while time.monotonic() - began < 3:
        ack = await alice.ask("typing", {"room": "lobby:tea", "typing": True})
        assert not (isinstance(ack, dict) and ack.get("code") not in (None, "rate_limited")), ack
        answered += 1
        await asyncio.sleep(0.3)
    share = (cpu() - spent) / (time.monotonic() - began)
    assert answered >= 8, f"a session that was there is served {answered} times in 3 s"
    assert share < 0.2, f"{share:.0%} of a processor is spent while there are no descriptors"

    for one in taken:
        one.close()
    released = time.monotonic()
    bob = await connect(token)
    took = time.monotonic() - released
    assert took <= 2, f"a new client waited {took:.1f} s"
    await bob.close()
    end = time.monotonic() + 10
    while descriptors() > before + 4:
        assert time.monotonic() < end, f"{descriptors()} descriptors are in use, {before} were before"
        await asyncio.sleep(0.05)
    await alice.close()


run({"exhaustion": exhaustion})
