/** The talk: the log with what stands around it — the queue, typing, the end. */
import { composer, fitText, canAttach, say } from "./composer.js";
import { alert, answers, complaint, draft, submit } from "./fields.js";
import { greeting } from "./forms.js";
import { newLog, renderLog } from "./log.js";
import { chat, config, hooks, known, t, ui } from "./state.js";
import { drawing, h } from "./tools.js";
import { ICONS } from "./look.js";

export function talkView(main, footer) {
  ui.stick = true; // to the newest
  ui.typing = h("div", { hidden: true }, h("span", { class: "sr" }),
    h("span", { class: "bubble dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  ui.queue = h("div", { class: "queue", role: "status", hidden: true });
  ui.end = h("div", { class: "end", hidden: true });
  ui.down = h("button", { class: "down", type: "button", hidden: true, click: () => {
    ui.stick = true;
    follow(main);
  } }, t.newest);
  main.replaceChildren(...greeting().slice(0, 1), newLog(), ui.queue, ui.typing, ui.end, ui.down);
  main.setAttribute("tabindex", "0"); // what scrolls can be reached by the keyboard
  composer(footer);
}

/** Stays at the newest, unless the visitor reads further up. */
export function follow(main) {
  if (!ui.stick) return;
  main.scrollTop = main.scrollHeight;
  if (ui.down) ui.down.hidden = true;
}

export function scrolled(main) {
  ui.stick = main.scrollHeight - main.scrollTop - main.clientHeight < 60;
  if (ui.stick && ui.down) ui.down.hidden = true;
}

export function renderTalk(main, footer) {
  const rows = ui.log.children.length;
  renderLog();
  renderQueue();
  if (ui.typing.hidden === chat.typing) {
    ui.typing.hidden = !chat.typing;
    ui.typing.firstChild.textContent = t.typing(chat.session?.agent);
  }
  renderEnd(footer);
  ui.clip.hidden = !canAttach();
  ui.peek.hidden = !chat.session?.sneak_peek || Boolean(chat.over);
  if (chat.refused && !chat.over && !chat.refused.told) {
    chat.refused.told = true;
    say(chat.refused.code === "throttled" ? t.busy : t.unavailable);
  }
  fitText();
  if (ui.stick) follow(main);
  else if (ui.log.children.length > rows) ui.down.hidden = false;
}

function wait(seconds) {
  if (seconds == null) return "";
  if (seconds < 60) return t.soon;
  return seconds < 3600 ? t.about(Math.ceil(seconds / 60)) : t.long;
}

function renderQueue() {
  const { state = "waiting", position = 0, expected_seconds: seconds } = chat.session || {};
  ui.queue.hidden = !chat.active || Boolean(chat.over) || state !== "waiting";
  const place = position > 1 ? t.position(position) : position === 1 ? t.next : t.looking;
  const lines = [place, wait(seconds), t.writeNow].filter(Boolean);
  if (ui.queue.dataset.said === lines.join()) return; // a screen reader says each once
  ui.queue.dataset.said = lines.join();
  ui.queue.replaceChildren(h("strong", {}, lines[0]), ...lines.slice(1).map(line => h("p", {}, line)));
}

function renderEnd(footer) {
  if (!chat.over) {
    footer.hidden = false;
    return;
  }
  const held = footer.getRootNode().activeElement;
  const focused = ui.end.contains(held) || footer.contains(held);
  if (ui.end.hidden) {
    ui.stars = h("div", {});
    ui.copy = h("div", {});
    ui.ended = h("p", { role: "status", tabindex: "-1" }, t.ended[chat.over.by] || t.ended.agent);
    ui.end.replaceChildren(ui.ended, ui.stars, ui.copy, h("button", { class: "plain", type: "button",
      click: () => {
        chat.forget();
        hooks.focusIn();
      } }, t.again));
    ui.end.hidden = false;
    footer.hidden = true;
  }
  // Each on its own: a copy that is sent does not undo the stars that are chosen.
  const drawn = [part(ui.stars, `${chat.rated}`, rating),
    part(ui.copy, `${chat.mailed} ${chat.refused?.code}`, transcript)];
  if (focused && (drawn.includes(true) || !held.getClientRects().length)) ui.ended.focus();
}

/** Draws a part again where what it shows has changed. */
function part(place, key, draw) {
  if (place.dataset.key === key) return false;
  place.dataset.key = key;
  const drawn = draw();
  place.hidden = !drawn;
  place.replaceChildren(...(drawn ? [drawn] : []));
  return true;
}

function rating() {
  if (chat.rated) return h("p", { class: "ok", role: "status" }, t.rated);
  if (!(chat.over.rating ?? config.rating)) return null;
  let stars = 0;
  const comment = h("textarea", { class: "in", "aria-label": t.comment, placeholder: t.comment,
    maxlength: 1000, hidden: true });
  const go = submit(t.rateSend, { hidden: true });
  const labels = [1, 2, 3, 4, 5].map(n => h("label", {},
    h("input", { class: "sr", type: "radio", name: "stars", value: n, "aria-label": t.stars(n),
      change: () => {
        stars = n;
        comment.hidden = go.hidden = false;
        labels.forEach((label, i) => label.classList.toggle("on", i < n));
        hooks.follow();
      } }), drawing(ICONS.star)));
  return h("form", { submit: event => {
    event.preventDefault();
    chat.tell({ type: "rate", stars, comment: comment.value.trim() });
  } }, h("fieldset", { class: "stars" }, h("legend", {}, t.rate), labels), comment, go);
}

function transcript() {
  if (!(chat.over.transcript ?? config.transcript)) return null;
  if (chat.mailed) return h("p", { class: "ok", role: "status" }, t.mailSent(chat.mailed));
  const input = h("input", { class: "in", id: "f-copy", name: "email", type: "email", required: true,
    autocomplete: "email", maxlength: 200, "aria-describedby": "f-copy-wrong" });
  input.value = draft().email || known.email || "";
  const note = alert();
  note.hidden = !chat.refused;
  note.textContent = chat.refused ? t.unavailable : "";
  const form = h("form", { novalidate: true, submit: event => {
    event.preventDefault();
    const found = answers(form);
    if (found) chat.transcript(found.email);
  } }, h("div", {}, h("label", { for: "f-copy" }, t.transcript),
    h("div", { class: "beside" }, input, h("button", { class: "plain", type: "submit" }, t.send)),
    complaint("f-copy"), note));
  return form;
}
