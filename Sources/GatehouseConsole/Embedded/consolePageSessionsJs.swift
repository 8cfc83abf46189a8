// Written by .ci/console from Site/console/page-sessions.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePageSessionsJs = EmbeddedFile("page-sessions.js", #"""
import { actMenu, acted, bulkButton } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, notAvailable } from "./errors.js";
import { bytes, number, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { sessionObject } from "./objects.js";
import { empty, ends, loading, mono, pageHead, searchBox, segments, silence, since, tag, userCell } from "./parts.js";
import { go, href, note } from "./router.js";
import { may } from "./session.js";
import { selectionBar, Table } from "./table.js";

const columns = () => [
  { key: "user", title: t("col.user"), width: "minmax(120px, 1.8fr)", cell: (s) => userCell(s.user), sort: (s) => s.user?.sub ?? "" },
  { key: "ns", title: t("col.ns"), width: "minmax(108px, 0.8fr)", cell: (s) => (s.ns ?? []).join(" "), sort: (s) => (s.ns ?? []).join(" ") },
  { key: "rooms", title: t("col.rooms"), width: "minmax(84px, 1.4fr)", cell: roomsOf, sort: (s) => s.rooms?.length ?? 0 },
  { key: "ip", title: t("col.ip"), width: "120px", cell: (s) => h("a.mono", { href: href("sessions", { ip: s.ip }) }, s.ip), sort: (s) => s.ip },
  { key: "transport", title: t("col.transport"), width: "102px", cell: (s) => s.transport, sort: (s) => s.transport },
  { key: "since", title: t("col.since"), width: "92px", end: true, cell: (s) => since(s.since), sort: (s) => -s.since },
  { key: "token", title: t("col.token"), width: "100px", end: true, cell: (s) => (s.token_exp ? ends(s.token_exp) : "–"), sort: (s) => s.token_exp ?? 0 },
  { key: "queue", title: t("col.queue"), width: "68px", end: true, cell: (s) => bytes(s.queue_bytes), sort: (s) => s.queue_bytes },
  { key: "marks", title: t("col.marks"), width: "minmax(108px, 0.9fr)", cell: marks, sort: (s) => s.violations ?? 0 },
];

function roomsOf(session) {
  const rooms = session.rooms ?? [];
  return h("span.clip", rooms.slice(0, 4).join(", "), rooms.length > 4 && h("span.muted", ` +${rooms.length - 4 + (session.more_rooms ?? 0)}`));
}

function marks(session) {
  return h("span", session.muted && tag(t("muted"), "warn"), session.violations > 0 && tag(t("violations", { count: session.violations }), "bad"));
}

export function sessionTable({ label, selectable = false, emptyNode }) {
  return new Table({
    label, columns: columns(), key: (s) => s.sid_ref, selectable, empty: emptyNode, sort: "since",
    phone: (s) => ({
      title: userName(s.user), sub: [(s.ns ?? []).join(" "), " · ", mono(s.ip), " · ", s.transport], side: since(s.since),
    }),
    onOpen: (s) => go("session", { ref: s.sid_ref }),
    onAct: (s, anchor) => actMenu(anchor, sessionObject(s)),
  });
}

const FILTERS = ["ns", "room", "ip"];

export const sessions = {
  id: "sessions", icon: "sessions", verb: "session.list", key: "s",
  mount(root, query) {
    if (!may("session.list")) {
      root.append(pageHead(t("page.sessions")), notAvailable("session.list"));
      return {};
    }
    let all = [];
    let text = query.q ?? "";
    let kind = "all";
    const filter = Object.fromEntries(FILTERS.filter((name) => query[name]).map((name) => [name, query[name]]));
    if (query.sub) filter.user = { iss: query.iss, sub: query.sub };
    const table = sessionTable({ label: t("page.sessions"), selectable: true });
    const status = h("span.muted.small", { role: "status" });
    const search = searchBox({ label: t("sessions.search"), value: text, onInput: (value) => { text = value; note("sessions", { ...query, q: value }); show(); } });
    const problem = h("div");
    const chips = h("div.chips", Object.entries(query).filter(([name]) => FILTERS.includes(name) || name === "sub").map(([name, value]) => h("a.chip", {
      href: href("sessions", { ...query, [name]: "", ...(name === "sub" ? { iss: "" } : {}) }), "aria-label": t("filter.remove", { name: `${name} ${value}` }),
    }, h("span.muted", name), " ", value, " ×")));
    root.append(
      pageHead(t("page.sessions"), status, h("button", { type: "button", onclick: () => load() }, t("refresh"))),
      h("div.toolbar", search, segments(t("filter"), [["all", t("all")], ["users", t("users.only")], ["anonymous", t("anonymous")], ["marked", t("marked")]], kind, (value) => { kind = value; show(); }), chips),
      problem, selectionBar(table, (items) => bulkButton(items.map(sessionObject))), table.element);

    function show() {
      const shown = all.filter((s) => (kind === "all" || (kind === "users" && s.user) || (kind === "anonymous" && !s.user) || (kind === "marked" && (s.muted || s.violations > 0)))
        && (text === "" || matches(text, s.user?.sub, s.user?.iss, s.ip, s.sid_ref, s.transport, s.node, ...(s.ns ?? []), ...(s.rooms ?? []))));
      table.setItems(shown, all.length === 0 ? empty(t("sessions.none"), t("sessions.none.text")) : empty(t("found.none"), t("found.none.text")));
    }

    let running = null;
    async function load() {
      running?.abort();
      running = new AbortController();
      replace(problem);
      if (all.length === 0) table.setItems([], loading());
      try {
        await loadAll("session.list", filter, (items, isWhole) => {
          // An older list stays until the new one is whole or longer.
          if (!isWhole && items.length < all.length) return;
          replace(problem, silence(items.silent));
          all = items.slice();
          replace(status, t(isWhole ? "loaded" : "loading.count", { count: number(all.length) }));
          show();
        }, running.signal);
      } catch (error) {
        if (!running.signal.aborted) { replace(problem, errorBox(error, load)); table.setItems(all); }
      }
    }
    load();
    const again = () => setTimeout(load, 400);
    acted.addEventListener("act", again);
    return {
      keys: [{ keys: "/", text: t("keys.search"), run: () => search.input.focus() }, { keys: "r", text: t("refresh"), run: load }],
      unmount() { running?.abort(); acted.removeEventListener("act", again); table.destroy(); },
    };
  },
};

"""#)
}
