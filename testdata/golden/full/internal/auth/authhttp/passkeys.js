
// Forms with data-passkey begin with a request for options, which the browser passes to
// a device: "create" makes a passkey, "get" signs with one. Its answer goes with the form.
document.addEventListener("submit", async (event) => {
  const form = event.target, section = form.closest("section"), button = event.submitter;
  if (!form.dataset.passkey && !form.dataset.rename) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  button.disabled = true;
  await (form.dataset.passkey ? sendPasskey(form, section, button) : listPasskeys(form, section));
  button.disabled = false;
}, true);

const sendPasskey = async (form, section, button) => {
  const [method, path] = form.dataset.send.split(" "), asUser = "user" in form.dataset;
  const step = form.dataset.with ? { [form.dataset.with]: kept[form.dataset.with] || "" } : null;
  const asked = await exchange(section, "POST", path + "/options", step, asUser);
  if (!asked.ok) return;
  const { challenge_id, options } = asked.answer;
  let credential;
  try {
    credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  } catch (problem) {
    section.querySelector(".exchange").append(element("p", "The browser gives no passkey: " + problem.message));
    return;
  }
  const query = button.dataset.query || "";
  const { ok, answer } = await exchange(section, method, path + query, { ...bodyOf(form), challenge_id, credential: credential.toJSON() }, asUser);
  keep(answer, form, ok, query);
  if (ok && form.dataset.passkey === "get") await nameUser(form);
  fill(section, answer);
};

// nameUser shows who was logged in without having typed a name.
const nameUser = async (form) => {
  const headers = kept.access_token ? { Authorization: "Bearer " + kept.access_token } : {};
  const response = await fetch(new URL("../api/v1/users/me", location.href), { headers });
  if (response.ok) kept.user = (await response.json()).username;
  keep(null, form, false);
};

// listPasskeys is list with a field for another name.
const listPasskeys = async (form, section) => {
  const [method, path] = form.dataset.send.split(" ");
  const { ok, answer } = await exchange(section, method, path, null, true);
  if (!ok) return;
  list(form, answer);
  section.querySelectorAll(".rows li").forEach((item, i) => {
    const name = element("input", "", { value: answer[i].name, ariaLabel: "Name of " + answer[i].name });
    const rename = element("button", form.dataset.rename, { type: "button", ariaLabel: form.dataset.rename + " " + answer[i].name });
    rename.addEventListener("click", async () => {
      const renamed = await exchange(section, "PUT", path + "/" + answer[i].id, { name: name.value }, true);
      if (renamed.ok) item.querySelector("span").textContent = renamed.answer.name;
    });
    item.querySelector("button").before(name, rename);
  });
};
