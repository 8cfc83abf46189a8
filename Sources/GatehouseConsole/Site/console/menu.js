// A menu at a control: arrows, first letters, Enter, Escape; the focus goes back.
import { h } from "./dom.js";

/** `items`: `{ text, hint, tone, run }`, or null for a line between. */
export function openMenu(anchor, items, { title } = {}) {
  document.querySelector(".menu-layer")?.remove();
  const before = document.activeElement;
  const close = () => {
    layer.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const buttons = items.map((item) => item && h("button.menu-item", {
    type: "button", role: "menuitem", tabIndex: -1, class: item.tone ?? "",
    onclick: () => { close(); item.run(); },
  }, h("span", item.text), item.hint && h("span.menu-hint", item.hint)));
  const menu = h("div.menu", { role: "menu", "aria-label": title ?? anchor.getAttribute("aria-label") ?? "" },
    title && h("div.menu-title", { "aria-hidden": "true" }, title), buttons.map((button) => button ?? h("hr")));
  const layer = h("div.menu-layer", { onmousedown: (event) => { if (event.target === layer) close(); } }, menu);
  const choices = buttons.filter(Boolean);
  menu.addEventListener("keydown", (event) => {
    const at = choices.indexOf(document.activeElement);
    const move = { ArrowDown: 1, ArrowUp: -1, Home: -at, End: choices.length - 1 - at }[event.key];
    if (move !== undefined) choices[(at + move + choices.length) % choices.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const later = [...choices.slice(at + 1), ...choices.slice(0, at + 1)];
      later.find((button) => button.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Inside an open dialog, since nothing beside it can be reached.
  (document.querySelector("dialog[open]") ?? document.body).append(layer);
  const box = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.right - size.width, innerWidth - size.width - 8));
  const below = box.bottom + 4 + size.height < innerHeight;
  const top = below ? box.bottom + 4 : Math.max(8, box.top - size.height - 4);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
  choices[0]?.focus();
}
