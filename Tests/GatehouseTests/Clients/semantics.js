// What the official JavaScript client must see of answers, errors and refusals, row by row of "Gateway semantics" in the protocol's
// specification; the cases are those of semantics.py.

// Event, arguments, ack (undefined: an empty one) and what the event `reply` brings.
const RETURNS = [
    ["void", [{}], undefined], ["void.async", [{}], undefined], ["void.plain", [], undefined], ["void.plain.async", [], undefined],
    ["nil", [{}], undefined], ["some", [{}], 7], ["false", [{}], false], ["zero", [{}], 0], ["empty", [], ""],
    ["list.async", [{}], [1, 2]], ["event", [{}], undefined, [1]], ["event.async", [{}], undefined, [2]],
    ["event.plain", [], undefined, [3]], ["event.plain.async", [], undefined, [4]],
];

const ask = (socket, event, ...args) => socket.timeout(5000).emitWithAck(event, ...args);

// Everything that comes until an answer does, which comes after it.
async function until(socket, run) {
    const came = [];
    const keep = (...event) => came.push(event);
    socket.onAny(keep);
    await run();
    same(await ask(socket, "zero", {}), 0);
    socket.offAny(keep);
    return came;
}

const cases = {
    "GW-05: gets one ack with the value, or an empty one": async (socket) => {
        for (const [event, args, ack, reply] of RETURNS) {
            const came = await until(socket, async () => same([await ask(socket, event, ...args)], [ack]));
            same(came, reply ? [["reply", ...reply]] : []);
        }
    },

    "GW-05: gets no value that it did not ask for, and every reply": async (socket) => {
        for (const [event, args, , reply] of RETURNS) {
            const came = await until(socket, async () => socket.emit(event, ...args));
            same(came, reply ? [["reply", ...reply]] : []);
        }
    },

    "GW-05: gets an error in the ack, or else as an exception": async (socket) => {
        const answer = await ask(socket, "fail", {});
        same([answer.status, answer.code, typeof answer.decision], ["error", "app.thrown", "string"]);
        const [[event, error]] = await until(socket, async () => socket.emit("fail", {}));
        same([event, error.code, error.cause.pattern], ["exception", "app.thrown", "fail"]);
    },

    "GW-04: is told when the arguments are not those of the handler": async (socket) => {
        for (const [event, args] of [["zero", []], ["zero", [{}, {}]], ["zero", [1]], ["zero", [null]], ["empty", [{}]]]) {
            same((await ask(socket, event, ...args)).code, "invalid");
        }
    },

    "GW-06: is told that nobody handles an event": async (socket) => {
        same((await ask(socket, "nobody", {})).code, "forbidden");
        const [[event, error]] = await until(socket, async () => socket.emit("nobody"));
        same([event, error.code, error.cause.pattern], ["exception", "forbidden", "nobody"]);
    },

    "MDL-23: gets a stream's first value as the ack, and the others as events": async (socket) => {
        const values = await until(socket, async () => same(await ask(socket, "count", 3), 1));
        same(values, [["count", 2], ["count", 3]]);
        const replies = await until(socket, async () => same([await ask(socket, "replies", 2)], [undefined]));
        same(replies, [["reply", 1], ["reply", 2]]);
    },

    "GW-02: is refused before its CONNECT is acknowledged": async (socket) => {
        const error = await socket.again("not a token").then(() => null, (error) => error);
        same([error.message !== undefined, error.data.code, typeof error.data.decision], [true, "unauthorized", "string"]);
    },

    "GW-01: goes through guards, interceptors, pipes and handler": async (socket) => same(await ask(socket, "go", { value: "v" }), "done"),
};
