"""Two nodes behind nginx and HAProxy, with the files of the article "Several nodes": `balancers.py [NAME...]`.

python-socketio and the official JavaScript client (in headless Chromium) use polling, upgrade and WebSocket; then the node that a client is on
is killed with -9, and the client goes on at the other one.
"""

import asyncio
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import aiohttp
import socketio

import nodes
from nodes import CHAT, Site, connect, free_port, run, token, until

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TESTS / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402
import conformance  # noqa: E402

ARTICLE = TESTS.parent / "Sources/Gatehouse/Documentation.docc/Cluster.md"
TRANSPORTS = {"polling": ["polling"], "upgrade": ["polling", "websocket"], "websocket": ["websocket"]}
ROOM = "lobby:tea"

PAGE = """<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script>
const report = (line) => fetch("/report", { method: "POST", body: JSON.stringify(line) });
const open = (transports) => io(URL, { transports, forceNew: true, withCredentials: true, reconnectionDelay: 500, auth: { token: TOKEN } });
const once = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));
const expect = (is, what) => { if (!is) throw new Error(what); };
const room = "lobby:tea";

async function talk(transports, count) {
    // One after the other: handshakes at the same time may be led to several nodes, and a browser keeps the cookie of one.
    const sockets = [];
    while (sockets.length < count) {
        sockets.push(open(transports));
        await once(sockets.at(-1), "connect");
    }
    for (const socket of sockets) await socket.timeout(5000).emitWithAck("join", { room });
    if (transports.length > 1) {
        for (const socket of sockets) {
            while (socket.io.engine.transport.name !== "websocket") await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
    const heard = sockets.slice(1).map((socket) => once(socket, "message"));
    await sockets[0].timeout(5000).emitWithAck("message", { room, message: "from the page" });
    for (const [message] of await Promise.all(heard)) expect(message.message === "from the page", message.message);
    for (const socket of sockets) socket.close();
}

async function survive(transports) {
    const socket = open(transports);
    await once(socket, "connect");
    await socket.timeout(5000).emitWithAck("join", { room });
    const id = socket.id;
    const first = once(socket, "message");
    await report({ name: "ready to be moved", move: true });
    expect((await first)[0].message === "before", "the first event");
    const missed = once(socket, "message");
    await once(socket, "disconnect");
    await once(socket, "connect");
    expect(socket.recovered === true && socket.id === id, "it was not recovered");
    expect((await missed)[0].message === "missed", "what was missed");
    socket.close();
}

const limited = (work) => Promise.race([work, new Promise((_, late) => setTimeout(late, 30000, new Error("too late")))]);

(async () => {
    for (const [name, transports] of Object.entries(WAYS)) {
        let error = null;
        try { await limited(talk(transports, 3)); } catch (thrown) { error = String(thrown); }
        await report({ name: `the official client on ${name}`, error });
    }
    let error = null;
    try { await limited(survive(["polling", "websocket"])); } catch (thrown) { error = String(thrown); }
    await report({ name: "the official client goes on at the other node", error });
    report({ end: true });
})();
</script>"""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", ARTICLE.read_text(), re.M | re.S)


def with_ports(text, port, one, two):
    """The article's addresses are replaced by those of now."""
    changes = {
        "listen 8080": f"listen 127.0.0.1:{port}", "bind :8080": f"bind 127.0.0.1:{port}", "127.0.0.1:9001": f"127.0.0.1:{one.port}",
        "127.0.0.1:9002": f"127.0.0.1:{two.port}", "port 9464": f"port {one.monitoring.rsplit(':', 1)[1]}",
        "port 9465": f"port {two.monitoring.rsplit(':', 1)[1]}",
    }
    for before, after in changes.items():
        text = text.replace(before, after)
    return text


def nginx(site, text):
    place = site.write(
        "nginx.conf",
        f"daemon off;\nmaster_process off;\npid {site.directory}/nginx.pid;\nerror_log stderr warn;\nevents {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {''.join(f'{kind}_temp_path {site.directory}/{kind}; ' for kind in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))}\n"
        f"{text}\n}}\n")
    return ["nginx", "-c", str(place), "-p", str(site.directory)]


def haproxy(site, text):
    return ["haproxy", "-f", str(site.write("haproxy.cfg", text))]


def nginx_by_address(site, port, one, two):
    return nginx(site, with_ports(blocks("nginx")[0], port, one, two))


def nginx_by_cookie(site, port, one, two):
    server, upstreams = blocks("nginx")
    server = re.sub(r"upstream gatehouse \{.*?\n\}\n", "", server, flags=re.S).replace("http://gatehouse;", "http://$gatehouse;")
    return nginx(site, with_ports(upstreams + server, port, one, two))


def haproxy_by_cookie(site, port, one, two):
    return haproxy(site, with_ports(blocks("haproxy")[0], port, one, two))


def haproxy_by_address(site, port, one, two):
    text = blocks("haproxy")[0].replace("balance leastconn", "balance source")
    return haproxy(site, with_ports(re.sub(r" cookie \w+(?= check)|^  cookie .*\n", "", text, flags=re.M), port, one, two))


def unknown(places):
    return [place.metric("gatehouse_unknown_sessions_total") for place in places]


async def python(port, name, places):
    """Clients of python-socketio, each with cookies of its own, hear each other wherever they are.

    Returns how many of them were on each node.
    """
    clients, heard = [], []
    before = unknown(places)
    for number in range(4):
        session = aiohttp.ClientSession()
        client = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("message", lambda message, *_: heard.append(message["message"]), namespace="/chat")
        # A name, not a number: cookies of numbers are not kept.
        await client.connect(
            f"http://localhost:{port}", auth={"token": token(f"python-{name}-{number}")}, transports=TRANSPORTS[name], namespaces=["/chat"],
            wait_timeout=10)
        assert await client.call("join", {"room": ROOM}, namespace="/chat", timeout=10) == {"room": ROOM}
        clients.append((client, session))
    for client, _ in clients:
        if name == "upgrade":
            assert client.transport() == "websocket", client.transport()
        receipt = await client.call("message", {"room": ROOM, "message": name}, namespace="/chat", timeout=10)
        assert "id" in receipt, receipt
    await until("all events", lambda: len(heard) == len(clients) * (len(clients) - 1))
    counts = [place.metric("gatehouse_connections") for place in places]
    # Before they leave: a last poll may reach the node after the CLOSE.
    assert unknown(places) == before, f"a request reached a node that did not know its session: {before}, {unknown(places)}"
    for client, session in clients:
        await client.disconnect()
        await session.close()
    return counts


def page(port, page_port, move, report):
    text = PAGE
    for word, value in {"URL": f"http://127.0.0.1:{port}/chat", "TOKEN": token("page"), "WAYS": TRANSPORTS}.items():
        text = text.replace(word, json.dumps(value), 1)

    class Lines(type(browser.Handler.lines)):
        """The page says when it wants to be moved, between its reports."""

        def put(self, line):
            if line.get("move"):
                move()
            else:
                super().put(line)

    browser.Handler.lines = Lines()
    browser.show({"/client.js": browser.bundle().read_bytes(), "/": text.encode()}, report, port=page_port)


async def behind(start):
    page_port, port = free_port(), free_port()
    origin = f"http://127.0.0.1:{page_port}"
    chat = CHAT.replace("same_origin: true,", f'same_origin: true, allow: ["{origin}"],')
    with Site(chat=chat) as site:
        options = ("--cors-origin", origin, "--cors-credentials", "--affinity-cookie", "gatehouse")
        one, two = site.node("a", *options), site.node("b", *options)
        await site.joined(one, two)
        log = open(site.directory / "balancer.log", "w")
        balancer = subprocess.Popen(start(site, port, one, two), stdout=log, stderr=log)
        site.others.append(balancer)
        try:
            await until("the load balancer", lambda: nodes.get(f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=polling")[0] == 200)
        except AssertionError as error:
            raise AssertionError((site.directory / "balancer.log").read_text()) from error
        for name in TRANSPORTS:
            counts = await python(port, name, (one, two))
            print(f"ok python-socketio on {name}, clients of the nodes: {counts}", flush=True)
            if "cookie" in start.__name__:
                assert all(counts), f"all clients were on one node: {counts}"
        loop = asyncio.get_running_loop()
        speaker_of = {node: await connect(node, token(f"speaker-{node.name}")) for node in (one, two)}
        for speaker in speaker_of.values():
            await speaker.join(ROOM)

        async def move():
            """Kills the node where the page's client is."""
            boss = await nodes.staff(one)
            found = await boss.ask("session.list", {"ns": "/chat", "user": nodes.user("page")})
            names = {item["node"] for item in found["items"]}
            assert len(names) == 1, found
            place = one if names == {"a"} else two
            other = speaker_of[two if place is one else one]
            await other.say(ROOM, "before")
            await asyncio.sleep(0.5)
            place.kill()
            await other.say(ROOM, "missed")

        report = conformance.Report()
        moving = []
        await asyncio.to_thread(
            page, port, page_port, lambda: moving.append(asyncio.run_coroutine_threadsafe(move(), loop)), report)
        for one_move in moving:
            await asyncio.wrap_future(one_move)
        assert report.status == 0 and moving, f"see above; moved {len(moving)} times"
        balancer.send_signal(signal.SIGTERM)


def scenario(start):
    async def body():
        await behind(start)
    return body


if __name__ == "__main__":
    for program in ("nginx", "haproxy"):
        os.environ["PATH"] += ":/usr/sbin"
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: apt-get install {program}")
    run({
        "nginx-by-address": scenario(nginx_by_address), "nginx-by-cookie": scenario(nginx_by_cookie),
        "haproxy-by-cookie": scenario(haproxy_by_cookie), "haproxy-by-address": scenario(haproxy_by_address),
    })
