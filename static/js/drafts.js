// What is typed in a form with data-draft is kept on the server two seconds after the last key, at least every four seconds
// while one types on, and at once on leaving the page. Until the server has it, a sealed copy lies on the device.
const PAUSE = 2000;
const LONGEST = 4000;
const AGAIN = 5000;
const COPY_EVERY = 700;

class Watch {
  constructor(form) {
    this.form = form;
    this.said = form.querySelector("#draft-said");
    this.area = form.querySelector("textarea");
    this.heading = form.elements.namedItem("title");
    this.changed = false;
    this.saved = false;
    this.sending = null;
    this.since = 0;
    this.timer = 0;
    this.copying = 0;
    this.copy = null;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("submit", (event) => event.target.action.endsWith("/accounts/logout/") && this.signOut(), true);
    // Back to a page that the browser kept, or a save that never arrived: typing counts again.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.saved = false;
    });
    window.addEventListener("online", () => this.later(0));
    if (this.typedBefore()) this.typed();
    this.restore();
  }

  // On a slow line somebody types before this script is there. After Back or a reload the browser filled the fields itself.
  typedBefore() {
    const [way] = window.performance.getEntriesByType("navigation");
    const other = (field) => Boolean(field) && field.value !== field.defaultValue;
    return way?.type === "navigate" && (other(this.area) || other(this.heading));
  }

  typed() {
    const now = Date.now();
    if (!this.changed) this.since = now;
    this.changed = true;
    this.later(Math.max(0, Math.min(PAUSE, this.since + LONGEST - now)));
    if (!this.copying) this.copying = window.setTimeout(() => this.keepCopy(), COPY_EVERY);
  }

  later(wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), wait);
  }

  keepCopy() {
    this.copying = 0;
    if (this.copy && this.changed && !this.saved) this.copy.keep(this.typedNow());
  }

  typedNow() {
    return { text: this.area.value, title: this.heading ? this.heading.value : undefined, at: Date.now() };
  }

  // After signing in again in another window the form needs the new window's token; the page itself gives it.
  async renew() {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector('form[data-draft] input[name="csrfmiddlewaretoken"]');
    if (fresh) this.form.elements.csrfmiddlewaretoken.value = fresh.value;
    return Boolean(fresh);
  }

  async keep() {
    if (!this.changed || this.saved) return;
    if (this.sending) {
      this.later(PAUSE);
      return;
    }
    this.changed = false;
    this.sending = new AbortController();
    const sent = this.area.value;
    try {
      const answer = await fetch(this.form.dataset.draft, {
        method: "POST",
        body: new FormData(this.form),
        signal: this.sending.signal,
      });
      await this.answered(answer, sent);
    } catch {
      this.failed(this.form.dataset.draftFailed);
    } finally {
      this.sending = null;
    }
  }

  async answered(answer, sent) {
    const ours = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
    if (ours) {
      this.said.textContent = await answer.text();
      if (this.copy && answer.ok && this.area.value === sent) this.copy.drop();
      if (!this.copy) this.restore();
      return;
    }
    if (answer.status >= 500) throw new Error(answer.status);
    this.changed = true;
    if (await this.renew()) {
      this.later(0);
      return;
    }
    this.failed(this.form.dataset.draftSignedOut);
    const link = document.createElement("a");
    link.href = `${this.form.dataset.signIn}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
    link.textContent = this.form.dataset.signInWord;
    this.said.append(" ", link);
  }

  failed(sentence) {
    if (this.saved) return;
    this.said.textContent = sentence;
    this.changed = true;
    this.keepCopy();
    this.later(AGAIN);
  }

  leave() {
    if (!this.changed || this.saved) return;
    this.keepCopy();
    this.changed = !navigator.sendBeacon(this.form.dataset.draft, new FormData(this.form));
  }

  submitted(event) {
    if (event.defaultPrevented) return;
    this.saved = true;
    if (this.sending) this.sending.abort();
    if (!this.copy) return;
    this.copy.keep(this.typedNow());
    this.copy.sent();
  }

  // On a shared device nothing stays behind: the server gets what was typed, the copy goes.
  signOut() {
    this.leave();
    this.saved = true;
    if (this.copy) this.copy.drop();
  }

  // What this device kept and the server never got comes back: in the field, or beside it when another text stands there.
  async restore() {
    if (!this.copy) this.copy = await window.DeviceCopy.open(this.form);
    const found = this.copy && (await this.copy.read());
    if (!found) return;
    const standing = this.area.value.trim();
    const typed = found.text.trim();
    if (this.changed) {
      if (typed && !standing.startsWith(typed)) this.showBeside(found.text);
      return;
    }
    const retitled = this.heading && found.title !== undefined && found.title !== this.heading.value;
    if (!typed.startsWith(standing) && typed) {
      this.showBeside(found.text);
    } else if (retitled || (typed && typed !== standing)) {
      this.fill(typed ? found.text : this.area.value, found.title);
    } else {
      this.copy.drop();
    }
  }

  fill(text, title) {
    this.area.value = text;
    if (this.heading && title !== undefined) this.heading.value = title;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.said.textContent = this.form.dataset.draftBack;
  }

  showBeside(text) {
    const box = this.form.querySelector("[data-copy]");
    if (!box) return;
    box.querySelector("div").textContent = text;
    box.querySelector("button").addEventListener("click", () => {
      box.hidden = true;
      this.fill(`${this.area.value.trimEnd()}\n\n${text}`);
    });
    box.hidden = false;
  }
}

document.querySelectorAll("form[data-draft]").forEach((form) => new Watch(form));
