
// A provider is asked in a window of its own, which comes back to this page with a code.
// Only the window that began knows the verifier, without which the code is worth nothing.
const cameBack = new BroadcastChannel("provider");
let trip = null; // the log-in at a provider that this window has begun

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const goTo = async (section, provider, path, asUser) => {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const url = new URL("../api/v1/auth/oauth/" + provider.provider + "/start", location.href);
  url.search = new URLSearchParams({ return_to: location.origin + location.pathname, code_challenge: challenge });
  trip = { section, provider, path, asUser, verifier };
  window.open(url, "_blank", "popup,width=520,height=720");
};

document.querySelector("[data-departs]").addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation(); // Other answers are not shown like this one.
  const form = event.target;
  const { ok, answer } = await exchange(form.closest("section"), "GET", "auth/oauth", null, false);
  if (ok) depart(form, answer);
});

// depart shows the providers, each with buttons to log in and one to link.
const depart = (form, providers) => {
  const section = form.closest("section");
  let shown = section.querySelector(".rows");
  if (!shown) section.querySelector(".exchange").before(shown = element("ul", "", { className: "rows" }));
  shown.replaceChildren(...providers.map((provider) => {
    const item = element("li", "");
    const logIn = element("button", "Log in with " + provider.name, { type: "button" });
    logIn.addEventListener("click", () => goTo(section, provider, "auth/oauth/exchange", false));
    const link = element("button", "Link " + provider.name, { type: "button" });
    link.addEventListener("click", () => goTo(section, provider, "users/me/identities", true));
    const withCookie = element("button", "Log in with " + provider.name + " for a cookie", { type: "button" });
    withCookie.addEventListener("click", () => goTo(section, provider, "auth/oauth/exchange?session=cookie", false));
    item.append(logIn, withCookie, link);
    return item;
  }));
};

cameBack.addEventListener("message", async (event) => {
  if (!trip) return;
  const { section, provider, path, asUser, verifier } = trip, brought = new URLSearchParams(event.data);
  trip = null;
  if (brought.has("error")) {
    document.getElementById("who").textContent = provider.name + " logged nobody in: " + brought.get("error");
    return;
  }
  const { ok, answer } = await exchange(section, "POST", path, { code: brought.get("code"), code_verifier: verifier }, asUser);
  if (!asUser) kept.user = "A user of " + provider.name;
  keep(answer, section.querySelector("form"), ok, path.includes("?"));
});

if (/^#(code|error)=/.test(location.hash)) {
  cameBack.postMessage(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  document.getElementById("who").textContent = "The other window has the answer. This one can be closed.";
  window.close();
}
