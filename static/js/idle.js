// On a shared device: two minutes before the sign-in ends a question appears, and one button keeps it.
const box = document.getElementById("idle");
if (box) {
  const wait = Math.max(Number(box.dataset.seconds) - 120, 5) * 1000;
  const show = () => {
    box.hidden = false;
    box.querySelector("button").focus();
  };
  let timer = window.setTimeout(show, wait);
  // every request of this page is a sign of life too
  const again = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(show, wait);
  };
  document.addEventListener("htmx:afterRequest", again);
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(box.dataset.url, {
      method: "POST",
      headers: { "X-CSRFToken": box.dataset.token },
      redirect: "manual",
    });
    if (answer.ok) {
      box.hidden = true;
      again();
    } else {
      window.location.reload();
    }
  });
}
