// A form with a passkey: asks the browser for it, and sends the form with what the browser answers.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const texts = (response, names) => Object.fromEntries(names.map((name) => [name, toText(response[name])]));
const withBytes = (known) => known.map((one) => ({ ...one, id: toBytes(one.id) }));

const ceremonies = {
  async get(options) {
    options.challenge = toBytes(options.challenge);
    options.allowCredentials = withBytes(options.allowCredentials ?? []);
    const { id, response } = await navigator.credentials.get({ publicKey: options });
    return { id, rawId: id, type: "public-key", response: texts(response, ["clientDataJSON", "authenticatorData", "signature"]) };
  },
  async create(options) {
    options.challenge = toBytes(options.challenge);
    options.user.id = toBytes(options.user.id);
    options.excludeCredentials = withBytes(options.excludeCredentials ?? []);
    const { id, response } = await navigator.credentials.create({ publicKey: options });
    return { id, rawId: id, type: "public-key", response: texts(response, ["clientDataJSON", "attestationObject"]) };
  },
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const show = (when) => {
    for (const message of form.querySelectorAll("[data-when]")) message.hidden = message.dataset.when !== when;
  };
  const confirm = async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await fetch(`${form.getAttribute("action")}/options`, { method: "POST", headers });
    // Signed out meanwhile, or too many tries: the desk says which.
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return location.assign("/desk/");
    const credential = await ceremonies[form.dataset.passkey](await answer.json());
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  };
  if (!window.PublicKeyCredential) {
    show("unsupported");
    continue;
  }
  show("");
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    show("");
    button.setAttribute("aria-disabled", "true");
    confirm().catch((error) => {
      show(error.name === "InvalidStateError" ? "known" : "failed");
      button.removeAttribute("aria-disabled");
    });
  });
}
