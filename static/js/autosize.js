// A text area grows with what is written in it.
function grow(area) {
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${area.scrollHeight + 4}px`);
}

function start(root) {
  root.querySelectorAll("textarea").forEach((area) => {
    if (area.value) grow(area);
  });
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) grow(event.target);
});
document.addEventListener("htmx:load", (event) => start(event.target));
start(document);
