"""Two nodes over a real Redis, and what clients see when a node or Redis fails: `cluster.py [NAME...]`.

Each scenario says what the article "Several nodes" promises, with the figures that it measured (`figure ...`). STALL is how long Redis hangs,
in seconds: 9 by default, which is longer than all limits; the figures of the article are with 30.
"""

import asyncio
import os
import shutil
import subprocess
import time

import nodes
from nodes import CHAT, Refused, Site, connect, free_port, run, staff, token, until, user

STALL = float(os.environ.get("STALL", "9"))
ROOM = "lobby:tea"


# What the environment says to the tests is not for commands.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("GATEHOUSE_")}


def figure(*words):
    print("figure", *words, flush=True)


class Talk:
    """Clients on both nodes that talk all the time: what they were answered, and what they heard."""

    def __init__(self, one, two):
        self.places = {"one": one, "two": two}
        self.clients, self.heard, self.times = {}, {}, {}
        self.sent = {name: [] for name in self.places}
        self.slowest, self.failed = 0.0, []
        self.tasks = []

    async def __aenter__(self):
        for name, place in self.places.items():
            for role in ("speaker", "listener"):
                client = await connect(place, token(f"{role}-{name}"))
                await client.join(ROOM)
                self.clients[role, name] = client
            self.heard[name], self.times[name] = [], []
            self.clients["listener", name].listener = lambda values, name=name: self.hear(name, values)
        self.tasks = [asyncio.create_task(self.talk(name)) for name in self.places]
        return self

    def hear(self, name, values):
        if values[0] == "message":
            self.heard[name].append(values[1]["message"])
            self.times[name].append(time.monotonic())

    async def talk(self, name):
        client = self.clients["speaker", name]
        client.listener = lambda _: None
        for number in range(1_000_000):
            text = f"{name} {number}"
            began = time.monotonic()
            try:
                self.sent[name].append(text)
                await client.say(ROOM, text, within=5)
            except Exception as error:
                self.failed.append(f"{text}: {error!r}")
                return
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(0.02)

    async def __aexit__(self, kind, *_):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for client in self.clients.values():
            client.close()

    def of(self, speaker, listener):
        return [text for text in self.heard[listener] if text.startswith(speaker + " ")]

    async def across(self, since):
        """Both nodes hear a message of the other that was sent from now on; how long after `since`."""
        marks = {name: len(self.sent[name]) for name in self.places}
        for speaker, listener in (("one", "two"), ("two", "one")):
            try:
                await until(
                    f"a message of {speaker} on {listener}",
                    lambda: any(int(text.split()[1]) >= marks[speaker] for text in self.of(speaker, listener)[-200:]), within=40)
            except AssertionError as error:
                counts = {name: (len(self.sent[name]), marks[name], len(self.of(name, "one")), len(self.of(name, "two"))) for name in self.places}
                raise AssertionError(f"{error}; sent, sent before, heard on one and two: {counts}; failed: {self.failed}") from None
        return time.monotonic() - since

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def judge(self, *, may_lose):
        """Local delivery is whole and prompt; nothing came twice or out of order; how many were lost between the nodes."""
        assert not self.failed, self.failed
        lost = 0
        for speaker in self.places:
            for listener in self.places:
                heard = self.of(speaker, listener)
                numbers = [int(text.split()[1]) for text in heard]
                assert numbers == sorted(set(numbers)), f"{speaker} to {listener}: twice, or out of order"
                sent = self.sent[speaker]
                # The last one may have been under way when the talk ended.
                missing = len(set(sent[:-1]) - set(heard))
                if speaker == listener:
                    assert missing == 0, f"{missing} of {len(sent)} were lost on one node"
                else:
                    lost += missing
        assert may_lose or lost == 0, f"{lost} messages were lost"
        for (role, name), client in self.clients.items():
            assert not client.gone.done(), f"{role} of {name} has lost its connection"
        return lost


async def revoked_while_away():
    """A user's token is revoked while his node is dead: on the other one he is refused, and another user goes on where he was."""
    with Site() as site:
        one, two = site.node("one"), site.node("two")
        await site.joined(one, two)
        boss, bob = await staff(two), await connect(two, token("bob"))
        tokens = {name: token(name) for name in ("alice", "carol")}
        lost = {name: await connect(one, tokens[name]) for name in tokens}
        for client in (bob, *lost.values()):
            await client.join(ROOM)
        await bob.say(ROOM, "before")
        for client in lost.values():
            assert (await client.event("message"))["message"] == "before"
            assert client.pid and client.offset
        # The rooms of a session are in Redis a moment after they have changed.
        await until("the sessions", lambda: nodes_sessions(site) >= 2)
        one.kill()
        await bob.say(ROOM, "missed")
        answer = await boss.act("token.revoke", user=user("alice"))
        assert answer.get("status") != "error", answer
        try:
            await connect(two, tokens["alice"], last=lost["alice"])
            raise AssertionError("a revoked token was let in")
        except Refused as refusal:
            assert refusal.code == "token_revoked", refusal.payload
            assert refusal.payload["data"].get("decision"), refusal.payload
        carol = await connect(two, tokens["carol"], last=lost["carol"])
        assert carol.sid == lost["carol"].sid, "carol was not recovered"
        assert (await carol.event("message"))["message"] == "missed"
        # And the node that starts again knows it before it lets anyone in.
        again = site.node("one")
        try:
            await until_let_in(again, tokens["alice"])
            raise AssertionError("a revoked token was let in by the node that was away")
        except Refused as refusal:
            assert refusal.code == "token_revoked", refusal.payload


def nodes_sessions(site):
    """How many sessions in Redis know a room."""
    keys = [key for key in site.redis.command("KEYS", "*:session:*").splitlines() if key]
    return sum(ROOM in site.redis.command("GET", key) for key in keys)


async def until_let_in(node, auth_token):
    """Connects as soon as the node takes connections at all."""
    for _ in range(400):
        try:
            return await connect(node, auth_token)
        except Refused as refusal:
            if refusal.code != "unavailable":
                raise
        await asyncio.sleep(0.05)
    raise AssertionError("the node lets nobody in")


async def presence_of_the_dead():
    """A node is killed with -9: its users are gone from the presence of the others within 15 s, and not before its time is over."""
    with Site() as site:
        one, two = site.node("one"), site.node("two")
        await site.joined(one, two)
        alice, bob = await connect(one, token("alice")), await connect(two, token("bob"))
        for client in (alice, bob):
            await client.join(ROOM)

        async def there():
            answer = await bob.ask("presence", {"room": ROOM})
            return sorted(found["sub"] for found in answer["users"])

        async def both():
            return await there() == ["alice", "bob"]

        async def alone():
            return await there() == ["bob"]

        await until("both", both)
        # Who was not told of yet has not left either.
        while not any(found["sub"] == "alice" for found in (await bob.event("presence.changes"))["joined"]):
            pass
        began = time.monotonic()
        one.kill()
        asked = await until("alice is gone from answers", alone, within=15)
        while True:
            changes = await bob.event("presence.changes", within=15)
            if any(found["sub"] == "alice" for found in changes["left"]):
                break
        told = time.monotonic() - began
        assert told <= 15, told
        figure(f"presence: asked {asked:.1f} s, told {told:.1f} s after kill -9")


async def queued_mute(boss):
    """A member of staff mutes eve while the other nodes cannot be told; how long the answer took, in seconds."""
    asked = time.monotonic()
    answer = await boss.act("user.mute", user=user("eve"), duration_s=600)
    assert answer.get("cluster") == "queued", answer
    return time.monotonic() - asked


async def is_muted(boss):
    return any(item["user"]["sub"] == "eve" for item in (await boss.ask("mute.list", {}))["items"])


def total(metric, *places):
    return sum(place.metric(metric) for place in places)


async def redis_killed():
    """Redis is killed with -9 under load and comes back empty: no client notices on its own node; between the nodes what was under way is lost."""
    with Site() as site:
        one, two = site.node("one", "--cluster-required"), site.node("two", "--cluster-required")
        await site.joined(one, two)
        async with Talk(one, two) as talk:
            await talk.across(time.monotonic())
            boss = await staff(one)
            site.redis.kill()
            noticed = await until("readiness says no", lambda: not one.ready())
            await queued_mute(boss)
            late = await connect(two, token("late"))
            await late.join(ROOM)
            await late.say(ROOM, "two -1")
            late.close()
            await asyncio.sleep(3)
            backlog = one.metric("gatehouse_cluster_backlog")
            assert 0 < backlog <= 10_000, backlog
            began = time.monotonic()
            site.redis.start()
            across = await talk.across(began)
            ready = await until("both are ready", lambda: one.ready() and two.ready())
            boss_two = await staff(two)

            act = await until("the act of the outage on the other node", lambda: is_muted(boss_two))
            await asyncio.sleep(1)
            await talk.stop()
            await asyncio.sleep(1)
            talk.heard["two"] = [text for text in talk.heard["two"] if text != "two -1"]
            talk.heard["one"] = [text for text in talk.heard["one"] if text != "two -1"]
            lost = talk.judge(may_lose=True)
            unanswered = total("gatehouse_cluster_unanswered_total", one, two)
            dropped = total("gatehouse_cluster_dropped_total", one, two)
            assert lost <= unanswered and dropped == 0, (lost, unanswered, dropped)
            figure(
                f"redis killed: noticed {noticed * 1000:.0f} ms; slowest ack {talk.slowest * 1000:.0f} ms; across again {across:.1f} s and ready "
                f"{ready:.1f} s later, act {act:.1f} s; {lost} of {sum(map(len, talk.sent.values()))} messages lost between the nodes")


async def redis_stalled():
    """Redis hangs under load: as when it is killed, but it is noticed later; nothing waits for it."""
    with Site() as site:
        one, two = site.node("one", "--cluster-required"), site.node("two", "--cluster-required")
        await site.joined(one, two)
        async with Talk(one, two) as talk:
            await talk.across(time.monotonic())
            boss = await staff(one)
            began = time.monotonic()
            site.redis.stall()
            act = await queued_mute(boss)
            assert act < 4, act
            noticed = await until("readiness says no", lambda: not one.ready(), within=8)
            asked = time.monotonic()
            answer = await boss.ask("stats", {})
            stats = time.monotonic() - asked
            assert stats < 4 and answer["cluster"]["silent_nodes"] == ["two"], answer["cluster"]
            await asyncio.sleep(max(0, STALL - (time.monotonic() - began)))
            backlog = one.metric("gatehouse_cluster_backlog")
            assert backlog <= 10_000, backlog
            began = time.monotonic()
            site.redis.proceed()
            across = await talk.across(began)
            await until("both are ready", lambda: one.ready() and two.ready())
            await asyncio.sleep(1)
            await talk.stop()
            await asyncio.sleep(1)
            lost = talk.judge(may_lose=True)
            unanswered = total("gatehouse_cluster_unanswered_total", one, two)
            assert lost <= unanswered, (lost, unanswered)
            figure(
                f"redis stalled {STALL:.0f} s: noticed {noticed:.1f} s; slowest ack {talk.slowest * 1000:.0f} ms; act queued {act:.1f} s; "
                f"stats {stats:.1f} s; backlog {backlog}; across again {across:.1f} s later; {lost} of "
                f"{sum(map(len, talk.sent.values()))} messages lost between the nodes ({unanswered} unanswered)")


async def redis_full():
    """Redis is out of memory and evicts nothing: it answers, so the nodes stay ready; what needs room there is refused and counted."""
    with Site("--maxmemory-policy", "noeviction") as site:
        one, two = site.node("one", "--cluster-required"), site.node("two", "--cluster-required")
        await site.joined(one, two)
        async with Talk(one, two) as talk:
            await talk.across(time.monotonic())
            boss = await staff(one)
            # `CONFIG SET` takes a limit below what is used.
            assert site.redis.command("CONFIG", "SET", "maxmemory", "100kb") == "OK"
            act = await queued_mute(boss)
            assert act < 4, act
            await until("errors are counted", lambda: one.metric("gatehouse_cluster_errors_total") > 10)
            # Longer than a node lives on without a heartbeat.
            await asyncio.sleep(8)
            assert one.ready() and two.ready(), "a node is not ready"
            late = await connect(two, token("late"))
            await late.join(ROOM)
            late.close()
            answer = await boss.ask("stats", {})
            assert answer["cluster"]["silent_nodes"] == [] and len(answer["cluster"]["nodes"]) == 2, answer["cluster"]
            began = time.monotonic()
            site.redis.command("CONFIG", "SET", "maxmemory", "0")
            across = await talk.across(began)
            boss_two = await staff(two)

            await until("the act of the outage on the other node", lambda: is_muted(boss_two))
            later = time.monotonic() - began
            await talk.stop()
            await asyncio.sleep(1)
            lost = talk.judge(may_lose=True)
            refused = total("gatehouse_cluster_errors_total", one, two)
            assert 0 < lost <= refused, (lost, refused)
            figure(
                f"redis full: slowest ack {talk.slowest * 1000:.0f} ms; act queued {act:.1f} s; across again {across:.1f} s and the act {later:.1f} s "
                f"later; {lost} messages lost between the nodes, {refused} errors counted")


async def password_changed():
    """The password is changed: connections go on; new ones are refused until the file has the new password, and no node starts again for it."""
    with Site("--requirepass", "old") as site:
        site.redis.password = "old"
        site.write("password", "old\n")
        options = ("--cluster-required", "--cluster-password-file", "password")
        one, two = site.node("one", *options), site.node("two", *options)
        await site.joined(one, two)
        async with Talk(one, two) as talk:
            await talk.across(time.monotonic())
            boss = await staff(one)
            assert site.redis.command("CONFIG", "SET", "requirepass", "new") == "OK"
            site.redis.password = "new"
            # Redis asks for it at the next connection only.
            await talk.across(time.monotonic())
            assert one.ready() and two.ready()
            site.redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            site.redis.command("CLIENT", "KILL", "TYPE", "pubsub")
            await until("readiness says no", lambda: not one.ready() and not two.ready())
            await queued_mute(boss)
            await asyncio.sleep(2)
            assert not one.ready()
            # In a thread: the speakers' own deadlines pass while the loop stands still.
            status = await asyncio.to_thread(
                subprocess.run,
                [nodes.BINARY, "cluster", "status", "--cluster", site.redis.url, "--cluster-password-file", "password"],
                cwd=site.directory, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)
            assert status.returncode != 0 and "old" not in status.stdout + status.stderr, status
            assert "old" not in one.log.read_text().split("listening on")[1], "the password is in the log"
            site.write("password", "new\n")
            began = time.monotonic()
            across = await talk.across(began)
            await until("both are ready", lambda: one.ready() and two.ready())
            await asyncio.sleep(0.5)
            await talk.stop()
            await asyncio.sleep(1)
            lost = talk.judge(may_lose=True)
            figure(
                f"password changed: slowest ack {talk.slowest * 1000:.0f} ms; across again {across:.1f} s after the file was; {lost} of "
                f"{sum(map(len, talk.sent.values()))} messages lost between the nodes")


async def policies_together():
    """`policy reload --cluster`: all nodes take new files, or none does, though a changed file alone is not read."""
    with Site() as site:
        shutil.copytree(site.directory / "policies", site.directory / "policies-two")
        one, two = site.node("one", "--no-policy-watch"), site.node("two", "--no-policy-watch", policies="policies-two")
        await site.joined(one, two)
        guest = await connect(two, token("guest"))
        chat = CHAT.replace("revision: 1", "revision: 2").replace(
            'send: { allow: [{ id: send.all, event: "**" }] }',
            'send: { allow: [{ id: send.room, event: join }, { id: send.all, event: "**", when: { roles: { any_of: [admin] } } }] }')
        assert "send.room" in chat

        def reload():
            return subprocess.run(
                [nodes.BINARY, "policy", "reload", "--cluster", "--reason", "test", "--url", f"http://127.0.0.1:{one.port}"],
                cwd=site.directory, env=ENVIRONMENT | {"GATEHOUSE_TOKEN": token("boss", "admin")}, capture_output=True, text=True, timeout=60)

        site.write("policies/chat.yaml", chat)
        site.write("policies-two/chat.yaml", chat + "mistake: 1\n")
        done = await asyncio.to_thread(reload)
        assert done.returncode == 1 and "two" in done.stderr and "mistake" in done.stderr, done
        await guest.join(ROOM)
        await guest.say(ROOM, "as before")
        boss = await staff(one)
        assert (await boss.ask("policy.status", {}))["generation"] == 1
        site.write("policies-two/chat.yaml", chat)
        done = await asyncio.to_thread(reload)
        assert done.returncode == 0 and "in force: generation 2" in done.stdout and "two: generation 2" in done.stdout, done
        assert (await guest.ask("message", {"room": ROOM, "message": "now"}))["code"] == "forbidden"


async def other_kinds():
    """A Redis Cluster and a Sentinel are refused at the start, in words."""
    with Site() as site:
        place, port = site.directory / "sentinel.conf", free_port()
        place.write_text(f"port {port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {site.redis.port} 1\n")
        site.others.append(subprocess.Popen(
            ["redis-server", str(place), "--sentinel"], cwd=site.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        cluster = nodes.Redis(site.directory, "--cluster-enabled", "yes", "--cluster-port", str(free_port()))
        site.others.append(cluster.process)
        await until("the Sentinel", lambda: "sentinel" in subprocess.run(
            ["redis-cli", "-p", str(port), "INFO", "server"], capture_output=True, text=True, timeout=10).stdout)
        for url, word in ((cluster.url, "Redis Cluster"), (f"redis://127.0.0.1:{port}", "Sentinel")):
            done = await asyncio.to_thread(
                subprocess.run,
                [nodes.BINARY, "serve", "--http", "--port", "0", "--monitoring", "off", "--var", "var", "--cluster", url],
                cwd=site.directory, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)
            assert done.returncode == 78 and word in done.stderr, (word, done)


run({
    "revoked-while-away": revoked_while_away, "presence-of-the-dead": presence_of_the_dead, "redis-killed": redis_killed,
    "redis-stalled": redis_stalled, "redis-full": redis_full, "password-changed": password_changed, "policies-together": policies_together,
    "other-kinds": other_kinds,
})
