// After HTMX exchanged a part of the page: say what changed, keep the focus, say when it failed.

const announcer = document.getElementById("announcer");

// Other scripts speak by: document.dispatchEvent(new CustomEvent("announce", { detail: words }))
document.addEventListener("announce", (event) => announce(event.detail));

function announce(words) {
  if (!announcer || !words) return;
  // The same words twice in a row are only read again when the region was empty in between.
  announcer.textContent = "";
  requestAnimationFrame(() => {
    announcer.textContent = words;
  });
}

let focused = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  focused = document.activeElement?.id || null;
  // A whole page where a part was asked for: signed out meanwhile, or the server has something to say.
  const { serverResponse, requestConfig } = event.detail;
  const picksPart = requestConfig.elt.closest("[hx-select]") !== null;
  if (!picksPart && /^\s*<!doctype html/i.test(serverResponse)) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const speaker = part.matches?.("[data-announce]") ? part : part.querySelector?.("[data-announce]");
  announce(speaker?.dataset.announce);
  // HTMX keeps the focus of fields; links and buttons keep it by their id.
  if (focused && document.activeElement === document.body) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
});

document.addEventListener("htmx:sendError", () => announce(words("offline")));
document.addEventListener("htmx:responseError", () => announce(words("failed")));

function words(name) {
  return announcer?.dataset[name] ?? "";
}
