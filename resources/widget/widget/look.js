/** How the widget looks: its style sheet, the colours of both themes, its icons. */
export const CSS = `
:host{all:initial!important;display:block!important;position:fixed!important;inset:auto 0 0 auto!important;
  z-index:var(--ficha-z,2147483000)!important;visibility:visible!important;opacity:1!important;
  pointer-events:auto!important;transform:none!important;filter:none!important;clip-path:none!important;
  direction:ltr!important;font:400 15px/1.45 var(--ficha-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif)!important;
  color:var(--text)!important;color-scheme:var(--scheme)!important}
@media print{:host{display:none!important}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
button,input,textarea{font:inherit;color:inherit;letter-spacing:inherit}
button{cursor:pointer;border:1px solid transparent;background:none;border-radius:10px;padding:0;touch-action:manipulation}
button:disabled{cursor:default;opacity:.45}
button>*{pointer-events:none}
:focus{outline:none}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
svg{display:block;width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;flex:none}
.sr{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher{position:fixed;right:calc(var(--ficha-right,20px) + env(safe-area-inset-right));bottom:calc(var(--ficha-bottom,20px) + env(safe-area-inset-bottom));
  width:58px;height:58px;border-radius:50%;background:var(--accent);color:var(--on-accent);border-color:var(--edge);display:grid;place-items:center;
  box-shadow:0 6px 22px #0004,0 1px 4px #0003;transition:transform .14s}
.launcher:hover{transform:scale(1.05)}
.launcher svg{width:27px;height:27px}
.badge{position:absolute;top:-3px;right:-3px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;border:2px solid var(--bg);
  background:var(--bad);color:var(--on-bad);font-size:12px;font-weight:700;line-height:18px;text-align:center}
.teaser{position:fixed;right:calc(var(--ficha-right,20px) + env(safe-area-inset-right));bottom:calc(var(--ficha-bottom,20px) + 72px + env(safe-area-inset-bottom));
  width:min(300px,calc(100vw - 40px));display:flex;align-items:start;background:var(--bg);border:1px solid var(--line);border-radius:14px;box-shadow:0 8px 28px #0003}
.teaser .say{flex:1;min-width:0;text-align:left;padding:12px 4px 12px 14px}
.teaser b{display:block;font-size:13px}
.teaser span{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.panel{position:fixed;right:calc(var(--ficha-right,20px) + env(safe-area-inset-right));bottom:calc(var(--ficha-bottom,20px) + 72px + env(safe-area-inset-bottom));
  width:384px;height:min(640px,calc(100dvh - 112px));display:flex;flex-direction:column;overflow:clip;background:var(--bg);color:var(--text);
  border:1px solid var(--line);border-radius:var(--ficha-radius,16px);box-shadow:0 16px 56px #0000003d,0 2px 8px #0000001f;animation:rise .16s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(10px)}}
header{display:flex;align-items:center;gap:10px;padding:12px 8px 12px 16px;background:var(--accent);color:var(--on-accent);flex:none;border-bottom:1px solid var(--edge)}
header :focus-visible{outline-color:currentColor;outline-offset:-3px}
header div{flex:1;min-width:0}
h2{margin:0;font-size:16px;font-weight:650;line-height:1.3;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header p{margin:0;font-size:13px;line-height:1.35;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.face{width:36px;height:36px;border-radius:50%;display:grid;place-items:center;font-weight:650;flex:none;background:var(--on-accent);color:var(--accent)}
.icon{width:40px;height:40px;display:grid;place-items:center;flex:none}
.icon:hover{background:#8882}
.menu{position:absolute;top:58px;right:8px;z-index:3;background:var(--bg);border:1px solid var(--line);border-radius:12px;padding:6px;box-shadow:0 10px 32px #0004;display:grid}
.menu button{display:flex;gap:10px;align-items:center;padding:9px 14px 9px 10px;text-align:left;border-radius:8px}
.menu button:hover{background:var(--raised)}
.bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:9px 16px;font-size:14px;background:var(--raised);border-bottom:1px solid var(--line);flex:none}
.bar span{flex:1;min-width:150px}
.bar.warn{background:var(--warn-soft);color:var(--warn)}
main{position:relative;flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:16px;display:flex;flex-direction:column;scrollbar-width:thin}
main>:first-child{margin-top:0}
p.hello{margin:0 0 14px;white-space:pre-line;overflow-wrap:anywhere}
.hint{margin:4px 0 0;font-size:13px;color:var(--text2)}
ul{list-style:none;margin:0;padding:0}
.log{margin-top:auto}
li{display:flex;flex-direction:column;align-items:flex-start;margin-top:3px}
li.first{margin-top:14px}
li.own{align-items:flex-end}
.who{font-size:13px;font-weight:600;color:var(--text2);margin:0 0 3px 2px}
.bubble{max-width:84%;padding:8px 13px;border-radius:16px;background:var(--raised);border:1px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.own .bubble{background:var(--accent);color:var(--on-accent);border-color:var(--edge)}
li:not(.own).last .bubble{border-bottom-left-radius:5px}
.own.last .bubble{border-bottom-right-radius:5px}
.bubble a{color:inherit;text-decoration:underline;text-underline-offset:2px}
.meta{display:flex;gap:5px;align-items:center;font-size:12px;color:var(--text2);margin:3px 3px 0}
.meta svg{width:15px;height:15px}
.meta .done{color:var(--accent-text)}
li.failed .meta{color:var(--bad-text)}
.system{align-items:center;text-align:center;font-size:13px;color:var(--text2);margin:14px 0 2px}
.file{display:flex;gap:9px;align-items:center;max-width:84%;margin-top:3px;padding:9px 13px;border:1px solid var(--line);border-radius:12px;background:var(--bg);color:var(--text);text-decoration:none;overflow-wrap:anywhere}
.file small{color:var(--text2);white-space:nowrap}
.file.picture{padding:0;overflow:hidden}
.file img{display:block;max-width:100%;max-height:220px;min-width:60px;min-height:40px;object-fit:contain}
.dots{display:inline-flex;gap:4px;margin-top:8px;padding:12px 13px}
.dots i{width:7px;height:7px;border-radius:50%;background:var(--text2);animation:dot 1.2s infinite}
.dots i:nth-child(2){animation-delay:.18s}.dots i:nth-child(3){animation-delay:.36s}
@keyframes dot{0%,60%,100%{opacity:.3}30%{opacity:1}}
.down{position:sticky;bottom:0;align-self:center;flex:none;margin-top:8px;padding:6px 14px;border-radius:16px;background:var(--bg);border-color:var(--line);box-shadow:0 3px 12px #0003;color:var(--accent-text);font-size:14px;font-weight:600}
.queue{margin:14px 0 0;padding:12px 14px;border-radius:12px;background:var(--raised);border:1px solid var(--line);font-size:14px}
.queue p{margin:0}.queue strong{display:block;font-size:15px}
footer{flex:none;border-top:1px solid var(--line);padding:8px 8px calc(8px + env(safe-area-inset-bottom));background:var(--bg)}
.write{display:flex;align-items:flex-end;gap:2px;border:1px solid var(--strong);border-radius:14px;padding:2px}
.write:focus-within{border-color:var(--focus);box-shadow:0 0 0 1px var(--focus)}
.write textarea{flex:1;min-width:0;border:0;background:none;resize:none;padding:9px 4px 9px 10px;height:40px;max-height:132px;font-size:16px;line-height:1.35;outline:none}
.write textarea::placeholder{color:var(--text2);opacity:1}
.send{border-radius:50%;background:var(--accent);color:var(--on-accent);border-color:var(--edge);width:36px;height:36px;margin:2px}
.send:hover{background:var(--accent)}
.more svg{stroke-width:3.2}
.tray{display:flex;flex-wrap:wrap;gap:6px;padding:0 4px 6px}
.chip{display:flex;align-items:center;gap:6px;max-width:100%;padding:3px 3px 3px 10px;border:1px solid var(--line);border-radius:10px;background:var(--raised);font-size:13px}
.chip span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:190px}
.chip progress{width:60px;height:6px;accent-color:var(--focus)}
.chip .icon{width:28px;height:28px}.chip svg{width:15px;height:15px}
.wrong{margin:4px 0 0;font-size:13px;color:var(--bad-text)}
form{display:flex;flex-direction:column;gap:14px}
label,legend{display:block;font-size:14px;font-weight:600;padding:0;margin-bottom:5px}
label em{font-style:normal;font-weight:400;color:var(--text2)}
.in{width:100%;min-height:44px;padding:9px 12px;font-size:16px;border:1px solid var(--strong);border-radius:10px;background:var(--bg)}
.in::placeholder{color:var(--text2);opacity:1}
.in:focus{outline:2px solid var(--focus);outline-offset:-1px}
.in[aria-invalid]{border-color:var(--bad-text)}
textarea.in{min-height:88px;resize:vertical}
.main{min-height:46px;padding:10px 16px;border-color:var(--edge);background:var(--accent);color:var(--on-accent);font-weight:650}
.main:hover{box-shadow:0 2px 10px #0004}
.plain{min-height:40px;padding:6px 14px;border-color:var(--strong);font-weight:600}
.plain.small{min-height:34px;padding:2px 10px;font-size:13px}
.plain:hover{background:var(--raised)}
fieldset{border:0;margin:0;padding:0;min-width:0}
.choice{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:4px;padding:4px;border-radius:12px;background:var(--raised);border:1px solid var(--line)}
.choice label{margin:0;padding:8px;text-align:center;border-radius:9px;cursor:pointer;border:1px solid transparent}
.choice label:has(:checked){background:var(--bg);border-color:var(--strong);color:var(--accent-text)}
.choice label:has(:focus-visible),.stars label:has(:focus-visible){outline:2px solid var(--focus)}
.tick+div{margin-top:8px}
.tick{display:flex;gap:9px;align-items:center;font-weight:400;padding:4px 0;margin:0;cursor:pointer}
.tick input{width:18px;height:18px;accent-color:var(--focus);margin:0}
.end{margin-top:18px;padding-top:16px;border-top:1px solid var(--line);display:grid;gap:14px}
.end>p{margin:0;text-align:center;color:var(--text2);font-size:14px}
.stars{display:flex;justify-content:center;gap:2px}
.stars legend{text-align:center;width:100%;margin-bottom:6px}
.stars label{margin:0;padding:5px;border-radius:10px;cursor:pointer;color:var(--strong)}
.stars label.on{color:var(--star)}.stars label.on svg{fill:currentColor}
.stars svg{width:30px;height:30px;stroke-width:1.6}
.beside{display:flex;gap:8px}.beside .in{flex:1;min-width:0}
.ok{text-align:center;font-weight:600;margin:0}
.big{margin:auto;text-align:center;display:grid;gap:10px;justify-items:center;padding:24px 8px}
.big svg{width:44px;height:44px;color:var(--accent-text)}.big p{margin:0}.big strong{font-size:18px}
.drop{position:absolute;inset:0;z-index:4;display:grid;place-items:center;background:var(--bg);opacity:.95;border:3px dashed var(--accent-text);border-radius:inherit;font-weight:650;pointer-events:none}
@media (max-width:480px),(max-height:460px){
  .panel{inset:0 0 auto;width:auto;height:var(--vh,100dvh);top:var(--vtop,0);border:0;border-radius:0;animation:none}
  header{padding-top:calc(10px + env(safe-area-inset-top));padding-left:calc(16px + env(safe-area-inset-left))}
  .launcher.behind{display:none}}
@media (prefers-reduced-motion:reduce){*,*::before,*::after{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
@media (forced-colors:active){.own .bubble,.main,.launcher,.choice label:has(:checked){border-color:CanvasText}.stars label.on svg{fill:Highlight}}
`;

export const LIGHT = { scheme: "light", bg: "#ffffff", raised: "#f3f5f8", line: "#dfe4ea", strong: "#7c8794",
  text: "#171a1f", text2: "#545d69", bad: "#b3261e", "on-bad": "#ffffff", "bad-text": "#a8201a",
  warn: "#6b4700", "warn-soft": "#fff2d6", star: "#b06a00" };
export const DARK = { scheme: "dark", bg: "#16191e", raised: "#22272e", line: "#343b44", strong: "#77818e",
  text: "#eceff3", text2: "#a9b2bd", bad: "#ff8a80", "on-bad": "#2b0704", "bad-text": "#ff9d94",
  warn: "#ffd99a", "warn-soft": "#3a2e16", star: "#f2b544" };
export const ICONS = {
  chat: "M21 11.5a8 8 0 0 1-8.5 8 9 9 0 0 1-3.6-.8L3.5 20.5l1.7-4.6A7.9 7.9 0 0 1 4 11.5a8.5 8.5 0 0 1 17 0z",
  close: "M6 6l12 12M18 6L6 18", down: "M5 9l7 7 7-7", more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M12 19V5M6 11l6-6 6 6", clip: "M20.5 11.5l-8.7 8.7a5.6 5.6 0 0 1-7.9-7.9l8.9-8.9a3.7 3.7 0 0 1 5.3 5.3l-8.8 8.8a1.9 1.9 0 0 1-2.7-2.7l8-8",
  sending: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", sent: "M5 12.5l4.5 4.5L19 7.5",
  delivered: "M2 12.5L6.5 17 16 7.5M12 16.5l.5.5L22 7.5", failed: "M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  file: "M13 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V9zM13 3v6h6",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  sound: "M4 9v6h4l5 4V5L8 9zM17 9a4 4 0 0 1 0 6", mute: "M4 9v6h4l5 4V5L8 9zM17 9.5l4 5M21 9.5l-4 5",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6", end: "M9 4H5v16h4M14 8l4 4-4 4M18 12H9",
};
ICONS.read = ICONS.delivered;
