import { bars, Chart } from "./chart.js";
import { h, replace } from "./dom.js";
import { errorBox, notAvailable } from "./errors.js";
import { arrived, items } from "./feed.js";
import { lineOf } from "./feed-line.js";
import { bytes, compact, duration, instant, moment, number, rate } from "./format.js";
import { t } from "./i18n.js";
import { SERVER } from "./objects.js";
import { card, empty, facts, pageHead, plain } from "./parts.js";
import { growth, history, latest, series, watchStatistics } from "./poll.js";
import { href } from "./router.js";
import { ask, may } from "./session.js";
import { actButtons } from "./act.js";

const TILES = [
  { key: "connections", pick: (s) => s.connections, format: number },
  { key: "received", pick: (s) => s.received, format: rate, isCounter: true },
  { key: "delivered", pick: (s) => s.delivered, format: rate, isCounter: true },
  { key: "denied", pick: (s) => total(s.denials), format: rate, isCounter: true },
  { key: "queue", pick: (s) => s.queue_bytes, format: bytes },
  { key: "memory", pick: (s) => s.process?.rss_bytes, format: bytes },
];

function total(denials) {
  if (typeof denials === "number") return denials;
  if (!denials || typeof denials !== "object") return undefined;
  return Object.values(denials).reduce((sum, one) => sum + (typeof one === "number" ? one : 0), 0);
}

function tile({ key, pick, format, isCounter }) {
  const label = t(`tile.${key}`);
  const chart = new Chart({ label, format });
  const value = h("div.tile-value", "–");
  const note = h("div.tile-note");
  return {
    element: h("section.tile", h("h2.tile-label", label), value, chart.element, note),
    update() {
      const points = isCounter ? growth(pick) : series(pick);
      const known = points.filter((point) => Number.isFinite(point.value));
      const last = known.at(-1)?.value;
      replace(value, format(last), isCounter && h("span.unit", ` ${t("per.second")}`));
      replace(note, known.length > 1 ? t("tile.range", { low: format(Math.min(...known.map((p) => p.value))), high: format(Math.max(...known.map((p) => p.value))) }) : "");
      chart.update(points);
    },
  };
}

export const overview = {
  id: "overview", icon: "overview", verb: "stats", key: "o",
  mount(root) {
    if (!may("stats")) {
      root.append(pageHead(t("page.overview")), notAvailable("stats"));
      return {};
    }
    const tiles = TILES.map(tile);
    const status = h("p.status-line");
    const namespaces = card(t("overview.namespaces"), h("div"));
    const denials = card(t("overview.denials"), h("div"));
    const health = card(t("overview.server"), h("div"));
    const waiting = h("div.attention");
    const events = h("ol.ticker");
    const problem = h("div");
    root.append(
      pageHead(t("page.overview"), actButtons(SERVER, 1)),
      h("div.scroll", problem, waiting, status, h("div.tiles", tiles.map((one) => one.element)),
        h("div.cards", namespaces, denials, health, h("section.card.whole", h("h2", t("overview.events")), events))));
    const stop = watchStatistics();
    const unwatch = latest.watch(({ value, error }) => {
      replace(problem, error && !value ? errorBox(error) : null);
      if (!value) return;
      for (const one of tiles) one.update();
      replace(status, t("overview.line", {
        uptime: duration(value.uptime_s), generation: value.policy?.generation ?? "–", users: number(value.users), rooms: number(value.rooms), n_users: value.users, n_rooms: value.rooms,
        minutes: Math.max(1, Math.round(((history.at(-1)?.at ?? 0) - (history[0]?.at ?? 0)) / 60_000)),
      }));
      replace(namespaces.lastChild, bars(value.namespaces, number, (name) => href("sessions", { ns: name })));
      replace(denials.lastChild, bars(value.denials ?? {}, compact));
      replace(health.lastChild, facts(healthOf(value)));
    });
    const unfeed = arrived.watch(() => {
      const last = items.filter((one) => one.topic === "moderation" || one.topic === "alert").slice(-8).reverse();
      if (last.length === 0) replace(events, h("li", empty(t("overview.quiet"))));
      else replace(events, last.map((one) => h("li", lineOf(one))));
    });
    attention(waiting);
    const slow = setInterval(() => attention(waiting), 15_000);
    return { unmount() { stop(); unwatch(); unfeed(); clearInterval(slow); } };
  },
};

/** What waits for somebody: reports and approvals. */
async function attention(element) {
  const lines = [];
  for (const [verb, page, filter] of [["approval.list", "approvals", {}], ["report.list", "reports", { status: "open", limit: 200 }]]) {
    if (!may(verb)) continue;
    try {
      const answer = await ask(verb, filter);
      const count = answer?.items?.length ?? 0;
      if (count > 0) lines.push(h("a.notice.warn", { href: href(page) }, t(`waiting.${page}`, { count: answer.cursor ? `${count}+` : count, n: count })));
    } catch { /* its own page says what is wrong */ }
  }
  replace(element, lines);
}

function healthOf(value) {
  const certificate = value.certificate?.not_after;
  const days = certificate ? (instant(certificate) - Date.now()) / 86_400_000 : null;
  return [
    [t("fact.uptime"), duration(value.uptime_s)],
    [t("fact.transports"), value.transports && Object.entries(value.transports).map(([name, count]) => `${name} ${number(count)}`).join(" · ")],
    [t("fact.generation"), value.policy && h("a", { href: href("policies") }, `${value.policy.generation} · ${String(value.policy.sha256 ?? "").slice(0, 12)}`)],
    [t("fact.audit"), value.audit && h("span", h("a", { href: href("audit") }, `#${number(value.audit.seq)}`), value.audit.lag_ms !== undefined && ` · ${number(value.audit.lag_ms)} ms`,
      value.audit.writable === false && h("span.bad-text", ` ${t("error.audit_unavailable")}`))],
    [t("fact.loop"), Array.isArray(value.loops) && h("ul.plain", value.loops.slice(0, 16).map((loop) => h("li", t("loop.line", { count: number(loop.connections), lag: number(loop.lag_us) }))))],
    [t("fact.certificate"), certificate && h("span", { class: days < 14 ? "bad-text" : "" }, `${moment(certificate)} · ${t("days", { count: Math.floor(days) })}`)],
    [t("fact.dropped"), value.dropped_volatile !== undefined && number(value.dropped_volatile)],
    [t("fact.limits"), value.limits && h("details", h("summary", t("show")), Array.isArray(value.limits) ? plain(value.limits) : facts(Object.entries(value.limits).map(([name, one]) => [name, typeof one === "object" ? plain(one) : String(one)])))],
    [t("fact.live"), value.live && h("details", h("summary", t("show")), facts(Object.entries(value.live).map(([name, one]) => [name, String(one)])))],
  ];
}
