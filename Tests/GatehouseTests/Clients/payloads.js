// What the official JavaScript client must see of payloads and attachments, whatever its transport; the cases are those of payloads.py.

function numbers(length, seed) {
    return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
}

const FILES = [numbers(3, 1), numbers(0, 0), numbers(20000, 2)];

// Event, arguments, ack (undefined: an empty one) and what comes back in the event `got`; left out, both are the arguments.
const dot = { kind: "dot", x: 1, y: 0.5 };
const file = { kind: "file", bytes: FILES[0] };
const SHAPES = [
    ["nothing", [], [undefined], []], ["text", ["room-1"]], ["text", ["é😀\u2028"]], ["integer", [-3]], ["number", [0.25]],
    ["flag", [false]], ["room", ["room-1"]], ["list", [[1, 2, 3]]], ["map", [{ a: 0.5 }]], ["side", ["sell"]], ["drawing", [dot]],
    ["drawing", [{ kind: "file", bytes: FILES[2] }]], ["bytes", [FILES[0]]], ["bytes", [FILES[1]]],
    ["dot", [{ x: 1, y: 0.5, label: "é" }]], ["json", [{ a: [1, null, "b"] }]], ["price", [19.95]], ["wide", ["9007199254740993"]],
    ["moment", ["2026-03-01T12:00:00Z"]], ["ticker", ["ABC"]], ["maybe", [3]], ["maybe", [], [undefined], [null]],
    ["move", [3, 4.5], [{ x: 3, y: 4.5 }]], ["order", ["ABC", dot, "note"], ["note"]],
    ["order", ["ABC", file], [undefined], ["ABC", file, null]],
];

const cases = {
    "gets every shape back in an ack and in an event": async (socket) => {
        for (const [event, sent, ack, got] of SHAPES) {
            for (const form of ["", ".later"]) {
                const came = once(socket, "got");
                same([await socket.timeout(5000).emitWithAck(event + form, ...sent)], ack || [sent[0]]);
                same(await came, got || sent);
            }
        }
    },

    "is told what does not fit": async (socket) => {
        for (const [event, sent, message] of [
            ["integer", ["1"], "$ must be an integer"], ["move", [1, "b"], "1 must be a number"],
            ["move", [1], "$ must have exactly 2 arguments"], ["side", ["hold"], "$ must be one of: buy, sell"],
        ]) {
            const answer = await socket.timeout(5000).emitWithAck(event, ...sent);
            same([answer.code, answer.violations[0].message], ["invalid", message]);
        }
    },

    "gets its bytes back in an ack": async (socket) => same(await call(socket, "echo", { files: FILES }), { files: FILES }),

    "gets its bytes back in an event": async (socket) => {
        const came = once(socket, "replied");
        await call(socket, "reply", { files: FILES });
        same(await came, [{ files: FILES }]);
    },

    "shares its bytes with everyone": async (socket, other) => {
        const came = [socket, other].map((receiver) => once(receiver, "shared"));
        await call(socket, "share", { files: FILES });
        for (const args of await Promise.all(came)) same(args, [{ files: FILES }, FILES[0], "end"]);
    },

    "answers with bytes": async (socket) => {
        socket.on("camera", (answer) => answer({ files: FILES }));
        same(await call(socket, "ask", { files: [] }), { files: FILES });
    },

    "is told what is wrong with its bytes": async (socket) => {
        const answer = await call(socket, "echo", { files: [], cover: new TextEncoder().encode("%PDF-") });
        same([answer.code, answer.violations[0].path], ["invalid", "cover"]);
    },
};
