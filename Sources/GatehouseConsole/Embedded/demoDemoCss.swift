// Written by .ci/console from Site/demo/demo.css: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let demoDemoCss = EmbeddedFile("demo.css", #"""
/* Two users of the chat side by side. */
.page { display: flex; flex-direction: column; height: 100dvh; padding: 16px 24px 20px; gap: 14px; max-width: 1400px; margin: 0 auto; }
.top { display: flex; align-items: center; gap: 14px; flex-wrap: wrap; }
.top > a.button { margin-left: auto; }
a.button { display: inline-flex; align-items: center; gap: 7px; min-height: 32px; padding: 4px 14px; border-radius: 7px; background: var(--accent); color: var(--on-accent); font-weight: 540; }
.intro { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: center; }
.intro p { flex: 1 1 320px; color: var(--muted); }
.how { font-size: 12.5px; color: var(--muted); }
.how code { display: inline-block; margin-top: 3px; padding: 3px 9px; border-radius: 6px; background: var(--sunken); color: var(--text); font-family: var(--mono); }
.pair { flex: 1; min-height: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.person { display: flex; flex-direction: column; min-height: 0; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); overflow: hidden; }
.person-head { display: flex; align-items: center; gap: 10px; padding: 12px 16px; border-bottom: 1px solid var(--line); }
.person-head h2 { font-size: 16px; }
.avatar { display: grid; place-items: center; width: 32px; height: 32px; border-radius: 50%; background: var(--accent-soft); color: var(--accent); font-weight: 640; }
.person:nth-child(2) .avatar { background: var(--warn-soft); color: var(--warn); }
.state { display: flex; align-items: center; gap: 7px; margin-left: auto; color: var(--muted); font-size: 13px; }
.dot { width: 8px; height: 8px; border-radius: 50%; background: var(--bad); }
.dot[data-state="connected"] { background: var(--good); }
.dot[data-state="connecting"], .dot[data-state="waiting"] { background: var(--warn); }
.room { display: flex; gap: 8px; align-items: center; padding: 10px 16px; border-bottom: 1px solid var(--line); }
.room label { font-weight: 560; font-size: 13px; }
.room input { flex: 1; }
.talk { flex: 1; min-height: 0; overflow: auto; padding: 14px 16px; display: flex; flex-direction: column; gap: 8px; scrollbar-width: thin; }
.said { max-width: 82%; padding: 7px 12px; border-radius: 12px 12px 12px 3px; background: var(--sunken); align-self: flex-start; white-space: pre-wrap; }
.said.own { align-self: flex-end; background: var(--accent-soft); border-radius: 12px 12px 3px; }
.said.withdrawn { font-style: italic; color: var(--muted); }
.said .by { display: block; font-size: 12px; color: var(--muted); }
.event { align-self: center; font-size: 12.5px; color: var(--muted); text-align: center; }
.error, .announcement { align-self: stretch; padding: 8px 12px; border-radius: 8px; background: var(--bad-soft); color: var(--bad); }
.announcement { background: var(--warn-soft); color: var(--warn); }
.error .mono { font-size: 12px; }
.write { display: flex; gap: 8px; padding: 12px 16px; border-top: 1px solid var(--line); }
.write input { flex: 1; }
@media (max-width: 720px) {
  .page { height: auto; min-height: 100dvh; padding: 12px; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .person { height: 70dvh; }
}

"""#)
}
