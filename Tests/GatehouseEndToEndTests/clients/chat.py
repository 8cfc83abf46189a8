"""What a user with a good token does in /chat."""

import asyncio

from gateway import URL, WAIT, Client, connect, issue, note, run

import forge

ROOM = "lobby:tea"


async def exchange(transport):
    """Two clients in a room on one transport: messages with typed acknowledgements both ways."""
    alice = await connect(issue("alice", "user"), transport=transport)
    bob = await connect(issue("bob", "user"), transport=transport)
    for client in (alice, bob):
        if transport == "upgrade":
            # python-socketio upgrades before connect() returns.
            assert client.transport == "websocket", client.transport
        else:
            assert client.transport == transport, client.transport
        await client.join(ROOM)
    for sender, hearer, name in ((alice, bob, "alice"), (bob, alice, "bob")):
        text = f"hello from {name} \u00e4 \u6f22 \U0001f600"
        ack = await sender.ask("message", {"room": ROOM, "message": text})
        assert set(ack) == {"id", "at"}, ack
        assert isinstance(ack["id"], str) and ack["id"], ack
        assert isinstance(ack["at"], int) and ack["at"] > 1_600_000_000_000, ack
        heard = await hearer.event("message")
        assert heard["message"] == text and heard["room"] == ROOM and heard["id"] == ack["id"], heard
        assert heard["user"] == name, heard
        note("secret", text)
    note("event", "auth.ok")
    note("event", "ns.joined")
    await alice.close()
    await bob.close()


async def rooms():
    """A message reaches the members of its room and nobody else."""
    alice, bob, eve = [await connect(issue(name, "user")) for name in ("alice", "bob", "eve")]
    await alice.join(ROOM)
    await bob.join(ROOM)
    await eve.join("lobby:coffee")
    await alice.ask("message", {"room": ROOM, "message": "for tea drinkers"})
    assert (await bob.event("message"))["message"] == "for tea drinkers"
    # Whatever eve was sent on her connection has arrived before this answer.
    await eve.ask("message", {"room": "lobby:coffee", "message": "anyone?"})
    assert not eve.heard("message")
    for client in (alice, bob, eve):
        await client.close()


async def second_issuer():
    """The control of the forged tokens: the same maker's untouched token is accepted."""
    sam = await connect(forge.rs256(forge.claims()))
    await sam.join(ROOM)
    await sam.close()


async def bearer(transport):
    """The token may come as an Authorization header."""
    token = issue("alice", "user")
    alice = await connect(None, transport=transport, headers={"Authorization": f"Bearer {token}"})
    await alice.join(ROOM)
    await alice.close()


async def presence():
    """Members of a room see who comes and who goes, by leaving or by disconnecting."""
    alice = await connect(issue("alice", "user"))
    bob = await connect(issue("bob", "user"))
    carol = await connect(issue("carol", "user"), transport="polling")
    await alice.join(ROOM)
    await bob.join(ROOM)
    assert await alice.event("presence.join") == {"room": ROOM, "user": "bob"}
    await carol.join(ROOM)
    assert await alice.event("presence.join") == {"room": ROOM, "user": "carol"}
    await bob.ask("leave", {"room": ROOM})
    assert await alice.event("presence.leave") == {"room": ROOM, "user": "bob"}
    await carol.close()
    assert await alice.event("presence.leave") == {"room": ROOM, "user": "carol"}
    await alice.close()
    await bob.close()


async def typing():
    """Typing reaches the others in the room."""
    alice = await connect(issue("alice", "user"))
    bob = await connect(issue("bob", "user"))
    await alice.join(ROOM)
    await bob.join(ROOM)
    await alice.send("typing", {"room": ROOM, "typing": True})
    assert await bob.event("typing") == {"room": ROOM, "user": "alice", "typing": True}
    await alice.ask("message", {"room": ROOM, "message": "done"})
    assert not alice.heard("typing")
    await alice.close()
    await bob.close()


async def two_namespaces():
    """One connection asks for /chat and /admin; the refusal of one leaves the other."""
    client = Client("/chat")
    refusal, joined = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def refused(payload=None):
        refusal.set_result(payload)

    async def accepted():
        joined.set()

    client.io.on("connect_error", refused, namespace="/admin")
    client.io.on("connect", accepted, namespace="/chat")
    token = issue("alice", "user")
    await client.io.connect(URL, auth={"token": token}, namespaces=["/chat", "/admin"], transports=["websocket"], wait=False)
    async with asyncio.timeout(WAIT):
        data = (await refusal)["data"]
        await joined.wait()
    assert data["code"] == "forbidden", data
    note("audit", "ns.denied|auth.failed", data["decision"])
    await client.join(ROOM)
    await client.close()


run(
    {
        "exchange": exchange,
        "rooms": rooms,
        "second-issuer": second_issuer,
        "bearer": bearer,
        "presence": presence,
        "typing": typing,
        "two-namespaces": two_namespaces,
    }
)
