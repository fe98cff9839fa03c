// The map of a precinct's blocks: pressing a building opens what can be moved; what was moved is drawn anew.
//
// The element with data-choose-url gives the address of the choice with zeros for building and block. A
// building's key on the map is "<building>-<block>". Everything here can be done from the list too.

const holder = document.querySelector("[data-choose-url]");
const map = document.querySelector("[data-map]");

function addressOf(key) {
  const [building, block] = key.split("-");
  return holder.dataset.chooseUrl.replace(/\/0\/0\/$/, `/${building}/${block}/`);
}

if (holder && map) {
  map.addEventListener("map:choose", async (event) => {
    const key = String(event.detail.key);
    if (!/^\d+-\d+$/.test(key)) return;
    await window.htmx.ajax("GET", addressOf(key), {
      target: "#choice",
      swap: "innerHTML",
    });
    const title = document.getElementById("building-choice-title");
    title?.focus({ preventScroll: true });
    if (window.matchMedia("(max-width: 900px)").matches) title?.scrollIntoView({ block: "nearest" });
  });
}

document.body.addEventListener("blocks-changed", () => {
  map?.drawnMap?.reload({ keepView: true });
});
