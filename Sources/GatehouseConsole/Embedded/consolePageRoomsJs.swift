// Written by .ci/console from Site/console/page-rooms.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePageRoomsJs = EmbeddedFile("page-rooms.js", #"""
import { actMenu, acted, actButtons, bulkButton } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { duration, number, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { memberObject, roomObject } from "./objects.js";
import { empty, endsIn, loading, pageHead, searchBox, silence, tag, userCell } from "./parts.js";
import { latest, watchStatistics } from "./poll.js";
import { go, href, note } from "./router.js";
import { ask, may } from "./session.js";
import { selectionBar, Table } from "./table.js";

/** What holds for a room, as tags. */
export function roomMarks(room) {
  const lock = room.lock?.mode;
  const slow = room.slow?.interval_s ?? 0;
  return [lock && tag(t(`choice.${lock}`), "warn"), slow > 0 && tag(t("slow", { time: duration(slow) }), "warn")].filter(Boolean);
}

const membersOf = (room) => room.count ?? (Array.isArray(room.members) ? room.members.length : room.members);

export const rooms = {
  id: "rooms", icon: "rooms", verb: "room.list", key: "r",
  mount(root, query) {
    if (!may("room.list")) {
      root.append(pageHead(t("page.rooms")), notAvailable("room.list"));
      return {};
    }
    let all = [];
    let text = query.q ?? "";
    const namespaces = new Set(query.ns ? [query.ns] : []);
    let ns = query.ns ?? "";
    const table = new Table({
      label: t("page.rooms"), selectable: true, sort: "members", descending: true, key: (room) => `${room.ns}\u0000${room.room}`,
      columns: [
        { key: "room", title: t("col.room"), width: "minmax(160px, 3fr)", cell: (room) => h("a", { href: href("room", { ns: room.ns, room: room.room }) }, room.room), sort: (room) => room.room },
        { key: "ns", title: t("col.ns"), width: "minmax(100px, 1fr)", cell: (room) => room.ns, sort: (room) => room.ns },
        { key: "members", title: t("col.members"), width: "110px", end: true, cell: (room) => number(membersOf(room)), sort: (room) => membersOf(room) },
        { key: "marks", title: t("col.restrictions"), width: "minmax(140px, 1fr)", cell: (room) => h("span", roomMarks(room)), sort: (room) => roomMarks(room).length },
      ],
      phone: (room) => ({ title: room.room, sub: [room.ns, " ", roomMarks(room)], side: number(membersOf(room)) }),
      onOpen: (room) => go("room", { ns: room.ns, room: room.room }),
      onAct: (room, anchor) => actMenu(anchor, roomObject(room)),
    });
    const status = h("span.muted.small", { role: "status" });
    const select = h("select", { "aria-label": t("col.ns"), onchange: () => { ns = select.value; note("rooms", { ...query, ns }); load(); } });
    const search = searchBox({ label: t("rooms.search"), value: text, onInput: (value) => { text = value; note("rooms", { ns, q: value }); show(); } });
    const problem = h("div");
    root.append(pageHead(t("page.rooms"), status, h("button", { type: "button", onclick: () => load() }, t("refresh"))),
      h("div.toolbar", search, select), problem, selectionBar(table, (items) => bulkButton(items.map(roomObject))), table.element);

    function show() {
      const shown = all.filter((room) => text === "" || matches(text, room.room, room.ns));
      table.setItems(shown, all.length === 0 ? empty(t("rooms.none"), t("rooms.none.text")) : empty(t("found.none"), t("found.none.text")));
    }

    let running = null;
    async function load() {
      running?.abort();
      running = new AbortController();
      const wanted = ns ? [ns] : [...namespaces];
      replace(problem);
      const found = [];
      const silent = new Set();
      try {
        for (const one of wanted) {
          await loadAll("room.list", { ns: one }, (items, isWhole) => {
            for (const node of items.silent) silent.add(node);
            if (isWhole) found.push(...items.map((room) => ({ ...room, ns: room.ns ?? one, room: room.room ?? room.name })));
          }, running.signal);
        }
        if (running.signal.aborted) return;
        all = found;
        replace(problem, silence(silent));
        replace(status, t("loaded", { count: number(all.length) }));
        show();
      } catch (error) {
        if (running.signal.aborted) return;
        if (isRefusal(error)) table.setItems([], notAvailable("room.list"));
        else { replace(problem, errorBox(error, load)); show(); }
      }
    }
    const stop = watchStatistics();
    let isFirst = true;
    const unwatch = latest.watch(({ value }) => {
      const before = namespaces.size;
      for (const name of Object.keys(value?.namespaces ?? {})) if (name !== "/admin") namespaces.add(name);
      if (namespaces.size === before && !isFirst) return;
      replace(select, h("option", { value: "" }, t("ns.all")), [...namespaces].sort().map((name) => h("option", { value: name, selected: name === ns }, name)));
      if (value || namespaces.size > 0) { isFirst = false; load(); }
    });
    if (all.length === 0) table.setItems([], loading());
    const again = () => setTimeout(load, 400);
    acted.addEventListener("act", again);
    return {
      keys: [{ keys: "/", text: t("keys.search"), run: () => search.input.focus() }],
      unmount() { running?.abort(); stop(); unwatch(); acted.removeEventListener("act", again); table.destroy(); },
    };
  },
};

export const room = {
  id: "room", parent: "rooms",
  mount(root, query) {
    const { ns, room: name } = query;
    const head = h("div");
    const table = new Table({
      label: t("room.members"), selectable: true, key: (member) => member.sid_ref ?? `${member.user?.iss}\u0000${member.user?.sub}`,
      columns: [
        { key: "user", title: t("col.user"), width: "minmax(160px, 2fr)", cell: (member) => userCell(member.user), sort: (member) => member.user?.sub ?? "" },
        { key: "session", title: t("kind.session"), width: "minmax(120px, 1fr)", cell: (member) => member.sid_ref ? h("a.mono", { href: href("session", { ref: member.sid_ref }) }, member.sid_ref) : "–" },
        { key: "marks", title: t("col.marks"), width: "110px", cell: (member) => (member.muted ? tag(t("muted"), "warn") : "") },
      ],
      phone: (member) => ({ title: userName(member.user), sub: member.sid_ref ?? "", side: member.muted ? tag(t("muted"), "warn") : "" }),
      onOpen: (member) => (member.sid_ref ? go("session", { ref: member.sid_ref }) : go("user", member.user)),
      onAct: (member, anchor) => actMenu(anchor, memberObject(member.user, ns, name)),
    });
    const problem = h("div");
    root.append(h("nav.crumbs", { "aria-label": t("crumbs") }, h("a", { href: href("rooms", { ns }) }, t("page.rooms"))), head, problem,
      selectionBar(table, (items) => bulkButton(items.map((member) => memberObject(member.user, ns, name)))), table.element);
    const load = async () => {
      let found = { ns, room: name };
      let members = [];
      replace(problem);
      try {
        if (may("room.get")) {
          let cursor;
          do {
            const answer = await ask("room.get", { ns, room: name, limit: 200, ...(cursor ? { cursor } : {}) });
            found = { ...found, ...answer };
            members.push(...(answer.members ?? []));
            cursor = answer.cursor;
          } while (cursor && members.length < 5_000);
        } else members = (await ask("session.list", { ns, room: name, limit: 200 })).items ?? [];
      } catch (error) {
        if (error.code !== "not_found") replace(problem, errorBox(error, load));
      }
      const lock = found.lock;
      replace(head, pageHead(name, actButtons(roomObject({ ...found, ns, room: name }), 3)),
        h("p.status-line", ns, " · ", t("members", { count: number(membersOf(found) ?? members.length), n: membersOf(found) ?? members.length }), " ", roomMarks(found),
          lock?.until && [" ", endsIn(lock.until)]));
      table.setItems(members, empty(t("room.empty"), t("room.empty.text")));
    };
    load();
    const again = () => setTimeout(load, 300);
    acted.addEventListener("act", again);
    return { keys: [{ keys: "u", text: t("refresh"), run: load }], unmount() { acted.removeEventListener("act", again); table.destroy(); } };
  },
};

"""#)
}
