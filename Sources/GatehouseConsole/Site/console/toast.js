// Short messages at the edge of the page, announced politely.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const STAY = 8_000;
let list = null;

export function mountToasts(parent) {
  list = h("div.toasts", { role: "status", "aria-live": "polite", "aria-label": t("messages") });
  parent.append(list);
}

/** `actions` are buttons beside the text. With actions it stays until it is closed or thirty seconds have passed. */
export function toast(text, { kind = "info", actions = [], stay = actions.length > 0 ? 30_000 : STAY } = {}) {
  const box = h(`div.toast.${kind}`, h("div.toast-text", text), ...actions,
    h("button.ghost.square", { type: "button", "aria-label": t("close"), onclick: () => box.remove() }, icon("close")));
  list?.append(box);
  while (list && list.childElementCount > 4) list.firstElementChild.remove();
  let timer = setTimeout(() => box.remove(), stay);
  const pause = () => clearTimeout(timer);
  const resume = () => { pause(); timer = setTimeout(() => box.remove(), STAY); };
  box.addEventListener("mouseenter", pause);
  box.addEventListener("focusin", pause);
  box.addEventListener("mouseleave", resume);
  box.addEventListener("focusout", resume);
  return box;
}
