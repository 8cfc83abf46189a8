// Parts that several pages have.
import { h, icon, replace } from "./dom.js";
import { ago, moment, shortIssuer, until, userName } from "./format.js";
import { t } from "./i18n.js";
import { roomLink, userLink } from "./router.js";

export function pageHead(title, ...actions) {
  return h("header.page-head", h("h1", { tabIndex: -1 }, title), h("div.page-actions", actions));
}

export function searchBox({ label, value = "", onInput }) {
  let timer = null;
  const input = h("input", {
    type: "search", value, placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "false",
    oninput: () => { clearTimeout(timer); timer = setTimeout(() => onInput(input.value.trim()), 120); },
    onkeydown: (event) => { if (event.key === "Escape" && input.value !== "") { input.value = ""; onInput(""); event.preventDefault(); } },
  });
  const box = h("label.search", icon("search"), input);
  box.input = input;
  return box;
}

export function segments(label, choices, value, onChange) {
  const name = `segments-${label}`;
  return h("div.segments", { role: "radiogroup", "aria-label": label }, choices.map(([key, text]) => h("label.segment",
    h("input", { type: "radio", name, value: key, checked: key === value, onchange: () => onChange(key) }), h("span", text))));
}

export const userCell = (user) => (user
  ? h("span.user", h("a", { href: userLink(user) }, userName(user)), h("span.muted.small.issuer", shortIssuer(user.iss)))
  : h("span.muted", t("anonymous")));

export const roomCell = (ns, room) => h("a", { href: roomLink(ns, room) }, room);
export const since = (at) => h("time", { title: moment(at) }, ago(at));
export const ends = (at) => h("time", { title: at ? moment(at) : "" }, until(at));
export const agoCell = (at) => h("time.muted", { title: moment(at) }, t("ago", { time: ago(at) }));
export const endsIn = (at) => h("time.muted", { title: at ? moment(at) : "" }, at ? t("for.another", { time: until(at) }) : t("for.ever"));
export const tag = (text, tone = "") => h("span.tag", { class: tone }, text);
export const mono = (text) => h("span.mono", text ?? "–");

/** Names and values in two columns. Values are texts or elements; what is missing is left out. */
export function facts(entries) {
  return h("dl.facts", entries.filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false).map(([name, value]) => h("div", h("dt", name), h("dd", value))));
}

/** A value as JSON has it, for records whose form is not known: nested, as text. */
export function plain(value) {
  if (value === null || value === undefined) return h("span.muted", "–");
  if (Array.isArray(value)) return value.length === 0 ? h("span.muted", "–") : h("span", value.map((one, index) => [index > 0 ? ", " : "", plain(one)]));
  if (typeof value === "object") return h("dl.nested", Object.entries(value).map(([name, one]) => [h("dt", name), h("dd", plain(one))]));
  return typeof value === "number" || typeof value === "boolean" ? h("span.mono", String(value)) : String(value);
}

export const card = (title, ...children) => h("section.card", title && h("h2", title), children);
export const empty = (title, text) => h("div.empty", h("p.empty-title", title), text && h("p", text));
/** Says which nodes did not answer, so that a list is not taken for whole. */
export const silence = (nodes) => nodes.size > 0 && h("p.notice.warn", { role: "alert" }, t("silent.nodes", { names: [...nodes].sort().join(", ") }));
export const loading = () => h("p.muted.loading", { role: "status" }, t("loading"));

export function copyButton(text, label) {
  const button = h("button.ghost.small", {
    type: "button", onclick: async () => {
      try {
        await navigator.clipboard.writeText(text);
        replace(button, t("copied"));
      } catch { replace(button, t("copy.not")); }
      setTimeout(() => replace(button, label), 1_500);
    },
  }, label);
  return button;
}
