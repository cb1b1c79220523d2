/** The form before a chat, and the words left where nobody can chat. */
import { alert, answers, complaint, draft, field, keep, markOptional, submit, wrong } from "./fields.js";
import { chat, config, hooks, language, t, ui } from "./state.js";
import { drawing, h } from "./tools.js";
import { ICONS } from "./look.js";

export function greeting() {
  const words = config.greeting ? [h("p", { class: "hello" }, config.greeting)] : [];
  if (config.open && config.waiting) words.push(h("p", { class: "hello hint" }, t.waiting(config.waiting)));
  return words;
}

export function formView(main) {
  const fields = config.form.map(asked => {
    const el = field(asked);
    markOptional(el, asked.required);
    return el;
  });
  ui.note = alert();
  ui.go = submit(t.start);
  ui.form = h("form", { novalidate: true, submit: event => {
    event.preventDefault();
    const found = answers(ui.form);
    if (!found) return;
    const { text = "", ...form } = found;
    chat.start(form, text);
  } }, fields, ui.note, ui.go);
  main.replaceChildren(...greeting(), ui.form);
}

/** "on Monday, 23 November at 09:00". */
function moment(at) {
  const parts = options => new Intl.DateTimeFormat(language, options).format(new Date(at));
  return t.moment(parts({ weekday: "long", day: "numeric", month: "long" }),
    parts({ hour: "numeric", minute: "2-digit" }));
}

/** An instant as `datetime-local` writes it: in the browser's zone. */
const local = at => new Date(at - new Date(at).getTimezoneOffset() * 6e4).toISOString().slice(0, 16);

export function offlineView(main) {
  const code = chat.refused?.code, opens = chat.refused?.opens_at || config.opens_at;
  const why = code === "full" ? t.full : code === "closed" || opens ? t.closed : t.nobody;
  const kinds = config.offline;
  const words = [opens && t.opens(moment(opens)), kinds.length && t.leave].filter(Boolean).join(" ");
  main.replaceChildren(h("p", { class: "hello" }, h("strong", {}, why), " ", words));
  if (kinds.length) main.append(leaveForm(kinds, opens));
}

const NEEDED = { message: ["email", "text"], callback: ["phone"] };
const OFFERED = { message: ["name", "email", "subject", "text"], callback: ["name", "phone", "text"] };

function leaveForm(kinds, opens) {
  const fields = ["name", "email", "phone", "subject", "text"].map(name => {
    const asked = config.form.find(one => one.name === name);
    return { name, asked, el: field({ name, label: asked?.label, required: false }) };
  });
  const time = timeChoice(opens);
  ui.note = alert();
  ui.go = submit("");
  let kind = "";
  const turn = to => {
    kind = to;
    keep({ kind });
    for (const { name, asked, el } of fields) {
      const needed = NEEDED[kind].includes(name) || Boolean(asked?.required && name !== "text");
      el.hidden = !OFFERED[kind].includes(name) || (name === "subject" && !asked);
      el.querySelector(".in").required = needed;
      markOptional(el, needed);
      wrong(el.querySelector(".in"), "");
    }
    time.el.hidden = kind !== "callback";
    ui.go.textContent = kind === "message" ? t.leaveSend : t.callSend;
  };
  ui.form = h("form", { novalidate: true, submit: event => {
    event.preventDefault();
    const found = answers(ui.form);
    if (!found) return;
    const { text = "", at, ...form } = found;
    chat.leave(kind, form, text, at ? new Date(at).toISOString() : null);
  } });
  const kept = kinds.includes(draft().kind) ? draft().kind : kinds[0];
  if (kinds.length > 1) ui.form.append(kindChoice(kinds, kept, turn));
  ui.form.append(...fields.map(one => one.el), time.el, ui.note, ui.go);
  queueMicrotask(() => turn(kept)); // the fields are in the page then
  return ui.form;
}

const kindChoice = (kinds, kept, turn) => h("fieldset", {},
  h("legend", { class: "sr" }, t.leave),
  h("div", { class: "choice" }, kinds.map(kind => h("label", {},
    h("input", { class: "sr", type: "radio", name: "kind", value: kind, checked: kind === kept,
      change: () => turn(kind) }), t[kind]))));

function timeChoice(opens) {
  const first = Math.max(new Date(opens || 0).getTime(), Date.now() + 36e5);
  const at = h("input", { class: "in", id: "f-at", name: "at", type: "datetime-local", step: 300,
    required: true, min: local(Date.now()), "aria-describedby": "f-at-zone f-at-wrong" });
  at.value = local(Math.ceil(first / 9e5) * 9e5); // the next quarter of an hour
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const exact = h("div", { hidden: true }, h("label", { for: "f-at" }, t.day), at,
    h("p", { class: "hint", id: "f-at-zone" }, t.zone(zone)), complaint("f-at"));
  const tick = (words, hidden) => h("label", { class: "tick" },
    h("input", { type: "radio", name: "when", checked: hidden,
      change: () => (exact.hidden = hidden) }), words);
  return { el: h("fieldset", {}, h("legend", {}, t.when), tick(t.asap, true), tick(t.atTime, false), exact) };
}

export function leftView(main) {
  const { kind, at } = chat.left;
  const words = kind === "message" ? t.gotMessage : at ? t.gotCallAt(moment(at)) : t.gotCall;
  ui.first = h("button", { class: "plain", type: "button", click: () => {
    chat.tab.set("form", null);
    chat.forget();
    hooks.close();
  } }, t.done);
  main.replaceChildren(h("div", { class: "big", role: "status" }, drawing(ICONS.sent),
    h("strong", {}, t.thanks), h("p", {}, words), ui.first));
}

/** What the bridge did not take of the form. */
export function renderForm() {
  ui.go.disabled = Boolean(chat.starting);
  const refused = chat.refused;
  if (!refused || refused.told) return;
  refused.told = true;
  const input = [...ui.form.querySelectorAll(".in")].find(one => one.name === refused.field);
  if (input && !input.closest("[hidden]")) {
    wrong(input, t.badField);
    input.focus();
  } else {
    ui.note.textContent = refused.code === "throttled" ? t.busy : t.unavailable;
    ui.note.hidden = false;
  }
}
