"""Runs python-socketio against the gateway of the test: `python_client.py CASES URL TRANSPORT TOKEN TOKEN`, the tokens
of two users. CASES is a module beside this one.

Prints `ok NAME` or `failed NAME: WHY` for each case and ends with 0 if all were ok.
"""

import asyncio
import functools
import importlib
import sys

import aiohttp  # noqa: F401  (optional to python-socketio, which without it only says that it cannot connect)
import socketio

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}
WAIT = 20


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"got {actual!r:.200}, expected {expected!r:.200}")


async def join(url, transport, token, refused=None):
    client = socketio.AsyncClient(reconnection=False)
    if refused:
        client.on("connect_error", refused)
    client.came = asyncio.Queue()
    client.on("*", lambda event, *args: client.came.put_nowait([event, *args]))
    client.again = functools.partial(join, url, transport)
    await client.connect(url, auth={"token": token}, transports=TRANSPORTS[transport], wait_timeout=WAIT)
    return client


async def main(cases, url, transport, *tokens):
    clients = [await join(url, transport, token) for token in tokens]
    status = 0
    for name, case in importlib.import_module(cases).CASES.items():
        try:
            await case(*clients)
            print("ok", name, flush=True)
        except Exception as error:  # whatever a case dies of is its result
            status = 1
            print(f"failed {name}: {type(error).__name__} {error}", flush=True)
    for client in clients:
        try:
            await asyncio.wait_for(client.disconnect(), WAIT)
        except asyncio.TimeoutError:
            # While a POST of its is under way python-engineio drops its own close packet, and waits for a GET that nobody answers then.
            pass
    return status


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
