/** Puts the parts together: settings and words, which view is shown, open and close. */
import { Chat } from "./chat.js";
import { themeCss } from "./colours.js";
import { formView, leftView, offlineView, renderForm } from "./forms.js";
import { attach, dressFrame, fit, focusIn, footer, host, isLooking, isOpen, launcher, main, panel,
  renderFrame, renderUnread, root, small, theme, tidy, viewName } from "./frame.js";
import { ICONS } from "./look.js";
import { ring } from "./sound.js";
import { base, chat, config, emit, hooks, language, options, setChat, setConfig, setKnown, setSite,
  setWords, site, t, trouble, ui } from "./state.js";
import { follow, renderTalk, talkView } from "./talk.js";
import { drawing, h } from "./tools.js";

const STALE = 6e4; // settings older than this are asked for again when the panel opens
let shown = "", dressedIn = "", dressedAs = "", loadedAt = 0, timer = 0;

// ---- the view

const notice = (text, again) => {
  ui.first = again && h("button", { class: "plain", type: "button", click: load }, t.retry);
  main.replaceChildren(h("div", { class: "big" }, drawing(ICONS.chat), h("p", { role: "status" }, text),
    ...(again ? [ui.first] : [])));
};
const VIEWS = {
  loading: () => notice("…", false),
  dead: () => notice(t.dead, true),
  denied: () => notice(t.denied, false),
  form: formView,
  offline: offlineView,
  left: leftView,
  talk: talkView,
};

function show(name) {
  const held = root.activeElement; // the focus goes on to what comes instead
  const inside = held && (held === panel || main.contains(held) || footer.contains(held));
  shown = name;
  for (const key of Object.keys(ui)) delete ui[key];
  main.setAttribute("tabindex", "-1");
  footer.replaceChildren();
  VIEWS[name](main, footer);
  footer.hidden = !ui.text;
  main.scrollTop = 0;
  if (inside && isOpen()) focusOn(held.id);
}

/** A field that was made anew keeps the focus of the one before it. */
function focusOn(id) {
  const again = root.getElementById(id);
  if (again && main.contains(again)) again.focus({ preventScroll: true });
  else focusIn();
}

function render() {
  const name = viewName();
  if (shown !== name) show(name);
  renderFrame();
  if (ui.log) renderTalk(main, footer);
  if (ui.go && ui.form) renderForm();
  renderUnread();
}

/** Once for all that comes in one turn. */
function later() {
  timer ||= setTimeout(() => {
    timer = 0;
    render();
  });
}

function open(quiet) {
  if (isOpen()) return;
  panel.hidden = false;
  chat.tab.set("open", true);
  if (trouble || (!chat.active && Date.now() - loadedAt > STALE)) load();
  ui.stick = true;
  render();
  hooks.follow();
  if (quiet !== true) focusIn();
  emit("open");
}

function close() {
  if (!isOpen()) return;
  const inside = root.activeElement;
  panel.hidden = true;
  chat.tab.set("open", null);
  tidy();
  if (chat.over) chat.forget();
  render();
  if (inside) launcher.focus();
  emit("close");
}

// ---- the site's settings, the words, the colours

const wanted = () => (options.language || document.documentElement.lang || navigator.language || "en")
  .slice(0, 2).toLowerCase();

async function learn(code) {
  const spoken = code === "es" ? "es" : "en";
  const { default: texts } = await import(`./texts.${spoken}.js`);
  setWords(spoken, texts);
}

function denied() {
  console.warn(`Ficha: the chat "${site}" does not allow pages of ${location.origin}; `
    + `add it to "origins" of [[chats]]`);
  setConfig(null, "denied");
  chat.line.close(); // it would knock at the door for ever
}

async function load() {
  const asked = wanted();
  loadedAt = Date.now();
  await learn(asked);
  const url = new URL("config", base);
  url.searchParams.set("language", asked);
  try {
    const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    const body = await answer.json();
    if (answer.ok) {
      setConfig(body, "");
      if (asked !== "es" && asked !== "en") await learn(body.language);
    } else if (body.code === "origin") {
      denied();
    } else {
      console.warn(`Ficha: the chat "${site}" answered ${answer.status} ${body.code || ""}`);
      setConfig(config, config ? "" : "dead");
    }
  } catch (error) {
    console.warn(`Ficha: ${base.origin} cannot be reached, or does not allow ${location.origin}`, error);
    setConfig(config, config ? "" : "dead"); // a chat that runs goes on with what it knew
  }
  dress();
}

function paint() {
  const own = getComputedStyle(host).getPropertyValue("--ficha-accent").trim();
  theme.replaceSync(themeCss(options.theme, [own, options.accent, config?.accent, "#0F6E84"], root));
}

function dress() {
  dressFrame();
  paint();
  const as = JSON.stringify([language, config]);
  // A talk goes on as it stands, and a form whose settings came again as they were.
  if (shown === "talk" ? dressedIn !== language : dressedAs !== as) shown = "";
  dressedIn = language;
  dressedAs = as;
  render();
}

function watchPage() {
  let asOf = wanted();
  new MutationObserver(attach).observe(document.documentElement, { childList: true });
  new MutationObserver(() => {
    if (wanted() !== asOf) {
      asOf = wanted();
      load();
    } else {
      paint();
    }
  }).observe(document.documentElement,
    { attributes: true, attributeFilter: ["class", "style", "lang", "data-theme"] });
  matchMedia("(prefers-color-scheme:dark)").addEventListener("change", paint);
  small.addEventListener("change", render);
  document.addEventListener("visibilitychange", render);
  addEventListener("offline", render);
  addEventListener("online", () => (trouble === "dead" ? load() : render()));
  for (const name of ["resize", "scroll"]) window.visualViewport?.addEventListener(name, fit);
}

function happened(name, detail) {
  emit(name, detail);
  if (name === "message" && detail.live && !isLooking() && chat.kept.get("sound")) ring();
}

/** Begins; resolves to what the page may do with the chat. */
export async function begin(facts) {
  setSite(facts);
  Object.assign(hooks, { render, open, close, focusIn, follow: () => isOpen() && follow(main) });
  let identity = options.identity || "";
  await learn(wanted());
  attach();
  setChat(new Chat({ site, base, changed: later, told: happened, about: () =>
    ({ language, page: (location.origin + location.pathname).slice(0, 500), identity }) }));
  dress();
  watchPage();
  const loaded = load();
  if (chat.tab.get("open")) open(true); // the page was loaded anew: its focus is left alone
  await loaded;
  return {
    open: () => open(),
    close: () => close(),
    identify(token, given = {}) {
      identity = String(token || "");
      setKnown({ ...given });
      if (shown !== "form") return;
      shown = "";
      render();
    },
  };
}
