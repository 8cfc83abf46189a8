"""Runs python-socketio against the gateway of the test: `python_client.py URL TRANSPORT TOKEN TOKEN`, the tokens of two users.

Prints `ok NAME` or `failed NAME: WHY` for each case and ends with 0 if all were ok. The cases are those of binary.js.
"""

import asyncio
import sys

import aiohttp  # noqa: F401  (optional to python-socketio, which without it only says that it cannot connect)
import socketio

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}
WAIT = 5


def numbers(length, seed):
    return bytes((i * 31 + seed) & 255 for i in range(length))


FILES = [numbers(3, 1), numbers(0, 0), numbers(20_000, 2)]


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"got {actual!r:.200}, expected {expected!r:.200}")


async def join(url, transport, token):
    client = socketio.AsyncClient(reconnection=False)
    client.came = asyncio.Queue()
    client.on("*", lambda event, *args: client.came.put_nowait([event, *args]))
    client.on("camera", lambda *_: {"files": FILES})
    await client.connect(url, auth={"token": token}, transports=TRANSPORTS[transport], wait_timeout=WAIT)
    return client


async def ack(client, _):
    same(await client.call("echo", {"files": FILES}, timeout=WAIT), {"files": FILES})


async def event(client, _):
    same(await client.call("reply", {"files": FILES}, timeout=WAIT), None)
    same(await asyncio.wait_for(client.came.get(), WAIT), ["replied", {"files": FILES}])


async def broadcast(client, other):
    same(await client.call("share", {"files": FILES}, timeout=WAIT), None)
    for receiver in (client, other):
        same(await asyncio.wait_for(receiver.came.get(), WAIT), ["shared", {"files": FILES}, FILES[0], "end"])


async def asked(client, _):
    same(await client.call("ask", {"files": []}, timeout=WAIT), {"files": FILES})


async def refused(client, _):
    answer = await client.call("echo", {"files": [], "cover": b"%PDF-"}, timeout=WAIT)
    same((answer["code"], answer["violations"][0]["path"]), ("invalid", "cover"))


# Event, arguments, ack and what comes back in the event `got`; left out, both are the arguments.
SHAPES = [
    ("nothing", [], None, []),
    ("text", ["room-1"]),
    ("text", ["é😀\u2028"]),
    ("integer", [-3]),
    ("number", [0.25]),
    ("flag", [False]),
    ("room", ["room-1"]),
    ("list", [[1, 2, 3]]),
    ("map", [{"a": 0.5}]),
    ("side", ["sell"]),
    ("drawing", [{"kind": "dot", "x": 1, "y": 0.5}]),
    ("drawing", [{"kind": "file", "bytes": FILES[2]}]),
    ("bytes", [FILES[0]]),
    ("bytes", [FILES[1]]),
    ("dot", [{"x": 1, "y": 0.5, "label": "é"}]),
    ("json", [{"a": [1, None, "b"]}]),
    ("price", [19.95]),
    ("wide", ["9007199254740993"]),
    ("moment", ["2026-03-01T12:00:00Z"]),
    ("ticker", ["ABC"]),
    ("maybe", [3]),
    ("maybe", [], None, [None]),
    ("move", [3, 4.5], {"x": 3, "y": 4.5}),
    ("order", ["ABC", {"kind": "dot", "x": 1, "y": 0.5}, "note"], "note"),
    ("order", ["ABC", {"kind": "file", "bytes": FILES[0]}], None, ["ABC", {"kind": "file", "bytes": FILES[0]}, None]),
]


async def shapes(client, _):
    for event, sent, *expected in SHAPES:
        for form in ("", ".later"):
            # This client takes many arguments as a tuple, and none as None.
            data = sent[0] if len(sent) == 1 else tuple(sent) or None
            answer = await client.call(event + form, data, timeout=WAIT)
            same(answer, expected[0] if expected else sent[0])
            came = await asyncio.wait_for(client.came.get(), WAIT)
            same(came, ["got", *(expected[1] if len(expected) > 1 else sent)])


async def misshapen(client, _):
    for event, sent, message in [
        ("integer", "1", "$ must be an integer"),
        ("move", (1, "b"), "1 must be a number"),
        ("move", 1, "$ must have exactly 2 arguments"),
        ("side", "hold", "$ must be one of: buy, sell"),
    ]:
        answer = await client.call(event, sent, timeout=WAIT)
        same((answer["code"], answer["violations"][0]["message"]), ("invalid", message))


CASES = {
    "gets every shape back in an ack and in an event": shapes,
    "is told what does not fit": misshapen,
    "gets its bytes back in an ack": ack,
    "gets its bytes back in an event": event,
    "shares its bytes with everyone": broadcast,
    "answers with bytes": asked,
    "is told what is wrong with its bytes": refused,
}


async def main(url, transport, *tokens):
    clients = [await join(url, transport, token) for token in tokens]
    status = 0
    for name, case in CASES.items():
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
