import { acted, actButtons } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox } from "./errors.js";
import { bytes, moment, shortIssuer, time, until, userName } from "./format.js";
import { t } from "./i18n.js";
import { sessionObject } from "./objects.js";
import { card, empty, facts, loading, mono, pageHead, tag } from "./parts.js";
import { href, roomLink, userLink } from "./router.js";
import { ask, may } from "./session.js";

export const session = {
  id: "session", parent: "sessions",
  mount(root, query) {
    const body = h("div.scroll", loading());
    root.append(h("nav.crumbs", { "aria-label": t("crumbs") }, h("a", { href: href("sessions") }, t("page.sessions"))), body);
    const load = async () => {
      try {
        replace(body, view(await find(query.ref)));
      } catch (error) {
        replace(body, pageHead(query.ref ?? "–"), error.code === "not_found" ? empty(t("session.gone"), t("session.gone.text")) : errorBox(error, load));
      }
    };
    load();
    acted.addEventListener("act", load);
    return { keys: [{ keys: "r", text: t("refresh"), run: load }], unmount() { acted.removeEventListener("act", load); } };
  },
};

async function find(ref) {
  if (may("session.get")) {
    const answer = await ask("session.get", { sid_ref: ref });
    return wholeSession(answer);
  }
  let cursor;
  for (let page = 0; page < 25; page += 1) {
    const answer = await ask("session.list", { limit: 200, ...(cursor ? { cursor } : {}) });
    const found = answer.items?.find((one) => one.sid_ref === ref);
    if (found) return found;
    cursor = answer.cursor;
    if (!cursor) break;
  }
  throw Object.assign(new Error(""), { code: "not_found" });
}

/** A session with its sockets, with what the list has of it too. */
function wholeSession(answer) {
  const sockets = answer.sockets ?? [];
  return {
    ...answer, ns: answer.ns ?? sockets.map((socket) => socket.ns), rooms: answer.rooms ?? sockets.flatMap((socket) => socket.rooms ?? []),
    token_exp: answer.token_exp ?? sockets.find((socket) => socket.token_exp)?.token_exp,
  };
}

function roomsOf(item) {
  const sockets = item.sockets ?? [{ ns: item.ns?.length === 1 ? item.ns[0] : undefined, rooms: item.rooms ?? [] }];
  const entries = sockets.flatMap((socket) => (socket.rooms ?? []).map((room) => h("li.line", socket.ns ? h("a", { href: roomLink(socket.ns, room) }, room) : room, h("span.muted", socket.ns ?? ""))));
  return entries.length === 0 ? empty(t("rooms.none.here")) : h("ul.plain", entries);
}

function view(item) {
  const denials = item.denials ?? [];
  return [
    pageHead(item.user ? userName(item.user) : t("anonymous"), actButtons(sessionObject(item), 3)),
    h("div.cards",
      card(t("kind.session"), facts([
        [t("fact.reference"), mono(item.sid_ref)],
        [t("col.user"), item.user && h("a", { href: userLink(item.user) }, userName(item.user))],
        [t("fact.issuer"), item.user && shortIssuer(item.user.iss)],
        [t("col.ip"), h("a.mono", { href: href("sessions", { ip: item.ip }) }, item.ip)],
        [t("col.transport"), item.transport],
        [t("col.node"), item.node],
        [t("col.since"), moment(item.since)],
        [t("col.token"), item.token_exp && `${moment(item.token_exp)} · ${until(item.token_exp)}`],
        [t("col.queue"), bytes(item.queue_bytes)],
        [t("fact.roles"), item.sockets?.[0]?.roles?.join(", ")],
        [t("fact.violations"), String(item.violations ?? 0)],
        [t("muted"), item.muted ? tag(t("muted"), "warn") : null],
      ])),
      card(t("fact.rooms"), roomsOf(item),
      item.more_rooms && h("p.muted.small", t("and.more", { count: item.more_rooms }))),
      card(t("fact.denials"), denialList(denials))),
  ];
}

/** Refusals, each with the way to its explanation. */
export function denialList(denials) {
  if (!denials || denials.length === 0) return empty(t("denials.none"));
  return h("ul.plain", denials.slice(0, 50).map((one) => h("li.line",
    h("time.mono.muted", time(one.time ?? one.at)), h("span.mono", one.event ?? one.record ?? ""), one.room && h("span", one.room), h("span.muted.mono", one.rule ?? one.reason ?? ""),
    one.decision && h("a.mono.small", { href: href("policies", { decision: one.decision }) }, t("explain")))));
}
