"""What python-socketio must see of answers, errors and refusals, row by row of "Gateway semantics" in the protocol's specification; the
cases are those of semantics.js.
"""

import asyncio

import socketio

from python_client import WAIT, same

# Event, payload (None: no argument), ack (None: an empty one) and what the event `reply` brings.
RETURNS = [
    ("void", {}, None),
    ("void.async", {}, None),
    ("void.plain", None, None),
    ("void.plain.async", None, None),
    ("nil", {}, None),
    ("some", {}, 7),
    ("false", {}, False),
    ("zero", {}, 0),
    ("empty", None, ""),
    ("list.async", {}, [1, 2]),
    ("event", {}, None, 1),
    ("event.async", {}, None, 2),
    ("event.plain", None, None, 3),
    ("event.plain.async", None, None, 4),
]


async def came(client):
    """Everything that came until an answer did, which comes after it."""
    same(await client.call("zero", {}, timeout=WAIT), 0)
    events = []
    while not client.came.empty():
        events.append(client.came.get_nowait())
    return events


async def acks(client, _):
    for event, data, ack, *reply in RETURNS:
        same(await client.call(event, data, timeout=WAIT), ack)
        same(await came(client), [["reply", *reply]] if reply else [])


async def dropped(client, _):
    for event, data, _, *reply in RETURNS:
        await client.emit(event, data)
        same(await came(client), [["reply", *reply]] if reply else [])


async def errors(client, _):
    answer = await client.call("fail", {}, timeout=WAIT)
    same((answer["status"], answer["code"], type(answer["decision"])), ("error", "app.thrown", str))
    await client.emit("fail", {})
    [[event, error]] = await came(client)
    same((event, error["code"], error["cause"]["pattern"]), ("exception", "app.thrown", "fail"))


async def arity(client, _):
    for event, data in [("zero", None), ("zero", ({}, {})), ("zero", 1), ("zero", (None,)), ("empty", {})]:
        same((await client.call(event, data, timeout=WAIT))["code"], "invalid")


async def unknown(client, _):
    same((await client.call("nobody", {}, timeout=WAIT))["code"], "forbidden")
    await client.emit("nobody")
    [[event, error]] = await came(client)
    same((event, error["code"], error["cause"]["pattern"]), ("exception", "forbidden", "nobody"))


async def streams(client, _):
    same(await client.call("count", 3, timeout=WAIT), 1)
    same(await came(client), [["count", 2], ["count", 3]])
    same(await client.call("replies", 2, timeout=WAIT), None)
    same(await came(client), [["reply", 1], ["reply", 2]])


async def refused(client, _):
    answers = asyncio.Queue()
    joining = asyncio.create_task(client.again("not a token", answers.put_nowait))
    same((await asyncio.wait_for(answers.get(), WAIT))["data"]["code"], "unauthorized")
    try:
        await asyncio.wait_for(joining, WAIT)
    except (socketio.exceptions.ConnectionError, asyncio.TimeoutError):
        # It disconnects before it says that it was refused, which may take for ever over polling: see `main`.
        return
    raise AssertionError("a client without a token was let in")


async def order(client, _):
    same(await client.call("go", {"value": "v"}, timeout=WAIT), "done")


CASES = {
    "GW-05: gets one ack with the value, or an empty one": acks,
    "GW-05: gets no value that it did not ask for, and every reply": dropped,
    "GW-05: gets an error in the ack, or else as an exception": errors,
    "GW-04: is told when the arguments are not those of the handler": arity,
    "GW-06: is told that nobody handles an event": unknown,
    "MDL-23: gets a stream's first value as the ack, and the others as events": streams,
    "GW-02: is refused before its CONNECT is acknowledged": refused,
    "GW-01: goes through guards, interceptors, pipes and handler": order,
}
