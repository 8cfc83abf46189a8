// Written by .ci/console from Site/console/page-users.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePageUsersJs = EmbeddedFile("page-users.js", #"""
import { actMenu, acted, actButtons, bulkButton, openAct, receipt, titleOf } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox } from "./errors.js";
import { instant, number, shortIssuer, userKey, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { userObject } from "./objects.js";
import { agoCell, card, empty, endsIn, loading, pageHead, searchBox, since, tag } from "./parts.js";
import { denialList } from "./page-session.js";
import { sessionTable } from "./page-sessions.js";
import { go, href, note, userLink } from "./router.js";
import { ask, may, self } from "./session.js";
import { selectionBar, Table } from "./table.js";

/** Users by their sessions. */
function usersOf(sessions) {
  const users = new Map();
  for (const session of sessions) {
    if (!session.user) continue;
    const key = userKey(session.user);
    const user = users.get(key) ?? { ...session.user, sessions: 0, ns: new Set(), ips: new Set(), since: session.since, muted: false, violations: 0 };
    user.sessions += 1;
    for (const ns of session.ns ?? []) user.ns.add(ns);
    user.ips.add(session.ip);
    user.since = Math.min(user.since, session.since);
    user.muted ||= Boolean(session.muted);
    user.violations += session.violations ?? 0;
    users.set(key, user);
  }
  return [...users.values()];
}

export const users = {
  id: "users", icon: "users", verb: "session.list", key: "u",
  mount(root, query) {
    let all = [];
    let text = query.q ?? "";
    const table = new Table({
      label: t("page.users"), selectable: true, sort: "user", key: userKey,
      columns: [
        { key: "user", title: t("col.user"), width: "minmax(160px, 2fr)", cell: (user) => h("a", { href: userLink(user) }, userName(user)), sort: (user) => user.sub },
        { key: "issuer", title: t("fact.issuer"), width: "minmax(120px, 1.4fr)", cell: (user) => h("span.muted", shortIssuer(user.iss)), sort: (user) => user.iss },
        { key: "sessions", title: t("col.sessions"), width: "104px", end: true, cell: (user) => number(user.sessions), sort: (user) => user.sessions },
        { key: "ns", title: t("col.ns"), width: "minmax(100px, 1fr)", cell: (user) => [...user.ns].join(" ") },
        { key: "ip", title: t("col.ip"), width: "minmax(120px, 1fr)", cell: (user) => h("span.mono.clip", [...user.ips].slice(0, 2).join(", "), user.ips.size > 2 ? ` +${user.ips.size - 2}` : "") },
        { key: "since", title: t("col.since"), width: "104px", end: true, cell: (user) => since(user.since), sort: (user) => -user.since },
        { key: "marks", title: t("col.marks"), width: "120px", cell: (user) => h("span", user.muted && tag(t("muted"), "warn"), user.violations > 0 && tag(t("violations", { count: user.violations }), "bad")), sort: (user) => user.violations },
      ],
      phone: (user) => ({ title: userName(user), sub: [shortIssuer(user.iss), " · ", [...user.ns].join(" ")], side: number(user.sessions) }),
      onOpen: (user) => go("user", { iss: user.iss, sub: user.sub }),
      onAct: (user, anchor) => actMenu(anchor, userObject(user)),
    });
    const status = h("span.muted.small", { role: "status" });
    const problem = h("div");
    const issuers = h("select", { "aria-label": t("fact.issuer") });
    const search = searchBox({ label: t("users.search"), value: text, onInput: (value) => { text = value; note("users", { q: value }); show(); } });
    // Users without a session are found by their exact name.
    const byName = h("button", { type: "button", hidden: true, onclick: () => go("user", { iss: issuers.value, sub: text }) });
    search.input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !byName.hidden && table.items.length === 0) byName.click(); });
    root.append(pageHead(t("page.users"), status, h("button", { type: "button", onclick: () => load() }, t("refresh"))),
      h("div.toolbar", search, issuers, byName), problem, selectionBar(table, (items) => bulkButton(items.map((user) => userObject(user)))), table.element);

    function show() {
      const shown = all.filter((user) => text === "" || matches(text, user.sub, user.iss, ...user.ips));
      byName.hidden = text === "";
      replace(byName, t("users.open", { name: text }));
      table.setItems(shown, text === "" ? empty(t("users.none"), t("users.none.text")) : empty(t("found.none"), t("users.none.found")));
    }

    let running = null;
    async function load() {
      running?.abort();
      running = new AbortController();
      replace(problem);
      if (all.length === 0) table.setItems([], loading());
      try {
        await loadAll("session.list", {}, (items, isWhole) => {
          if (!isWhole && all.length > 0) return;
          all = usersOf(items);
          const known = new Set(all.map((user) => user.iss));
          if (self.value?.user?.iss) known.add(self.value.user.iss);
          const chosen = issuers.value;
          replace(issuers, [...known].sort().map((iss) => h("option", { value: iss, selected: iss === chosen }, shortIssuer(iss))));
          replace(status, t("users.count", { count: number(all.length), n: all.length }));
          show();
        }, running.signal);
      } catch (error) {
        if (!running.signal.aborted) { replace(problem, errorBox(error, load)); show(); }
      }
    }
    load();
    const again = () => setTimeout(load, 400);
    acted.addEventListener("act", again);
    return {
      keys: [{ keys: "/", text: t("keys.search"), run: () => search.input.focus() }],
      unmount() { running?.abort(); acted.removeEventListener("act", again); table.destroy(); },
    };
  },
};

export const user = {
  id: "user", parent: "users",
  mount(root, query) {
    const who = { iss: query.iss, sub: query.sub };
    const body = h("div.scroll", loading());
    root.append(h("nav.crumbs", { "aria-label": t("crumbs") }, h("a", { href: href("users") }, t("page.users"))), body);
    let table = null;
    const load = async () => {
      const [whole, live] = await Promise.allSettled([
        may("user.get") ? ask("user.get", { user: who }) : Promise.resolve({}),
        may("session.list") ? ask("session.list", { user: who, limit: 200 }) : Promise.resolve({ items: [] }),
      ]);
      const known = whole.status === "fulfilled" ? whole.value : {};
      const sessions = (live.status === "fulfilled" ? live.value.items : known.sessions) ?? [];
      table?.destroy();
      table = sessionTable({ label: t("page.sessions") });
      table.element.classList.add("inset");
      table.element.style.setProperty("--rows", String(Math.min(10, Math.max(sessions.length === 0 ? 3 : 1, sessions.length))));
      replace(body, whole.status === "rejected" && errorBox(whole.reason), view(who, known, table));
      table.setItems(sessions, empty(t("user.offline"), t("user.offline.text")));
    };
    load();
    const again = () => setTimeout(load, 300);
    acted.addEventListener("act", again);
    return { keys: [{ keys: "r", text: t("refresh"), run: load }], unmount() { acted.removeEventListener("act", again); table?.destroy(); } };
  },
};

function view(who, known, table) {
  const own = [...(known.bans ?? []).map((one) => ({ ...one, kind: "ban" })), ...(known.mutes ?? []).map((one) => ({ ...one, kind: "mute" }))];
  return [
    pageHead(userName(who), actButtons(userObject(who), 4)),
    h("p.status-line", h("span.mono", who.iss), known.rank && known.rank !== "none" ? [" ", tag(t("rank", { rank: known.rank }), "accent")] : null),
    card(t("page.sessions"), table.element),
    h("div.cards",
      card(t("page.restrictions"), own.length === 0 ? empty(t("restrictions.none.here")) : h("ul.plain", own.map((one) => h("li.line",
        tag(t(`kind.${one.kind}`), "warn"), one.shadow && tag(t("shadow"), "accent"), h("span", [one.room, one.ns].filter(Boolean).join(" ") || t("everywhere")),
        h("span", one.reason ?? ""), endsIn(one.ends), liftButton(one))))),
      card(t("user.acts"), records(known.acts ?? [])),
      card(t("user.notes"), (known.notes ?? []).length === 0 ? empty(t("notes.none")) : h("ul.plain", known.notes.map((note) => h("li.note",
        h("p", note.text), h("p.muted.small", userName(note.by), " · ", agoCell(note.at), " ",
          may("note.remove") && h("button.ghost.small", { type: "button", onclick: () => openAct("note.remove", [{ ...note, kind: "note" }]) }, t("verb.note.remove"))))))),
      card(t("fact.denials"), denialList(known.denials)),
      known.reports && card(t("page.reports"), known.reports.length === 0 ? empty(t("reports.none")) : h("ul.plain", known.reports.map((one) => h("li.line", agoCell(one.time ?? one.at), h("span", one.reason ?? "")))))),
  ];
}

/** The act that ends a restriction. */
function liftButton(one) {
  const verb = one.kind === "ban" ? "ban.remove" : "user.unmute";
  return may(verb) && h("button.ghost.small", { type: "button", onclick: () => openAct(verb, [one]) }, titleOf(verb));
}

/** Acts of staff, each with its record. */
export function records(list) {
  if (list.length === 0) return empty(t("acts.none.yet"));
  return h("ul.plain", [...list].sort((a, b) => (instant(b.at) ?? 0) - (instant(a.at) ?? 0)).slice(0, 50).map((one) => h("li.line",
    receipt(one) ?? h("span.muted", "–"), h("strong", titleOf(one.verb ?? "")), h("span", one.reason ?? ""), h("span.muted", userName(one.by)), agoCell(one.at),
    one.undone_by && tag(t("undone.by")))));
}

"""#)
}
