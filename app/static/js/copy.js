// Adds a "Copy" button to each text that is there to be copied; its words stand on the text. Without it, the text is selected and copied by hand.

const COPIED_FOR_MS = 4000;

const status = document.querySelector("[data-send-status]");

function say(button, words, usual) {
  button.textContent = words;
  if (status) status.textContent = words;
  window.setTimeout(() => {
    button.textContent = usual;
    if (status) status.textContent = "";
  }, COPIED_FOR_MS);
}

for (const text of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary btn-sm";
  button.textContent = text.dataset.copy;
  button.setAttribute("aria-describedby", text.id);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      say(button, text.dataset.copied, text.dataset.copy);
    } catch {
      window.getSelection().selectAllChildren(text);
      say(button, text.dataset.selected, text.dataset.copy);
    }
  });
  text.after(button);
}
