// What stands in a list dragged into another order; the buttons Up and Down do the same without a mouse. The element before the
// list says whether the order was kept.
function watch(list) {
  const said = list.previousElementSibling;
  let held = null;
  let before = [];

  const lines = () => [...list.querySelectorAll(":scope > li")];

  lines().forEach((line) => {
    line.draggable = true;
  });
  list.addEventListener("dragstart", (event) => {
    held = event.target.closest("li");
    before = lines();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.id);
    held.classList.add("is-held");
  });
  list.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    const over = event.target.closest("li");
    if (!over || over === held || over.parentElement !== list) return;
    const box = over.getBoundingClientRect();
    list.insertBefore(held, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
  });
  list.addEventListener("dragend", async () => {
    held.classList.remove("is-held");
    held = null;
    const was = before;
    if (lines().every((line, place) => line === was[place])) return;
    const kept = await keep();
    if (!kept) list.append(...was);
    said.textContent = kept ? list.dataset.kept : list.dataset.failed;
    // what stands first cannot go up, what stands last not down
    lines().forEach((line, place, all) => {
      line.querySelector("[data-up]").disabled = place === 0;
      line.querySelector("[data-down]").disabled = place === all.length - 1;
    });
  });

  // The answer is empty or leads back to this page; signed out it leads elsewhere.
  async function keep() {
    const data = new FormData();
    lines().forEach((line) => data.append("item", line.dataset.id));
    data.append("csrfmiddlewaretoken", document.querySelector('input[name="csrfmiddlewaretoken"]').value);
    const answer = await fetch(list.dataset.order, { method: "POST", body: data }).catch(() => null);
    if (!answer?.ok) return false;
    return answer.status === 204 || new URL(answer.url).pathname === window.location.pathname;
  }
}

document.querySelectorAll("[data-order]").forEach(watch);
