"""A Socket.IO server that nobody here wrote, for the client to talk to: prints its port, serves until stdin ends."""

import asyncio
import sys

import socketio
from aiohttp import web

server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", ping_interval=1, ping_timeout=1)


@server.event(namespace="/chat")
async def connect(sid, environ, auth):
    if (auth or {}).get("token") != "good":
        raise socketio.exceptions.ConnectionRefusedError("unauthorized", {"code": "unauthorized", "decision": "01D"})
    await server.emit("auth", auth, to=sid, namespace="/chat")


@server.on("echo", namespace="/chat")
async def echo(sid, *arguments):
    await server.emit("echoed", arguments, to=sid, namespace="/chat")


@server.on("sum", namespace="/chat")
async def total(sid, *numbers):
    return sum(numbers)


@server.on("reverse", namespace="/chat")
async def reverse(sid, data):
    return bytes(reversed(data)), len(data)


@server.on("silent", namespace="/chat")
async def silent(sid):
    await asyncio.Event().wait()


@server.on("ask me", namespace="/chat")
async def ask(sid):
    async def asked():
        answer = await server.call("question", {"what": 6}, to=sid, namespace="/chat")
        await server.emit("answered", answer, to=sid, namespace="/chat")

    asyncio.ensure_future(asked())


@server.on("many", namespace="/chat")
async def many(sid, count):
    for number in range(count):
        await server.emit("number", number, to=sid, namespace="/chat")


@server.on("kick me", namespace="/chat")
async def kick(sid):
    await server.emit("closed", "kicked", to=sid, namespace="/chat")
    await server.disconnect(sid, namespace="/chat")


@server.event
async def connect(sid, environ, auth):  # noqa: F811
    await server.emit("headers", environ.get("HTTP_X_TEST", ""), to=sid)


async def main():
    application = web.Application()
    server.attach(application)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
