// Card fields of the local gateway, for a page. The module for a real Braintree account has the same interface:
//
//   const fields = await createCardFields({ clientToken, containers, onChange, onSubmit, testCards });
//   const { nonce, details } = await fields.tokenize({ cardholderName });   // details: cardType, lastFour, ...
//   fields.focus("number");  fields.clear();  fields.destroy();
//
// containers: elements for number, expirationDate and cvv, each with an id; label[for=id] moves into the field.
// onChange({ isComplete, brand, fields: { number: { isEmpty, isValid, isPotentiallyValid, isFocused }, ... } }).
// testCards: an element for the list of test cards; the module for a real account leaves it alone.
// tokenize rejects with a CardFieldsError: code "empty", "invalid", "refused" or "network"; invalidFields names fields.

export const FIELD_NAMES = ["number", "expirationDate", "cvv"];
const READY_WITHIN_MS = 20000;
const ANSWER_WITHIN_MS = 60000;
const TEST_CARDS = [
  ["visa", "Visa 1111"],
  ["mastercard", "Mastercard 4444"],
  ["amex", "American Express 0005"],
  ["discover", "Discover 1117"],
  ["visa-fails-verification", "Visa 1115: fails verification"],
  ["mastercard-fails-verification", "Mastercard 5100: fails verification"],
];

export class CardFieldsError extends Error {
  constructor(code, message, invalidFields = []) {
    super(message);
    this.name = "CardFieldsError";
    this.code = code;
    this.invalidFields = invalidFields;
  }
}

export async function createCardFields({ clientToken, containers, onChange, onSubmit, testCards }) {
  const fields = new CardFields(JSON.parse(atob(clientToken)), containers, { onChange, onSubmit });
  await fields.ready();
  if (testCards) fields.offerTestCards(testCards);
  return fields;
}

class CardFields {
  #channel = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #frames = {};
  #states = {};
  #waiting = new Map();
  #stop = new AbortController();
  #client;
  #callbacks;
  #arrived;

  constructor(client, containers, callbacks) {
    this.#client = client;
    this.#callbacks = callbacks;
    window.addEventListener("message", (event) => this.#hear(event), { signal: this.#stop.signal });
    const arrivals = FIELD_NAMES.map((name) => this.#place(name, containers[name]));
    this.#arrived = within(READY_WITHIN_MS, Promise.all(arrivals));
  }

  ready() {
    return this.#arrived;
  }

  async tokenize({ cardholderName } = {}) {
    this.#insistOnComplete();
    const request = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const answer = new Promise((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
    const { authorizationFingerprint, clientApiUrl } = this.#client;
    this.#order("number", { type: "tokenize", request, authorizationFingerprint, clientApiUrl, cardholderName });
    try {
      return await within(ANSWER_WITHIN_MS, answer);
    } finally {
      this.#waiting.delete(request);
    }
  }

  focus(name) {
    this.#order(name, { type: "focus" });
  }

  clear() {
    FIELD_NAMES.forEach((name) => this.#order(name, { type: "clear" }));
  }

  destroy() {
    this.#stop.abort();
    Object.values(this.#frames).forEach((frame) => frame.remove());
  }

  offerTestCards(element) {
    const buttons = TEST_CARDS.map(([card, label]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.className = "test-card";
      button.addEventListener("click", () => FIELD_NAMES.forEach((name) => this.#order(name, { type: "use", card })));
      return button;
    });
    element.replaceChildren(...buttons);
  }

  #place(name, container) {
    const frame = document.createElement("iframe");
    frame.name = `card-field-${this.#channel}-${name}`;
    frame.title = { number: "Card number", expirationDate: "Expiry date", cvv: "Security code" }[name];
    frame.src = new URL(`card-frame.html#${this.#channel}.${name}`, import.meta.url).href;
    Object.assign(frame.style, { border: "0", width: "100%", height: "100%", display: "block" });
    this.#frames[name] = frame;
    this.#states[name] = { isEmpty: true, isValid: false, isPotentiallyValid: true, isFocused: false };
    const label = container.id ? document.querySelector(`label[for="${CSS.escape(container.id)}"]`) : null;
    label?.addEventListener("click", () => this.focus(name), { signal: this.#stop.signal });
    const arrival = new Promise((resolve, reject) => this.#waiting.set(name, { resolve, reject }));
    container.replaceChildren(frame);
    return arrival;
  }

  #hear({ origin, source, data }) {
    const { channel, field: name, type } = data ?? {};
    const isOurs = origin === location.origin && channel === this.#channel && FIELD_NAMES.includes(name);
    if (!isOurs || source !== this.#frames[name]?.contentWindow) return;
    if (type === "ready") this.#waiting.get(name)?.resolve();
    if (type === "submit") this.#callbacks.onSubmit?.();
    if (type === "state") this.#note(name, data.state);
    if (type === "tokenized") this.#finish(data);
  }

  #note(name, { brand, ...state }) {
    this.#states[name] = state;
    if (name === "number") this.brand = brand;
    const isComplete = FIELD_NAMES.every((field) => this.#states[field].isValid);
    this.#callbacks.onChange?.({ isComplete, brand: this.brand ?? null, fields: structuredClone(this.#states) });
  }

  #finish({ request, card, error }) {
    const waiting = this.#waiting.get(request);
    if (card) return waiting?.resolve(card);
    const names = { number: "number", cvv: "cvv" };
    const invalid = error.problems.map((problem) => names[problem.field] ?? "expirationDate");
    const message = error.problems[0]?.message ?? error.message;
    return waiting?.reject(new CardFieldsError(error.code, message, invalid));
  }

  #insistOnComplete() {
    const empty = FIELD_NAMES.filter((name) => this.#states[name].isEmpty);
    if (empty.length === FIELD_NAMES.length) throw new CardFieldsError("empty", "Type the card's details.", empty);
    const invalid = FIELD_NAMES.filter((name) => !this.#states[name].isValid);
    if (invalid.length) throw new CardFieldsError("invalid", "Check the card's details.", invalid);
  }

  #order(name, message) {
    this.#frames[name].contentWindow.postMessage({ channel: this.#channel, ...message }, location.origin);
  }
}

function within(limit, promise) {
  const late = new CardFieldsError("network", "The payment service did not answer.");
  let timer;
  const alarm = new Promise((_, reject) => { timer = setTimeout(() => reject(late), limit); });
  return Promise.race([promise, alarm]).finally(() => clearTimeout(timer));
}
