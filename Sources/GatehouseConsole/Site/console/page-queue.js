// Two queues of work: reports of users, and acts that wait for a second pair of eyes.
import { actMenu, acted, actButtons, bulkButton, titleOf } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { ago, number, until, userKey, userName } from "./format.js";
import { t } from "./i18n.js";
import { loadAll, matches } from "./load.js";
import { userObject } from "./objects.js";
import { empty, ends, facts, loading, mono, pageHead, plain, searchBox, segments, since, tag, userCell } from "./parts.js";
import { note, roomLink } from "./router.js";
import { ask, may, self } from "./session.js";
import { selectionBar, Table } from "./table.js";
import { openDialog } from "./dialog.js";

function queue({ id, icon, verb, key, kind, states, idOf, columns, phone, view }) {
  return {
    id, icon, verb, key,
    mount(root, query) {
      if (!may(verb)) {
        root.append(pageHead(t(`page.${id}`)), notAvailable(verb));
        return {};
      }
      let all = [];
      let text = "";
      let state = states.includes(query.state) ? query.state : states[0];
      const asObject = (item) => ({ ...item, kind });
      const open = (item) => openDialog({ title: t(`kind.${kind}`), wide: true, body: h("div", view(item), h("footer.dialog-foot", actButtons(asObject(item), 3))) });
      const table = new Table({
        label: t(`page.${id}`), selectable: true, key: (item) => String(idOf(item)), columns: columns(), phone, onOpen: open,
        onAct: (item, anchor) => actMenu(anchor, asObject(item)),
      });
      const status = h("span.muted.small", { role: "status" });
      const problem = h("div");
      const search = searchBox({ label: t("search"), onInput: (value) => { text = value; show(); } });
      root.append(pageHead(t(`page.${id}`), status, h("button", { type: "button", onclick: () => load() }, t("refresh"))),
        h("div.toolbar", states.length > 0 && segments(t("state"), states.map((one) => [one, t(`state.${one}`)]), state, (value) => { state = value; all = []; note(id, { state }); load(); }), search),
        problem, selectionBar(table, (items) => bulkButton(items.map(asObject))), table.element);

      function show() {
        const shown = all.filter((item) => text === "" || matches(text, JSON.stringify(item)));
        table.setItems(shown, all.length === 0 ? empty(t(`${id}.none`), t(`${id}.none.text`)) : empty(t("found.none"), t("found.none.text")));
      }

      let running = null;
      async function load() {
        running?.abort();
        running = new AbortController();
        replace(problem);
        if (all.length === 0) table.setItems([], loading());
        try {
          const take = (items) => {
            all = items.slice();
            replace(status, t("loaded", { count: number(all.length) }));
            show();
          };
          if (states.length > 0) await loadAll(verb, { status: state }, take, running.signal, 1_000);
          else take((await ask(verb, {})).items ?? []);
        } catch (error) {
          if (running.signal.aborted) return;
          if (isRefusal(error)) table.setItems([], notAvailable(verb));
          else { replace(problem, errorBox(error, load)); show(); }
        }
      }
      load();
      const again = () => { document.querySelector("dialog[open] .record")?.closest("dialog").close(); setTimeout(load, 300); };
      acted.addEventListener("act", again);
      return { keys: [{ keys: "/", text: t("keys.search"), run: () => search.input.focus() }], unmount() { running?.abort(); acted.removeEventListener("act", again); table.destroy(); } };
    },
  };
}

const reportID = (item) => item.report_id ?? item.id;
const approvalID = (item) => item.approval_id ?? item.id;
const verbOfApproval = (item) => item.verb ?? "";
const requester = (item) => item.requested_by;
const created = (item) => item.at ?? item.time;
const ending = (item) => item.ends;

export const reports = queue({
  id: "reports", icon: "reports", verb: "report.list", key: "p", kind: "report", states: ["open", "claimed", "resolved"], idOf: reportID,
  columns: () => [
    { key: "about", title: t("report.about"), width: "minmax(140px, 1.3fr)", cell: (item) => (item.user ? userCell(item.user) : mono(item.message_id)), sort: (item) => userName(item.user) },
    { key: "reason", title: t("reason"), width: "minmax(160px, 2.4fr)", cell: (item) => h("span.clip", item.reason ?? ""), sort: (item) => item.reason ?? "" },
    { key: "by", title: t("report.by"), width: "minmax(110px, 1fr)", cell: (item) => userCell(item.reporter), sort: (item) => userName(item.reporter) },
    { key: "where", title: t("col.scope"), width: "minmax(110px, 1fr)", cell: (item) => (item.room ? h("a", { href: roomLink(item.ns, item.room) }, item.room) : item.ns ?? "") },
    { key: "claimed", title: t("report.claimed"), width: "110px", cell: (item) => (item.by ? userName(item.by) : h("span.muted", "–")) },
    { key: "since", title: t("col.since"), width: "104px", end: true, cell: (item) => since(created(item)), sort: (item) => -created(item) },
  ],
  phone: (item) => ({ title: item.user ? userName(item.user) : item.message_id, sub: item.reason ?? "", side: ago(created(item)) }),
  view: (item) => h("div.record", facts([
    [t("report.about"), item.user && userCell(item.user)], [t("field.message_id"), item.message_id && mono(item.message_id)], [t("reason"), item.reason],
    [t("report.by"), userCell(item.reporter)], [t("col.ns"), item.ns], [t("col.room"), item.room && h("a", { href: roomLink(item.ns, item.room) }, item.room)],
    [t("report.claimed"), item.by && userName(item.by)], [t("state"), t(`state.${item.status}`)],
    [t("field.outcome"), item.outcome && t(`choice.${item.outcome}`)], [t("report.note"), item.note],
  ]), item.user && h("div", h("h3", t("report.subject.acts")), actButtons(userObject(item.user), 3))),
});

export const approvals = queue({
  id: "approvals", icon: "approvals", verb: "approval.list", key: "v", kind: "approval", states: [], idOf: approvalID,
  columns: () => [
    { key: "act", title: t("approval.act"), width: "minmax(140px, 1fr)", cell: (item) => h("strong", titleOf(verbOfApproval(item))), sort: verbOfApproval },
    { key: "target", title: t("col.subject"), width: "minmax(140px, 1.4fr)", cell: (item) => h("span.clip", targetText(item)) },
    { key: "reason", title: t("reason"), width: "minmax(140px, 1.8fr)", cell: (item) => h("span.clip", item.reason ?? item.act?.reason ?? "") },
    { key: "by", title: t("approval.by"), width: "minmax(100px, 1fr)", cell: (item) => h("span", userName(requester(item)), isOwn(item) && tag(t("you"), "accent")), sort: (item) => userName(requester(item)) },
    { key: "granted", title: t("approval.granted"), width: "110px", cell: (item) => `${item.granted_by?.length ?? 1} / ${item.needs ?? 2}` },
    { key: "until", title: t("col.ends"), width: "104px", end: true, cell: (item) => ends(ending(item)), sort: ending },
  ],
  phone: (item) => ({ title: titleOf(verbOfApproval(item)), sub: [targetText(item), " · ", userName(requester(item))], side: until(ending(item)) }),
  view: (item) => h("div.record", facts([
    [t("approval.act"), titleOf(verbOfApproval(item))], [t("reason"), item.reason ?? item.act?.reason], [t("approval.by"), userCell(requester(item))],
    [t("col.since"), created(item) && since(created(item))], [t("col.ends"), ends(ending(item))], [t("fact.reference"), mono(approvalID(item))],
  ]), h("h3", t("approval.parameters")), plain(item.act ?? {}),
  isOwn(item) && h("p.notice.warn", t("approval.own"))),
});

const isOwn = (item) => { const by = requester(item); return Boolean(by) && userKey(by) === userKey(self.value?.user); };

function targetText(item) {
  const act = item.act ?? {};
  return [act.user && userName(act.user), act.room, act.ns, act.issuer, act.value, act.sid_ref].filter((one) => typeof one === "string" && one !== "").join(" · ") || "–";
}
