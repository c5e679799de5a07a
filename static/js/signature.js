// A field to sign in: strokes of a finger, a pen or the mouse, sent along as a picture. Without this there is the tick.
function watch(form) {
  const field = form.querySelector("[data-drawn]");
  const canvas = field.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let inked = false;

  field.hidden = false;
  pen.lineWidth = 5;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = "#000";

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
    inked = true;
  });
  form.querySelector("[data-wipe]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    inked = false;
  });
  form.addEventListener("submit", () => {
    form.elements.drawing.value = inked ? canvas.toDataURL("image/png") : "";
  });
}

document.querySelectorAll("form[data-signature]").forEach(watch);
