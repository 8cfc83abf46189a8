// A modal dialog: named, closed by Escape, and the focus goes back to where it was. The browser keeps the focus inside.
import { h, icon, uniqueID } from "./dom.js";
import { t } from "./i18n.js";

export function openDialog({ title, body, wide = false, kind = "", onClose = () => {} }) {
  const before = document.activeElement;
  const name = uniqueID("dialog");
  const dialog = h("dialog.dialog", { "aria-labelledby": name, class: `${wide ? "wide" : ""} ${kind}` },
    h("header.dialog-head",
      h("h2", { id: name }, title),
      h("button.ghost.square", { type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
    h("div.dialog-body", body));
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  // A click beside the dialog hits the element itself.
  dialog.addEventListener("mousedown", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export const hasDialog = () => document.querySelector("dialog[open]") !== null;
