// Checking in where the network comes and goes: what was pressed is kept on this telephone and sent as soon as it can.
const AGAIN = 5000;

function watch(form) {
  const said = form.querySelector(".check-in-said");
  const place = `check-in:${window.location.pathname}`;
  let kept = null;
  let timer = 0;
  let sending = false;

  try {
    kept = JSON.parse(window.localStorage.getItem(place));
  } catch {
    kept = null;
  }

  function keep(value) {
    kept = value;
    try {
      if (value) window.localStorage.setItem(place, JSON.stringify(value));
      else window.localStorage.removeItem(place);
    } catch {
      // a telephone that keeps nothing still has it on this page
    }
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, AGAIN);
  }

  async function send() {
    if (!kept || sending) return;
    sending = true;
    const data = new FormData(form);
    data.set("way", kept.way);
    data.set("pressed", kept.pressed);
    try {
      const answer = await fetch(window.location.href, { method: "POST", body: data });
      if (answer.status >= 500) throw new Error(answer.status);
      keep(null);
      if (answer.ok) window.location.reload();
      else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const note = page.querySelector(".note-error p");
        said.textContent = note ? note.textContent : form.dataset.failed;
      }
    } catch {
      said.textContent = form.dataset.kept;
      later();
    } finally {
      sending = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep({ way: event.submitter ? event.submitter.value : "", pressed: new Date().toISOString() });
    send();
  });
  window.addEventListener("online", send);
  send();
}

document.querySelectorAll("form[data-check-in]").forEach(watch);
