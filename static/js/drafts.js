// What is typed in a form with data-draft is kept on the server two seconds after the last key, and at once on leaving the page.
const PAUSE = 2000;
const AGAIN = 5000;

function watch(form) {
  const said = form.querySelector("#draft-said");
  let changed = false;
  let sending = null;
  let saved = false;
  let timer = 0;

  function later(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, wait);
  }

  // After signing in again in another window the form needs the new window's token; the page itself gives it.
  async function renew() {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector('form[data-draft] input[name="csrfmiddlewaretoken"]');
    if (fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
    return Boolean(fresh);
  }

  async function keep() {
    if (!changed || saved) return;
    if (sending) {
      later(PAUSE);
      return;
    }
    changed = false;
    sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), signal: sending.signal });
      const ours = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
      if (!ours && answer.status < 500) {
        changed = true;
        if (await renew()) {
          later(0);
        } else {
          said.textContent = form.dataset.draftSignedOut;
          later(AGAIN);
        }
      } else if (!ours) {
        throw new Error(answer.status);
      } else {
        said.textContent = await answer.text();
      }
    } catch (error) {
      if (saved) return;
      said.textContent = form.dataset.draftFailed;
      changed = true;
      later(AGAIN);
    } finally {
      sending = null;
    }
  }

  function leave() {
    if (!changed || saved) return;
    if (navigator.sendBeacon(form.dataset.draft, new FormData(form))) changed = false;
  }

  form.addEventListener("input", () => {
    changed = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    saved = true;
    if (sending) sending.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
  window.addEventListener("pagehide", leave);
  // Back to a page that the browser kept, or a save that never arrived: typing counts again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) saved = false;
  });
  window.addEventListener("online", () => later(0));
}

document.querySelectorAll("form[data-draft]").forEach(watch);
