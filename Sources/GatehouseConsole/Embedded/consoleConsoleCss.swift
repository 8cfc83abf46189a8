// Written by .ci/console from Site/console/console.css: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleConsoleCss = EmbeddedFile("console.css", #"""
/* The frame and the pages of the console. */
.shell { display: grid; grid-template-columns: 216px minmax(0, 1fr); height: 100dvh; }
.skip { position: absolute; left: -999px; top: 8px; padding: 8px 14px; background: var(--surface); z-index: 60; border-radius: 7px; }
.skip:focus { left: 8px; }
.side { display: flex; flex-direction: column; gap: 18px; padding: 16px 12px; border-right: 1px solid var(--line); background: var(--surface); overflow: auto; }
.side .brand { padding: 0 6px; }
.nav { display: grid; gap: 14px; flex: 1; align-content: start; }
.nav-title { padding: 0 8px 3px; color: var(--muted); font-size: 12px; font-weight: 560; }
.nav a { display: flex; align-items: center; gap: 10px; padding: 6px 8px; border-radius: 7px; color: var(--text); font-weight: 480; }
.nav a .icon { color: var(--muted); }
.nav a:hover { background: var(--sunken); text-decoration: none; }
.nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.nav a[aria-current] .icon { color: inherit; }
.nav a.off { color: var(--muted); }
.who { width: 100%; justify-content: flex-start; gap: 10px; border-color: transparent; padding: 6px 8px; text-align: left; }
.avatar { display: grid; place-items: center; width: 30px; height: 30px; border-radius: 50%; background: var(--sunken); font-weight: 640; flex: none; }
.who-text { display: grid; min-width: 0; }
.who-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 580; }
.who-role { color: var(--muted); font-size: 12px; font-weight: 460; white-space: nowrap; }
.main-column { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
.top { display: flex; align-items: center; gap: 12px; padding: 10px 24px; border-bottom: 1px solid var(--line); background: var(--surface); }
.menu-button { display: none; }
.jump { flex: 0 1 420px; justify-content: flex-start; color: var(--muted); font-weight: 420; border-color: var(--line); background: var(--bg); }
.jump .caps { margin-left: auto; }
.jump > span:first-of-type { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.state { display: flex; align-items: center; gap: 7px; margin-left: auto; color: var(--muted); font-size: 13px; white-space: nowrap; }
.dot { width: 8px; height: 8px; border-radius: 50%; background: var(--muted); }
.state[data-state="connected"] .dot { background: var(--good); }
.state[data-state="waiting"] .dot, .state[data-state="connecting"] .dot { background: var(--warn); }
.state[data-state="waiting"] { color: var(--warn); font-weight: 560; }
.view { flex: 1; min-height: 0; display: flex; flex-direction: column; padding: 18px 24px 20px; outline: none; }
.scroll { flex: 1; min-height: 0; overflow: auto; margin: 0 -24px -20px; padding: 0 24px 20px; scrollbar-width: thin; }
.page-head { display: flex; align-items: center; gap: 12px; flex-wrap: wrap; margin-bottom: 14px; }
.page-head h1 { margin-right: auto; min-width: 0; }
.page-actions, .acts { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; }
.toolbar { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; margin-bottom: 12px; }
.toolbar .chips { margin: 0; }
.toolbar > input { flex: 1 1 150px; width: auto; min-width: 120px; }
.toolbar > input.short { flex: 0 1 110px; min-width: 80px; }
.search { position: relative; flex: 1 1 240px; max-width: 460px; }
.search .icon { position: absolute; left: 10px; top: 50%; transform: translateY(-50%); color: var(--muted); }
.search input { padding-left: 34px; }
.status-line { color: var(--muted); margin-bottom: 14px; }
.crumbs { margin-bottom: 6px; font-size: 13px; }
.crumbs a::before { content: "← "; }
.tiles { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 14px; margin-bottom: 14px; }
.tile, .card { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.tile { padding: 14px 16px 10px; }
.tile-label { font-size: 13px; font-weight: 500; color: var(--muted); }
.tile-value { font-size: 27px; font-weight: 620; letter-spacing: -0.02em; line-height: 1.3; }
.tile-value .unit { font-size: 13px; font-weight: 460; color: var(--muted); letter-spacing: 0; }
.tile-note { font-size: 12px; color: var(--muted); min-height: 18px; margin-top: 3px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 14px; align-items: start; }
.cards.wide { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
.card.whole { grid-column: 1 / -1; }
.card { padding: 14px 16px 16px; }
.card > h2 { margin-bottom: 10px; }
.scroll > .card { margin-bottom: 14px; }
.strip { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); padding: 8px 16px; margin-bottom: 12px; }
.strip .facts { display: flex; flex-wrap: wrap; gap: 4px 28px; align-items: center; }
.strip .facts > div { display: flex; gap: 10px; align-items: center; }
.cards.head { display: block; }
.ticker { display: grid; gap: 8px; }
.attention { display: flex; gap: 10px; flex-wrap: wrap; }
.attention .notice { font-weight: 560; }
.more { display: flex; justify-content: center; }
.more button { margin-top: 10px; }
.verdict { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; font-size: 15px; margin: 14px 0 12px; }
.account .facts { margin-bottom: 14px; }
/* On a narrow page the roles stay above their columns, and the table scrolls by itself. */
.matrix { overflow-x: auto; }
.rules, .roles { width: 100%; border-collapse: collapse; font-size: 13px; }
.rules th, .roles th { text-align: left; color: var(--muted); font-weight: 560; font-size: 12px; }
.rules th, .rules td, .roles th, .roles td { padding: 6px 8px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }

.signin { min-height: 100dvh; display: grid; place-items: center; padding: 20px; }
.signin-card { width: min(500px, 100%); padding: 30px 32px 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); box-shadow: var(--shadow); }
.signin .brand { margin-bottom: 22px; font-size: 15px; }
.signin h1 { margin-bottom: 4px; }
.signin .notice { margin-top: 16px; }
.token { font-size: 12.5px; word-break: break-all; -webkit-text-security: none; }
.issuer-sign-in { margin-top: 18px; }
.issuer-sign-in button { width: 100%; }
.issuer-sign-in .hint { margin: 16px 0 -4px; }
.signin-foot { display: flex; justify-content: space-between; gap: 10px; margin-top: 16px; }
.signin pre { padding: 8px 12px; margin-top: 6px; border-radius: 7px; background: var(--sunken); overflow: auto; }
.signin form + .hint { margin-top: 22px; }
.signin-end { display: flex; gap: 2px; align-items: center; margin: 20px -9px 0; }
.signin-end a { margin-left: auto; display: inline-flex; gap: 5px; align-items: center; padding-right: 9px; }
.signin-end [aria-pressed="true"] { color: var(--accent); font-weight: 620; }
.cover { display: none; }

@media (min-width: 1900px) {
  .tiles { grid-template-columns: repeat(6, minmax(0, 1fr)); }
}

@media (max-width: 1000px) {
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .cards.wide { grid-template-columns: minmax(0, 1fr); }
}

@media (max-width: 720px) {
  .shell { grid-template-columns: minmax(0, 1fr); }
  .side { position: fixed; inset: 0 auto 0 0; width: 250px; z-index: 30; transform: translateX(-102%); visibility: hidden; transition: transform 0.16s ease-out; box-shadow: var(--shadow); }
  .side.open { transform: none; visibility: visible; }
  .side.open + .cover { display: block; position: fixed; inset: 0; z-index: 25; background: rgb(10 14 18 / 45%); }
  .menu-button { display: inline-flex; }
  .top { padding: 8px 12px; }
  .jump .caps { display: none; }
  .jump { flex: 1; }
  .state[data-state="connected"] .state-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .view { padding: 14px 12px 12px; }
  .scroll { margin: 0 -12px -12px; padding: 0 12px 12px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .tile { padding: 10px 12px 6px; }
  .tile-value { font-size: 21px; }
  .toolbar { gap: 8px; }
  .search { flex-basis: 100%; max-width: none; }
  .signin-card { padding: 24px 18px 14px; }
  .facts > div { grid-template-columns: minmax(84px, 32%) 1fr; }
  .rules thead { display: none; }
  .rules tr { display: flex; flex-wrap: wrap; gap: 2px 10px; padding: 7px 0; border-bottom: 1px solid var(--line); }
  .rules td { border: 0; padding: 0; }
  .toasts { right: 8px; left: 8px; bottom: 8px; width: auto; }
}

"""#)
}
