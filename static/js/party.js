// Giving blocks away at a meeting: a name dragged onto a block is chosen there, and the form is sent.
//
// The same is done without dragging by the select and button of each block.

let dragged = null;

for (const person of document.querySelectorAll(".party-person")) {
  person.draggable = true;
  person.addEventListener("dragstart", (event) => {
    dragged = person.dataset.member;
    event.dataTransfer.effectAllowed = "link";
    event.dataTransfer.setData("text/plain", person.textContent.trim());
  });
  person.addEventListener("dragend", () => {
    dragged = null;
  });
}

for (const block of document.querySelectorAll(".party-block")) {
  const select = block.querySelector("select");
  const takes = () => dragged && [...select.options].some((option) => option.value === dragged);
  block.addEventListener("dragover", (event) => {
    if (!takes()) return;
    event.preventDefault();
    block.classList.add("party-over");
  });
  block.addEventListener("dragleave", () => block.classList.remove("party-over"));
  block.addEventListener("drop", (event) => {
    block.classList.remove("party-over");
    if (!takes()) return;
    event.preventDefault();
    select.value = dragged;
    select.form.requestSubmit();
  });
}
