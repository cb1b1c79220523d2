/** The sample page: its language, and its buttons that open the chat. */
(() => {
  "use strict";
  const TITLES = { es: "Verdeviva · Plantas de interior", en: "Verdeviva · House plants" };

  function speak(language) {
    document.documentElement.lang = language; // the chat follows it
    document.title = TITLES[language];
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.setAttribute("aria-pressed", String(button.dataset.speak === language));
    }
  }

  const asked = new URLSearchParams(location.search).get("language") || navigator.language;
  const first = asked.slice(0, 2) === "en" ? "en" : "es";
  document.documentElement.lang = first;
  document.addEventListener("DOMContentLoaded", () => {
    speak(first);
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.addEventListener("click", () => speak(button.dataset.speak));
    }
    for (const button of document.querySelectorAll("[data-chat]")) {
      button.addEventListener("click", () => window.FichaChat?.open());
    }
  });
})();
