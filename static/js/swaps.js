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
  // What was pressed is gone: the part says where the focus goes on, and stays in sight.
  const next = part.querySelector?.("[data-keeps-focus]");
  if (!next) return;
  if (document.activeElement === document.body) next.focus({ preventScroll: true });
  part.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:sendError", () => complain(words("offline")));
document.addEventListener("htmx:responseError", () => complain(words("failed")));

// Seen as well as heard; a second failure takes the first one's place.
function complain(text) {
  const place = document.getElementById("messages");
  if (!place || !text) return;
  place.querySelector("[data-complaint]")?.remove();
  const note = document.createElement("div");
  note.className = "toast-part tone-danger";
  note.dataset.complaint = "";
  note.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = text;
  note.append(line);
  place.append(note);
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.querySelector("[data-complaint]")?.remove();
});

function words(name) {
  return announcer?.dataset[name] ?? "";
}
