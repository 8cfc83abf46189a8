// Elements are made here and nowhere else. Whatever is not an element becomes a text node: no text is ever read as markup (CON-07).

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "tabIndex", "hidden", "indeterminate", "readOnly", "required"]);

/** `h("button.primary", { onclick, title, "aria-label": … }, "text", element, [more])` */
export function h(selector, attributes, ...children) {
  const [tag, ...classes] = selector.split(".");
  return fill(document.createElement(tag || "div"), classes, attributes, children);
}

export function svg(selector, attributes, ...children) {
  const [tag, ...classes] = selector.split(".");
  return fill(document.createElementNS(SVG, tag), classes, attributes, children);
}

function fill(element, classes, attributes, children) {
  if (attributes !== null && (typeof attributes !== "object" || attributes instanceof Node || Array.isArray(attributes))) {
    if (attributes !== undefined) children = [attributes, ...children];
    attributes = null;
  }
  for (const name of classes) element.classList.add(name);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (name === "class") element.classList.add(...value.split(" ").filter(Boolean));
    else if (name === "vars") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : visible(String(child)));
  }
}

/** A text in which characters that would reorder or hide others are shown by their code. */
export function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** A number that names elements for `aria-labelledby` and the like. */
let names = 0;
export const uniqueID = (word) => `${word}-${++names}`;

const ICONS = {
  overview: "M3 13h8V3H3zM13 21h8V3h-8zM3 21h8v-6H3z",
  sessions: "M2 5h20v11H2zM8 20h8M12 16v4",
  rooms: "M4 4h16v12H9l-5 4z",
  users: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6",
  restrictions: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M5.6 5.6l12.8 12.8",
  reports: "M5 21V4M5 4h13l-3 4 3 4H5",
  approvals: "M4 12l5 5L20 6",
  feed: "M3 12h4l3-8 4 16 3-8h4",
  audit: "M6 2h9l4 4v16H6zM9 10h7M9 14h7M9 18h4",
  policies: "M12 2l8 3v6c0 6-4 9-8 11-4-2-8-5-8-11V5z",
  nodes: "M4 3h16v6H4zM4 15h16v6H4zM8 6h.01M8 18h.01",
  gate: "M4 21V10a8 8 0 0 1 16 0v11M4 21h5v-8a3 3 0 0 1 6 0v8h5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l5 5",
  close: "M5 5l14 14M19 5L5 19",
  menu: "M3 6h18M3 12h18M3 18h18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  pause: "M7 4v16M17 4v16",
  play: "M6 4l14 8-14 8z",
  refresh: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  sun: "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10M12 1v2M12 21v2M1 12h2M21 12h2M4 4l2 2M18 18l2 2M4 20l2-2M18 6l2-2",
  moon: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z",
  key: "M8 19a5 5 0 1 0 0-10 5 5 0 0 0 0 10M11.5 10.5L21 2M17 5l3 3",
  undo: "M4 9h10a6 6 0 0 1 0 12H9M4 9l5-5M4 9l5 5",
  external: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  chevron: "M9 5l7 7-7 7",
  leave: "M10 4H4v16h6M9 12h12M17 8l4 4-4 4",
};

/** A decorative drawing; the control that carries it has a name of its own. */
export function icon(name) {
  return svg("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: ICONS[name] ?? ICONS.more }));
}
