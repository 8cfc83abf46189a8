"""Messages that must not reach a handler."""

import asyncio

from gateway import connect, denied, is_error, issue, note, run

ROOM = "lobby:tea"


async def joined(transport="websocket"):
    client = await connect(issue("alice", "user"), transport=transport)
    await client.join(ROOM)
    return client


async def violations(transport):
    """Three faults in one message: all three are named at once, without the input."""
    client = await joined(transport)
    ack = await client.ask("message", {"room": ROOM, "message": 7, "colour": "crimson", "size": 1})
    denied(ack, "invalid", "msg.invalid")
    assert len(ack["violations"]) == 3, ack
    assert {violation["path"] for violation in ack["violations"]} == {"message", "colour", "size"}, ack
    for violation in ack["violations"]:
        assert violation["constraint"] and violation["message"], ack
    assert "crimson" not in repr(ack)
    note("secret", "crimson")
    await client.close()


async def too_long():
    client = await joined()
    ack = denied(await client.ask("message", {"room": ROOM, "message": "x" * 2_001}), "invalid", "msg.invalid")
    assert [violation["path"] for violation in ack["violations"]] == ["message"], ack
    assert not is_error(await client.ask("message", {"room": ROOM, "message": "x" * 2_000}))
    await client.close()


async def unnamed():
    """An event that no policy names, and one that only a handler of another namespace knows."""
    client = await joined()
    denied(await client.ask("nonsense", {"any": "thing"}), "forbidden", "msg.denied")
    denied(await client.ask("session.list", {}), "forbidden", "msg.denied")
    assert not is_error(await client.ask("message", {"room": ROOM, "message": "still here"}))
    await client.close()


async def without_ack():
    """A refusal nobody waits for comes as the event `exception`, and names the event."""
    client = await joined()
    await client.send("nonsense", {"any": "thing"})
    exception = await client.event("exception")
    assert exception["cause"] == {"pattern": "nonsense"}, exception
    del exception["cause"]
    denied(exception, "forbidden", "msg.denied")
    await client.close()


async def not_joined():
    """Sending to a room needs membership, joining needs a rule."""
    client = await connect(issue("alice", "user"))
    denied(await client.ask("message", {"room": ROOM, "message": "let me in"}), "forbidden", "msg.denied")
    denied(await client.ask("join", {"room": "staff:office"}), "forbidden", "room.denied|msg.denied")
    await client.close()


async def flood(transport):
    """Over the rate every message is answered `rate_limited`; the connection lives on."""
    client = await joined(transport)
    acks = await asyncio.gather(*(client.ask("message", {"room": ROOM, "message": f"number {n}"}) for n in range(60)))
    refusals = [ack for ack in acks if is_error(ack)]
    assert 60 - len(refusals) >= 5, f"only {60 - len(refusals)} of the burst were accepted"
    assert len(refusals) >= 20, f"only {len(refusals)} of 60 were refused"
    assert {ack["code"] for ack in refusals} == {"rate_limited"}, refusals
    # Decisions that are folded into one record share one id.
    for decision in {ack["decision"] for ack in refusals}:
        note("audit", "msg.rate_limited", decision)
    assert not client.gone.is_set()
    await client.close()


run(
    {
        "violations": violations,
        "too-long": too_long,
        "unnamed": unnamed,
        "without-ack": without_ack,
        "not-joined": not_joined,
        "flood": flood,
    }
)
