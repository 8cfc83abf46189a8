"""How sessions and the server end."""

import asyncio
import os
import signal
import time

from gateway import SERVER, Refused, connect, issue, note, run


async def expiry(transport):
    """A session never outlives its token: at exp it is told and closed."""
    token = issue("alice", "user", lifetime="2s")
    began = time.monotonic()
    alice = await connect(token, transport=transport)
    closed = await alice.event("system.closed")
    assert closed["code"] == "token_expired", closed
    await alice.disconnected()
    elapsed = time.monotonic() - began
    assert elapsed < 4.5, f"closed only after {elapsed} s"
    note("event", "auth.expired")
    await alice.close()
    try:
        await connect(token, transport=transport)
    except Refused as refusal:
        assert refusal.payload["data"]["code"] == "token_expired", refusal.payload
        return
    raise AssertionError("the expired token was accepted")


async def terminate(transport):
    """SIGTERM: clients are told before the connection ends."""
    alice = await connect(issue("alice", "user"), transport=transport)
    os.kill(SERVER, signal.SIGTERM)
    closed = await alice.event("system.closed")
    assert closed["code"] == "shutdown", closed
    assert closed["retry"] is not False, closed
    await alice.disconnected()


async def kill_under_load():
    """Kills the server while it has connections, denials and failures to write down."""
    token = issue("alice", "user")
    done = 0
    killed = False

    async def work():
        nonlocal done
        while not killed:
            try:
                client = await connect(token)
                await client.ask("nonsense", {"n": done})
                await client.close()
                try:
                    await connect("not.a.token")
                except Refused:
                    pass
                done += 1
            except Exception:
                # Once the server is gone, nothing else is to be expected; before that it is a failure.
                if not killed:
                    raise

    async def kill():
        nonlocal killed
        async with asyncio.timeout(45):
            while done < 25:
                await asyncio.sleep(0.005)
        killed = True
        os.kill(SERVER, signal.SIGKILL)

    await asyncio.gather(kill(), *(work() for _ in range(4)))


run({"expiry": expiry, "terminate": terminate, "kill-under-load": kill_under_load})
