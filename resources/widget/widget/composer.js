/** Writing: the text, the files, and the word that somebody is typing. */
import { alert, MAX_TEXT } from "./fields.js";
import { plain, drawing, h, size, uuid } from "./tools.js";
import { base, chat, config, t, ui } from "./state.js";
import { ICONS } from "./look.js";

const MAX_FILES = 5;
const coarse = matchMedia("(pointer:coarse)"); // a finger: Enter is a new line there
let pending = []; // files that wait for the next message
let typingTold = 0, typingEnd = 0;

export function composer(footer) {
  ui.text = h("textarea", { rows: 1, maxlength: MAX_TEXT, "aria-label": t.write, placeholder: t.write,
    enterkeyhint: coarse.matches ? "enter" : "send", input: typed, keydown: entered,
    paste: event => addFiles(event.clipboardData.files, event) });
  ui.text.value = chat.tab.get("draft") || "";
  ui.pick = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1",
    accept: config.attachments.map(ending => `.${ending}`).join(),
    change: () => {
      addFiles(ui.pick.files);
      ui.pick.value = "";
    } });
  const button = (kind, label, click) => h("button", { class: `icon ${kind}`, type: "button",
    "aria-label": label, title: label, click }, drawing(ICONS[kind]));
  ui.clip = button("clip", t.attach, () => ui.pick.click());
  ui.send = button("send", t.send, send);
  ui.tray = h("div", { class: "tray", hidden: true });
  ui.note = alert();
  ui.peek = h("p", { class: "hint", hidden: true }, t.peek);
  footer.replaceChildren(ui.tray, h("div", { class: "write" }, ui.clip, ui.text, ui.send), ui.pick,
    ui.note, ui.peek);
  renderTray();
}

export function say(text) {
  ui.note.textContent = text;
  ui.note.hidden = !text;
}

/** As high as its text, to a limit; and whether there is something to send. */
export function fitText() {
  ui.send.disabled = !(ui.text.value.trim() || pending.length) || pending.some(one => !one.file);
  if (ui.text.dataset.fitted === ui.text.value) return;
  ui.text.dataset.fitted = ui.text.value;
  ui.text.style.height = "auto";
  ui.text.style.height = `${Math.min(132, Math.max(40, ui.text.scrollHeight))}px`;
}

function typed() {
  chat.tab.set("draft", ui.text.value || null);
  say("");
  fitText();
  clearTimeout(typingEnd);
  if (!ui.text.value.trim()) {
    stopTyping();
    return;
  }
  const peek = Boolean(chat.session?.sneak_peek), now = Date.now();
  typingEnd = setTimeout(stopTyping, 4e3);
  if (now - typingTold < (peek ? 1e3 : 3e3)) return;
  typingTold = now;
  chat.tell({ type: "typing", on: true, ...(peek && { text: ui.text.value }) });
}

function stopTyping() {
  clearTimeout(typingEnd);
  if (typingTold) chat.tell({ type: "typing", on: false });
  typingTold = 0;
}

function entered(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || coarse.matches) return;
  event.preventDefault();
  send();
}

function send() {
  const text = ui.text.value.trim();
  fitText();
  if (ui.send.disabled) return;
  const files = pending.map(({ file, name, media_type, size: bytes }) =>
    ({ file, name, media_type, size: bytes }));
  ui.text.value = "";
  chat.tab.set("draft", null);
  pending = [];
  stopTyping();
  say("");
  renderTray();
  ui.stick = true;
  if (chat.active) chat.say(text, files);
  else chat.start({}, text);
  ui.text.focus();
}

// ---- files: their limits are told before a byte is sent

export const canAttach = () => Boolean(chat.token && chat.ready && !chat.over
  && config.attachments.length && config.max_attachment_bytes);

export function addFiles(files, event) {
  if (!files?.length || !canAttach()) return;
  event?.preventDefault();
  say([...files].map(add).filter(Boolean).join(" "));
  renderTray();
}

const allowed = () => config.attachments.join(", ");

/** Begins to send a file; what is wrong with it otherwise. */
function add(blob) {
  const name = plain(blob.name || `image.${blob.type.split("/")[1] || "png"}`);
  const ending = name.split(".").pop().toLowerCase();
  if (!config.attachments.includes(ending)) return t.badType(name, allowed());
  if (blob.size > config.max_attachment_bytes) return t.tooBig(name, size(config.max_attachment_bytes));
  if (!blob.size) return t.empty(name);
  if (pending.length >= MAX_FILES) return t.tooMany(MAX_FILES);
  const item = { key: uuid(), name, size: blob.size, media_type: blob.type, progress: 0, file: "" };
  pending.push(item);
  upload(item, blob);
  return "";
}

function upload(item, blob) {
  const url = new URL("upload", base);
  url.searchParams.set("name", item.name);
  const request = new XMLHttpRequest(); // fetch tells no progress of what goes up
  item.request = request;
  request.open("POST", url);
  request.setRequestHeader("Authorization", `Bearer ${chat.token}`);
  request.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
  request.responseType = "json";
  request.timeout = 3e5;
  request.upload.onprogress = event => {
    item.progress = event.loaded / event.total;
    if (item.bar) item.bar.value = item.progress;
  };
  request.onloadend = () => uploaded(item, request.response || {});
  request.send(blob);
}

function uploaded(item, answer) {
  if (!pending.includes(item)) return; // taken out meanwhile
  if (answer.file) {
    item.file = answer.file;
  } else {
    pending = pending.filter(other => other !== item);
    say(refusal(item.name, answer.code));
  }
  renderTray();
}

function refusal(name, code) {
  if (code === "too_large") return t.tooBig(name, size(config.max_attachment_bytes));
  if (code === "file_type") return t.badType(name, allowed());
  if (code === "too_many") return t.tooMany(MAX_FILES);
  return code === "throttled" ? t.busy : t.uploadFailed(name);
}

function takeOut(item) {
  pending = pending.filter(other => other !== item);
  item.request.abort();
  renderTray();
  ui.text.focus();
}

function renderTray() {
  if (!ui.tray) return;
  ui.tray.hidden = !pending.length;
  ui.tray.replaceChildren(...pending.map(item => {
    item.bar = item.file ? null : h("progress", { max: 1, value: item.progress,
      "aria-label": t.uploading(item.name) });
    return h("div", { class: "chip" }, h("span", { dir: "auto" }, item.name), item.bar,
      h("button", { class: "icon", type: "button", "aria-label": t.remove(item.name),
        click: () => takeOut(item) }, drawing(ICONS.close)));
  }));
  fitText();
}
