"""What a moderator does in /admin: with python-socketio, and with the gatehouse command."""

import asyncio
import json
import os
import time

from gateway import URL, connect, denied, gatehouse, is_error, issue, note, refused, run

ROOM = "lobby:tea"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ISS = "https://dev.gatehouse.invalid"

# Where a refusal by the handler itself may be recorded.
REFUSED = "admin.session.kick|msg.denied|handler.error"


def ulid():
    number = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def change(**members):
    return {"request_id": ulid(), "reason": "being rude", **members}


async def find(moderator, sub):
    """The sessions of a user, as session.list shows them."""
    listing = await moderator.ask("session.list", {"ns": "/chat", "user": {"iss": ISS, "sub": sub}, "limit": 10})
    assert not is_error(listing), listing
    return listing["items"]


async def kick(transport):
    """Lists sessions, kicks one: that one is told why and is disconnected, the other stays."""
    mo = await connect(issue("mo", "moderator"), namespace="/admin")
    alice = await connect(issue("alice", "user"), transport=transport)
    bob = await connect(issue("bob", "user"), transport=transport)
    for client in (alice, bob):
        await client.join(ROOM)

    everybody = (await mo.ask("session.list", {"ns": "/chat"}))["items"]
    assert {item["user"]["sub"] for item in everybody} == {"alice", "bob"}, everybody
    (item,) = await find(mo, "alice")
    assert item["user"] == {"iss": ISS, "sub": "alice"}, item
    assert item["ns"] == ["/chat"] and ROOM in str(item["rooms"]), item
    assert item["transport"] == ("polling" if transport == "polling" else "websocket"), item
    assert item["sid_ref"] not in (alice.io.sid, alice.io.get_sid("/chat")), "sid_ref must not be a session id"

    request = change(sid_ref=item["sid_ref"])
    ack = await mo.ask("session.kick", request)
    assert not is_error(ack) and ack["closed"] == 1 and isinstance(ack["audit_seq"], int), ack
    closed = await alice.event("system.closed")
    assert closed["code"] == "kicked" and closed["retry"] is False, closed
    await alice.disconnected()
    assert await find(mo, "alice") == []
    note("event", "admin.session.list")
    note("event", "admin.session.kick")

    # The same request again gets the first answer; the same id with another payload is a conflict.
    assert await mo.ask("session.kick", request) == ack
    denied(await mo.ask("session.kick", {**request, "reason": "another"}), "conflict", REFUSED)

    assert not is_error(await bob.ask("message", {"room": ROOM, "message": "I am still here"}))
    for client in (mo, bob):
        await client.close()


async def rank():
    """A moderator acts on nobody of equal rank, and a change without a reason is invalid."""
    mo = await connect(issue("mo", "moderator"), namespace="/admin")
    max_ = await connect(issue("max", "moderator"))
    denied(await mo.ask("session.kick", change(user={"iss": ISS, "sub": "max"})), "rank", REFUSED)
    ack = await mo.ask("session.kick", {"request_id": ulid(), "user": {"iss": ISS, "sub": "max"}})
    denied(ack, "invalid", "msg.invalid|admin.session.kick")
    assert not max_.gone.is_set()
    await mo.close()
    await max_.close()


async def announce():
    mo = await connect(issue("mo", "moderator"), namespace="/admin")
    alice = await connect(issue("alice", "user"))
    ack = await mo.ask("announce", change(ns="/chat", level="warning", text="tea at five"))
    assert not is_error(ack) and ack["delivered"] == 1 and isinstance(ack["audit_seq"], int), ack
    heard = await alice.event("system.announcement")
    assert heard["level"] == "warning" and heard["text"] == "tea at five", heard
    note("event", "admin.announce")
    stats = await mo.ask("stats", {})
    assert isinstance(stats, dict) and stats and not is_error(stats), stats
    await mo.close()
    await alice.close()


def admin(*arguments, token, status=0):
    """Runs `gatehouse admin`, whose stdout is the acknowledgement as JSON."""
    output = gatehouse("admin", *arguments, "--url", URL, "--ca", "certs/dev-ca.pem", "--json", token=token, status=status)
    return json.loads(output) if status == 0 else output


async def command_line():
    """sessions, announce, stats and kick of `gatehouse admin`."""
    token = issue("mo", "moderator")
    alice = await connect(issue("alice", "user"))
    await alice.join(ROOM)

    (item,) = [item for item in admin("sessions", token=token)["items"] if item["user"]["sub"] == "alice"]
    assert admin("stats", token=token)
    announced = admin("announce", "--ns", "/chat", "--reason", "news", "--text", "tea at five", token=token)
    assert announced["delivered"] == 1, announced
    assert (await alice.event("system.announcement"))["text"] == "tea at five"
    kicked = admin("kick", "--session", item["sid_ref"], "--reason", "being rude", token=token)
    assert kicked["closed"] == 1, kicked
    assert (await alice.event("system.closed"))["code"] == "kicked"
    await alice.disconnected()
    for event in ("admin.session.list", "admin.session.kick", "admin.announce"):
        note("event", event)

    # A user's token opens nothing there.
    admin("sessions", token=issue("eve", "user"), status=1)


async def revoke(transport):
    """`gatehouse token revoke` ends what lives on the user's tokens; they open nothing any more, and newer ones do."""
    token = issue("mo", "moderator")
    stolen = issue("alice", "user")
    alice = await connect(stolen, transport=transport)
    bob = await connect(issue("bob", "user"), transport=transport)
    options = ("--url", URL, "--ca", "certs/dev-ca.pem", "--json")
    answer = json.loads(gatehouse("token", "revoke", "--user", "alice", "--reason", "stolen laptop", *options, token=token))
    assert answer["closed"] == 1 and isinstance(answer["audit_seq"], int), answer
    closed = await alice.event("system.closed")
    assert closed["code"] == "token_revoked" and closed["retry"] is False, closed
    note("audit", "auth.revoked_use", closed["decision"])
    await alice.disconnected()
    await refused(stolen, "token_revoked", "auth.revoked_use", transport=transport)
    note("event", "admin.token.revoke")

    # Tokens tell their second: the next one is newer.
    await asyncio.sleep(1.1)
    again = await connect(issue("alice", "user"), transport=transport)
    assert admin("reauth", "--user", "alice", "--within", "1s", "--reason", "roles changed", token=token)["asked"] in (0, 1)
    assert admin("reauth", "--user", "bob", "--within", "1s", "--reason", "roles changed", token=token)["asked"] == 1
    assert (await bob.event("auth.expiring"))["exp"] >= int(time.time())
    assert (await bob.event("system.closed"))["code"] == "reauth_required"
    note("event", "admin.user.reauth")
    await again.close()


if __name__ == "__main__":
    run({"kick": kick, "rank": rank, "announce": announce, "command-line": command_line, "revoke": revoke})
