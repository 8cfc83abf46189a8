"""Runs python-socketio against the server: `python_client.py EXECUTABLE TRANSPORT`.

Needs `python3 -m pip install "python-socketio[asyncio_client]"`. The cases are those of cases.js, in the words of this client.
"""

import asyncio
import inspect
import sys

import aiohttp  # noqa: F401  (optional to python-socketio, which without it only says that it cannot connect)
import engineio.payload
import socketio

import conformance

# python-engineio takes 16 packets a payload and gives up at one more; the answers to a burst are more than that.
engineio.payload.Payload.max_decode_packets = 1024

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}
# A server under a sanitizer is many times as slow.
WAIT = 20


def same(actual, expected, what="value"):
    if actual != expected:
        raise AssertionError(f"{what}: got {actual!r:.200}, expected {expected!r:.200}")


class Client:
    """One connection in some namespaces; what arrives is kept in queues by event."""

    def __init__(self, url, transport, **options):
        self.url, self.transport = url, transport
        self.io = socketio.AsyncClient(reconnection_delay=0.01, reconnection_delay_max=0.02, **options)
        self.queues = {}

    def queue(self, event):
        return self.queues.setdefault(event, asyncio.Queue())

    async def next(self, event):
        return await self.queue(event).get()

    def listen(self, namespace):
        """Keeps all events of a namespace; the reserved ones do not go to the handler of all."""
        self.io.on("*", lambda event, *args: self.queue(event).put_nowait(list(args)), namespace=namespace)
        for event in ("connect", "disconnect", "connect_error"):
            self.io.on(event, lambda *args, event=event: self.queue(event).put_nowait(list(args)), namespace=namespace)

    async def join(self, *namespaces, auth=None):
        for namespace in namespaces:
            self.listen(namespace)
        await self.io.connect(self.url, auth=auth, transports=TRANSPORTS[self.transport], namespaces=list(namespaces), wait_timeout=WAIT)
        for _ in namespaces:
            await self.next("auth")
        return self


class Cases:
    def __init__(self, url, transport):
        self.url, self.transport = url, transport
        self.clients = []

    def client(self, **options):
        client = Client(self.url, self.transport, **options)
        self.clients.append(client)
        return client

    async def joined(self, namespace="/"):
        return await self.client().join(namespace)

    async def watcher(self):
        watcher = await self.joined("/clients")
        await watcher.io.call("join", "watchers", "/clients")

        async def left(sid):
            while True:
                gone, reason = await watcher.next("left")
                if gone == sid:
                    return reason

        return left

    async def close(self):
        for client in self.clients:
            client.io.reconnection = False
            await client.io.shutdown()
        self.clients = []

    async def connects_and_its_auth_payload_arrives(self):
        client = self.client()
        auth = {"token": "abc", "nested": {"list": [1, None]}}
        client.listen("/")
        await client.io.connect(self.url, auth=auth, transports=TRANSPORTS[self.transport], wait_timeout=WAIT)
        same(await client.next("auth"), [auth])
        same(client.io.transport(), "polling" if self.transport == "polling" else "websocket")

    async def gets_its_arguments_back_in_an_event_and_in_an_ack(self):
        client = await self.joined()
        args = (1, "2", {"3": [True, None, 1.5]}, "\u2028 \U0001F600 \x00 \x1e", [], {})
        await client.io.emit("message", args)
        same(await client.next("message-back"), list(args))
        same(await client.io.call("message-with-ack", args), args)

    async def gets_binary_back_in_an_event_and_in_an_ack(self):
        client = await self.joined()
        args = (b"\x01\x02\x03", {"deep": [bytes(range(256)) * 300, "text", b""]})
        await client.io.emit("message", args)
        same(await client.next("message-back"), list(args))
        same(await client.io.call("message-with-ack", args), args)

    async def gets_many_messages_back_in_order(self):
        client = await self.joined()
        # Ten at a time, since this client posts at most 16 packets in a payload.
        for start in range(0, 400, 10):
            sent = [[n, bytes(n)] if n % 7 == 0 else [n] for n in range(start, start + 10)]
            for args in sent:
                await client.io.emit("message", tuple(args))
            same([await client.next("message-back") for _ in sent], sent)

    async def gets_a_message_of_half_a_megabyte_back(self):
        client = await self.joined()
        text = "0123456789abcdef" * 32768
        same(await client.io.call("message-with-ack", text) == text, True)

    async def joins_two_namespaces_and_is_refused_an_unknown_one(self):
        client = await self.client().join("/", "/custom", auth={"a": 1})
        same(await client.io.call("message-with-ack", "still here"), "still here")
        other = self.client()
        other.listen("/random")
        try:
            await other.io.connect(self.url, transports=TRANSPORTS[self.transport], namespaces=["/random"], wait_timeout=WAIT)
            raise AssertionError("an unknown namespace was joined")
        except socketio.exceptions.ConnectionError:
            pass
        same(await other.next("connect_error"), [{"message": "Invalid namespace"}])

    async def hears_what_is_said_in_its_room_and_nothing_else(self):
        speaker, member, stranger = [await self.joined("/clients") for _ in range(3)]
        room = "room " + speaker.io.get_sid("/clients")
        for client in (speaker, member):
            await client.io.call("join", room, "/clients")
        await stranger.io.call("join", room + " next door", "/clients")
        await speaker.io.emit("say", (room, "hello", b"\x09"), "/clients")
        same(await member.next("said"), ["hello", b"\x09"])
        for client, place in ((speaker, room), (stranger, room + " next door")):
            client.io.on("question", lambda *_: "none", namespace="/clients")
        member.io.on("question", lambda *_: "none", namespace="/clients")
        # A question comes after whatever was said, so nothing said can still be under way.
        same(await speaker.io.call("ask", (room,), "/clients"), [["none"], ["none"]])
        same(await stranger.io.call("ask", (room + " next door",), "/clients"), [["none"]])
        same([speaker.queue("said").qsize(), stranger.queue("said").qsize()], [0, 0])

    async def answers_what_the_server_asks(self):
        asker, member = [await self.joined("/clients") for _ in range(2)]
        room = "room " + asker.io.get_sid("/clients")
        for client in (asker, member):
            await client.io.call("join", room, "/clients")
        asker.io.on("question", lambda text: "a " + text, namespace="/clients")
        member.io.on("question", lambda text: ("b " + text, {"ok": True}), namespace="/clients")
        answers = await asker.io.call("ask", (room, "why"), "/clients")
        same(sorted(answers), [["a why"], ["b why", {"ok": True}]])

    async def is_put_out_of_a_namespace_by_the_server(self):
        client = await self.joined("/clients")
        await client.io.emit("leave me", namespace="/clients")
        same(await client.next("disconnect"), [client.io.reason.SERVER_DISCONNECT])

    async def comes_back_by_itself_after_a_close_that_invites_it_to(self):
        left = await self.watcher()
        client = await self.joined("/clients")
        await client.next("connect")
        sid = client.io.get_sid("/clients")
        await client.io.emit("drop me", namespace="/clients")
        same(await client.next("system.closed"), [{"code": "overload", "retry": 0}])
        if self.transport == "polling":
            # This client takes the packet that ends a polling session for good, as if it had been put out.
            same(await client.next("disconnect"), [client.io.reason.SERVER_DISCONNECT])
            return same(await left(sid), "forced server close")
        same(await client.next("disconnect"), [client.io.reason.TRANSPORT_ERROR])
        await client.next("connect")
        same(client.io.get_sid("/clients") != sid, True)
        same(await left(sid), "forced server close")

    async def stays_away_after_a_close_that_forbids_it_to_come_back(self):
        left = await self.watcher()
        client = await self.joined("/clients")
        sid = client.io.get_sid("/clients")
        await client.io.emit("banish me", namespace="/clients")
        same(await client.next("system.closed"), [{"code": "kicked", "retry": False}])
        same(await client.next("disconnect"), [client.io.reason.SERVER_DISCONNECT])
        same(await left(sid), "forced server close")
        await client.io.wait()

    async def leaves_and_the_server_knows_why(self):
        left = await self.watcher()
        client = await self.joined("/clients")
        sid = client.io.get_sid("/clients")
        # Until its last POST is answered, this client drops what it would send as it leaves.
        await client.io.eio.queue.join()
        await client.io.disconnect()
        same(await client.next("disconnect"), [client.io.reason.CLIENT_DISCONNECT])
        # On a WebSocket this client closes without waiting until its DISCONNECT has left.
        same(await left(sid), "client namespace disconnect" if self.transport == "polling" else "transport close")

    async def stays_through_three_heartbeats(self):
        client = await self.joined()
        pings = asyncio.Queue()
        receive = client.io.eio._receive_packet

        async def counted(packet):
            if packet.packet_type == engineio.packet.PING:
                pings.put_nowait(packet)
            await receive(packet)

        client.io.eio._receive_packet = counted
        for _ in range(3):
            await pings.get()
        same(await client.io.call("message-with-ack", "alive"), "alive")
        same(client.queue("disconnect").qsize(), 0)


async def run(executable, transport):
    report = conformance.Report()
    with conformance.server(executable, "--ping-timeout", "5000") as address:
        cases = Cases(f"http://{address}", transport)
        shared = ("client", "joined", "watcher", "close")
        for name, body in inspect.getmembers(cases, inspect.iscoroutinefunction):
            if name in shared:
                continue
            try:
                await asyncio.wait_for(body(), WAIT)
                report.add(name.replace("_", " "))
            except Exception as error:  # noqa: BLE001  (whatever it is, it is the case that failed)
                report.add(name.replace("_", " "), repr(error))
            await cases.close()
    return report.status


if __name__ == "__main__":
    sys.exit(asyncio.run(run(*sys.argv[1:])))
