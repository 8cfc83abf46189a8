// How values are written: by the language of the page, and short.
import { language, t } from "./i18n.js";

const formats = new Map();
function cached(key, make) {
  const name = language() + key;
  if (!formats.has(name)) formats.set(name, make(language()));
  return formats.get(name);
}

export const number = (value) => (Number.isFinite(value) ? cached("n", (l) => new Intl.NumberFormat(l)).format(value) : "–");

export const compact = (value) =>
  Number.isFinite(value)
    ? cached("c", (l) => new Intl.NumberFormat(l, { notation: "compact", maximumFractionDigits: 1 })).format(value)
    : "–";

export const rate = (value) =>
  Number.isFinite(value)
    ? cached("r", (l) => new Intl.NumberFormat(l, { maximumFractionDigits: 1 })).format(value)
    : "–";

export function bytes(value) {
  if (!Number.isFinite(value)) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let rest = value;
  let unit = 0;
  while (rest >= 1_024 && unit < units.length - 1) { rest /= 1_024; unit += 1; }
  return `${cached("b" + (rest < 10 && unit > 0), (l) => new Intl.NumberFormat(l, { maximumFractionDigits: rest < 10 && unit > 0 ? 1 : 0 })).format(rest)} ${units[unit]}`;
}

/** Milliseconds since 1970 of a time in milliseconds, seconds, microseconds, or a text; null where it is none. */
export function instant(value) {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string") {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? null : parsed;
  }
  if (value > 1e14) return value / 1_000;
  return value > 1e11 ? value : value * 1_000;
}

export function time(value) {
  const at = instant(value);
  if (at === null) return "–";
  return cached("t", (l) => new Intl.DateTimeFormat(l, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })).format(at);
}

export function moment(value) {
  const at = instant(value);
  if (at === null) return "–";
  return cached("m", (l) => new Intl.DateTimeFormat(l, {
    year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
  })).format(at);
}

/** The time of day within the last day, else the whole. */
export const recent = (value, now = Date.now()) => (now - (instant(value) ?? now) < 86_400_000 ? time(value) : moment(value));

/** `3 d 4 h`, `5 min 3 s`: the two largest units; `12 h`: the largest alone from ten on. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [unit, size] of [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]]) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${t("unit." + unit)}`);
    rest -= count * size;
    if (parts.length === 2 || (parts.length === 1 && (count === 0 || count >= 10))) break;
  }
  return parts.join(" ") || `0 ${t("unit.s")}`;
}

export function ago(value, now = Date.now()) {
  const at = instant(value);
  return at === null ? "–" : duration((now - at) / 1_000);
}

export function until(value, now = Date.now()) {
  const at = instant(value);
  return at === null ? t("never") : at <= now ? t("ended") : duration((at - now) / 1_000);
}

/** The subject; the issuer stands beside it where there is room. */
export const userName = (user) => (user ? user.sub ?? user.subject ?? "–" : t("anonymous"));
export const userKey = (user) => (user ? `${user.iss ?? ""}\u0000${user.sub ?? ""}` : "");

export function shortIssuer(iss) {
  return String(iss ?? "").replace(/^[a-z]+:\/\//, "").replace(/\/$/, "");
}
