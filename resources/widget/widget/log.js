/** The log: what was said, each entry one row that is made once. */
import { base, chat, hooks, language, t, ui } from "./state.js";
import { drawing, h, linked, plain, size } from "./tools.js";
import { ICONS } from "./look.js";

const JOINED_WITHIN = 18e4; // entries of one author this close are one block
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
const SYSTEM = ["joined", "left", "transferred"];
const rows = new Map();

export function newLog() {
  rows.clear();
  ui.log = h("ul", {});
  return h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions",
    "aria-label": t.log }, ui.log);
}

const clock = at => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" })
  .format(new Date(at));
const dayOf = at => new Date(at).toDateString();
const dayName = at => dayOf(at) === dayOf(Date.now()) ? t.today : new Intl.DateTimeFormat(language,
  { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));

/** The words of a system entry; "": one that is not shown ("ended" has a place of its own). */
function systemText({ code, name, text }) {
  if (code === "waiting") return t.requeued;
  if (code === "reply") return text;
  return SYSTEM.includes(code) ? t[code](name) : "";
}

function fileLink({ file, name, media_type: type, size: bytes }) {
  const href = new URL(`file/${encodeURIComponent(file)}`, base);
  href.searchParams.set("token", chat.token);
  const shown = plain(name);
  const link = h("a", { class: "file", href: href.href, target: "_blank", rel: "noopener noreferrer" },
    drawing(ICONS.file), h("span", { dir: "auto" }, shown), h("small", {}, size(bytes)));
  if (!PICTURE.test(type)) return link;
  const words = [...link.childNodes];
  link.classList.add("picture");
  link.replaceChildren(h("img", { src: href.href, alt: t.image(shown), loading: "lazy",
    load: () => hooks.follow(),
    error: () => { // the page's img-src does not have us, or it is no picture
      link.classList.remove("picture");
      link.replaceChildren(...words);
    } }));
  return link;
}

function row(entry) {
  if (entry.author === "system") return h("li", { class: "system", dir: "auto" }, linked(systemText(entry)));
  const own = entry.author === "customer", who = own ? t.you : entry.name || t.agent;
  const said = h("span", { class: "sr" }, t.said(who));
  return h("li", { class: own ? "own" : "theirs" },
    !own && h("span", { class: "who", "aria-hidden": "true", dir: "auto" }, who),
    entry.text ? h("div", { class: "bubble", dir: "auto" }, said, linked(entry.text)) : said,
    entry.files.map(fileLink), h("div", { class: "meta" }));
}

const FAILURES = { ended: "chatOver", throttled: "busy", too_large: "tooLong" };

/** Time and fate of an entry, written again only when they change. */
function renderMeta(li, entry, last) {
  const key = `${entry.mark} ${last} ${Boolean(chat.over)}`;
  if (li.dataset.meta === key) return;
  li.dataset.meta = key;
  const place = li.querySelector(".meta");
  const time = h("time", { datetime: entry.at }, clock(entry.at));
  const failed = entry.mark === "failed";
  li.classList.toggle("failed", failed);
  if (entry.author === "agent") {
    place.replaceChildren(time);
  } else if (failed) {
    place.replaceChildren(drawing(ICONS.failed), h("span", {}, t.failed, ". ", t[FAILURES[entry.why]] || ""),
      ...(chat.over ? [] : [retryButton(li, entry)]));
  } else {
    const mark = drawing(ICONS[entry.mark]);
    mark.classList.toggle("done", entry.mark === "read");
    place.replaceChildren(time, h("span", { class: last ? null : "sr" }, t[entry.mark]), mark);
  }
}

const retryButton = (li, { id }) => h("button", { class: "plain small", type: "button", click: () => {
  rows.delete(id);
  li.remove();
  chat.retry(id);
  ui.text.focus();
} }, t.retry);

const joins = (a, b) => Boolean(a && b) && a.author === b.author && a.name === b.name
  && dayOf(a.at) === dayOf(b.at) && Math.abs(new Date(b.at) - new Date(a.at)) < JOINED_WITHIN;

function kept(key, made) {
  if (!rows.has(key)) rows.set(key, made());
  return rows.get(key);
}

export function renderLog() {
  const list = chat.list.filter(entry => entry.author !== "system" || systemText(entry));
  const lastOwn = list.findLast(entry => entry.author === "customer");
  const wanted = [];
  list.forEach((entry, i) => {
    const before = list[i - 1];
    const newDay = dayOf(before ? before.at : Date.now()) !== dayOf(entry.at);
    if (newDay) {
      wanted.push(kept(`day ${dayOf(entry.at)}`, () => h("li", { class: "system" }, dayName(entry.at))));
    }
    const li = kept(entry.id, () => row(entry));
    if (entry.author !== "system") renderRow(li, entry, before, list[i + 1], entry === lastOwn);
    wanted.push(li);
  });
  wanted.forEach((li, i) => {
    if (ui.log.children[i] !== li) ui.log.insertBefore(li, ui.log.children[i] || null);
  });
  while (ui.log.children.length > wanted.length) ui.log.lastChild.remove();
}

function renderRow(li, entry, before, after, lastOwn) {
  const first = !joins(before, entry), last = !joins(entry, after);
  li.classList.toggle("first", first);
  li.classList.toggle("last", last);
  const who = li.querySelector(".who");
  if (who) who.hidden = !first;
  li.querySelector(".meta").hidden = !last && !lastOwn && entry.mark !== "failed";
  renderMeta(li, entry, lastOwn);
}
