"""A client that loses its connection goes on where it was: the official JavaScript client in headless Chromium; and python-socketio, which
has no recovery, beside it (REC-07)."""

import asyncio
import json
import pathlib
import sys

import gateway

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402
import conformance  # noqa: E402

PAGE = """<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script>
const report = (line) => fetch("/report", { method: "POST", body: JSON.stringify(line) });
const open = (token, transports) => io(URL, { transports, forceNew: true, reconnectionDelay: 300, auth: { token } });
const once = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));
const expect = (is, what) => { if (!is) throw new Error(what); };

async function recover(transport) {
    const [alice, bob] = [open(ALICE, [transport]), open(BOB, [transport])];
    const heard = [];
    alice.on("message", (message, offset) => heard.push([message.message, typeof offset]));
    await Promise.all([once(alice, "connect"), once(bob, "connect")]);
    expect(alice.recovered === false, "the first session was recovered");
    for (const socket of [alice, bob]) await socket.timeout(5000).emitWithAck("join", { room: "lobby:tea" });
    const say = (message) => bob.timeout(5000).emitWithAck("message", { room: "lobby:tea", message });
    await say("before");
    while (heard.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    const id = alice.id;
    const [gone, back] = [once(alice, "disconnect"), once(alice, "connect")];
    alice.io.engine.close();
    await gone;
    for (const text of ["missed 1", "missed 2"]) await say(text);
    await back;
    expect(alice.recovered === true, "it was not recovered");
    expect(alice.id === id, "it has another id");
    await say("live");
    while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    const texts = heard.map(([text]) => text).join();
    expect(texts === "before,missed 1,missed 2,live", texts);
    expect(heard.every(([, type]) => type === "string"), "an event without its offset");
    alice.disconnect();
    const again = once(alice, "connect");
    alice.connect();
    await again;
    expect(alice.recovered === false, "a client that has left was recovered");
    alice.close();
    bob.close();
}

(async () => {
    for (const transport of ["websocket", "polling"]) {
        let error = null;
        try {
            await Promise.race([recover(transport), new Promise((_, late) => setTimeout(late, 15000, new Error("too late")))]);
        } catch (thrown) { error = String(thrown); }
        await report({ name: `the official client on ${transport}`, error });
    }
    report({ end: true });
})();
</script>"""


def page(report):
    values = {"URL": gateway.URL + "/chat", "ALICE": gateway.issue("alice", "user"), "BOB": gateway.issue("bob", "user")}
    text = PAGE
    for word, value in values.items():
        text = text.replace(word, json.dumps(value), 1)
    files = {"/client.js": browser.bundle().read_bytes(), "/": text.encode()}
    browser.show(files, report, "app.example", "--ignore-certificate-errors")


async def python(report):
    """Without recovery its events are as ever; by default they have the offset as one more argument."""
    plain = await gateway.connect(None, auth={"token": gateway.issue("carol", "user"), "recovery": False})
    other = await gateway.connect(gateway.issue("dave", "user"))
    for client in (plain, other):
        await client.join("lobby:cups")
    await plain.ask("message", {"room": "lobby:cups", "message": "one"})
    await other.ask("message", {"room": "lobby:cups", "message": "two"})
    heard = await plain.event("message")
    report.add("python-socketio that declines recovery", None if heard["message"] == "two" else repr(heard))
    async with asyncio.timeout(gateway.WAIT):
        arguments = await other._queue("message").get()
    is_right = len(arguments) == 2 and arguments[0]["message"] == "one" and isinstance(arguments[1], str)
    report.add("python-socketio by default", None if is_right else repr(arguments))
    for client in (plain, other):
        await client.close()


def main():
    report = conformance.Report()
    page(report)
    asyncio.run(python(report))
    return report.status


if __name__ == "__main__":
    sys.exit(main())
