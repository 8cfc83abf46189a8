// Written by .ci/console from Site/console/socketio.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleSocketioJs = EmbeddedFile("socketio.js", #"""
// A Socket.IO 5 client over WebSocket alone (Engine.IO 4): one namespace, events, acks with timeouts, heartbeats, reconnects with backoff.

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const CONNECT_LIMIT = 10_000;
const ACK_LIMIT = 15_000;

// Why a CONNECT is refused for good: the same token is refused again.
const FINAL_REFUSALS = new Set(["unauthorized", "token_expired", "token_revoked", "forbidden", "banned"]);

/** A refusal by the server, or a failure on the way. `code` is stable, `message` is the server's. */
export class RequestError extends Error {
  constructor(code, message, details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The parts of a Socket.IO packet without attachments: `<type>[/namespace,][id][json]`. Null where it is none. */
export function decodePacket(text) {
  const type = text.charCodeAt(0) - 48;
  if (!(type >= 0 && type <= 4)) return null;
  let at = 1;
  let namespace = "/";
  if (text[at] === "/") {
    const comma = text.indexOf(",", at);
    namespace = text.slice(at, comma < 0 ? text.length : comma).split("?")[0];
    at = comma < 0 ? text.length : comma + 1;
  }
  const digits = /^[0-9]{1,15}/.exec(text.slice(at, at + 15));
  const id = digits ? Number(digits[0]) : undefined;
  if (digits) at += digits[0].length;
  const rest = text.slice(at);
  try {
    return { type, namespace, id, data: rest === "" ? undefined : JSON.parse(rest) };
  } catch {
    return null;
  }
}

export function encodePacket(type, namespace, id, data) {
  const place = namespace === "/" ? "" : namespace + ",";
  return `${type}${place}${id ?? ""}${data === undefined ? "" : JSON.stringify(data)}`;
}

/** Milliseconds before the next try: doubled each time, and spread so that clients of a restarted server do not come at once. */
export function backoff(attempt, random = Math.random()) {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt, 16)) * (0.5 + random / 2);
}

/**
 * States, given to `onState(state, detail)`:
 * `connecting`; `connected`; `waiting` with `{ delay, reason }` before the next try; `refused` with a RequestError, and `closed`, are final.
 */
export class SocketIO {
  constructor({ url, namespace, auth, onState = () => {}, onEvent = () => {} }) {
    Object.assign(this, { url, namespace, auth, onState, onEvent });
    this.acks = new Map();
    this.nextID = 0;
    this.attempt = 0;
    this.state = "closed";
    this.socket = null;
    this.timers = {};
    this.closing = null;
  }

  connect() {
    this.#clear("retry");
    this.closing = null;
    this.#enter("connecting");
    const address = new URL(this.url);
    address.searchParams.set("EIO", "4");
    address.searchParams.set("transport", "websocket");
    let socket;
    try {
      socket = new WebSocket(address);
    } catch (error) {
      return this.#retry(error.message);
    }
    this.socket = socket;
    this.#after("connect", CONNECT_LIMIT, () => this.#lost("timeout"));
    socket.onmessage = (message) => { if (socket === this.socket) this.#engine(message.data); };
    socket.onclose = () => { if (socket === this.socket) this.#lost("connection"); };
    socket.onerror = () => {};
  }

  /** Leaves for good. */
  close() {
    if (this.state === "connected") this.#send(encodePacket(1, this.namespace));
    this.#drop();
    this.#enter("closed");
  }

  /** Sends an event; resolves with the ack's value, rejects with a RequestError. */
  ask(event, payload, limit = ACK_LIMIT) {
    if (this.state !== "connected") return Promise.reject(new RequestError("not_connected", "There is no connection"));
    const id = this.nextID++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.acks.delete(id);
        reject(new RequestError("no_answer", "The server has not answered in time"));
      }, limit);
      this.acks.set(id, { resolve, reject, timer });
      this.#send(encodePacket(2, this.namespace, id, [event, payload]));
    });
  }

  #engine(frame) {
    if (typeof frame !== "string") return;
    const rest = frame.slice(1);
    switch (frame[0]) {
      case "0": return this.#opened(rest);
      case "1": return this.#lost("server");
      case "2":
        this.socket?.send("3" + rest);
        return this.#expectPing();
      case "4": return this.#packet(decodePacket(rest));
    }
  }

  #opened(text) {
    let handshake = {};
    try { handshake = JSON.parse(text); } catch { return this.#lost("protocol"); }
    this.silence = (handshake.pingInterval ?? 25_000) + (handshake.pingTimeout ?? 20_000);
    this.#expectPing();
    this.#send(encodePacket(0, this.namespace, undefined, this.auth));
  }

  #packet(packet) {
    if (!packet || packet.namespace !== this.namespace) return;
    switch (packet.type) {
      case 0:
        this.#clear("connect");
        this.attempt = 0;
        return this.#enter("connected");
      case 1: return this.#lost("server");
      case 2: {
        if (!Array.isArray(packet.data)) return;
        const [event, ...values] = packet.data;
        if (event === "system.closed") this.closing = values[0] ?? null;
        return this.onEvent(event, values[0], values);
      }
      case 3: {
        const ack = this.acks.get(packet.id);
        if (!ack) return;
        this.acks.delete(packet.id);
        clearTimeout(ack.timer);
        const value = Array.isArray(packet.data) ? packet.data[0] : undefined;
        if (value?.status === "error") return ack.reject(new RequestError(value.code, value.message, value));
        return ack.resolve(value);
      }
      case 4: {
        const data = packet.data?.data ?? {};
        const error = new RequestError(data.code ?? "refused", packet.data?.message ?? "", data);
        if (!FINAL_REFUSALS.has(error.code)) return this.#lost(error.code, data.retry);
        this.#drop();
        return this.#enter("refused", error);
      }
    }
  }

  #lost(reason, seconds) {
    const closing = this.closing;
    this.#drop();
    if (closing?.retry === false) {
      return this.#enter("refused", new RequestError(closing.code ?? "closed", "The server has closed the session", closing));
    }
    this.#retry(closing?.code ?? reason, seconds ?? (Number(closing?.retry) || undefined));
  }

  #retry(reason, seconds) {
    const delay = seconds === undefined ? backoff(this.attempt) : Math.min(seconds, 600) * 1_000;
    this.attempt += 1;
    this.#enter("waiting", { delay, reason });
    this.#after("retry", delay, () => this.connect());
  }

  #drop() {
    for (const name of Object.keys(this.timers)) this.#clear(name);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const acks = [...this.acks.values()];
    this.acks.clear();
    for (const ack of acks) {
      clearTimeout(ack.timer);
      ack.reject(new RequestError("connection_lost", "The connection was lost before the answer"));
    }
  }

  #expectPing() { this.#after("ping", this.silence, () => this.#lost("silence")); }

  #send(packet) { if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("4" + packet); }

  #enter(state, detail) {
    this.state = state;
    this.onState(state, detail);
  }

  #after(name, delay, body) {
    this.#clear(name);
    this.timers[name] = setTimeout(body, delay);
  }

  #clear(name) {
    clearTimeout(this.timers[name]);
    delete this.timers[name];
  }
}

"""#)
}
