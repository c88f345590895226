// Stores a card: the gateway's own frames take the details, and only the nonce they give is sent to us.
// What went wrong is said in the words that stand on the fields.

const place = document.querySelector("[data-card-fields]");
const problem = document.querySelector("[data-card-problem]");

function tell(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

async function start() {
  const form = place.closest("form");
  const nonce = form.elements.namedItem("nonce");
  const { createCardFields } = await import(place.dataset.module);
  const fields = await createCardFields({
    clientToken: place.dataset.clientToken,
    containers: {
      number: document.getElementById("card-number"),
      expirationDate: document.getElementById("card-expiry"),
      cvv: document.getElementById("card-cvv"),
    },
    testCards: document.querySelector("[data-test-cards]"),
    onSubmit: () => form.requestSubmit(),
  });
  let isAsking = false;
  form.addEventListener("submit", async (event) => {
    if (nonce.value) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    tell("");
    try {
      nonce.value = (await fields.tokenize()).nonce;
      form.requestSubmit();
    } catch (error) {
      tell(place.dataset[error.code] ?? place.dataset.network);
      if (error.invalidFields?.length) fields.focus(error.invalidFields[0]);
    } finally {
      isAsking = false;
    }
  });
  // A nonce is good for one use: coming back to this page means typing the card again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) nonce.value = "";
  });
}

if (place) {
  start().catch(() => tell(place.dataset.network));
}
