// Written by .ci/console from Site/console/poll.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePollJs = EmbeddedFile("poll.js", #"""
// Statistics over time: asked for while somebody looks, kept for half an hour.
import { Signal } from "./signal.js";
import { ask, connection, may } from "./session.js";

// Each answer is a record of the audit log.
const EVERY = 5_000;
const KEEP = 360;

/** `{ at, value }` of each answer of `stats`, oldest first. */
export const history = [];
export const latest = new Signal({ value: null, error: null });
let timer = null;
let watchers = 0;

/** Keeps asking until the returned function is called. */
export function watchStatistics() {
  watchers += 1;
  if (watchers === 1) round();
  return () => {
    watchers -= 1;
    if (watchers === 0) clearTimeout(timer);
  };
}

async function round() {
  clearTimeout(timer);
  if (watchers === 0) return;
  timer = setTimeout(round, EVERY);
  if (document.hidden || connection.value.state !== "connected" || !may("stats")) return;
  try {
    const value = await ask("stats", {});
    history.push({ at: Date.now(), value });
    if (history.length > KEEP) history.splice(0, history.length - KEEP);
    latest.set({ value, error: null });
  } catch (error) {
    latest.set({ value: latest.value.value, error });
  }
}

export function forgetStatistics() {
  history.length = 0;
  latest.set({ value: null, error: null });
}

/** The values of a member over time. */
export const series = (pick, count = 150) => history.slice(-count).map(({ at, value }) => ({ at, value: number(pick(value)) }));

/** The growth of a counter, each second. A counter that began anew leaves a gap. */
export function growth(pick, count = 150) {
  return history.slice(-count - 1).map(({ at, value }, index, list) => {
    if (index === 0) return null;
    const before = list[index - 1];
    const [now, then] = [number(pick(value)), number(pick(before.value))];
    const seconds = (at - before.at) / 1_000;
    return { at, value: now >= then && seconds > 0 ? (now - then) / seconds : NaN };
  }).slice(1);
}

const number = (value) => (typeof value === "number" ? value : NaN);

"""#)
}
