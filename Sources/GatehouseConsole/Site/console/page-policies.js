import { acted, openAct } from "./act.js";
import { h, replace } from "./dom.js";
import { errorBox, isRefusal, notAvailable } from "./errors.js";
import { moment, shortIssuer } from "./format.js";
import { t } from "./i18n.js";
import { SERVER } from "./objects.js";
import { card, empty, facts, loading, mono, pageHead, plain, tag } from "./parts.js";
import { href, note, roomLink, userLink } from "./router.js";
import { ask, may } from "./session.js";
import { isULID } from "./ulid.js";

export const policies = {
  id: "policies", icon: "policies", verb: "policy.status", key: "l",
  mount(root, query) {
    const status = card(t("policies.active"), loading());
    const account = h("div.account");
    const matrix = matrixCard();
    const input = h("input.mono", {
      type: "search", value: query.decision ?? "", placeholder: "01J…", "aria-label": t("policies.decision"), autocomplete: "off", spellcheck: "false", maxlength: 26,
    });
    root.append(
      pageHead(t("page.policies"),
        may("policy.reload") && h("button.primary", { type: "button", onclick: () => openAct("policy.reload", [SERVER]) }, t("verb.policy.reload")),
        may("policy.rollback") && h("button", { type: "button", onclick: () => openAct("policy.rollback", [SERVER]) }, t("verb.policy.rollback"))),
      h("div.scroll", h("div.cards.wide",
        card(t("policies.explain"), h("p.muted.small", t("policies.explain.text")),
          h("form.toolbar", { onsubmit: (event) => { event.preventDefault(); explain(); } }, input, h("button", { type: "submit" }, t("explain"))), account),
        status, matrix.element)));

    async function explain() {
      const decision = input.value.trim().toUpperCase();
      note("policies", { decision });
      if (!isULID(decision)) return replace(account, h("p.notice.warn", { role: "alert" }, t("policies.decision.form")));
      replace(account, loading());
      try {
        return replace(account, accountOf(await ask("policy.explain", { decision })));
      } catch (error) {
        return replace(account, isRefusal(error) ? notAvailable("policy.explain")
          : [errorBox(error), h("p.small", h("a", { href: href("audit", { seq: decision, span: "all" }) }, t("policies.in.audit")))]);
      }
    }

    async function load() {
      try {
        const answer = await ask("policy.status", {});
        replace(status, h("h2", t("policies.active")),
          facts([[t("fact.generation"), h("strong", answer.generation)], [t("fact.revision.head"), answer.revision], ["SHA-256", mono(String(answer.sha256 ?? "").slice(0, 24) + "…")], [t("fact.loaded"), answer.loaded && moment(answer.loaded)]]),
          h("h3", t("policies.files")), list(answer.files, (file) => [mono(file.name), h("span.muted", `${t("fact.revision")} ${file.revision}`), mono(String(file.sha256).slice(0, 12))]),
          h("h3", t("policies.earlier")), list(answer.earlier, (one) => [h("span", `${t("fact.generation")} ${one.generation}`), mono(String(one.sha256).slice(0, 12))]));
      } catch (error) {
        replace(status, isRefusal(error) ? notAvailable("policy.status") : errorBox(error, load));
      }
    }
    const again = () => { load(); matrix.load(); };
    again();
    if (query.decision) explain();
    acted.addEventListener("act", again);
    return { keys: [{ keys: "/", text: t("policies.explain"), run: () => input.focus() }], unmount() { acted.removeEventListener("act", again); } };
  },
};

/** Role by event, of one namespace at a time. */
function matrixCard() {
  // It scrolls by the keyboard, too.
  const body = h("div.matrix", { tabIndex: 0, role: "region", "aria-label": t("policies.matrix") }, loading());
  const choice = h("select", { "aria-label": t("col.ns"), onchange: () => load() });
  const element = h("section.card.whole", h("h2", t("policies.matrix")), h("p.muted.small", t("policies.matrix.text")), h("div.toolbar", choice), body);
  async function load() {
    if (!may("policy.matrix")) {
      choice.hidden = true;
      return replace(body, notAvailable("policy.matrix"));
    }
    try {
      const answer = await ask("policy.matrix", choice.value ? { ns: choice.value } : {});
      const known = [...choice.options].map((one) => one.value);
      if (known.join("\n") !== answer.namespaces.join("\n")) replace(choice, answer.namespaces.map((name) => h("option", { value: name }, name)));
      choice.value = answer.ns;
      return replace(body, answer.rows.length === 0 ? empty(t("policies.matrix.none")) : matrixTable(answer));
    } catch (error) {
      return replace(body, isRefusal(error) ? notAvailable("policy.matrix") : errorBox(error, load));
    }
  }
  return { element, load };
}

const roleName = (role) => (role === "anonymous" ? t("policies.anonymous") : role);

function matrixTable({ ns, roles, rows }) {
  return h("table.roles", h("caption.hidden", `${t("policies.matrix")}: ${ns}`),
    h("thead", h("tr", h("th", { scope: "col" }, t("policies.event")), roles.map((role) => h("th", { scope: "col" }, roleName(role))))),
    h("tbody", rows.map((row) => h("tr", h("th", { scope: "row" }, mono(row.event)),
      row.cells.map((cell) => h("td", cell === "allow" ? tag(t("policies.allow"), "good") : h("span.muted", t("policies.deny"))))))));
}

function list(items, cells) {
  if (!Array.isArray(items) || items.length === 0) return empty(t("nothing.yet"));
  return h("ul.plain", items.map((item) => h("li.line", cells(item))));
}

const OUTCOMES = { matched: "good", failed: "", error: "bad" };

/** The account of a decision: who asked for what, which rule decided, and what the others lacked. */
function accountOf(answer) {
  const subject = answer.subject ?? {};
  const resource = answer.resource ?? {};
  const rest = Object.fromEntries(Object.entries(answer.detail ?? {}));
  return [
    h("p.verdict", tag(answer.effect ?? "–", answer.effect === "allow" ? "good" : "bad"), h("strong", answer.rule ?? t("policies.default")),
      answer.reason && answer.rule && h("span", answer.reason), answer.mode !== "enforce" && answer.mode && tag(answer.mode, "warn")),
    facts([
      [t("col.time"), answer.time && moment(answer.time)],
      [t("policies.action"), answer.action && mono(answer.action)],
      [t("col.user"), subject.sub ? h("span", h("a", { href: userLink({ iss: subject.iss, sub: subject.sub }) }, subject.sub), h("span.muted", ` ${shortIssuer(subject.iss)}`)) : subject.anonymous && t("anonymous")],
      [t("fact.roles"), subject.roles?.join(", ")], [t("col.ip"), subject.ip && mono(subject.ip)], [t("fact.origin"), subject.origin], [t("col.transport"), subject.transport],
      [t("col.room"), resource.room && h("a", { href: roomLink(resource.ns, resource.room) }, resource.room)], [t("col.ns"), resource.ns],
      [t("fact.generation"), answer.generation], [t("fact.detail"), Object.keys(rest).length > 0 && plain(rest)],
    ]),
    answer.note && h("p.notice", answer.note),
    Array.isArray(answer.rules) && h("table.rules", h("caption.hidden", t("policies.rules")), h("thead", h("tr", ["policies.rule", "policies.outcome", "policies.condition", "policies.place"].map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", answer.rules.map((rule) => h("tr", h("td", tag(rule.effect, rule.effect === "allow" ? "good" : "bad"), " ", mono(rule.id)), h("td", tag(rule.outcome, OUTCOMES[rule.outcome] ?? "")), h("td", mono(rule.condition ?? "")), h("td", mono(rule.at)))))),
  ];
}

