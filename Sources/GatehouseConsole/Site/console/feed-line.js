// An item of the feed in one line. Everything in it that a client chose is text.
import { h } from "./dom.js";
import { time, userName } from "./format.js";
import { has, t } from "./i18n.js";
import { href, recordLink, roomLink, sessionLink, userLink } from "./router.js";

const TONES = { alert: "bad", decision: "warn", moderation: "accent", session: "", room: "", dropped: "bad" };

const WORDS = ["event", "rule", "code", "outcome", "reason", "about", "transport", "severity"];
const NAMES = new Set(["event", "rule", "code", "outcome", "about"]);

/** The parts of an item that have pages of their own, and the rest as words. */
export function partsOf({ topic, item, lost }) {
  if (topic === "dropped") return [t("feed.dropped", { count: lost })];
  const parts = [];
  const { by, user, ns, room } = item;
  if (by?.sub) parts.push(h("a", { href: userLink(by) }, userName(by)), h("span.muted", "→"));
  if (user?.sub) parts.push(h("a", { href: userLink(user) }, userName(user)));
  if (room) parts.push(h("a", { href: roomLink(ns, room) }, room));
  if (ns) parts.push(h("span.muted", ns));
  if (item.ip) parts.push(h("a.mono", { href: href("sessions", { ip: item.ip }) }, item.ip));
  for (const name of WORDS) {
    const value = item[name];
    if (value === undefined || value === null || value === "" || (name === "outcome" && value === "done")) continue;
    parts.push(h("span", { class: NAMES.has(name) ? "mono" : "" }, String(value)));
  }
  if (item.detail && typeof item.detail === "object") parts.push(h("span.muted", Object.entries(item.detail).map(([name, value]) => `${name} ${value}`).join(" · ")));
  if (item.decision) parts.push(h("a.mono.small", { href: href("policies", { decision: item.decision }) }, t("explain")));
  if (item.sid_ref) parts.push(h("a.mono.small", { href: sessionLink(item.sid_ref) }, item.sid_ref));
  if (item.audit_seq) parts.push(h("a.mono.small", { href: recordLink(item.audit_seq) }, `#${item.audit_seq}`));
  return parts;
}

export function labelOf(one) {
  if (one.topic === "dropped") return t("topic.dropped");
  const kind = String(one.item.kind ?? "");
  for (const key of [`verb.${kind}`, `feed.${one.topic}.${kind}`, `feed.${kind}`]) if (has(key)) return t(key);
  return kind || t(`topic.${one.topic}`);
}

export const toneOf = (one) => TONES[one.topic] ?? "";

export function lineOf(one) {
  return h("div.line", h("time.mono.muted", time(one.at)), h("span.tag", { class: toneOf(one) }, labelOf(one)), h("span.line-parts", partsOf(one)));
}
