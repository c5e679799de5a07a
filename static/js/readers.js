// While one chooses readers, the sentence says who reads along. The server wrote every sentence; without a script the names stand beside each box.
document.querySelectorAll("[data-readers]").forEach((group) => {
  const said = group.querySelector("[data-readers-said]");
  const sentences = new Map(Array.from(group.querySelectorAll("[data-for]"), (line) => [line.dataset.for, line.textContent]));

  function say() {
    const chosen = Array.from(group.querySelectorAll('input[name="readers"]:checked'), (box) => box.value);
    const sentence = sentences.get(chosen.join(" "));
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  said.hidden = false;
  group.addEventListener("change", say);
  window.addEventListener("pageshow", say);
  say();
});
