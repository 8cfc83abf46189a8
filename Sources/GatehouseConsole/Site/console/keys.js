// Shortcuts of the keyboard. Letters do nothing while somebody writes; all of them are listed under `?`.
import { h } from "./dom.js";
import { hasDialog, openDialog } from "./dialog.js";
import { t } from "./i18n.js";

const GO = "g";
const PAUSE = 1_200;
/** `{ keys: "g s", text, run, page }` */
let global = [];
let local = [];
let pending = null;
let timer = null;

export const setGlobalKeys = (list) => { global = list; };
export const setPageKeys = (list) => { local = list; };

function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  const isCommand = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k";
  if (isCommand) return perform("mod k", event);
  if (event.ctrlKey || event.metaKey || isWriting(event.target) || hasDialog()) return;
  const word = pending ? `${pending} ${event.key}` : event.key;
  pending = null;
  clearTimeout(timer);
  if (perform(word, event)) return;
  if (event.key === GO) {
    pending = GO;
    timer = setTimeout(() => { pending = null; }, PAUSE);
  }
});

function perform(word, event) {
  const found = [...local, ...global].find((one) => one.keys === word);
  if (!found) return false;
  event.preventDefault();
  found.run(event);
  return true;
}

const NAMES = { "mod k": ["Ctrl", "K"], ArrowDown: ["↓"], ArrowUp: ["↑"], " ": ["␣"], Enter: ["Enter"], Escape: ["Esc"] };

export function keyCaps(word) {
  const caps = NAMES[word] ?? word.split(" ");
  return h("span.caps", caps.map((cap) => h("kbd", cap)));
}

export function showKeys() {
  const table = (list) => h("dl.keys", list.map((one) => [h("dt", keyCaps(one.keys)), h("dd", one.text)]));
  const lists = [
    ["ArrowDown", t("keys.down")], ["ArrowUp", t("keys.up")], ["Enter", t("keys.open")], ["x", t("keys.select")], ["a", t("keys.act")],
  ].map(([keys, text]) => ({ keys, text }));
  openDialog({
    title: t("keys.title"), wide: true,
    body: h("div.columns",
      h("section", h("h3", t("keys.everywhere")), table(global)),
      h("section", h("h3", t("keys.lists")), table(lists), local.length > 0 && [h("h3", t("keys.page")), table(local)])),
  });
}
