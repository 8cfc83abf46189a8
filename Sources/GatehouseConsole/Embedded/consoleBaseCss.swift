// Written by .ci/console from Site/console/base.css: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleBaseCss = EmbeddedFile("base.css", #"""
/* Colours, type and controls, for the console and the demo. Contrast of every pair used for text is 4.5 or more (WCAG 2.2 AA). */
:root {
  --bg: #f4f5f7;
  --surface: #ffffff;
  --sunken: #eceef1;
  --line: #dfe3e8;
  --line-strong: #868f9b;
  --text: #171b21;
  --muted: #59636f;
  --accent: #0b6e62;
  --accent-soft: #dff1ee;
  --on-accent: #ffffff;
  --bad: #b3231c;
  --bad-soft: #fbe9e7;
  --warn: #7d5200;
  --warn-soft: #fbf0d9;
  --good: #1b6b3a;
  --good-soft: #e2f3e8;
  --shadow: 0 1px 2px rgb(16 24 32 / 6%), 0 8px 28px rgb(16 24 32 / 14%);
  --radius: 8px;
  --mono: ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", "Inter", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
  color-scheme: light;
}

@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --bg: #0f1215;
    --surface: #171b20;
    --sunken: #1f252b;
    --line: #2a3139;
    --line-strong: #76818e;
    --text: #e7eaee;
    --muted: #9ca7b4;
    --accent: #63cdbb;
    --accent-soft: #14332f;
    --on-accent: #06211d;
    --bad: #ff9a92;
    --bad-soft: #3b1d1b;
    --warn: #efbf62;
    --warn-soft: #35290f;
    --good: #76d39a;
    --good-soft: #15301f;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 10px 32px rgb(0 0 0 / 50%);
    color-scheme: dark;
  }
}

:root[data-theme="dark"] {
  --bg: #0f1215;
  --surface: #171b20;
  --sunken: #1f252b;
  --line: #2a3139;
  --line-strong: #76818e;
  --text: #e7eaee;
  --muted: #9ca7b4;
  --accent: #63cdbb;
  --accent-soft: #14332f;
  --on-accent: #06211d;
  --bad: #ff9a92;
  --bad-soft: #3b1d1b;
  --warn: #efbf62;
  --warn-soft: #35290f;
  --good: #76d39a;
  --good-soft: #15301f;
  --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 10px 32px rgb(0 0 0 / 50%);
  color-scheme: dark;
}

*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }

html, body { height: 100%; margin: 0; }

body {
  background: var(--bg);
  color: var(--text);
  font: 14px/1.45 var(--sans);
  font-variant-numeric: tabular-nums;
  -webkit-font-smoothing: antialiased;
  overflow-wrap: anywhere;
}

h1, h2, h3, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 21px; line-height: 1.25; font-weight: 640; letter-spacing: -0.012em; }
h2 { font-size: 15px; font-weight: 640; letter-spacing: -0.005em; }
h3 { font-size: 13px; font-weight: 640; margin: 14px 0 6px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 2px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 4px 0; }
strong { font-weight: 640; }

:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1:focus-visible, main:focus-visible { outline: none; }

.mono, pre, kbd { font-family: var(--mono); font-size: 0.92em; letter-spacing: -0.01em; }
.muted { color: var(--muted); }
.small { font-size: 12.5px; }
.clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; display: block; min-width: 0; }
.bad-text { color: var(--bad); font-weight: 560; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; flex: none; }

button, input, textarea, select { font: inherit; color: inherit; }

button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 6px;
  min-height: 32px;
  padding: 4px 12px;
  border: 1px solid var(--line-strong);
  border-radius: 7px;
  background: var(--surface);
  font-weight: 540;
  cursor: pointer;
}

button:hover { background: var(--sunken); }
button:disabled { opacity: 0.55; cursor: default; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.primary:hover { filter: brightness(1.08); }
button.danger { color: var(--bad); border-color: var(--bad); }
button.danger:hover { background: var(--bad-soft); }
button.primary.danger { background: var(--bad); border-color: var(--bad); color: var(--surface); }
button.primary.warn { background: var(--warn); border-color: var(--warn); color: var(--surface); }
button.ghost { border-color: transparent; background: transparent; color: var(--muted); }
button.ghost:hover { background: var(--sunken); color: var(--text); }
button.small { min-height: 26px; padding: 2px 9px; font-size: 12.5px; }
button.large { min-height: 40px; padding: 8px 20px; }
button.square { padding: 4px; min-width: 32px; }

input[type="text"], input[type="search"], input[type="number"], select, textarea {
  width: 100%;
  min-height: 32px;
  padding: 5px 10px;
  border: 1px solid var(--line-strong);
  border-radius: 7px;
  background: var(--surface);
}

textarea { resize: vertical; line-height: 1.45; }
select { width: auto; padding-right: 26px; }
input::placeholder, textarea::placeholder { color: var(--muted); opacity: 1; }
input[type="search"]::-webkit-search-cancel-button { display: none; }
input[type="checkbox"], input[type="radio"] { accent-color: var(--accent); width: 16px; height: 16px; margin: 0; vertical-align: middle; }
input:focus-visible, textarea:focus-visible, select:focus-visible { outline-offset: 0; border-color: var(--accent); border-radius: 7px; }

kbd {
  display: inline-block;
  min-width: 20px;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 5px;
  background: var(--surface);
  color: var(--muted);
  text-align: center;
  font-size: 11.5px;
  white-space: nowrap;
}

.tag {
  display: inline-block;
  padding: 0 7px;
  margin-right: 4px;
  border-radius: 10px;
  background: var(--sunken);
  color: var(--muted);
  font-size: 12px;
  line-height: 20px;
  font-weight: 560;
  white-space: nowrap;
}

.tag.bad { background: var(--bad-soft); color: var(--bad); }
.tag.warn { background: var(--warn-soft); color: var(--warn); }
.tag.good { background: var(--good-soft); color: var(--good); }
.tag.accent { background: var(--accent-soft); color: var(--accent); }

.notice { display: block; padding: 10px 14px; margin-bottom: 12px; border-radius: var(--radius); background: var(--sunken); color: var(--text); }
.notice.bad { background: var(--bad-soft); color: var(--bad); }
.notice.warn { background: var(--warn-soft); color: var(--warn); }
.notice.good { background: var(--good-soft); color: var(--good); }
.notice p { margin-top: 2px; white-space: pre-line; }
.notice button { margin-top: 8px; }
.notice a { color: inherit; text-decoration: underline; }

.brand { display: flex; white-space: nowrap; align-items: center; gap: 9px; font-weight: 680; letter-spacing: -0.01em; color: var(--text); }
.brand:hover { text-decoration: none; }
.brand-part { color: var(--muted); font-weight: 460; }
.mark { display: inline-grid; place-items: center; width: 26px; height: 26px; border-radius: 7px; background: var(--accent); color: var(--on-accent); }
.mark .icon { stroke-width: 2.2; }

@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
}

@media (pointer: coarse) {
  button, select, input[type="text"], input[type="search"], input[type="number"] { min-height: 40px; }
  button.small { min-height: 32px; }
}

"""#)
}
