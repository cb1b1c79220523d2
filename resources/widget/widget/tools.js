/** Small things: elements, identifiers, what is kept, and text that is only ever text. */

function dressed(el, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") el.addEventListener(name, value);
    else if (value != null && value !== false) el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.flat().filter(child => child != null && child !== false));
  return el;
}

/** An element; a property that is a function listens to the event of its name. */
export const h = (tag, props, ...children) =>
  dressed(document.createElement(tag), props || {}, children);

const SVG = "http://www.w3.org/2000/svg";
export function drawing(path) {
  const line = dressed(document.createElementNS(SVG, "path"), { d: path }, []);
  return dressed(document.createElementNS(SVG, "svg"),
    { viewBox: "0 0 24 24", "aria-hidden": "true" }, [line]);
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // missing on http:// pages
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64; // RFC 9562, section 5.4
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map(n => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A Storage that may be blocked or full: what it does not take lives as long as the page. */
export function shelf(kind, prefix) {
  const memory = new Map();
  const name = key => `${prefix}:${key}`;
  return {
    name,
    get(key) {
      if (memory.has(key)) return memory.get(key);
      try {
        return JSON.parse(window[kind].getItem(name(key)));
      } catch {
        return null; // blocked, or not ours: as if it was never there
      }
    },
    set(key, value) {
      try {
        if (value == null) window[kind].removeItem(name(key));
        else window[kind].setItem(name(key), JSON.stringify(value));
        memory.delete(key);
      } catch {
        memory.set(key, value); // blocked or full
      }
    },
  };
}

const TURNS = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"; // the bidi controls of UAX 9
const TURNING = new RegExp(`[${TURNS}]`, "g");
/** A file's name without what turns its reading direction and so hides its ending. */
export const plain = name => name.replace(TURNING, "").slice(0, 120);

const LINK = new RegExp(
  `(?:https?://|www\\.|mailto:|tel:)[^\\s<>"${TURNS}]+|[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+`, "gi");
const SCHEMES = ["http:", "https:", "mailto:", "tel:"];

function address(found) {
  const text = /^(https?:|mailto:|tel:)/i.test(found) ? found
    : found.includes("@") ? `mailto:${found}` : `https://${found}`;
  try {
    const url = new URL(text);
    return SCHEMES.includes(url.protocol) ? url.href : "";
  } catch {
    return ""; // not an address after all: it stays text
  }
}

/** Without the full stop of the sentence and the bracket around it. */
function trimmed(found) {
  let text = found;
  for (;;) {
    const shorter = text.replace(/[.,;:!?'’»”\]}]+$/, "");
    const open = shorter.split("(").length, close = shorter.split(")").length;
    const next = shorter.endsWith(")") && close > open ? shorter.slice(0, -1) : shorter;
    if (next === text) return text;
    text = next;
  }
}

/** Text as nodes, where only addresses of the web, of mail and of telephones are links. */
export function linked(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const found = trimmed(match[0]);
    const href = address(found);
    if (!href) continue;
    nodes.push(text.slice(done, match.index),
      h("a", { href, target: "_blank", rel: "noopener noreferrer" }, found));
    done = match.index + found.length;
  }
  return [...nodes, text.slice(done)];
}

export const size = bytes => bytes < 1e6
  ? `${Math.max(1, Math.round(bytes / 1e3))} KB`
  : `${(bytes / 1e6).toFixed(1).replace(/\.0$/, "")} MB`;
