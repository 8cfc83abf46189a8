"""What python-socketio must see of payloads and attachments, whatever its transport; the cases are those of payloads.js."""

import asyncio

from python_client import WAIT, same


def numbers(length, seed):
    return bytes((i * 31 + seed) & 255 for i in range(length))


FILES = [numbers(3, 1), numbers(0, 0), numbers(20_000, 2)]


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
    client.on("camera", lambda *_: {"files": FILES})
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
