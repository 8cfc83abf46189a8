// Who is signed in: the token, the connection to /admin, and what the server says that this person may do.
import { RequestError, SocketIO } from "./socketio.js";
import { Signal } from "./signal.js";

const KEPT = "gatehouse.token";

/** `{ state, detail }`: `out`, or a state of SocketIO. */
export const connection = new Signal({ state: "out" });
/** `{ user, roles, rank, token_exp, verbs }`, of `staff.self`, or as far as the token tells; null when signed out. */
export const self = new Signal(null);
/** `{ path, demo, version }` of the server. */
export let server = { path: "/socket.io/", demo: false, version: "" };

const listeners = new Map();
let client = null;
let token = null;
let isReconnect = false;
/** Verbs that the server has refused as unknown or forbidden. */
const refused = new Map();

export async function describeServer() {
  try {
    const answer = await fetch("server.json", { cache: "no-store" });
    if (answer.ok) server = await answer.json();
  } catch { /* the defaults serve as well; the connection will say what is wrong */ }
}

/** Calls `listener(payload)` for each event of that name; returns how to end that. */
export function on(event, listener) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(listener);
  return () => listeners.get(event)?.delete(listener);
}

/** The claims of a token, unverified: only to greet whoever has it. Null where it is no token. */
export function claimsOf(text) {
  const parts = text.split(".");
  if (parts.length !== 3) return null;
  try {
    const base64 = parts[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

export function signIn(text, { keep = false } = {}) {
  signOutQuietly();
  token = text;
  isReconnect = false;
  refused.clear();
  try {
    if (keep) sessionStorage.setItem(KEPT, text);
    else sessionStorage.removeItem(KEPT);
  } catch { /* then it is in memory only */ }
  client = new SocketIO({
    url: location.origin.replace(/^http/, "ws") + server.path,
    namespace: "/admin",
    auth: { token: text },
    onState: changed,
    onEvent: (event, payload) => {
      for (const listener of listeners.get(event) ?? []) listener(payload);
    },
  });
  client.connect();
}

/** Signs in with the token that this tab keeps, if it does. */
export function resume() {
  let kept = null;
  try { kept = sessionStorage.getItem(KEPT); } catch { /* none */ }
  if (!kept) return false;
  const claims = claimsOf(kept);
  if (!claims || (claims.exp && claims.exp * 1_000 <= Date.now())) {
    forget();
    return false;
  }
  signIn(kept, { keep: true });
  return true;
}

export const keepsToken = () => {
  try { return sessionStorage.getItem(KEPT) !== null; } catch { return false; }
};

export function signOut(detail = null) {
  signOutQuietly();
  forget();
  self.set(null);
  connection.set({ state: "out", detail });
}

function signOutQuietly() {
  const before = client;
  client = null;
  token = null;
  before?.close();
}

function forget() {
  try { sessionStorage.removeItem(KEPT); } catch { /* nothing is kept */ }
}

async function changed(state, detail) {
  if (!client) return;
  if (state === "refused") {
    const wasIn = self.value !== null;
    signOut({ error: detail, wasIn });
    return;
  }
  if (state === "connected") {
    const asked = client;
    const known = await whoAmI();
    if (asked !== client || client.state !== "connected") return;
    self.set(known);
    connection.set({ state: "connected", isReconnect });
    isReconnect = true;
    return;
  }
  connection.set({ state, detail });
}

async function whoAmI() {
  const claims = claimsOf(token) ?? {};
  const roles = Array.isArray(claims.roles) ? claims.roles.map(String) : [];
  const own = { user: { iss: claims.iss, sub: claims.sub }, roles, rank: null, token_exp: claims.exp, verbs: null };
  try {
    return { ...own, ...(await client.ask("staff.self", {})) };
  } catch {
    return own;
  }
}

/** Asks the server. A verb that it does not have is remembered, so that its page says so. */
export async function ask(event, payload = {}, limit) {
  if (!client) throw new RequestError("not_connected", "Nobody is signed in");
  try {
    return await client.ask(event, payload, limit);
  } catch (error) {
    if (error.code === "forbidden" || error.code === "unknown_event") refused.set(event, error);
    throw error;
  }
}

const entry = (verb) => self.value?.verbs?.find?.((one) => one.name === verb);

/** Whether the server may grant a verb: as far as it has said. */
export function may(verb) {
  const verbs = self.value?.verbs;
  const found = Array.isArray(verbs) ? entry(verb) : null;
  return found ? found.allowed !== false : !refused.has(verb);
}

export const verbOf = entry;
