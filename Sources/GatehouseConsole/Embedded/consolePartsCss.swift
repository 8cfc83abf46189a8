// Written by .ci/console from Site/console/parts.css: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePartsCss = EmbeddedFile("parts.css", #"""
/* Tables, dialogs, menus, fields, toasts. */
.table { display: flex; flex-direction: column; flex: 1; min-height: 0; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
.table:focus-visible { outline-offset: -1px; border-radius: var(--radius); }
.table-head { flex: none; border-bottom: 1px solid var(--line); background: var(--surface); overflow: hidden; scrollbar-gutter: stable; scrollbar-width: thin; }
.table.phone .table-head { display: none; }
.table-body { position: relative; flex: 1; min-height: 0; overflow: auto; scrollbar-gutter: stable; scrollbar-width: thin; overscroll-behavior: contain; }
.table-body:focus { outline: none; }
.table-space { position: relative; contain: layout; }
.table-empty { position: relative; flex: 1 1 auto; display: grid; place-items: center; padding: 28px 16px; min-height: 130px; }
.table:has(.table-empty:not([hidden])) .table-body { flex: 0; }

.row { display: grid; grid-template-columns: var(--tracks); align-items: center; width: 100%; padding: 0 10px; }
.table-space > .row { position: absolute; top: 0; left: 0; height: var(--row); border-bottom: 1px solid var(--line); contain: layout paint; }
.row.opens { cursor: pointer; }
.table-space > .row:hover { background: color-mix(in srgb, var(--sunken) 60%, transparent); }
.row.selected { background: var(--accent-soft); }
.table:focus-visible .row.active { box-shadow: inset 3px 0 0 var(--accent); background: var(--sunken); }
.row.header { height: 34px; font-size: 12px; font-weight: 600; color: var(--muted); }
.cell { min-width: 0; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cell.end { text-align: right; }
.cell:has(> .square) { padding: 0; overflow: visible; }
.cell .square { min-height: 28px; min-width: 28px; }
.cell a { color: var(--text); }
.cell a:hover { color: var(--accent); }
.sort { min-height: 24px; min-width: 24px; justify-content: flex-start; padding: 0; border: 0; background: none; font-size: 12px; font-weight: 600; color: var(--muted); }
.sort:hover { background: none; color: var(--text); }
.phone .row { grid-template-columns: minmax(0, 1fr) auto 40px; }
.phone .row:has(input) { grid-template-columns: 36px minmax(0, 1fr) auto 40px; }
.stack-title { font-weight: 580; overflow: hidden; text-overflow: ellipsis; }
.stack-sub { color: var(--muted); font-size: 12.5px; overflow: hidden; text-overflow: ellipsis; }
.table.inset { height: calc(36px * var(--rows, 3) + 38px); border: 0; border-radius: 0; margin: 0 -10px; flex: none; }
.table.inset.phone { height: calc(60px * var(--rows, 3) + 2px); }
.user { display: flex; gap: 8px; align-items: baseline; min-width: 0; }
.user .issuer { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.user a { font-weight: 560; }
.selection { display: flex; align-items: center; gap: 12px; padding: 8px 12px; margin-bottom: 10px; border-radius: var(--radius); background: var(--accent-soft); }

.chart-box { position: relative; }
.chart { display: block; width: 100%; height: 56px; }
.chart-line { fill: none; stroke: var(--accent); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.chart-area { fill: var(--accent); opacity: 0.11; }
.chart-mark { stroke: var(--line-strong); stroke-width: 1; vector-effect: non-scaling-stroke; }
.chart-readout { position: absolute; right: 0; top: -18px; font-size: 12px; color: var(--muted); background: var(--surface); }

.bars { display: grid; gap: 9px; }
.bars li { display: grid; grid-template-columns: 1fr auto; gap: 2px 10px; }
.bar-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar-name a { color: var(--text); }
.bar { grid-column: 1 / -1; height: 5px; border-radius: 3px; background: var(--sunken); overflow: hidden; }
.bar-fill { display: block; height: 100%; width: var(--share); border-radius: 3px; background: var(--accent); }

.dialog, .palette { border: 1px solid var(--line); border-radius: 12px; background: var(--surface); color: var(--text); box-shadow: var(--shadow); padding: 0; }
.dialog { width: min(560px, calc(100vw - 24px)); max-height: calc(100dvh - 24px); overflow: visible; }
.dialog.wide { width: min(760px, calc(100vw - 24px)); }
.dialog[open] { display: flex; flex-direction: column; }
.dialog::backdrop, .palette::backdrop { background: rgb(10 14 18 / 45%); }
.dialog-head { display: flex; align-items: center; justify-content: space-between; padding: 14px 12px 10px 20px; }
.dialog-head h2 { font-size: 17px; }
.dialog-body { padding: 0 20px 18px; overflow: auto; }
.dialog-foot { display: flex; align-items: center; justify-content: flex-end; gap: 8px; margin-top: 16px; flex-wrap: wrap; }
.dialog-foot .hint { margin: 0 auto 0 0; }
.targets { margin-bottom: 10px; }
.targets .tag { background: var(--accent-soft); color: var(--accent); white-space: normal; }

.field { margin: 12px 0; }
.field label, .label { display: block; margin-bottom: 5px; font-weight: 560; font-size: 13px; }
.field.half { display: inline-block; width: calc(50% - 5px); margin-right: 5px; vertical-align: top; }
.field.toggle { display: flex; align-items: center; gap: 9px; }
.field.toggle label { margin: 0; font-weight: 460; }
.hint { margin-top: 5px; color: var(--muted); font-size: 12.5px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 7px; }
.chip { display: inline-flex; align-items: center; gap: 5px; min-height: 26px; padding: 2px 10px; border: 1px solid var(--line-strong); border-radius: 13px; background: var(--surface); color: var(--text); font-size: 12.5px; font-weight: 460; max-width: 100%; }
.chip:hover { background: var(--sunken); text-decoration: none; }
.chip[aria-pressed="true"] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent); }
.segments { display: inline-flex; flex-wrap: wrap; border: 1px solid var(--line-strong); border-radius: 7px; background: var(--surface); overflow: hidden; }
.segment { position: relative; display: block; margin: 0 !important; }
.segment input { position: absolute; inset: 0; opacity: 0; width: 100%; height: 100%; cursor: pointer; }
.segment span { display: block; padding: 6px 12px; font-size: 13px; font-weight: 480; }
.segment + .segment span { border-left: 1px solid var(--line); }
.segment input:checked + span { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.segment input:focus-visible + span { box-shadow: inset 0 0 0 2px var(--accent); border-radius: 6px; }
.own-duration { margin-top: 6px; max-width: 160px; }
.preview { min-height: 26px; display: flex; align-items: center; }
.preview > * { width: 100%; margin: 0; }
.preview-count { font-weight: 580; color: var(--warn); }
.done-title { display: flex; align-items: center; gap: 8px; font-size: 16px; font-weight: 620; color: var(--good); margin-bottom: 6px; }
.results { max-height: 260px; overflow: auto; margin: 8px 0; border: 1px solid var(--line); border-radius: var(--radius); }
.results li { display: flex; justify-content: space-between; gap: 12px; padding: 5px 10px; border-bottom: 1px solid var(--line); font-size: 13px; }
.results li.bad { color: var(--bad); }

.menu-layer { position: fixed; inset: 0; z-index: 40; }
.menu { position: fixed; min-width: 200px; max-width: min(320px, calc(100vw - 16px)); max-height: calc(100dvh - 16px); overflow: auto; padding: 5px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); box-shadow: var(--shadow); }
.menu-title { padding: 5px 10px 7px; color: var(--muted); font-size: 12.5px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.menu-item { display: flex; width: 100%; justify-content: space-between; border: 0; border-radius: 6px; padding: 6px 10px; font-weight: 460; text-align: left; }
.menu-item:hover, .menu-item:focus { background: var(--sunken); }
.menu-item.danger { color: var(--bad); }
.menu-hint { color: var(--muted); font-size: 12px; white-space: nowrap; }

.palette { width: min(620px, calc(100vw - 24px)); margin-top: 12vh; overflow: hidden; }
.palette-box { display: flex; align-items: center; gap: 10px; padding: 6px 14px; border-bottom: 1px solid var(--line); }
.palette-box input { border: 0; padding: 8px 0; font-size: 16px; background: none; }
.palette-box input:focus-visible { outline: none; }
.palette-list { max-height: min(420px, 54vh); overflow: auto; padding: 6px; }
.palette-item { display: grid; grid-template-columns: 18px 1fr auto; gap: 10px; align-items: center; padding: 7px 10px; border-radius: 7px; cursor: pointer; }
.palette-item .icon { color: var(--muted); }
.palette-item[aria-selected="true"] { background: var(--accent-soft); }
.palette-none { padding: 18px; text-align: center; color: var(--muted); }
.palette-foot { padding: 7px 14px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12px; }

.toasts { position: fixed; right: 16px; bottom: 16px; z-index: 50; display: grid; gap: 8px; width: min(400px, calc(100vw - 32px)); }
.toast { display: flex; align-items: center; gap: 8px; padding: 8px 8px 8px 14px; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow); }
.toast.warn { border-left-color: var(--warn); }
.toast.bad { border-left-color: var(--bad); }
.toast-text { flex: 1; }

.empty { text-align: center; color: var(--muted); padding: 6px 0; max-width: 46ch; margin: 0 auto; }
.empty-title { color: var(--text); font-weight: 580; }
.card .empty { text-align: left; margin: 0; }
.card .empty-title { color: var(--muted); font-weight: 460; }
.facts { display: grid; gap: 7px; }
.facts > div { display: grid; grid-template-columns: minmax(100px, 34%) 1fr; gap: 12px; }
.facts dt, .nested dt { color: var(--muted); }
.nested { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; }
.nested .nested { grid-column: 2; }
.plain { display: grid; gap: 7px; }
.line { display: flex; flex-wrap: wrap; gap: 4px 9px; align-items: baseline; }
.line-parts { display: inline-flex; gap: 7px; align-items: baseline; flex-wrap: wrap; min-width: 0; }
.cell .line-parts { display: flex; flex-wrap: nowrap; }
.cell .line-parts > * { flex: none; }
.note { padding: 8px 10px; border-radius: var(--radius); background: var(--sunken); }
.record > * + * { margin-top: 12px; }
details summary { cursor: pointer; color: var(--muted); min-height: 24px; }
details[open] summary { margin-bottom: 6px; }
.record-title { font-size: 15px; }
.keys { display: grid; grid-template-columns: auto 1fr; gap: 7px 14px; align-items: center; }
.caps { display: inline-flex; gap: 3px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; }
.columns h3 { margin-top: 0; }
.columns dl + h3 { margin-top: 18px; }
@media (max-width: 720px) { .columns { grid-template-columns: 1fr; } .field.half { width: 100%; } .wide-only { display: none; } }

"""#)
}
