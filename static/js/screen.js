// The page for the wall fills the screen when asked to; without this the browser's own key (F11) does it. Escape goes back.
const button = document.querySelector("[data-whole-screen]");
if (button && document.documentElement.requestFullscreen) {
  button.hidden = false;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
}
