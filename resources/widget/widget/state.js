/** What all parts of the view share: the site's settings, the words, the chat, the elements of
 *  the view that is shown (`ui`, emptied when another one is shown). */

export let site, base, options, emit; // from the script tag
export let config = null; // the bridge's `SiteConfig`
export let trouble = ""; // why there is none: "dead", "denied"
export let language = "", t = {};
export let chat = null;
export let known = {}; // what the site says of its visitor: name, email, phone
export const ui = {};
export const hooks = {}; // of main.js, for the parts: render, focusIn, close, follow

export function setSite(facts) {
  ({ site, emit, options } = facts);
  base = new URL(`chat/v1/${encodeURIComponent(site)}/`, facts.source);
}
export function setConfig(found, why) {
  config = found;
  trouble = why;
}
export function setWords(code, texts) {
  language = code;
  t = texts;
}
export function setChat(made) {
  chat = made;
}
export function setKnown(facts) {
  known = facts;
}
/** The codes of a refusal for which there is the form of the closed hours. */
export const AWAY = ["closed", "full", "nobody"];
