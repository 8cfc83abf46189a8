"""CON-07, SEC-32: a corpus of hostile strings in every field that a client or staff choose, and what becomes of it in the console, the command
line, the feed, the audit log and the server's own log: `hostile.py fields`.

Each string goes through a token's subject, a room, an event's name, a report (reason and message id), a note, the reason of acts and the
text of an announcement. Nothing may act: no element and no handler in the page, no raw control character in a terminal or a log, no line
that a string has begun.
"""

import asyncio
import json
import os
import re

import gateway  # first: it says whom aiohttp trusts
from console import HOSTILE, browser
from moderation import ISS, ulid

CORPUS = [
    *(name for name in HOSTILE if "\u0000" not in name),
    # For terminals: colours, title, screen, a link, the same by C1, backspaces.
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b]8;;http://x\x1b\\link", "\u009b31mred", "abc\b\b\bxyz", "a\x7fb\x1fc",
    # For logs and tables: lines that look like others, and columns.
    "a\nFAKE {\"event\":\"auth.ok\"}", "a\r\nb\rc", "a\u2028b\u2029c", "a\tb", "\"}\n{\"seq\":1,\"event\":\"x\"", "%s%n${jndi:ldap://x}",
    # Order and visibility.
    "\u2066abc\u2069\u200f", "a\u200b\u2060\ufeffb", "e\u0301\u0301\u0301", "\U0001f1e9\U0001f1ea\u200d",
    # Long.
    "L" * 512, "\u00e4" * 250,
]
# What no terminal, page or log line may get raw: C0 but the newline, DEL, C1, what turns text round or hides it, other ends of lines.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text, where):
    found = RAW.search(text)
    assert not found, f"{where}: {text[max(0, found.start() - 60):found.end() + 20]!r}"
    return text


async def ask(client, name, payload):
    """An event of staff, with patience: their rate is limited."""
    for _ in range(50):
        answer = await client.ask(name, payload)
        if not (gateway.is_error(answer) and answer["code"] == "rate_limited"):
            return answer
        await asyncio.sleep(0.3)
    raise AssertionError(f"{name} is always too much")


async def act(client, verb, reason, **members):
    return await ask(client, verb, {"request_id": ulid(), "reason": reason, **members})


async def speak(number, text):
    """A user of that name does everything that users do with it."""
    client = await gateway.connect(gateway.issue(text, "user"))
    room = "lobby:" + text
    joined = not gateway.is_error(await client.ask("join", {"room": room}))
    if joined:
        await client.ask("message", {"room": room, "message": text})
    else:
        assert not gateway.is_error(await client.ask("join", {"room": "lobby:plain"}))
    if text and len(text) <= 128 and text not in ("connect", "disconnect"):
        assert gateway.is_error(await client.ask(text, {"x": text}))
    report = {"user": {"iss": ISS, "sub": CORPUS[number - 1]}, "reason": text, "message_id": text[:64]}
    answer = await client.ask("report", report | ({"room": room} if joined else {}))
    return client, joined, answer


async def follow(staff, heard):
    for topic in ["session", "room", "decision", "moderation", "alert"]:
        while staff.heard("feed." + topic):
            heard += (await staff.event("feed." + topic))["items"]


FOUND = """JSON.stringify({
    hit: window.hit ?? null, images: document.images.length, scripts: document.scripts.length, frames: frames.length, bold: document.querySelectorAll("b").length,
    foreign: document.querySelectorAll("svg [onload], object, embed, base, meta[http-equiv=refresh]").length,
    handlers: [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some((a) => a.name.startsWith("on"))).length })"""
HARMLESS = {"hit": None, "images": 0, "scripts": 1, "frames": 0, "bold": 0, "foreign": 0, "handlers": 0}


async def pages(reports):
    """The console, page by page, with all of it in sight."""
    async with browser() as staff:
        await staff.sign_in(gateway.issue("ada", "admin"))
        places = [
            "overview", "sessions", "users", "rooms", "restrictions?kind=bans", "restrictions?kind=mutes", "restrictions?kind=locks",
            "reports?state=open", "reports?state=claimed", "reports?state=resolved", "approvals", "acts", "feed", "audit", "policies", "nodes",
        ]
        for text in CORPUS:
            query = await staff.page.run(
                f"new URLSearchParams({{ iss: {json.dumps(ISS)}, sub: {json.dumps(text)}, ns: '/chat', room: 'lobby:' + {json.dumps(text)}, q: {json.dumps(text)} }}).toString()")
            places += [f"user?{query}", f"room?{query}", f"sessions?{query}"]
        seen = ""
        for place in places:
            await staff.go(place)
            await asyncio.sleep(0.25)
            text = await staff.page.run("document.body.innerText + document.title")
            # The page itself has tabs and, between cells, newlines.
            clean(text.replace("\t", " "), f"the page {place}")
            seen += text
            found = json.loads(await staff.page.run(FOUND))
            assert found == HARMLESS, f"{place}: {found}"
        for text in ["<img src=x onerror=window.hit=1>", "\\u{1b}[31mred", "\\u{202e}gnp.exe"]:
            assert text in seen, f"{text} is shown nowhere"
        # A report, opened; its reason is there as it was written.
        await staff.go("reports?state=open")
        await staff.see("document.querySelector('.table-space .row') !== null")
        await staff.page.run("document.querySelector('.table-space .row').click()")
        await staff.see("document.querySelector('dialog .record') !== null")
        assert json.loads(await staff.page.run(FOUND)) == HARMLESS
        await staff.quiet()


async def fields():
    mo = await gateway.connect(gateway.issue("mo", "admin"), namespace="/admin")
    granted = await mo.ask("feed.subscribe", {"topics": ["session", "room", "decision", "moderation", "alert"]})
    assert not gateway.is_error(granted), granted
    heard, clients, reports = [], [], []
    watch = await asyncio.create_subprocess_exec(
        gateway.BINARY, "admin", "watch", "--url", gateway.URL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    await asyncio.sleep(1)
    for number, text in enumerate(CORPUS):
        client, joined, answer = await speak(number, text)
        clients.append(client)
        if not gateway.is_error(answer):
            reports.append(answer["report_id"])
        user = {"iss": ISS, "sub": text}
        await act(mo, "note.add", text, user=user, text=text)
        await act(mo, "user.mute", text, user=user, ns="/chat", room="lobby:" + text, duration_s=600)
        await act(mo, "room.slow", text, ns="/chat", room="lobby:" + text, interval_s=1)
        await act(mo, "ban.add", text, kind="user", user={"iss": ISS, "sub": "gone " + text[:400]})
        await act(mo, "announce", text, ns="/chat", level="info", text=text)
        await follow(mo, heard)
    assert len(reports) > 20, f"only {len(reports)} reports were taken"
    for report in reports[:6]:
        assert not gateway.is_error(await act(mo, "report.claim", CORPUS[0], report_id=report))
    for report in reports[:3]:
        assert not gateway.is_error(await act(mo, "report.resolve", CORPUS[17], report_id=report, outcome="dismissed"))
    await asyncio.sleep(1)
    await follow(mo, heard)

    # The feed has the strings as text: whole, or cut.
    subjects = {item["user"]["sub"] for item in heard if "user" in item}
    assert {text for text in CORPUS} <= subjects, set(CORPUS) - subjects
    assert any(item.get("event") == CORPUS[0] for item in heard) and any(item.get("reason") == CORPUS[1] for item in heard)

    # The command line, in each of its forms.
    watch.send_signal(2)
    output, errors = await watch.communicate()
    clean(output.decode(), "admin watch")
    clean(errors.decode(), "admin watch, errors")
    assert "\\u{1b}[31mred" in output.decode()
    for line in output.decode().splitlines():
        assert not line.startswith(("FAKE", "{\"seq\"", "b\r")), line
    commands = [
        ["admin", "sessions"], ["admin", "sessions", "--json"], ["admin", "rooms", "--ns", "/chat"], ["admin", "act", "report.list"],
        ["admin", "act", "mute.list"], ["admin", "act", "lock.list"], ["admin", "act", "ban.list"], ["admin", "act", "act.list"],
        ["admin", "audit", "query", "--event", "admin."], ["audit", "query", "--event", "msg.denied", "var/audit"],
        ["audit", "query", "--json", "var/audit"],
        *(["admin", "act", "user.get", f"user={text}"] for text in CORPUS if len(text) < 100 and "\n" not in text),
    ]
    token = gateway.issue("ada", "admin")
    for command in commands:
        where = ["--url", gateway.URL] if command[0] == "admin" else []
        done = await asyncio.create_subprocess_exec(
            gateway.BINARY, *command, *where, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=dict(os.environ, GATEHOUSE_TOKEN=token))
        output, errors = await done.communicate()
        assert done.returncode == 0 or command[2:3] == ["user.get"], f"{command}: {done.returncode} {errors.decode()}"
        clean(output.decode(), " ".join(command))
        clean(errors.decode(), " ".join(command) + ", errors")
        for line in output.decode().splitlines():
            assert not line.startswith(("FAKE", "{\"seq\":1,\"event\":\"x\"")), f"{command}: {line}"
    await pages(reports)
    for client in clients:
        await client.close()
    await mo.close()
    for name in ["admin.note.add", "admin.user.mute", "admin.ban.add", "report.received", "admin.report.claim", "admin.announce"]:
        gateway.note("event", name)


SCENARIOS = {"fields": fields}

if __name__ == "__main__":
    gateway.run(SCENARIOS, limit=240)
