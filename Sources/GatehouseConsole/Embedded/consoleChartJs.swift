// Written by .ci/console from Site/console/chart.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleChartJs = EmbeddedFile("chart.js", #"""
// A small chart over time, drawn with SVG. Its last value and range are its name; the pointer reads single values.
import { h, replace, svg } from "./dom.js";
import { t } from "./i18n.js";
import { time } from "./format.js";

const WIDTH = 300;
const HEIGHT = 56;

/** The range that is drawn: from zero, or near the lowest value where all are large and alike. */
export function range(values) {
  const known = values.filter(Number.isFinite);
  const high = Math.max(...known, 0) || 1;
  const low = known.length > 0 ? Math.min(...known) : 0;
  if (low < 0.8 * high) return { low: 0, high };
  const room = Math.max(high - low, high * 0.02);
  return { low: low - room / 2, high: low + room };
}

/** The outline through values, in the box of the chart. Gaps (no number) end a line. */
export function outline(values, { low, high }) {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  let path = "";
  let isDown = false;
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) { isDown = false; return; }
    const y = HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 6);
    path += `${isDown ? "L" : "M"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return path;
}

export class Chart {
  constructor({ label, format }) {
    Object.assign(this, { label, format });
    this.line = svg("path.chart-line");
    this.area = svg("path.chart-area");
    this.mark = svg("line.chart-mark", { y1: 0, y2: HEIGHT, visibility: "hidden" });
    this.drawing = svg("svg.chart", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, this.area, this.line, this.mark);
    this.readout = h("div.chart-readout", { "aria-hidden": "true" });
    this.element = h("div.chart-box", this.drawing, this.readout);
    this.points = [];
    this.drawing.addEventListener("pointermove", (event) => this.#read(event));
    this.drawing.addEventListener("pointerleave", () => {
      this.mark.setAttribute("visibility", "hidden");
      replace(this.readout);
    });
  }

  /** Points `{ at, value }`, oldest first. */
  update(points) {
    this.points = points;
    const values = points.map((point) => point.value);
    const known = values.filter(Number.isFinite);
    const path = known.length > 1 ? outline(values, range(values)) : "";
    this.line.setAttribute("d", path);
    const first = values.findIndex(Number.isFinite);
    const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
    this.area.setAttribute("d", path === "" ? "" : `${path.replaceAll("M", (_, at) => (at === 0 ? "M" : "L"))}L${WIDTH} ${HEIGHT}L${(first * step).toFixed(1)} ${HEIGHT}Z`);
    this.drawing.setAttribute("aria-label", known.length === 0
      ? `${this.label}: ${t("chart.none")}`
      : t("chart.name", { label: this.label, last: this.format(known.at(-1)), low: this.format(Math.min(...known)), high: this.format(Math.max(...known)) }));
  }

  #read(event) {
    const box = this.drawing.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const point = this.points[Math.round(share * (this.points.length - 1))];
    if (!point || !Number.isFinite(point.value)) return;
    const x = String(Math.round(share * (this.points.length - 1)) * (WIDTH / Math.max(1, this.points.length - 1)));
    this.mark.setAttribute("x1", x);
    this.mark.setAttribute("x2", x);
    this.mark.setAttribute("visibility", "visible");
    replace(this.readout, `${this.format(point.value)} · ${time(point.at)}`);
  }
}

/** Named counts as bars, the longest first. */
export function bars(counts, format, link) {
  const entries = Object.entries(counts ?? {}).filter(([, count]) => Number.isFinite(count)).sort((a, b) => b[1] - a[1]).slice(0, 8);
  const top = Math.max(...entries.map(([, count]) => count), 1);
  if (entries.length === 0) return h("p.muted.small", t("nothing.yet"));
  return h("ul.bars", entries.map(([name, count]) => h("li",
    h("span.bar-name", link ? h("a", { href: link(name) }, name) : name), h("span.bar-count", format(count)),
    h("span.bar", { "aria-hidden": "true" }, h("span.bar-fill", { vars: { "--share": `${(100 * count) / top}%` } })))));
}

"""#)
}
