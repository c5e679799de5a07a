// A form is sent once: the button says that it is busy, a second click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.dataset.again !== undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Signing out: sealed copies of what was typed leave this device too.
  if (form.action.endsWith("/accounts/logout/")) window.localStorage.clear();
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  }
  // A download leaves the page where it is, and a slow line deserves a second try.
  window.setTimeout(() => free(form), 8000);
});

function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-busy="true"]').forEach((button) => {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  });
}

// Back to a page that the browser kept: every form is ready again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest ? event.target.closest("form[data-sent]") : null;
  if (form) free(form);
});
