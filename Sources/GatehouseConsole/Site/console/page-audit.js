import { actButtons, titleOf } from "./act.js";
import { h, replace } from "./dom.js";
import { openDialog } from "./dialog.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { instant, moment, number, recent } from "./format.js";
import { has, t } from "./i18n.js";
import { copyButton, empty, facts, loading, mono, pageHead, plain, segments, tag } from "./parts.js";
import { href, note, roomLink, userLink } from "./router.js";
import { ask, may } from "./session.js";
import { Table } from "./table.js";
import { isULID } from "./ulid.js";

const SPANS = { "15m": 900, "1h": 3_600, "24h": 86_400, "7d": 604_800, all: null };
const PAGE = 200;
/** Pages of a filtered search that are read in one go. */
const PAGES = 10;

const utc = (at) => new Date(at).toISOString().slice(0, 19);
const reasonOf = (record) => record.detail?.reason ?? record.decision?.reason ?? record.decision?.rule ?? "";
const isBad = (outcome) => /denied|failed|rejected|error|refused/.test(String(outcome));

function actorOf(record) {
  const { sub, iss, ip } = record.actor ?? {};
  return sub ? h("a", { href: userLink({ iss, sub }) }, sub) : h("span.muted.mono", ip ?? "–");
}

function targetOf(record) {
  const { sub, iss, room, ns, event, ref } = record.target ?? {};
  return h("span.clip", sub && h("a", { href: userLink({ iss, sub }) }, sub, " "), room && h("a", { href: roomLink(ns, room) }, room, " "), event && [mono(event), " "],
    ns && h("span.muted", ns), !sub && !room && !event && ref ? mono(ref) : null);
}

export const audit = {
  id: "audit", icon: "audit", verb: "audit.query", key: "a",
  mount(root, query) {
    if (!may("audit.query") && !may("audit.head")) {
      root.append(pageHead(t("page.audit")), notAvailable("audit.query"));
      return {};
    }
    let span = query.span in SPANS ? query.span : "24h";
    let records = [];
    let older = null;
    const field = (name, value, more = {}) => h("input", { type: "search", value: value ?? "", placeholder: t(name), "aria-label": t(name), autocomplete: "off", spellcheck: "false", ...more });
    const event = field("audit.event.like", query.event);
    const actor = field("audit.actor", query.actor);
    const id = field("audit.seq", query.seq ?? query.decision, { class: "short" });
    const head = h("div");
    const problem = h("div");
    const status = h("span.muted.small", { role: "status" });
    const more = h("button", { type: "button", hidden: true, onclick: () => older?.() }, t("load.more"));
    const table = new Table({
      label: t("page.audit"), key: (record) => record.seq, onOpen: openRecord,
      columns: [
        { key: "seq", title: "#", width: "84px", cell: (record) => h("a.mono", { href: href("audit", { seq: record.seq }) }, record.seq) },
        { key: "time", title: t("col.time"), width: "150px", cell: (record) => h("time.mono", { title: record.ts }, recent(record.ts)) },
        { key: "event", title: t("audit.event"), width: "minmax(170px, 1.1fr)", cell: (record) => mono(record.event) },
        { key: "actor", title: t("audit.actor"), width: "minmax(90px, 0.8fr)", cell: actorOf },
        { key: "target", title: t("col.subject"), width: "minmax(140px, 1.6fr)", cell: targetOf },
        { key: "result", title: t("col.result"), width: "100px", cell: (record) => (record.outcome ? tag(String(record.outcome), isBad(record.outcome) ? "bad" : record.outcome === "pending" ? "warn" : "") : "") },
        { key: "reason", title: t("reason"), width: "minmax(120px, 1.6fr)", cell: (record) => h("span.clip", reasonOf(record)) },
      ],
      phone: (record) => ({ title: mono(record.event), sub: [actorOf(record), " ", targetOf(record)], side: h("span.mono", `#${record.seq}`) }),
    });
    const form = h("form.toolbar", { onsubmit: (submitted) => { submitted.preventDefault(); search(); } },
      segments(t("audit.span"), Object.keys(SPANS).map((key) => [key, t(`span.${key}`)]), span, (value) => { span = value; search(); }), event, actor, id,
      h("button", { type: "submit" }, t("search")));
    root.append(pageHead(t("page.audit"), status, may("audit.verify") && h("button", { type: "button", onclick: verify }, t("audit.verify"))), head, form, problem, table.element, h("div.more", more));

    let round = 0;
    function search() {
      note("audit", { span, event: event.value.trim(), actor: actor.value.trim(), seq: id.value.trim() });
      load();
    }

    async function load() {
      const own = ++round;
      const isCurrent = () => own === round;
      replace(problem);
      more.hidden = true;
      records = [];
      table.setItems([], loading());
      const wanted = id.value.trim().replace(/^#/, "");
      try {
        if (/^[0-9]{1,15}$/.test(wanted)) {
          const answer = await ask("audit.query", { cursor: Math.max(0, Number(wanted) - 1), limit: 1 });
          show((answer.records ?? []).filter((record) => record.seq === Number(wanted)), isCurrent);
          if (records.length === 1 && isCurrent()) openRecord(records[0]);
        } else if (isULID(wanted)) {
          const decision = await ask("audit.query", { decision: wanted.toUpperCase(), limit: PAGE }, 60_000);
          show(decision.records?.length > 0 ? decision.records : (await ask("audit.query", { request: wanted.toUpperCase(), limit: PAGE }, 60_000)).records ?? [], isCurrent);
        } else if (event.value.trim() === "" && actor.value.trim() === "") await newest(isCurrent);
        else await filtered(isCurrent);
      } catch (error) {
        if (!isCurrent()) return;
        if (isRefusal(error)) table.setItems([], notAvailable("audit.query"));
        else { replace(problem, errorBox(error, load)); table.setItems(records); }
      }
    }

    /** The end of the log, page by page backwards. */
    async function newest(isCurrent) {
      let end = (await ask("audit.head", {})).seq;
      const earliest = SPANS[span] ? Date.now() - SPANS[span] * 1_000 : 0;
      older = async () => {
        more.hidden = true;
        const start = Math.max(0, end - PAGE);
        const answer = await ask("audit.query", { cursor: start, limit: PAGE }, 60_000);
        const page = (answer.records ?? []).filter((record) => record.seq <= end);
        const shown = page.filter((record) => instant(record.ts) >= earliest);
        show([...records, ...shown], isCurrent);
        end = start;
        more.hidden = start === 0 || shown.length < page.length;
      };
      await older();
    }

    /** What matches, from the beginning of the time on. */
    async function filtered(isCurrent) {
      const filter = { limit: PAGE };
      if (SPANS[span]) filter.from = utc(Date.now() - SPANS[span] * 1_000);
      if (event.value.trim() !== "") filter.event = event.value.trim();
      if (actor.value.trim() !== "") filter.actor = actor.value.trim();
      let cursor;
      older = async () => {
        more.hidden = true;
        for (let page = 0; page < PAGES; page += 1) {
          const answer = await ask("audit.query", { ...filter, ...(cursor === undefined ? {} : { cursor }) }, 60_000);
          if (!isCurrent()) return;
          show([...records, ...(answer.records ?? [])], isCurrent);
          cursor = answer.cursor;
          if (cursor === undefined) return;
        }
        more.hidden = false;
      };
      await older();
    }

    function show(list, isCurrent) {
      if (!isCurrent()) return;
      records = [...list].sort((a, b) => b.seq - a.seq);
      replace(status, t("audit.count", { count: number(records.length), n: records.length }));
      table.setItems(records, empty(t("audit.none"), t("audit.none.text")));
    }

    async function showHead() {
      if (!may("audit.head")) return;
      try {
        const answer = await ask("audit.head", {});
        replace(head, h("div.strip", facts([
          [t("audit.head"), mono(`#${answer.seq}`)], [t("audit.hash"), h("span", mono(`${String(answer.hash ?? "").slice(0, 24)}…`), " ", copyButton(String(answer.hash ?? ""), t("copy")))],
          [t("audit.writable"), answer.writable === false && h("span.bad-text", t("error.audit_unavailable"))],
        ])));
      } catch { replace(head); }
    }

    async function verify(pressed) {
      const button = pressed.currentTarget;
      button.disabled = true;
      replace(problem, h("p.notice", { role: "status" }, t("audit.verifying")));
      try {
        const answer = await ask("audit.verify", {}, 600_000);
        const isGood = answer.verdict === "good";
        replace(problem, h("div.notice", { class: isGood ? "good" : "bad", role: "status" }, h("strong", t(isGood ? "audit.good" : "audit.bad")),
          h("p.small", t("audit.checked", { records: number(answer.records), files: number(answer.files), checkpoints: number(answer.checkpoints) })),
          answer.finding && plain(answer.finding), answer.notes?.length > 0 && h("ul.small", answer.notes.map((line) => h("li", line)))));
      } catch (error) {
        replace(problem, isRefusal(error) ? notAvailable("audit.verify") : errorBox(error));
      }
      button.disabled = false;
    }

    load();
    showHead();
    return { keys: [{ keys: "/", text: t("keys.search"), run: () => event.focus() }, { keys: "r", text: t("refresh"), run: load }], unmount() { round += 1; table.destroy(); } };
  },
};

/** A record whole. The result of an act leads to its undo, a decision to its explanation. */
export function openRecord(record) {
  const verb = String(record.event ?? "").replace(/^admin\./, "");
  const isResult = String(record.event).startsWith("admin.") && record.detail?.stage === "result" && record.outcome === "ok";
  const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !["v", "seq", "event", "ts", "h", "mono", "boot", "count"].includes(name)));
  openDialog({
    title: t("record", { seq: record.seq }), wide: true,
    body: h("div.record", h("p.record-title", mono(record.event), has(`verb.${verb}`) && h("span.muted", ` ${titleOf(verb)}`)),
      facts([[t("col.time"), `${moment(record.ts)} · ${record.ts}`], [t("audit.actor"), record.actor && actorOf(record)], [t("col.subject"), record.target && targetOf(record)], [t("reason"), reasonOf(record)],
        [t("audit.decision"), record.decision?.id && h("a.mono", { href: href("policies", { decision: record.decision.id }), onclick: () => document.querySelector("dialog[open]")?.close() }, record.decision.id)]]),
      h("details", h("summary", t("audit.whole")), plain(rest)),
      isResult && h("footer.dialog-foot", actButtons({ kind: "record", seq: record.seq }))),
  });
}
