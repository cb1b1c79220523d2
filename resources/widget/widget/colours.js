/** Colours: whatever the site's accent is, words on it and words of it can be read. */
import { DARK, LIGHT } from "./look.js";
import { h } from "./tools.js";

/** [r, g, b] of any CSS colour that the browser resolves in sRGB; null: of none. */
function rgb(text, root) {
  const probe = h("i", { hidden: true });
  probe.style.color = text;
  if (!probe.style.color) return null;
  root.append(probe);
  const parts = getComputedStyle(probe).color.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
  probe.remove();
  return parts && parts[4] !== "0" ? parts.slice(1, 4).map(Number) : null;
}

/** WCAG 2.2: relative luminance. */
function luminance(colour) {
  const [r, g, b] = colour.map(part => {
    const n = part / 255;
    return n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2: contrast ratio, 1 to 21. */
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((m, n) => m - n);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards another one as little as makes it stand out from the ground. */
function readable(colour, ground, towards, least) {
  for (let part = 0; part < 1; part += 0.05) {
    const mixed = colour.map((n, i) => Math.round(n + (towards[i] - n) * part));
    if (contrast(mixed, ground) >= least) return `rgb(${mixed})`;
  }
  return `rgb(${towards})`;
}

function isDark(asked, root) {
  if (asked === "dark" || asked === "light") return asked === "dark";
  const page = document.documentElement;
  const declared = getComputedStyle(page).colorScheme;
  const scheme = declared === "normal"
    ? document.querySelector("meta[name='color-scheme']")?.content || "" : declared;
  if (scheme.includes("dark")) {
    return !scheme.includes("light") || matchMedia("(prefers-color-scheme:dark)").matches;
  }
  if (scheme.includes("light")) return false;
  for (const el of [document.body, page]) { // a page that says nothing: as its ground is
    const ground = el && rgb(getComputedStyle(el).backgroundColor, root);
    if (ground) return luminance(ground) < 0.2;
  }
  return false;
}

/** The custom properties of the theme, as CSS; `accents`: the first that is a colour counts. */
export function themeCss(asked, accents, root) {
  const tokens = isDark(asked, root) ? DARK : LIGHT;
  const accent = accents.map(colour => colour && rgb(colour, root)).find(Boolean);
  const ground = rgb(tokens.raised, root), text = rgb(tokens.text, root);
  const all = {
    ...tokens,
    accent: `rgb(${accent})`,
    "on-accent": contrast(accent, [255, 255, 255]) >= 4.5 ? "#fff" : "#000",
    "accent-text": readable(accent, ground, text, 4.6),
    edge: readable(accent, ground, text, 3), // WCAG 1.4.11
    focus: readable(accent, ground, text, 4.6),
  };
  return `:host{${Object.entries(all).map(([name, value]) => `--${name}:${value}`).join(";")}}`;
}
