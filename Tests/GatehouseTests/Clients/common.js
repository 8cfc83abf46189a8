// What the cases of the official JavaScript client share. A file of cases sets `cases`: functions by their names, each called with the
// sockets of the users.

const TRANSPORTS = { websocket: ["websocket"], polling: ["polling"], upgrade: ["polling", "websocket"] };

// Bytes compare as arrays of numbers, and must have come as bytes.
function plain(value) {
    if (value instanceof ArrayBuffer) return { bytes: Array.from(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { bytes: Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    if (Array.isArray(value)) return value.map(plain);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
    return value;
}

function same(actual, expected) {
    const [a, e] = [JSON.stringify(plain(actual)), JSON.stringify(plain(expected))];
    if (a !== e) throw new Error(`got ${a.slice(0, 200)}, expected ${e.slice(0, 200)}`);
}

function once(emitter, event) {
    return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}

async function join(io, url, transport, token) {
    const socket = io(url, { auth: { token }, transports: TRANSPORTS[transport], forceNew: true, reconnection: false });
    socket.again = (other) => join(io, url, transport, other);
    await Promise.race([once(socket, "connect"), once(socket, "connect_error").then(([error]) => { throw error; })]);
    return socket;
}

const call = (socket, event, value) => socket.timeout(5000).emitWithAck(event, value);

async function runCases(io, url, transport, tokens, report) {
    const sockets = [];
    for (const token of tokens) sockets.push(await join(io, url, transport, token));
    for (const [name, run] of Object.entries(cases)) {
        const error = await run(...sockets).then(() => null, (error) => String(error));
        await report({ name, error });
    }
    for (const socket of sockets) socket.close();
}
