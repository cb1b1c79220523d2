/** The frame of the widget: the button on the page, the panel with its header and its menu. */
import { addFiles, canAttach } from "./composer.js";
import { AWAY, chat, config, emit, hooks, t, trouble, ui } from "./state.js";
import { CSS, ICONS } from "./look.js";
import { drawing, h, plain } from "./tools.js";
import { ring } from "./sound.js";
import { scrolled } from "./talk.js";

export const small = matchMedia("(max-width:480px),(max-height:460px)"); // a sheet over the page
const coarse = matchMedia("(pointer:coarse)");

export const host = document.createElement("ficha-chat");
export const root = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet(); // constructed: a page's CSP has no say in it
export const theme = new CSSStyleSheet();
sheet.replaceSync(CSS);
root.adoptedStyleSheets = [sheet, theme];

const button = (props, glyph) => h("button", { type: "button", ...props }, glyph && drawing(ICONS[glyph]));
export const launcher = button({ class: "launcher", "aria-haspopup": "dialog", hidden: true,
  click: () => (isOpen() ? hooks.close() : hooks.open()) });
const teaser = h("div", { class: "teaser", role: "status", hidden: true });
const title = h("h2", { id: "title" });
const under = h("p", { id: "under" });
const face = h("span", { class: "face", "aria-hidden": "true", hidden: true });
const more = button({ class: "icon more", "aria-expanded": "false", "aria-controls": "menu",
  click: () => showMenu(menu.hidden) }, "more");
const shut = button({ class: "icon", click: () => hooks.close() }, "down");
const menu = h("div", { class: "menu", id: "menu", hidden: true });
const lost = h("div", { class: "bar warn", role: "status", hidden: true });
const question = h("span", { id: "asking" });
const asking = h("div", { class: "bar", role: "group", "aria-labelledby": "asking", hidden: true }, question);
const drop = h("div", { class: "drop", "aria-hidden": "true", hidden: true });
export const main = h("main", { tabindex: "-1", scroll: () => scrolled(main) });
export const footer = h("footer", {});
export const panel = h("div", { class: "panel", role: "dialog", "aria-labelledby": "title",
  "aria-describedby": "under", tabindex: "-1", hidden: true, keydown: keys, click: clicked,
  dragover: dragged, dragleave: dragged, drop: dragged },
  h("header", {}, face, h("div", {}, title, under), more, shut), menu, lost, asking, main, footer, drop);
root.append(launcher, teaser, panel);

export const isOpen = () => !panel.hidden;
export const isLooking = () => isOpen() && !document.hidden;

export function attach() {
  // Beside <body>: what transforms, hides or replaces that does not touch the chat.
  if (!host.isConnected) document.documentElement.append(host);
}

/** The words that do not change with the chat. */
export function dressFrame() {
  shut.setAttribute("aria-label", t.close);
  more.setAttribute("aria-label", t.menu);
  drop.textContent = t.drop;
  host.lang = t.code;
  launcher.hidden = trouble === "denied";
}

export function renderFrame() {
  const agent = (!chat.over && chat.session?.state === "talking" && chat.session.agent) || "";
  title.textContent = config?.title || t.chat;
  under.textContent = agent ? t.talking(agent) : "";
  under.hidden = face.hidden = !agent;
  face.textContent = agent ? [...agent][0].toUpperCase() : "";
  if (chat.over) asking.hidden = true;
  more.hidden = !config;
  panel.setAttribute("aria-modal", String(small.matches));
  launcher.classList.toggle("behind", isOpen());
  launcher.setAttribute("aria-expanded", String(isOpen()));
  renderLost();
}

let lostTimer = 0;
function renderLost() {
  const since = (chat.active || chat.starting) && chat.lostAt;
  clearTimeout(lostTimer);
  lost.hidden = !since || Date.now() - since < 900;
  if (since && lost.hidden) lostTimer = setTimeout(renderLost, 1000); // a short cut is not worth a word
  const words = lost.hidden ? "" : navigator.onLine === false ? t.offline : t.lost;
  if (lost.textContent !== words) lost.textContent = words;
}

// ---- what has not been read

const BADGE = /^\(\d+\) /;
let told = 0, dismissed = 0;

export function renderUnread() {
  if (isLooking() && chat.token) chat.look();
  const unread = chat.unread, count = unread.length;
  // What is drawn anew here takes no pointer (look.js): a press on a part that goes is no click.
  launcher.replaceChildren(drawing(ICONS[isOpen() ? "down" : "chat"]),
    ...(count ? [h("span", { class: "badge", "aria-hidden": "true" }, count > 99 ? "99+" : `${count}`)] : []));
  const label = isOpen() ? t.close : count ? `${t.open}, ${t.unread(count)}` : t.open;
  if (launcher.getAttribute("aria-label") !== label) launcher.setAttribute("aria-label", label);
  renderTeaser(unread.at(-1));
  const mark = document.hidden && count ? `(${count}) ` : "";
  if (mark || BADGE.test(document.title)) document.title = mark + document.title.replace(BADGE, "");
  if (count !== told) emit("unread", (told = count));
}

function renderTeaser(newest) {
  const wanted = newest && !isOpen() && newest.seq > dismissed;
  teaser.hidden = !wanted;
  if (!wanted || teaser.dataset.id === newest.id) return;
  teaser.dataset.id = newest.id;
  const words = newest.text || newest.files.map(file => plain(file.name)).join(", ");
  teaser.replaceChildren(
    h("button", { class: "say", type: "button", click: () => hooks.open() },
      h("b", { dir: "auto" }, newest.name || t.agent), h("span", { dir: "auto" }, words)),
    button({ class: "icon", "aria-label": t.hide, click: () => {
      dismissed = newest.seq;
      hooks.render();
      launcher.focus();
    } }, "close"));
}

// ---- the menu and the question before the end

function showMenu(on) {
  menu.hidden = !on;
  more.setAttribute("aria-expanded", String(on));
  if (!on) return;
  const item = (glyph, words, act) => h("button", { type: "button", click: () => {
    showMenu(false);
    more.focus();
    act();
  } }, drawing(ICONS[glyph]), words);
  const sound = chat.kept.get("sound");
  menu.replaceChildren(item(sound ? "mute" : "sound", sound ? t.soundOff : t.soundOn, () => {
    chat.kept.set("sound", sound ? null : true);
    if (!sound) ring(); // so that it is known, and the browser lets us
  }));
  if (chat.session && !chat.over) menu.append(item("end", t.end, ask));
  menu.firstChild.focus();
}

function ask() {
  const yes = h("button", { class: "plain small", type: "button",
    click: () => chat.tell({ type: "end" }) }, t.end);
  question.textContent = t.endAsk;
  asking.replaceChildren(question, yes,
    h("button", { class: "plain small", type: "button", click: stopAsking }, t.stay));
  asking.hidden = false;
  yes.focus();
}

function stopAsking() {
  asking.hidden = true;
  ui.text?.focus();
}

function clicked(event) {
  if (!menu.hidden && !event.composedPath().some(el => el === menu || el === more)) showMenu(false);
}

export function tidy() {
  showMenu(false);
  asking.hidden = true;
}

// ---- keys, files, focus

function keys(event) {
  event.stopPropagation(); // the page's own shortcuts are not meant
  if (event.key === "Escape" && !event.isComposing) escape();
  else if (event.key === "Tab" && small.matches) holdFocus(event);
  else if (!menu.hidden && /^Arrow(Up|Down)$/.test(event.key)) walkMenu(event);
}

function escape() {
  if (!menu.hidden) {
    showMenu(false);
    more.focus();
  } else if (!asking.hidden) {
    stopAsking();
  } else {
    hooks.close();
  }
}

/** A sheet over the whole page holds the focus: what is behind it cannot be seen. */
function holdFocus(event) {
  const all = [...panel.querySelectorAll("button,input,textarea,a[href],[tabindex='0']")]
    .filter(el => !el.disabled && el.tabIndex >= 0 && el.getClientRects().length);
  const [last, next] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (root.activeElement !== last && root.activeElement !== panel) return;
  event.preventDefault();
  next?.focus();
}

function walkMenu(event) {
  const items = [...menu.children], by = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(root.activeElement) + by + items.length) % items.length].focus();
  event.preventDefault();
}

function dragged(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // or the browser leaves the page for the file
  drop.hidden = event.type !== "dragover" || !config || !canAttach();
  if (event.type === "drop" && config) addFiles(event.dataTransfer.files);
}

export function focusIn() {
  // With a finger the keyboard would cover what is to be read first.
  const first = coarse.matches ? null
    : ui.first || main.querySelector(".in") || (!footer.hidden && ui.text);
  (first || panel).focus({ preventScroll: true });
}

/** The part of the window that a virtual keyboard leaves. */
export function fit() {
  const seen = window.visualViewport;
  panel.style.setProperty("--vh", `${Math.round(seen.height)}px`);
  panel.style.setProperty("--vtop", `${Math.round(seen.offsetTop)}px`);
  hooks.follow();
}

export function viewName() {
  if (!config) return trouble || "loading";
  if (chat.left) return "left";
  if (chat.active) return "talk";
  if (AWAY.includes(chat.refused?.code) || !config.open || chat.starting?.type === "leave") return "offline";
  return config.form.length ? "form" : "talk";
}
