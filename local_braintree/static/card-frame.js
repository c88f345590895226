// One card field, alone in its frame: what is typed here is seen by this frame and its siblings, not by the page.
// The number's frame also turns the three fields into a nonce.

const [channel, field] = location.hash.slice(1).split(".");
const input = document.getElementById("field");
const frameName = (name) => `card-field-${channel}-${name}`;

// The page asks for a test card by name, so that it need not know a number.
const TEST_CARDS = {
  "visa": "4111111111111111",
  "mastercard": "5555555555554444",
  "amex": "378282246310005",
  "discover": "6011111111111117",
  "visa-fails-verification": "4000111111111115",
  "mastercard-fails-verification": "5105105105105100",
};
const BRANDS = [
  ["American Express", /^3[47]/],
  ["Visa", /^4/],
  ["MasterCard", /^(5[1-5]|2[2-7])/],
  ["Discover", /^6(011|5)/],
  ["JCB", /^35/],
];
const FIELDS = {
  number: {
    label: "Card number",
    placeholder: "4111 1111 1111 1111",
    testValue: (card) => TEST_CARDS[card],
    isValid: (text) => /^\d{12,19}$/.test(digits(text)) && hasCheckDigit(digits(text)),
    mayBecomeValid: (text) => /^[\d ]*$/.test(text) && digits(text).length < 20,
    tidy: (text) => digits(text).replace(/(\d{4})(?=\d)/g, "$1 "),
  },
  expirationDate: {
    label: "Expiry date: month and year",
    placeholder: "MM/YY",
    testValue: () => "12/" + String(new Date().getFullYear() + 2).slice(2),
    isValid: (text) => isInFuture(expiry(text)),
    mayBecomeValid: (text) => /^\d{0,2}\s*\/?\s*\d{0,4}$/.test(text),
    tidy: (text) => text.replace(/^(\d{2})(\d{2})$/, "$1/$2"),
  },
  cvv: {
    label: "Security code",
    placeholder: "123",
    testValue: (card) => (card === "amex" ? "1234" : "123"),
    isValid: (text) => /^\d{3,4}$/.test(text),
    mayBecomeValid: (text) => /^\d{0,4}$/.test(text),
    tidy: (text) => text.trim(),
  },
};
const rules = FIELDS[field];

function digits(text) {
  return text.replace(/[ -]/g, "");
}

function hasCheckDigit(number) {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = place % 2 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function expiry(text) {
  const match = /^\s*(0?[1-9]|1[0-2])\s*\/\s*(\d{2}|\d{4})\s*$/.exec(text);
  return match && { month: match[1].padStart(2, "0"), year: match[2].length === 2 ? `20${match[2]}` : match[2] };
}

function isInFuture(date) {
  const now = new Date();
  return Boolean(date) && Number(date.year) * 12 + Number(date.month) >= now.getFullYear() * 12 + now.getMonth() + 1;
}

function tell(message) {
  parent.postMessage({ channel, field, ...message }, location.origin);
}

function tellState() {
  const text = input.value;
  const isValid = rules.isValid(text);
  const isFocused = document.activeElement === input;
  input.classList.toggle("is-invalid", text !== "" && !isValid && (!isFocused || !rules.mayBecomeValid(text)));
  const brand = field === "number" ? (BRANDS.find(([, start]) => start.test(digits(text))) ?? [null])[0] : null;
  const isPotentiallyValid = isValid || rules.mayBecomeValid(text);
  tell({ type: "state", state: { isEmpty: text === "", isValid, isPotentiallyValid, isFocused, brand } });
}

function sibling(name) {
  return parent.frames[frameName(name)].document.getElementById("field").value;
}

async function tokenize({ request, authorizationFingerprint, clientApiUrl, cardholderName }) {
  const date = expiry(sibling("expirationDate")) ?? { month: "", year: "" };
  const creditCard = {
    number: digits(input.value),
    cvv: sibling("cvv"),
    expirationMonth: date.month,
    expirationYear: date.year,
    ...(cardholderName ? { cardholderName } : {}),
  };
  try {
    const response = await fetch(`${clientApiUrl}/v1/payment_methods/credit_cards`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ authorizationFingerprint, creditCard }),
    });
    const answer = await response.json();
    if (response.ok) {
      const [{ nonce, details }] = answer.creditCards;
      tell({ type: "tokenized", request, card: { nonce, details } });
    } else {
      const problems = answer.fieldErrors?.[0]?.fieldErrors ?? [];
      const found = problems.map((problem) => ({ field: problem.field, message: problem.message }));
      tell({ type: "tokenized", request, error: { code: "refused", message: answer.error.message, problems: found } });
    }
  } catch {
    const message = "The payment service could not be reached.";
    tell({ type: "tokenized", request, error: { code: "network", message, problems: [] } });
  }
}

const ORDERS = {
  focus: () => input.focus(),
  clear: () => { input.value = ""; tellState(); },
  use: ({ card }) => { input.value = rules.tidy(rules.testValue(card) ?? ""); tellState(); },
  tokenize,
};

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin === location.origin && source === parent && data?.channel === channel && Object.hasOwn(ORDERS, data.type)) {
    ORDERS[data.type](data);
  }
});

input.setAttribute("aria-label", rules.label);
input.placeholder = rules.placeholder;
input.addEventListener("input", tellState);
input.addEventListener("focus", tellState);
input.addEventListener("blur", () => { input.value = rules.tidy(input.value); tellState(); });
input.addEventListener("keydown", (event) => { if (event.key === "Enter") tell({ type: "submit" }); });
tell({ type: "ready" });
