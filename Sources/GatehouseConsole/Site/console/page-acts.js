import { acted, openAct, receipt, titleOf } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { ago, moment, number, recent, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { empty, loading, pageHead, searchBox, tag } from "./parts.js";
import { href, roomLink, userLink } from "./router.js";
import { may } from "./session.js";
import { Table } from "./table.js";

const subjectOf = (item) => h("span", item.user && h("a", { href: userLink(item.user) }, userName(item.user)), item.room && [" ", h("a", { href: roomLink(item.ns, item.room) }, item.room)],
  item.ns && h("span.muted", " ", item.ns));

/** What staff did, the latest first, each with its record and its undo. */
export const acts = {
  id: "acts", icon: "undo", verb: "act.list", key: "c",
  mount(root) {
    if (!may("act.list")) {
      root.append(pageHead(t("page.acts")), notAvailable("act.list"));
      return {};
    }
    let all = [];
    let text = "";
    const undo = (item) => (item.undone_by ? tag(t("undone.by")) : item.can_undo && item.audit_seq !== undefined && may("act.undo")
      ? h("button.small", { type: "button", tabIndex: -1, onclick: () => openAct("act.undo", [{ kind: "record", seq: item.audit_seq }]) }, t("undo")) : "");
    const table = new Table({
      label: t("page.acts"), key: (item) => `${item.request_id} ${item.by?.sub}`,
      onOpen: (item) => { if (item.audit_seq !== undefined) location.hash = href("audit", { seq: item.audit_seq }); },
      columns: [
        { key: "record", title: t("col.record"), width: "118px", cell: (item) => receipt(item) ?? h("span.muted", "–"), sort: (item) => item.audit_seq ?? 0 },
        { key: "at", title: t("col.time"), width: "170px", cell: (item) => h("time", { title: moment(item.at) }, recent(item.at)), sort: (item) => item.at },
        { key: "act", title: t("act"), width: "minmax(120px, 1fr)", cell: (item) => h("strong", titleOf(item.verb)), sort: (item) => titleOf(item.verb) },
        { key: "subject", title: t("col.subject"), width: "minmax(130px, 1.4fr)", cell: subjectOf, sort: (item) => item.user?.sub ?? item.room ?? "" },
        { key: "reason", title: t("reason"), width: "minmax(130px, 2fr)", cell: (item) => h("span.clip", item.reason ?? ""), sort: (item) => item.reason ?? "" },
        { key: "by", title: t("col.by"), width: "minmax(90px, 0.8fr)", cell: (item) => h("a", { href: userLink(item.by) }, userName(item.by)), sort: (item) => userName(item.by) },
        { key: "undo", title: "", width: "130px", end: true, cell: undo },
      ],
      phone: (item) => ({ title: [titleOf(item.verb), " ", subjectOf(item)], sub: [userName(item.by), " · ", item.reason ?? ""], side: undo(item) || ago(item.at) }),
    });
    const status = h("span.muted.small", { role: "status" });
    const problem = h("div");
    const search = searchBox({ label: t("acts.search"), onInput: (value) => { text = value; show(); } });
    root.append(pageHead(t("page.acts"), status), h("div.toolbar", search), problem, table.element);

    function show() {
      table.setItems(all.filter((item) => text === "" || matches(text, titleOf(item.verb), item.verb, item.user?.sub, item.room, item.ns, item.reason, item.by?.sub)),
        all.length === 0 ? empty(t("acts.none.yet"), t("acts.none.text")) : empty(t("found.none"), t("found.none.text")));
    }

    let running = null;
    async function load() {
      running?.abort();
      running = new AbortController();
      replace(problem);
      if (all.length === 0) table.setItems([], loading());
      try {
        await loadAll("act.list", {}, (items) => {
          all = items.slice();
          replace(status, t("loaded", { count: number(all.length) }));
          show();
        }, running.signal, 2_000);
      } catch (error) {
        if (running.signal.aborted) return;
        if (isRefusal(error)) table.setItems([], notAvailable("act.list"));
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
