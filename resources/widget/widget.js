/* Ficha's chat on a web page. One tag, anywhere in the page, does it:
 *
 *   <script src="https://chat.example.com/widget.js" data-site="shop" defer></script>
 *
 * data-language="es|en"         default: the page's <html lang>
 * data-theme="light|dark"       default: as the page and the system are
 * data-accent="#0F6E84"         default: the site's, or --ficha-accent of the page's CSS
 * data-identity="TOKEN"         who is logged in, signed by the site
 * --ficha-accent, --ficha-font, --ficha-radius, --ficha-right, --ficha-bottom, --ficha-z
 *                               may be set on <ficha-chat> by the page's CSS
 *
 * FichaChat.open(), .close(), .identify(token, {name, email, phone}), and
 * .on("open|close|start|message|unread|end", told), which gives back what stops it; all of
 * them from the next line on. The rest is modules beside this file, as they are written. */
(() => {
  "use strict";
  if (window.FichaChat) return;
  const script = document.currentScript || document.querySelector("script[data-site][src]");
  const site = script?.dataset.site;
  if (!site) {
    console.warn("Ficha: the script tag names no data-site");
    return;
  }
  const listeners = new Map();
  const emit = (name, detail) => {
    for (const told of listeners.get(name) || []) {
      try {
        told(detail);
      } catch (error) {
        console.error(error); // the page's own mistake must not end the chat
      }
    }
  };
  const parsed = new Promise(done => {
    if (document.readyState !== "loading") done();
    else document.addEventListener("DOMContentLoaded", done, { once: true });
  });
  const started = Promise.all([import(new URL("widget/main.js", script.src).href), parsed]).then(
    ([main]) => main.begin({ site, emit, source: script.src, options: script.dataset }));
  started.catch(error => console.warn("Ficha: the chat could not be loaded", error));
  const then = act => started.then(act, () => {}); // why it has not started is told above

  window.FichaChat = Object.freeze({
    open: () => void then(widget => widget.open()),
    close: () => void then(widget => widget.close()),
    identify: (token, facts) => void then(widget => widget.identify(token, facts)),
    on(name, told) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name).add(told);
      return () => void listeners.get(name).delete(told);
    },
  });
})();
