// What every page may use. Nothing here is needed to get something done: without script the same
// addresses answer with whole pages.

import "./menus.js";
import "./side_panel.js";
import "./swaps.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismisses]");
  button?.closest(button.dataset.dismisses)?.remove();
});

// A button that prints the page it stands on.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// One press sends once: the pressed button rests until the next page is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back in the browser's history shows the page as it was left; its forms can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// After a form came back with mistakes, reading starts at their summary; samples leave the focus alone.
document.querySelector("[data-takes-focus]:not([data-sample] *)")?.focus();
