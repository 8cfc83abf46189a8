// Written by .ci/console from Site/console/act.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleActJs = EmbeddedFile("act.js", #"""
// An act in two steps: choose it in the menu of an object, then reason and duration. The dry run says how many it reaches before it is done.
import { h, icon, replace, uniqueID } from "./dom.js";
import { openDialog } from "./dialog.js";
import { errorBox } from "./errors.js";
import { fieldsFor } from "./fields.js";
import { moment, number, until } from "./format.js";
import { t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { describe, nameOf } from "./objects.js";
import { lastReasons, remember, templates } from "./reasons.js";
import { recordLink } from "./router.js";
import { ask, may, verbOf } from "./session.js";
import { toast } from "./toast.js";
import { ulid } from "./ulid.js";
import { actsOn, actsOnAll, payloadOf, verbNamed } from "./verbs.js";

const PREVIEW_PAUSE = 350;
const REASON_LIMIT = 512;
/** Acts that keep something, so that it can be as it was before. */
const UNDOABLE = new Set(["user.mute", "user.unmute", "ban.add", "ban.remove", "room.lock", "room.unlock", "room.slow", "note.add", "report.claim", "report.resolve"]);
/** Pages that show what acts change listen here. */
export const acted = new EventTarget();

export const titleOf = (name) => t(`verb.${name}`);

/** The menu of an object: its acts. */
export function actMenu(anchor, object) {
  const acts = actsOn(object, may);
  if (acts.length === 0) return toast(t("acts.none"));
  return openMenu(anchor, acts.map((verb) => ({ text: titleOf(verb.name), tone: verb.tone, run: () => openAct(verb.name, [object]) })),
    { title: nameOf(object) });
}

/** Buttons for the acts of an object, for the head of its page. */
export function actButtons(object, most = 3) {
  const acts = actsOn(object, may);
  if (acts.length === 0) return null;
  const rest = acts.slice(most);
  return h("div.acts", acts.slice(0, most).map((verb) => h("button", {
    type: "button", class: verb.tone ?? "", onclick: () => openAct(verb.name, [object]),
  }, titleOf(verb.name))), rest.length > 0 && h("button.square", {
    type: "button", "aria-label": t("acts.more"), "aria-haspopup": "menu",
    onclick: (event) => openMenu(event.currentTarget, rest.map((verb) => ({ text: titleOf(verb.name), tone: verb.tone, run: () => openAct(verb.name, [object]) })), { title: nameOf(object) }),
  }, icon("more")));
}

/** The act of a selection: `objects` are of one kind. */
export function bulkButton(objects) {
  const acts = may("act.bulk") ? actsOnAll(objects, may) : [];
  return h("button.primary", {
    type: "button", disabled: acts.length === 0, "aria-haspopup": "menu",
    onclick: (event) => openMenu(event.currentTarget, acts.map((verb) => ({ text: titleOf(verb.name), tone: verb.tone, run: () => openAct(verb.name, objects) }))),
  }, t("acts.selection"));
}

export function openAct(name, objects) {
  const verb = verbNamed(name);
  const isBulk = objects.length > 1;
  const fields = fieldsFor(verb, objects[0], () => preview());
  const reasonName = uniqueID("reason");
  const reason = h("textarea", { id: reasonName, rows: 2, maxlength: REASON_LIMIT, required: true, "aria-describedby": `${reasonName}-hint` });
  const chips = h("div.chips", [...new Set([...lastReasons(), ...templates()])].slice(0, 9).map((text) => h("button.chip", {
    type: "button", onclick: () => { reason.value = text; reason.dispatchEvent(new Event("input")); submit.focus(); },
  }, text)));
  const result = h("div.preview", { role: "status", "aria-live": "polite" });
  const submit = h("button.primary", { type: "submit", class: verb.tone ?? "" }, isBulk ? `${titleOf(name)} (${objects.length})` : titleOf(name));
  const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); perform(); } },
    h("p.targets", isBulk ? t("act.several", { count: objects.length }) : "", objects.slice(0, isBulk ? 5 : 1).map((object) => h("span.tag", describe(object))),
      objects.length > 5 && h("span.muted", t("and.more", { count: objects.length - 5 }))),
    t(`verb.${name}.help`) !== `verb.${name}.help` && h("p.muted.small", t(`verb.${name}.help`)),
    verbOf(name)?.needs_approval && h("p.notice.warn", t("act.two")),
    Array.isArray(verbOf(name)?.rooms) && h("p.muted.small", t("rooms.confined", { rooms: verbOf(name).rooms.join(", ") })),
    fields.elements,
    h("div.field", h("label", { for: reasonName }, t("reason")), chips, reason, h("p.hint", { id: `${reasonName}-hint` }, t("reason.hint"))),
    result,
    h("footer.dialog-foot", h("span.hint.wide-only", t("act.send.hint")), h("button", { type: "button", onclick: () => dialog.close() }, t("cancel")), submit));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); perform(); }
  });
  reason.addEventListener("input", () => preview());
  // A repeat after a lost answer is the same request: the server does it once.
  let requestID = ulid();
  let timer = null;
  let asked = null;
  const dialog = openDialog({ title: titleOf(name), body: form, onClose: () => clearTimeout(timer) });
  (fields.first ?? reason).focus();

  const payload = (object) => payloadOf(verb, object, fields.values());

  function request(extra) {
    const common = { reason: reason.value.trim(), request_id: requestID, ...extra };
    if (!isBulk) return [name, { ...payload(objects[0]), ...common }];
    return ["act.bulk", { verb: name, items: objects.map(payload), ...common }];
  }

  function preview() {
    clearTimeout(timer);
    if (verb.noDryRun || reason.value.trim() === "" || fields.problem()) return;
    const key = JSON.stringify(objects.map(payload));
    if (key === asked) return;
    timer = setTimeout(async () => {
      asked = key;
      try {
        const [event, body] = request({ dry_run: true, request_id: ulid() });
        const answer = await ask(event, body);
        if (asked === key) replace(result, h("span.preview-count", reach(verb, answer, objects.length)));
      } catch (error) {
        if (asked === key) replace(result, errorBox(error));
      }
    }, PREVIEW_PAUSE);
  }

  async function perform() {
    clearTimeout(timer);
    const problem = fields.problem() ?? (reason.value.trim() === "" ? { element: reason, text: t("reason.missing") } : null);
    if (problem) {
      problem.element.focus();
      replace(result, h("p.notice.bad", problem.text));
      return;
    }
    submit.disabled = true;
    replace(result, h("span.muted", t("working")));
    remember(reason.value.trim());
    try {
      const [event, body] = request({});
      const answer = await ask(event, body);
      done(answer);
    } catch (error) {
      submit.disabled = false;
      if (!["no_answer", "connection_lost", "not_connected"].includes(error.code)) requestID = ulid();
      if (error.code === "needs_approval") return waiting(error);
      replace(result, errorBox(error));
      submit.focus();
    }
  }

  function done(answer) {
    acted.dispatchEvent(new CustomEvent("act", { detail: { name, objects, answer } }));
    const close = h("button.primary", { type: "button", onclick: () => dialog.close() }, t("close"));
    const lines = isBulk ? bulkLines(answer, objects) : null;
    replace(form, h("div.done", { role: "status" },
      h("p.done-title", icon("approvals"), t("done", { what: titleOf(name) })),
      h("p", reach(verb, answer, objects.length, true)), lines, receipt(answer)),
      h("footer.dialog-foot", !isBulk && undoButton(name, answer, () => dialog.close()), close));
    close.focus();
  }

  function waiting(error) {
    const id = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(error.message ?? "")?.[0];
    const close = h("button.primary", { type: "button", onclick: () => dialog.close() }, t("close"));
    replace(form, h("div.done", { role: "status" }, h("p.done-title", icon("approvals"), t("approval.waits")), h("p", t("approval.waits.text")),
      h("p", h("a", { href: "#/approvals", onclick: () => dialog.close() }, id ?? t("page.approvals")))), h("footer.dialog-foot", close));
    close.focus();
  }
}

/** How many an act reached, or would. */
function reach(verb, answer, total, isDone = false) {
  const value = answer?.[verb.count];
  if (typeof value === "number") return t(isDone ? `count.${verb.count}` : `count.${verb.count}.dry`, { count: number(value), n: value });
  const results = Array.isArray(answer?.results) ? answer.results : null;
  if (results) {
    const good = results.filter((one) => one.status !== "error").length;
    return t(isDone ? "bulk.done" : "bulk.dry", { good: number(good), total: number(total) });
  }
  const end = answer?.muted_until ?? answer?.until;
  if (isDone && end) return t("act.until", { time: until(end), at: moment(end) });
  return isDone ? t("act.took.effect") : t("act.possible");
}

function bulkLines(answer, objects) {
  const results = Array.isArray(answer?.results) ? answer.results : [];
  return h("ul.results", results.slice(0, 200).map((one, index) => {
    const error = one.status === "error" ? one : null;
    return h("li", { class: error ? "bad" : "" }, h("span", objects[index] ? describe(objects[index]) : String(index + 1)),
      error ? h("span", error.code ?? "", " ", error.message ?? "") : receipt(one));
  }));
}

/** The audit record of an act, as a link. */
export function receipt(answer) {
  const seq = answer?.audit_seq;
  return seq === undefined ? null : h("a.mono", { href: recordLink(seq), onclick: () => document.querySelector("dialog[open]")?.close() }, t("record", { seq }));
}

export function undoButton(name, answer, close) {
  if (answer?.audit_seq === undefined || !may("act.undo") || !UNDOABLE.has(name)) return null;
  return h("button", {
    type: "button", onclick: async (event) => {
      const button = event.currentTarget;
      button.disabled = true;
      try {
        const undone = await ask("act.undo", { audit_seq: answer.audit_seq, reason: t("undo.reason", { seq: answer.audit_seq }), request_id: ulid() });
        acted.dispatchEvent(new CustomEvent("act", { detail: { name: "act.undo", objects: [], answer: undone } }));
        close();
        toast([t("undone", { what: titleOf(name) }), " ", receipt(undone)]);
      } catch (error) {
        button.replaceWith(errorBox(error));
      }
    },
  }, icon("undo"), t("undo"));
}

"""#)
}
