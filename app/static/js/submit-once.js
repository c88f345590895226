// Sends a form once: a second press while the first is on its way does nothing, and a screen reader hears why.
// The server refuses repeats by the form's request key anyway; this only spares people the doubt.

const SENDING_LIMIT_MS = 15000;

const status = document.querySelector("[data-send-status]");

function buttonsOf(form) {
  return form.querySelectorAll("button[type=submit], button:not([type])");
}

function release(form) {
  delete form.dataset.sending;
  for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
  if (status) status.textContent = "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  if (status) status.textContent = status.dataset.sending;
  window.setTimeout(() => release(form), SENDING_LIMIT_MS);
});

// Coming back with the browser's back button may show the page as it was left.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) release(form);
});
