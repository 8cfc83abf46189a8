// Pages by the fragment of the address: `#/users?q=alice`. Nothing of it goes to the server.
import { Signal } from "./signal.js";

/** `{ page, query }` */
export const place = new Signal(read());

function read() {
  const text = location.hash.replace(/^#\/?/, "");
  const [page, query] = text.split("?");
  return { page: page || "overview", query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function href(page, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#/${page}${given.length > 0 ? "?" + new URLSearchParams(given) : ""}`;
}

export function go(page, query) { location.hash = href(page, query); }

/** Changes the address without a new page, for filters. */
export function note(page, query) {
  history.replaceState(null, "", href(page, query));
  place.value = read();
}

addEventListener("hashchange", () => place.set(read()));

export const userLink = (user) => href("user", { iss: user?.iss, sub: user?.sub });
export const roomLink = (ns, room) => href("room", { ns, room });
export const sessionLink = (ref) => href("session", { ref });
export const recordLink = (seq) => href("audit", { seq });
