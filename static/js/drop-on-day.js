// A meeting of a proposal is dragged to another day: the same form is sent that the page of the meeting shows as plain fields.
const form = document.getElementById("drop-form");
let dragged = null;

function cell(event) {
  return event.target instanceof Element ? event.target.closest("[data-day]") : null;
}

if (form) {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof Element ? event.target.closest("[data-move]") : null;
    if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.move);
  });
  document.addEventListener("dragover", (event) => {
    const day = cell(event);
    if (!dragged || !day) return;
    event.preventDefault();
    day.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => cell(event)?.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    const day = cell(event);
    if (!dragged || !day) return;
    event.preventDefault();
    form.action = dragged.dataset.move;
    form.elements.day.value = day.dataset.day;
    form.elements.hour.value = dragged.dataset.hour;
    form.requestSubmit();
  });
}
