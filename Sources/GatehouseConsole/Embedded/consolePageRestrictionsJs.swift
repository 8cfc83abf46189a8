// Written by .ci/console from Site/console/page-restrictions.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePageRestrictionsJs = EmbeddedFile("page-restrictions.js", #"""
import { actMenu, acted, bulkButton, openAct } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { duration, number, shortIssuer, until, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { nameOf } from "./objects.js";
import { empty, ends, loading, pageHead, searchBox, segments, since, tag, userCell } from "./parts.js";
import { href, note, roomLink } from "./router.js";
import { may } from "./session.js";
import { selectionBar, Table } from "./table.js";

/** Kinds of restrictions and the verbs that list them. */
const KINDS = { bans: "ban.list", mutes: "mute.list", locks: "lock.list" };
const SINGLE = { bans: "ban", mutes: "mute", locks: "lock" };

function subjectOf(item) {
  if (item.kind === "lock") return h("a", { href: roomLink(item.ns, item.room) }, item.room);
  if (item.user?.sub) return userCell(item.user);
  return h("a.mono", { href: href("sessions", { ip: item.value }) }, item.value ?? "–");
}

function scopeOf(item) {
  const { ns, room } = item;
  if (item.kind === "lock") return ns;
  return room ? h("span", h("a", { href: roomLink(ns, room) }, room), h("span.muted", ` ${ns}`)) : ns ?? t("everywhere");
}

function detailOf(item) {
  const slow = item.slow_s;
  return h("span", item.kind === "ban" && tag(t(`ban.${item.ban_kind ?? "user"}`)), item.shadow && tag(t("field.shadow"), "accent"),
    typeof item.lock === "string" && tag(t(`choice.${item.lock}`), "warn"), slow > 0 && tag(t("slow", { time: duration(slow) }), "warn"));
}

export const restrictions = {
  id: "restrictions", icon: "restrictions", verb: "ban.list", key: "b",
  mount(root, query) {
    let kind = query.kind in KINDS ? query.kind : "bans";
    let text = query.q ?? "";
    let all = [];
    const table = new Table({
      label: t("page.restrictions"), selectable: true, sort: "until", key: (item) => String(item.ban_id ?? item.request_id),
      columns: [
        { key: "subject", title: t("col.subject"), width: "minmax(160px, 1.6fr)", cell: subjectOf, sort: nameOf },
        { key: "scope", title: t("col.scope"), width: "minmax(120px, 1fr)", cell: scopeOf, sort: (item) => item.room ?? item.ns ?? "" },
        { key: "detail", title: t("col.kind"), width: "minmax(90px, 0.8fr)", cell: detailOf },
        { key: "reason", title: t("reason"), width: "minmax(140px, 2fr)", cell: (item) => h("span.clip", item.reason ?? ""), sort: (item) => item.reason ?? "" },
        { key: "by", title: t("col.by"), width: "minmax(90px, 0.8fr)", cell: (item) => userName(item.by ?? {}), sort: (item) => userName(item.by ?? {}) },
        { key: "since", title: t("col.since"), width: "104px", end: true, cell: (item) => since(item.at), sort: (item) => -(item.at ?? 0) },
        { key: "until", title: t("col.ends"), width: "104px", end: true, cell: (item) => ends(item.ends), sort: (item) => item.ends ?? Infinity },
      ],
      phone: (item) => ({ title: nameOf(item), sub: [scopeOf(item), " · ", item.reason ?? ""], side: until(item.ends) }),
      onAct: (item, anchor) => actMenu(anchor, item),
    });
    const status = h("span.muted.small", { role: "status" });
    const problem = h("div");
    const search = searchBox({ label: t("restrictions.search"), value: text, onInput: (value) => { text = value; show(); } });
    const ban = h("button.danger", { type: "button", onclick: () => banAddress() }, t("ban.address"));
    root.append(pageHead(t("page.restrictions"), status, may("ban.add") && ban),
      h("div.toolbar", segments(t("col.kind"), Object.keys(KINDS).map((key) => [key, t(`restrictions.${key}`)]), kind, (value) => { kind = value; all = []; note("restrictions", { kind }); load(); }), search),
      problem, selectionBar(table, (items) => bulkButton(items)), table.element);

    function banAddress() {
      const value = search.input.value.trim();
      if (!/^[0-9a-fA-F:.]+(\/[0-9]{1,3})?$/.test(value)) {
        search.input.focus();
        replace(problem, h("p.notice.warn", { role: "alert" }, t("ban.address.type")));
        return;
      }
      openAct("ban.add", [{ kind: "address", ip: value, value }]);
    }

    function show() {
      const shown = all.filter((item) => text === "" || matches(text, nameOf(item), item.reason, item.ns, item.room, item.user && shortIssuer(item.user.iss)));
      table.setItems(shown, all.length === 0 ? empty(t(`restrictions.${kind}.none`), t("restrictions.none.text")) : empty(t("found.none"), t("found.none.text")));
    }

    let running = null;
    async function load() {
      running?.abort();
      running = new AbortController();
      replace(problem);
      const verb = KINDS[kind];
      if (!may(verb)) {
        table.setItems([], notAvailable(verb));
        return;
      }
      if (all.length === 0) table.setItems([], loading());
      try {
        await loadAll(verb, {}, (items, isWhole) => {
          if (!isWhole && all.length > 0) return;
          all = items.map((item) => ({ ...item, kind: SINGLE[kind], ban_kind: item.kind }));
          replace(status, t("loaded", { count: number(all.length) }));
          show();
        }, running.signal);
      } catch (error) {
        if (running.signal.aborted) return;
        if (isRefusal(error)) table.setItems([], notAvailable(verb));
        else { replace(problem, errorBox(error, load)); show(); }
      }
    }
    load();
    const again = () => setTimeout(load, 300);
    acted.addEventListener("act", again);
    return {
      keys: [{ keys: "/", text: t("keys.search"), run: () => search.input.focus() }],
      unmount() { running?.abort(); acted.removeEventListener("act", again); table.destroy(); },
    };
  },
};

"""#)
}
