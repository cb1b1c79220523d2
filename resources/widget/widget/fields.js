/** The fields of the forms: made, checked, and kept over a reload. */
import { chat, known, t } from "./state.js";
import { h } from "./tools.js";

export const MAX_TEXT = 4000;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const PHONE = /^[+(\d][\d\s().\/-]{5,24}$/;
const SHAPES = { name: ["text", "name"], email: ["email", "email"], phone: ["tel", "tel"] };

export const draft = () => chat.tab.get("form") || {};
export const keep = facts => chat.tab.set("form", { ...draft(), ...facts });

export function field({ name, label, required }) {
  const [type, autocomplete] = SHAPES[name] || ["text", "off"];
  const id = `f-${name}`, long = name === "text";
  const input = h(long ? "textarea" : "input", { class: "in", id, name, type: long ? null : type,
    autocomplete, required, maxlength: long ? MAX_TEXT : 200, "aria-describedby": `${id}-wrong`,
    input: () => {
      keep({ [name]: input.value });
      wrong(input, "");
    } });
  input.value = draft()[name] || known[name] || "";
  return h("div", {}, h("label", { for: id }, label || t.field[name] || name), input, complaint(id));
}

export const complaint = id => h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });

/** Says what is wrong with an answer, or that nothing is (""). */
export function wrong(input, text) {
  const place = input.getRootNode().getElementById(`${input.id}-wrong`);
  place.textContent = text;
  place.hidden = !text;
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function complaintOf(input) {
  const value = input.value.trim();
  if (!value) return input.required ? t.need : "";
  if (input.type === "email" && !EMAIL.test(value)) return t.badEmail;
  if (input.type === "tel" && !PHONE.test(value)) return t.badPhone;
  if (input.type === "datetime-local" && !(new Date(value) > new Date())) return t.badTime;
  return "";
}

/** The answers by name, or null: what is wrong is said, and the first such has the focus. */
export function answers(form) {
  const inputs = [...form.querySelectorAll(".in")].filter(input => !input.closest("[hidden]"));
  for (const input of inputs) wrong(input, complaintOf(input));
  const bad = inputs.find(input => input.hasAttribute("aria-invalid"));
  bad?.focus();
  if (bad) return null;
  const given = inputs.map(input => [input.name, input.value.trim()]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/** Says at a label that its answer may be left out. */
export function markOptional(holder, required) {
  const label = holder.querySelector("label"), mark = label.querySelector("em");
  if (required) mark?.remove();
  else if (!mark) label.append(h("em", {}, ` ${t.optional}`));
}

export const submit = (words, props) => h("button", { class: "main", type: "submit", ...props }, words);
export const alert = () => h("p", { class: "wrong", role: "alert", hidden: true });
