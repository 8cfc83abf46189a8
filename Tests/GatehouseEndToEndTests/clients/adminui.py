"""A client that speaks as the Socket.IO Admin UI does, against a real server: `adminui.py SCENARIO` (CON-09).

`numbers` and `acts` are python-socketio; `page` is the official JavaScript client in Chromium, in a page of another origin, with the
options that the UI gives it.
"""

import asyncio
import json
import pathlib
import sys

import gateway  # first: it says whom aiohttp trusts
import socketio

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402
import conformance  # noqa: E402

SPACE = "/admin-ui"


class UI:
    """What the page keeps of what it is told."""

    def __init__(self):
        self.told = []
        self.news = asyncio.Event()
        self.refusal = None
        self.gone = asyncio.Event()
        self.io = socketio.AsyncClient(reconnection=False)
        self.io.on("*", self._event, namespace=SPACE)
        self.io.on("connect_error", self._refused, namespace=SPACE)
        self.io.on("disconnect", self._disconnect, namespace=SPACE)

    async def _event(self, name, *arguments):
        self.told.append((name, *arguments))
        self.news.set()

    async def _refused(self, payload=None):
        self.refusal = payload

    async def _disconnect(self, *_):
        self.gone.set()

    async def sign_in(self, auth):
        try:
            await self.io.connect(gateway.URL, auth=auth, namespaces=[SPACE], transports=["websocket"], wait_timeout=gateway.WAIT)
        except socketio.exceptions.ConnectionError:
            await self.io.disconnect()
            return False
        return True

    async def hear(self, name, *start, where=lambda arguments: True):
        """The first event of that name whose arguments begin so, and are as they should be; it is told once."""
        async with asyncio.timeout(gateway.WAIT):
            while True:
                for one in self.told:
                    if one[0] == name and list(one[1 : 1 + len(start)]) == list(start) and where(one[1:]):
                        self.told.remove(one)
                        return list(one[1:])
                self.news.clear()
                await self.news.wait()


async def numbers():
    """Without more rules: statistics, again and again; no socket, no room, no act."""
    alice = await gateway.connect(gateway.issue("alice", "user"))
    for auth in [{"username": "mo", "password": "changeit"}, {"username": "bo", "password": gateway.issue("mo", "moderator")}, {}]:
        refused = UI()
        assert not await refused.sign_in(auth)
        assert refused.refusal["message"] == "invalid credentials", refused.refusal
        gateway.note("audit", "auth.failed", refused.refusal["data"]["decision"])
    ui = UI()
    assert await ui.sign_in({"username": "mo", "password": gateway.issue("mo", "admin")})
    assert await ui.hear("config") == [{"supportedFeatures": ["AGGREGATED_EVENTS"]}]
    for _ in range(3):
        [stats] = await ui.hear("server_stats")
        assert stats["clientsCount"] == 2, stats
        assert {"name": "/chat", "socketsCount": 1} in stats["namespaces"], stats
    await ui.io.emit("_disconnect", ("/chat", False, "anything"), namespace=SPACE)
    [refusal] = await ui.hear("exception")
    gateway.note("audit", "msg.denied", refusal["decision"])
    await alice.ask("message", {"room": "lobby:tea", "message": "still here"})
    await alice.close()
    await ui.io.disconnect()
    assert {name for name, *_ in ui.told} <= {"session", "server_stats"}, ui.told


async def acts():
    """With the rules: sockets and rooms as they come and go, and a kick from the UI."""
    alice = await gateway.connect(gateway.issue("alice", "user"))
    await alice.join("lobby:tea")
    ui = UI()
    assert await ui.sign_in({"username": "", "password": gateway.issue("mo", "moderator")})
    [session] = await ui.hear("session")
    gateway.note("secret", session)
    [config] = await ui.hear("config")
    assert set(config["supportedFeatures"]) == {"AGGREGATED_EVENTS", "ALL_EVENTS", "DISCONNECT", "LEAVE"}, config
    [sockets] = await ui.hear("all_sockets")
    one = next(socket for socket in sockets if socket["nsp"] == "/chat")
    assert one["rooms"] == [one["id"], "lobby:tea"] and one["data"]["user"]["sub"] == "alice", one
    assert "auth" not in one["handshake"] and "eyJ" not in json.dumps(sockets)
    bob = await gateway.connect(gateway.issue("bob", "user"))
    [socket, _] = await ui.hear("socket_connected", where=lambda arguments: arguments[0]["nsp"] == "/chat")
    assert socket["data"]["user"]["sub"] == "bob", socket
    await bob.join("lobby:tea")
    assert (await ui.hear("room_joined", "/chat", "lobby:tea"))[2] == socket["id"]
    await ui.io.emit("leave", ("/chat", "lobby:tea", socket["id"]), namespace=SPACE)
    assert (await ui.hear("room_left", "/chat", "lobby:tea"))[2] == socket["id"]
    await ui.io.emit("join", ("/chat", "vip", one["id"]), namespace=SPACE)
    [refusal] = await ui.hear("exception")
    gateway.note("audit", "msg.denied", refusal["decision"])
    await ui.io.emit("_disconnect", ("/chat", False, one["id"]), namespace=SPACE)
    await ui.hear("socket_disconnected", "/chat", one["id"])
    await alice.disconnected()
    again = UI()
    assert await again.sign_in({"sessionId": session}), again.refusal
    await again.hear("config")
    gateway.gatehouse("token", "revoke", "--user", "mo", "--reason", "end of the shift", "--url", gateway.URL, token=gateway.issue("boss", "admin"))
    await ui.gone.wait()
    late = UI()
    assert not await late.sign_in({"sessionId": session})
    assert late.refusal["message"] == "invalid credentials", late.refusal
    await bob.close()
    await again.gone.wait()
    for event in ["admin.session.kick", "admin.room.evict"]:
        gateway.note("event", event)


PAGE = """<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script>
const report = (line) => fetch("/report", { method: "POST", body: JSON.stringify(line) });
const fail = (error) => report({ name: "the page", error: String(error && error.stack || error) }).then(() => report({ end: true }));
// As the UI's tryConnect.
const open = (auth) => new Promise((resolve, reject) => {
    const socket = io(URL + "/admin-ui", {
        forceNew: true, reconnection: false, withCredentials: true, transports: ["polling", "websocket"], path: "/socket.io", parser: null, auth });
    socket.told = {};
    socket.onAny((name, ...rest) => (socket.told[name] ??= []).push(rest));
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", (error) => { socket.close(); reject(error); });
});
const until = async (what, holds) => {
    for (let turn = 0; turn < 200; turn += 1) {
        if (holds()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("never seen: " + what);
};
const steps = async () => {
    const refused = await open({ username: "mo", password: "wrong" }).then(() => null, (error) => error.message);
    if (refused !== "invalid credentials") throw new Error("refused with " + refused);
    const first = await open({ username: "mo", password: TOKEN });
    await until("sockets", () => first.told.all_sockets && first.told.session && first.told.server_stats);
    const session = first.told.session[0][0];
    const alice = first.told.all_sockets[0][0].find((one) => one.nsp === "/chat");
    if (new Date(alice.handshake.time).getTime() !== alice.handshake.issued) throw new Error(JSON.stringify(alice));
    first.close();
    const second = await open({ sessionId: session });
    await until("sockets again", () => second.told.all_sockets);
    if (second.told.session) throw new Error("a session of a session");
    second.emit("_disconnect", alice.nsp, true, alice.id);
    await until("the end", () => (second.told.socket_disconnected ?? []).some(([nsp, id]) => nsp === alice.nsp && id === alice.id));
    second.close();
    await report({ name: "the Admin UI's client", error: null });
    report({ end: true });
};
steps().catch(fail);
</script>"""


async def page():
    """The official client, as the UI uses it, in a browser."""
    alice = await gateway.connect(gateway.issue("alice", "user"))
    text = PAGE
    for word, value in {"URL": gateway.URL, "TOKEN": gateway.issue("mo", "moderator")}.items():
        text = text.replace(word, json.dumps(value), 1)
    report = conformance.Report()
    files = {"/client.js": browser.bundle().read_bytes(), "/": text.encode()}
    await asyncio.to_thread(browser.show, files, report, "ui.example", "--ignore-certificate-errors")
    await alice.disconnected()
    assert report.status == 0
    gateway.note("event", "admin.session.kick")


if __name__ == "__main__":
    gateway.run({"numbers": numbers, "acts": acts, "page": page})
