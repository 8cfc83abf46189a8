// What the official JavaScript client must see, whatever its transport. `runCases(io, url, transport)` gives [{name, error}].
// No case waits for time to pass: each waits for what must happen, and the page as a whole has a deadline.

const TRANSPORTS = { websocket: ["websocket"], polling: ["polling"], upgrade: ["polling", "websocket"] };

function same(actual, expected, what) {
    const [a, e] = [JSON.stringify(plain(actual)), JSON.stringify(plain(expected))];
    if (a !== e) throw new Error(`${what || "value"}: got ${a}, expected ${e}`);
}

// Bytes compare as arrays of numbers, and must have come as bytes.
function plain(value) {
    if (value instanceof ArrayBuffer) return { bytes: Array.from(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { bytes: Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    if (Array.isArray(value)) return value.map(plain);
    if (value && typeof value === "object") return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
    return value;
}

function once(emitter, event) {
    return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}

function numbers(length, seed) {
    return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
}

const cases = {
    "connects, and its auth payload arrives": async ({ open, transport }) => {
        const socket = open("/", { auth: { token: "abc", nested: { list: [1, null] } } });
        const [[auth]] = await Promise.all([once(socket, "auth"), once(socket, "connect")]);
        same(auth, { token: "abc", nested: { list: [1, null] } });
        same(typeof socket.id, "string");
        if (transport === "upgrade") await upgraded(socket);
        same(socket.io.engine.transport.name, transport === "polling" ? "polling" : "websocket");
    },

    "gets its arguments back, in an event and in an ack": async ({ joined }) => {
        const socket = await joined("/");
        const args = [1, "2", { 3: [true, null, 1.5] }, "\u2028 \u{1F600} \u0000 \u001e", [], {}];
        const back = once(socket, "message-back");
        socket.emit("message", ...args);
        same(await back, args);
        const acked = new Promise((resolve) => socket.emit("message-with-ack", ...args, (...answer) => resolve(answer)));
        same(await acked, args);
        same(await socket.timeout(3000).emitWithAck("message-with-ack", "x"), "x");
    },

    "gets binary back, in an event and in an ack": async ({ joined }) => {
        const socket = await joined("/");
        const args = [numbers(3, 1), { deep: [numbers(70000, 2), "text", numbers(0, 0)] }];
        const back = once(socket, "message-back");
        socket.emit("message", ...args);
        same(await back, args);
        const acked = new Promise((resolve) => socket.emit("message-with-ack", ...args, (...answer) => resolve(answer)));
        same(await acked, args);
    },

    "gets many messages back in order, while the transport changes": async ({ open }) => {
        const socket = open("/");
        const got = [];
        const all = new Promise((resolve) => socket.on("message-back", (n, bytes) => {
            got.push([n, bytes && bytes.byteLength]);
            if (got.length === 400) resolve();
        }));
        const sent = [];
        for (let n = 0; n < 400; n++) {
            const bytes = n % 7 === 0 ? numbers(n, n) : undefined;
            socket.emit("message", n, ...(bytes ? [bytes] : []));
            sent.push([n, bytes && bytes.byteLength]);
            if (n % 50 === 0) await once(socket, "message-back");
        }
        await all;
        same(got, sent);
    },

    "gets a message of half a megabyte back": async ({ joined }) => {
        const socket = await joined("/");
        const text = "0123456789abcdef".repeat(32768);
        same((await socket.emitWithAck("message-with-ack", text)) === text, true);
    },

    "joins a second namespace, and is refused an unknown one": async ({ joined, open }) => {
        const main = await joined("/");
        const custom = open("/custom", { manager: main.io, auth: { a: 1 } });
        same(await once(custom, "auth"), [{ a: 1 }]);
        const unknown = open("/random", { manager: main.io });
        const [error] = await once(unknown, "connect_error");
        same(error.message, "Invalid namespace");
        custom.disconnect();
        same(await main.emitWithAck("message-with-ack", "still here"), "still here");
    },

    "hears what is said in its room, and nothing else": async ({ joined }) => {
        const [speaker, member, stranger] = await Promise.all([joined("/clients"), joined("/clients"), joined("/clients")]);
        const room = "room " + speaker.id;
        for (const socket of [speaker, member]) await socket.emitWithAck("join", room);
        await stranger.emitWithAck("join", room + " next door");
        const heard = { speaker: [], stranger: [] };
        speaker.on("said", (...args) => heard.speaker.push(args));
        stranger.on("said", (...args) => heard.stranger.push(args));
        const said = once(member, "said");
        speaker.emit("say", room, "hello", numbers(5, 9));
        same(await said, ["hello", numbers(5, 9)]);
        // A question comes after whatever was said, so nothing said can still be under way.
        for (const socket of [speaker, stranger]) socket.on("question", (answer) => answer("none"));
        await speaker.emitWithAck("ask", room);
        await stranger.emitWithAck("ask", room + " next door");
        same(heard, { speaker: [], stranger: [] });
    },

    "answers what the server asks": async ({ joined }) => {
        const [asker, member] = await Promise.all([joined("/clients"), joined("/clients")]);
        const room = "room " + asker.id;
        for (const socket of [asker, member]) await socket.emitWithAck("join", room);
        asker.on("question", (text, answer) => answer("a " + text));
        member.on("question", (text, answer) => answer("b " + text, { ok: true }));
        const answers = await asker.emitWithAck("ask", room, "why");
        same(answers.sort(), [["a why"], ["b why", { ok: true }]]);
    },

    "is put out of a namespace, and stays out until it comes back itself": async ({ joined }) => {
        const socket = await joined("/clients");
        const gone = once(socket, "disconnect");
        socket.emit("leave me");
        same((await gone)[0], "io server disconnect");
        same(socket.active, false);
        socket.connect();
        await once(socket, "connect");
    },

    "comes back by itself after a close that invites it to": async ({ joined, watcher }) => {
        const left = await watcher();
        const socket = await joined("/clients");
        const id = socket.id;
        const gone = once(socket, "disconnect");
        const notice = once(socket, "system.closed");
        const back = once(socket, "connect");
        socket.emit("drop me");
        same((await notice)[0], { code: "overload", retry: 0 });
        same((await gone)[0], "transport close");
        same(socket.active, true);
        await back;
        same(socket.id === id, false, "the same id");
        same(await left(id), "forced server close");
    },

    "stays away after a close that forbids it to come back": async ({ joined, watcher }) => {
        const left = await watcher();
        const socket = await joined("/clients");
        const id = socket.id;
        const gone = once(socket, "disconnect");
        const notice = once(socket, "system.closed");
        socket.emit("banish me");
        same((await notice)[0], { code: "kicked", retry: false });
        same((await gone)[0], "io server disconnect");
        same(socket.active, false);
        same(await left(id), "forced server close");
    },

    "leaves, and the server knows why": async ({ joined, watcher }) => {
        const left = await watcher();
        const [leaver, closer] = await Promise.all([joined("/clients"), joined("/clients")]);
        const ids = [leaver.id, closer.id];
        const gone = once(leaver, "disconnect");
        leaver.disconnect();
        same((await gone)[0], "io client disconnect");
        same(await left(ids[0]), "client namespace disconnect");
        closer.io.engine.close();
        same(await left(ids[1]), "transport close");
    },

    "stays through three heartbeats": async ({ joined }) => {
        const socket = await joined("/");
        let lost = null;
        socket.on("disconnect", (reason) => { lost = reason; });
        for (let n = 0; n < 3; n++) await once(socket.io, "ping");
        same(await socket.emitWithAck("message-with-ack", "alive"), "alive");
        same(lost, null);
    },
};

function upgraded(socket) {
    const engine = socket.io.engine;
    return engine.transport.name === "websocket" ? Promise.resolve() : once(engine, "upgrade");
}

async function runCases(io, url, transport, report) {
    for (const [name, body] of Object.entries(cases)) {
        const managers = new Set();
        const open = (namespace, { manager, auth } = {}) => {
            const by = manager || new io.Manager(url, {
                transports: TRANSPORTS[transport], reconnectionDelay: 10, reconnectionDelayMax: 20, timeout: 5000, autoConnect: false,
            });
            managers.add(by);
            const socket = by.socket(namespace, { auth: auth || {} });
            if (!manager) by.open();
            socket.connect();
            return socket;
        };
        const joined = async (namespace) => {
            const socket = open(namespace);
            await Promise.all([once(socket, "connect"), once(socket, "auth")]);
            if (transport === "upgrade") await upgraded(socket);
            return socket;
        };
        // Tells why a client left, by what the server told the room of those who want to know.
        const watcher = async () => {
            const socket = await joined("/clients");
            const known = new Map();
            socket.on("left", (id, reason) => known.set(id, reason));
            await socket.emitWithAck("join", "watchers");
            return async (id) => {
                while (!known.has(id)) await once(socket, "left");
                return known.get(id);
            };
        };
        let error = null;
        let deadline;
        const late = new Promise((_, reject) => { deadline = setTimeout(() => reject(new Error("took too long")), 10000); });
        try {
            await Promise.race([body({ open, joined, watcher, transport }), late]);
        } catch (thrown) {
            error = String(thrown);
        }
        clearTimeout(deadline);
        for (const manager of managers) {
            manager.reconnection(false);
            for (const socket of Object.values(manager.nsps)) socket.removeAllListeners().disconnect();
            if (manager.engine) manager.engine.close();
        }
        await report({ name, error });
    }
}

if (typeof module !== "undefined") module.exports = { runCases, cases };
