// A table of any length: only the rows in view are in the document (CON-06). It is one stop of the Tab key; arrows move inside it.
import { h, icon, replace, uniqueID } from "./dom.js";
import { t } from "./i18n.js";
import { Signal } from "./signal.js";

const OVERSCAN = 8;
const narrow = matchMedia("(max-width: 720px)");

/**
 * - columns: `{ key, title, width, cell(item), sort?(item), end? }`; `width` is a track of a CSS grid.
 * - phone(item): `{ title, sub, side }`, for a narrow page.
 * - onOpen(item), onAct(item, anchor): optional.
 */
export class Table {
  constructor({ label, columns, key, phone, onOpen, onAct, selectable = false, empty, sort = null, descending = false }) {
    Object.assign(this, { label, columns, key, phone, onOpen, onAct, selectable, empty, sort, descending });
    this.items = [];
    this.rows = new Map();
    this.active = 0;
    this.selected = new Map();
    this.selection = new Signal([]);
    this.name = uniqueID("table");
    this.head = h("div.table-head", { role: "rowgroup" });
    this.space = h("div.table-space");
    this.body = h("div.table-body", { role: "rowgroup" }, this.space);
    this.blank = h("div.table-empty");
    this.element = h("div.table", {
      role: "grid", "aria-label": label, tabIndex: 0, "aria-multiselectable": selectable ? "true" : undefined,
      onkeydown: (event) => this.#keyDown(event),
    }, this.head, this.body, this.blank);
    this.body.addEventListener("scroll", () => this.#schedule(), { passive: true });
    this.body.tabIndex = -1;
    this.observer = new ResizeObserver(() => this.#schedule());
    this.observer.observe(this.body);
    this.onNarrow = () => { this.#layOut(); };
    narrow.addEventListener("change", this.onNarrow);
    this.#layOut();
  }

  destroy() {
    this.observer.disconnect();
    narrow.removeEventListener("change", this.onNarrow);
  }

  /** Shows other items; those that are the same objects keep their rows. */
  setItems(items, emptyNode = this.empty) {
    this.items = this.#sorted(items);
    this.active = Math.max(0, Math.min(this.active, this.items.length - 1));
    const keys = this.selected.size > 0 ? new Set(items.map(this.key)) : null;
    if (keys) for (const key of this.selected.keys()) if (!keys.has(key)) this.selected.delete(key);
    if (keys) this.#announceSelection();
    replace(this.blank, items.length === 0 ? emptyNode : null);
    this.blank.hidden = items.length > 0;
    this.element.setAttribute("aria-rowcount", String(items.length + 1));
    this.#draw();
  }

  clearSelection() {
    this.selected.clear();
    this.#announceSelection();
    this.rows.clear();
    this.#draw();
  }

  scrollToEnd() { this.body.scrollTop = this.body.scrollHeight; }

  get height() { return narrow.matches && this.phone ? 60 : 36; }

  get #columns() {
    return this.selectable ? [{ key: "select", width: "36px", isSelect: true }, ...this.columns] : this.columns;
  }

  #layOut() {
    const isPhone = narrow.matches && this.phone;
    this.element.classList.toggle("phone", Boolean(isPhone));
    const tracks = this.#columns.map((column) => column.width).join(" ") + (this.onAct ? " 40px" : "");
    this.element.style.setProperty("--tracks", tracks);
    this.element.style.setProperty("--row", `${this.height}px`);
    replace(this.head, isPhone ? null : this.#header());
    this.rows.clear();
    this.#draw();
  }

  #header() {
    const cells = this.#columns.map((column) => {
      if (column.isSelect) {
        this.all = h("input", { type: "checkbox", tabIndex: -1, "aria-label": t("select.all"), onchange: () => this.#selectAll() });
        return h("div.cell", { role: "columnheader" }, this.all);
      }
      if (!column.sort) return h("div.cell", { role: "columnheader", class: column.end ? "end" : "" }, column.title);
      const isOwn = this.sort === column.key;
      return h("div.cell", {
        role: "columnheader", class: column.end ? "end" : "",
        "aria-sort": isOwn ? (this.descending ? "descending" : "ascending") : "none",
      }, h("button.sort", { type: "button", tabIndex: -1, onclick: () => this.#sortBy(column.key) }, column.title,
        h("span", { "aria-hidden": "true" }, isOwn ? (this.descending ? " ↓" : " ↑") : "")));
    });
    return h("div.row.header", { role: "row" }, cells, this.onAct && h("div.cell", { role: "columnheader" }, h("span.hidden", t("acts"))));
  }

  #sortBy(key) {
    if (this.sort === key) this.descending = !this.descending;
    else [this.sort, this.descending] = [key, false];
    this.items = this.#sorted(this.items);
    replace(this.head, this.#header());
    this.#draw();
  }

  #sorted(items) {
    const column = this.columns.find((one) => one.key === this.sort);
    if (!column?.sort) return items;
    const sign = this.descending ? -1 : 1;
    const compare = (a, b) => (typeof a === "string" || typeof b === "string" ? String(a ?? "").localeCompare(String(b ?? "")) : (a ?? 0) - (b ?? 0));
    return [...items].sort((a, b) => sign * compare(column.sort(a), column.sort(b)));
  }

  #schedule() {
    if (this.scheduled) return;
    this.scheduled = requestAnimationFrame(() => { this.scheduled = null; this.#draw(); });
  }

  #draw() {
    const height = this.height;
    this.space.style.height = `${this.items.length * height}px`;
    const top = Math.max(0, Math.floor(this.body.scrollTop / height) - OVERSCAN);
    const end = Math.min(this.items.length, top + Math.ceil((this.body.clientHeight || 600) / height) + 2 * OVERSCAN);
    const rows = new Map();
    for (let index = top; index < end; index += 1) {
      const item = this.items[index];
      const key = this.key(item);
      const known = this.rows.get(key);
      const row = known?.item === item ? known : { item, element: this.#row(item, key) };
      if (row.index !== index) {
        row.index = index;
        row.element.style.transform = `translateY(${index * height}px)`;
        row.element.setAttribute("aria-rowindex", String(index + 2));
        row.element.id = `${this.name}-${index}`;
        row.element.classList.toggle("odd", index % 2 === 1);
      }
      row.element.classList.toggle("active", index === this.active);
      rows.set(key, row);
    }
    for (const [key, row] of this.rows) if (rows.get(key) !== row) row.element.remove();
    for (const row of rows.values()) if (row.element.parentNode !== this.space) this.space.append(row.element);
    this.rows = rows;
    if (this.items.length > 0) this.element.setAttribute("aria-activedescendant", `${this.name}-${this.active}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #row(item, key) {
    const isSelected = this.selected.has(key);
    const box = this.selectable && h("input", {
      type: "checkbox", checked: isSelected, tabIndex: -1, "aria-label": t("select.row"),
      onclick: (event) => event.stopPropagation(), onchange: () => this.#toggle(item, key),
    });
    const act = this.onAct && h("button.ghost.square", {
      type: "button", tabIndex: -1, "aria-label": t("acts"), "aria-haspopup": "menu",
      onclick: (event) => { event.stopPropagation(); this.onAct(item, event.currentTarget); },
    }, icon("more"));
    let cells;
    if (narrow.matches && this.phone) {
      const { title, sub, side } = this.phone(item);
      cells = [box && h("div.cell", { role: "gridcell" }, box),
        h("div.cell.stack", { role: "gridcell" }, h("div.stack-title", title), h("div.stack-sub", sub)),
        h("div.cell.end", { role: "gridcell" }, side), act && h("div.cell", { role: "gridcell" }, act)];
    } else {
      cells = [box && h("div.cell", { role: "gridcell" }, box),
        ...this.columns.map((column) => h("div.cell", { role: "gridcell", class: column.end ? "end" : "" }, column.cell(item))),
        act && h("div.cell.end", { role: "gridcell" }, act)];
    }
    return h("div.row", {
      role: "row", "aria-selected": this.selectable ? String(isSelected) : undefined,
      class: `${isSelected ? "selected" : ""} ${this.onOpen ? "opens" : ""}`,
      onclick: (event) => {
        if (event.target.closest("a, button, input")) return;
        this.#activate(this.rows.get(key)?.index ?? 0);
        this.onOpen?.(item);
      },
    }, cells);
  }

  #toggle(item, key) {
    if (this.selected.has(key)) this.selected.delete(key);
    else this.selected.set(key, item);
    this.#announceSelection();
    this.rows.get(key)?.element.remove();
    this.rows.delete(key);
    this.#draw();
  }

  #selectAll() {
    const isAll = this.selected.size >= Math.min(this.items.length, 200);
    this.selected.clear();
    // The server takes 200 acts at a time.
    if (!isAll) for (const item of this.items.slice(0, 200)) this.selected.set(this.key(item), item);
    this.#announceSelection();
    for (const row of this.rows.values()) row.element.remove();
    this.rows.clear();
    this.#draw();
  }

  #announceSelection() {
    if (this.all) {
      this.all.checked = this.selected.size > 0 && this.selected.size >= Math.min(this.items.length, 200);
      this.all.indeterminate = this.selected.size > 0 && !this.all.checked;
    }
    this.selection.set([...this.selected.values()]);
  }

  #activate(index) {
    this.active = Math.max(0, Math.min(index, this.items.length - 1));
    const top = this.active * this.height;
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    const low = top + this.height - this.body.clientHeight;
    if (low > this.body.scrollTop) this.body.scrollTop = low;
    this.#draw();
  }

  #keyDown(event) {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = this.items[this.active];
    const page = Math.max(1, Math.floor(this.body.clientHeight / this.height) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: page, PageUp: -page, Home: -this.items.length, End: this.items.length };
    if (event.key in moves) this.#activate(this.active + moves[event.key]);
    else if (!item) return;
    else if (event.key === "Enter" && this.onOpen) this.onOpen(item);
    else if ((event.key === " " || event.key === "x") && this.selectable) this.#toggle(item, this.key(item));
    else if (event.key === "a" && this.onAct) this.onAct(item, this.rows.get(this.key(item))?.element ?? this.element);
    else return;
    event.preventDefault();
  }
}

/** Puts the bar over a table that acts on what is selected. */
export function selectionBar(table, actions) {
  const bar = h("div.selection", { role: "region", "aria-label": t("selection") });
  table.selection.watch((items) => {
    bar.hidden = items.length === 0;
    if (items.length === 0) return replace(bar);
    return replace(bar, h("strong", t("selected", { count: items.length })), actions(items),
      h("button.ghost", { type: "button", onclick: () => table.clearSelection() }, t("select.none")));
  });
  return bar;
}
