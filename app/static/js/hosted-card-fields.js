// Card fields of a real Braintree account, for a page: Hosted Fields behind the interface of the local card fields.
// Needs client.js and hosted-fields.js of one version, loaded before (see app/adapters/braintree/hosted.py).

export const FIELD_NAMES = ["number", "expirationDate", "cvv"];
const PLACEHOLDERS = { number: "", expirationDate: "MM/YY", cvv: "" };
const STYLES = { input: { "font-size": "16px", "font-family": "system-ui, sans-serif", color: "#1f2328" }, ".invalid": { color: "#a40e26" } };
const CODES = {
  HOSTED_FIELDS_FIELDS_EMPTY: "empty",
  HOSTED_FIELDS_FIELDS_INVALID: "invalid",
  HOSTED_FIELDS_FAILED_TOKENIZATION: "refused",
};

export class CardFieldsError extends Error {
  constructor(code, invalidFields = []) {
    super(code);
    this.name = "CardFieldsError";
    this.code = code;
    this.invalidFields = invalidFields;
  }
}

export async function createCardFields({ clientToken, containers, onChange, onSubmit }) {
  const { braintree } = window;
  if (!braintree?.client || !braintree.hostedFields) {
    throw new CardFieldsError("network");
  }
  try {
    const client = await braintree.client.create({ authorization: clientToken });
    const fields = Object.fromEntries(
      FIELD_NAMES.map((name) => [name, { container: containers[name], placeholder: PLACEHOLDERS[name] }]),
    );
    const hosted = await braintree.hostedFields.create({ client, fields, styles: STYLES });
    return wrapped(hosted, onChange, onSubmit);
  } catch {
    throw new CardFieldsError("network");
  }
}

function wrapped(hosted, onChange, onSubmit) {
  const changed = () => onChange?.(summary(hosted.getState()));
  ["validityChange", "focus", "blur", "empty", "notEmpty", "cardTypeChange"].forEach((name) => hosted.on(name, changed));
  hosted.on("inputSubmitRequest", () => onSubmit?.());
  return {
    ready: async () => {},
    focus: (name) => hosted.focus(name),
    clear: () => FIELD_NAMES.forEach((name) => hosted.clear(name)),
    destroy: () => hosted.teardown(),
    tokenize: async ({ cardholderName } = {}) => {
      try {
        const { nonce, details } = await hosted.tokenize(cardholderName ? { cardholderName } : {});
        return { nonce, details };
      } catch (error) {
        throw translated(error, hosted.getState());
      }
    },
  };
}

function summary({ fields, cards }) {
  const shown = Object.fromEntries(
    FIELD_NAMES.map((name) => {
      const { isEmpty, isValid, isPotentiallyValid, isFocused } = fields[name];
      return [name, { isEmpty, isValid, isPotentiallyValid, isFocused }];
    }),
  );
  const isComplete = FIELD_NAMES.every((name) => shown[name].isValid);
  return { isComplete, brand: cards.length === 1 ? cards[0].niceType : null, fields: shown };
}

function translated(error, { fields }) {
  const code = CODES[error.code] ?? "network";
  return new CardFieldsError(code, FIELD_NAMES.filter((name) => !fields[name].isValid));
}
