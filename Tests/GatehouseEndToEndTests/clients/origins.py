"""Pages of the gateway's own origin, and hostile ones, in headless Chromium: `origins.py own|hostile`."""

import asyncio
import json
import sys
import time

import aiohttp

import devtools
import gateway

CLIENT = """new Promise((done) => {
    const seen = [];
    const socket = io(location.origin + "/chat", { transports: TRANSPORTS, upgrade: UPGRADE, reconnection: false, auth: { token: TOKEN } });
    const end = () => { socket.close(); done(seen); };
    socket.on("connect_error", (error) => { seen.push("refused", error.message); end(); });
    socket.on("connect", async () => {
        // On a slow machine the transport may have changed before CONNECT is answered.
        const engine = socket.io.engine;
        if (UPGRADE && engine.transport.name === "polling") await new Promise((upgraded) => engine.once("upgrade", upgraded));
        seen.push(socket.io.engine.transport.name);
        const answer = await socket.timeout(5000).emitWithAck("join", { room: "lobby:tea" }).catch(String);
        seen.push(answer.status === "error" ? answer.code : "joined");
        end();
    });
})"""

HOSTILE = """(async () => {
    const gateway = GATEWAY, open = gateway + "/socket.io/?EIO=4&transport=polling", long = gateway + "/" + "a".repeat(3000);
    const websocket = gateway.replace("https", "wss") + "/socket.io/?EIO=4&transport=websocket";
    const settled = (make) => Promise.race([new Promise(make), new Promise((done) => setTimeout(done, 4000))]);
    const element = (name, member, url) => settled((done) => {
        const one = document.createElement(name);
        one.onload = one.onerror = done;
        one[member] = url;
        document.body.append(one);
    });
    const seen = { fetched: 0, sockets: 0, read: 0 };
    const fetched = (url, options) => fetch(url, options).then(() => { seen.fetched++; }, () => {});
    for (let round = 0; round < 20; round++) {
        await Promise.all([
            fetched(long, { mode: "no-cors" }), fetched(open, { mode: "no-cors", credentials: "include" }),
            fetched(open, { mode: "no-cors", method: "POST", body: "40" + "x".repeat(3000) }),
            fetch(open).then(() => { seen.read++; }, () => {}),
            fetch(open, { method: "POST", headers: { "X-Odd": "1" } }).then(() => { seen.read++; }, () => {}),
            element("img", "src", open + "&t=" + round), element("script", "src", open + "&s=" + round), element("iframe", "src", open + "&f=" + round),
            settled((done) => {
                const socket = new WebSocket(websocket, ["one", "two"]);
                socket.onopen = () => { seen.sockets++; done(); };
                socket.onerror = done;
            }),
        ]);
    }
    const frame = document.createElement("iframe");
    frame.name = "target";
    document.body.append(frame);
    for (let round = 0; round < 5; round++) {
        const form = document.createElement("form");
        Object.assign(form, { action: open, method: "POST", target: "target", enctype: "text/plain" });
        form.innerHTML = '<input name="40" value="x">';
        document.body.append(form);
        await settled((done) => { frame.onload = done; form.submit(); });
    }
    return seen;
})()"""


def fill(script, **values):
    for word, value in values.items():
        script = script.replace(word, json.dumps(value))
    return script


async def own():
    token = gateway.issue("alice", "user")
    async with devtools.page() as page:
        for name, transports, upgrade in [("polling", ["polling"], False), ("websocket", ["websocket"], False), ("upgrade", ["polling", "websocket"], True)]:
            await page.go(gateway.URL + "/")
            await page.run(devtools.browser.bundle().read_text())
            seen = await page.run(fill(CLIENT, TRANSPORTS=transports, UPGRADE=upgrade, TOKEN=token))
            expected = ["websocket" if upgrade else name, "joined"]
            assert seen == expected, f"{name}: saw {seen}, expected {expected}"
            print("ok", name, flush=True)


async def handshakes(count):
    """Milliseconds that each of so many honest handshakes takes, from the address that the hostile page's visitor has."""
    times = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False, force_close=True)) as session:
        for _ in range(count):
            begun = time.monotonic()
            async with session.get(gateway.URL + "/socket.io/?EIO=4&transport=polling") as answer:
                assert answer.status == 200, f"an honest handshake got {answer.status}: {await answer.text()}"
            times.append(1000 * (time.monotonic() - begun))
            await asyncio.sleep(0.1)
    return sorted(times)


def text(times):
    return f"{len(times)} of {len(times)}, median {times[len(times) // 2]:.1f} ms, longest {times[-1]:.1f} ms"


async def hostile():
    alone = await handshakes(16)
    async with devtools.page("--host-resolver-rules=MAP evil.example 127.0.0.1:" + str(await serve_blank())) as page:
        await page.go("http://evil.example/")
        attack = asyncio.create_task(page.run(fill(HOSTILE, GATEWAY=gateway.URL)))
        beside = await handshakes(16)
        seen = await attack
    after = await handshakes(16)
    assert seen["read"] == 0 and seen["sockets"] == 0, seen
    assert seen["fetched"] > 0, "the page could send nothing"
    print("alone:", text(alone), flush=True)
    print("beside the hostile page:", text(beside), flush=True)
    print("after it:", text(after), flush=True)
    print("ok", len(alone) + len(beside) + len(after), flush=True)


async def serve_blank():
    async def answer(_, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<!doctype html>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]


if __name__ == "__main__":
    asyncio.run({"own": own, "hostile": hostile}[sys.argv[1]]())
