// A link marked data-opens-panel shows its page's content at the side. Forms inside are sent as on their
// own page, so what follows (the next page, or the form with its errors) is a whole page again.

const panel = document.getElementById("side-panel");
const body = document.getElementById("side-panel-body");
const title = document.getElementById("side-panel-title");
let opener = null;

function close() {
  if (panel?.open) panel.close();
}

if (panel) {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-opens-panel]")) opener = event.target;
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== body) return;
    // A page without the expected content (signed out meanwhile, an error) is shown as the page it is.
    if (event.detail.xhr.status >= 400 || !event.detail.serverResponse.includes('id="page-body"')) {
      event.detail.shouldSwap = false;
      window.location.assign(opener.href);
      return;
    }
    const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    title.textContent = page.querySelector("h1")?.textContent.trim() ?? "";
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    const address = event.detail.pathInfo.finalRequestPath ?? opener.href;
    for (const form of body.querySelectorAll("form")) {
      if (!form.hasAttribute("action")) form.setAttribute("action", address);
    }
    panel.showModal();
    (body.querySelector("input:not([type=hidden]), select, textarea") ?? title).focus();
  });

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-closes-panel]");
    if (closer && panel.contains(closer)) {
      event.preventDefault();
      close();
    } else if (event.target === panel) {
      close();
    }
  });

  panel.addEventListener("close", () => {
    body.replaceChildren();
    opener?.focus();
  });
}
