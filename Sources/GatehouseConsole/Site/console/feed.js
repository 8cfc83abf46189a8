// The live feed: one subscription while somebody is signed in, the last items kept, drops counted (CON-06).
import { ask, connection, may, on } from "./session.js";
import { Signal } from "./signal.js";

export const TOPICS = ["session", "room", "decision", "moderation", "alert"];
const KEEP = 3_000;

export const items = [];
/** Counts of items that the server or this page has dropped. */
export const dropped = { server: 0, page: 0 };
/** `{ topics, error }` */
export const subscription = new Signal({ topics: [], error: null });
/** Changes at most once a frame. */
export const arrived = new Signal(0);
let count = 0;
let scheduled = false;

export function startFeed() {
  for (const topic of TOPICS) on(`feed.${topic}`, (batch) => { for (const item of Array.isArray(batch?.items) ? batch.items : []) take(topic, item); });
  connection.watch(({ state }) => { if (state === "connected") subscribe(); });
}

async function subscribe() {
  if (!may("feed.subscribe")) return subscription.set({ topics: [], error: { code: "forbidden" } });
  try {
    const answer = await ask("feed.subscribe", { topics: TOPICS });
    subscription.set({ topics: answer?.topics ?? TOPICS, error: null });
  } catch (error) {
    subscription.set({ topics: [], error });
  }
}

function take(topic, item) {
  if (typeof item !== "object" || item === null) return;
  const lost = Number(item.dropped ?? 0);
  if (lost > 0) {
    dropped.server += lost;
    items.push({ id: ++count, topic: "dropped", at: Date.now(), lost });
  }
  items.push({ id: ++count, topic, at: item.at ?? Date.now(), item });
  if (items.length > KEEP + 500) items.splice(0, items.length - KEEP);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; arrived.set(count); });
}

export const received = () => count;

export function forgetFeed() {
  items.length = 0;
  dropped.server = dropped.page = 0;
  arrived.set(count);
}
