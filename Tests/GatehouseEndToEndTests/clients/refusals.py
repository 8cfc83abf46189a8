"""Connections that must be refused before CONNECT is acknowledged."""

from gateway import URL, issue, note, refused, run  # first: it sets whom to trust before aiohttp is loaded

import aiohttp

import forge

FAILED = "auth.failed"


async def forged(name, transport="websocket"):
    makers = {
        "wrong-key": forge.wrong_key,
        "wrong-audience": forge.wrong_audience,
        "unknown-issuer": forge.unknown_issuer,
        "alg-none": forge.algorithm_none,
        "hs256-with-public-key": forge.hmac_with_public_key,
        "tampered": forge.tampered,
    }
    await refused(makers[name](), "unauthorized", FAILED, transport=transport)


async def missing(transport):
    await refused(None, "unauthorized", "auth.failed|ns.denied", transport=transport)


async def garbage():
    await refused("not.a.token", "unauthorized", FAILED)


async def expired(transport):
    """Only a token whose signature is good is told that it expired."""
    await refused(forge.expired(), "token_expired", "auth.failed|auth.expired", transport=transport)


async def role():
    """A user's token is good, but not for /admin."""
    await refused(issue("alice", "user"), "forbidden", "ns.denied|auth.failed", namespace="/admin")


async def query(transport):
    """A token in the query string would end in logs: the request is refused, whether the token is good or not."""
    token = issue("alice", "user")
    async with aiohttp.ClientSession() as session:
        url = f"{URL}/socket.io/?EIO=4&transport={transport}&token={token}"
        if transport == "websocket":
            try:
                await session.ws_connect(url)
                raise AssertionError("the WebSocket was accepted")
            except aiohttp.WSServerHandshakeError as error:
                assert error.status == 400, error
        else:
            async with session.get(url) as response:
                assert response.status == 400, await response.text()
    note("event", "conn.rejected")


run({"forged": forged, "missing": missing, "garbage": garbage, "expired": expired, "role": role, "query": query})
