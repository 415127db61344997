"use strict";
// Each form is a request: data-send has its method and path, its fields are the
// body, and data-with names what an earlier answer had. Tokens stay in this page
// and end with it.
const kept = {};
const longest = 1000; // characters of a text that is shown

const element = (name, text, properties) => Object.assign(document.createElement(name), { textContent: text }, properties);

const bodyOf = (form) => {
  const body = {};
  for (const field of form.querySelectorAll("[name]")) {
    if (field.type !== "checkbox") body[field.name] = field.value;
    else body[field.name] = (body[field.name] || []).concat(field.checked ? field.value : []);
  }
  if (form.dataset.with) body[form.dataset.with] = kept[form.dataset.with] || "";
  return body;
};

const printed = (value) => JSON.stringify(value, (name, text) => {
  if (typeof text !== "string") return text;
  if (/password$/.test(name)) return "•".repeat(8);
  return text.length > longest ? text.slice(0, 60) + "…" : text;
}, 2);

// exchange sends a request, and shows it and its answer at the end of the section.
const exchange = async (section, method, path, body, asUser) => {
  const url = new URL("../api/v1/" + path, location.href);
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (asUser && kept.access_token) headers.Authorization = "Bearer " + kept.access_token;
  let request = method + " " + url.pathname + url.search;
  for (const [name, value] of Object.entries(headers)) request += "\n" + name + ": " + (value.length > 60 ? value.slice(0, 24) + "…" : value);
  if (body) request += "\n\n" + printed(body);
  let shown = section.querySelector(".exchange");
  if (!shown) section.append(shown = element("div", "", { className: "exchange" }));
  shown.replaceChildren(element("h3", "Request"), element("pre", request, { tabIndex: 0 }));
  let status = "The service does not answer.", answer = null, ok = false;
  try {
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    answer = text ? JSON.parse(text) : null;
    status = response.status + " " + response.statusText;
    ok = response.ok;
  } catch {
    // It is being started again, perhaps.
  }
  shown.append(element("h3", "Answer"), element("pre", answer === null ? status : status + "\n\n" + printed(answer), { tabIndex: 0 }));
  return { ok, answer };
};

// keep remembers the tokens of an answer, and shows who is logged in.
const keep = (answer, form, ok, query) => {
  for (const name of ["access_token", "refresh_token", "login_token"]) if (answer && answer[name]) kept[name] = answer[name];
  if (ok && answer && answer.access_token) delete kept.login_token;
  if (ok && "forgets" in form.dataset) for (const name of Object.keys(kept)) delete kept[name];
  if (ok && query) { // The session is in a cookie, which no script sees.
    for (const name of ["access_token", "refresh_token", "login_token"]) delete kept[name];
    kept.cookie = true;
    if (form.elements.username) kept.user = form.elements.username.value;
  }
  if (ok && answer && answer.csrf && !kept.access_token) { // As after a reload.
    kept.cookie = true;
    kept.user = answer.user.username;
  }
  if (answer && (answer.access_token || answer.login_token) && form.elements.username) kept.user = form.elements.username.value;
  document.getElementById("who").textContent = kept.access_token || kept.cookie ? kept.user + " is logged in." : "Nobody is logged in.";
  for (const step of document.querySelectorAll("[data-with=login_token]")) step.hidden = !kept.login_token;
};

// fill shows what an answer has for the places of a section.
const fill = (section, answer) => {
  for (const place of section.querySelectorAll("[data-member],[data-picture],[data-items]")) {
    const value = answer && answer[place.dataset.member || place.dataset.picture || place.dataset.items];
    if (!value || !value.length) continue;
    if (place.dataset.picture) {
      const picture = new DOMParser().parseFromString(value, "image/svg+xml").documentElement;
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", "QR code");
      place.replaceChildren(picture);
    } else if (place.dataset.items) place.replaceChildren(...value.map((item) => element("li", item)));
    else place.textContent = value;
    place.closest(".setup").hidden = false;
  }
};

// list shows the rows of an answer, each with a button that ends it.
const list = (form, rows) => {
  const section = form.closest("section");
  let shown = section.querySelector(".rows");
  if (!shown) section.querySelector(".exchange").before(shown = element("ul", "", { className: "rows" }));
  const path = form.dataset.send.split(" ")[1];
  shown.replaceChildren(...rows.map((row) => {
    const key = row[form.dataset.key], name = row[form.dataset.rows] || key;
    const item = element("li", "");
    const end = element("button", form.dataset.end, { type: "button", ariaLabel: form.dataset.end + " " + name });
    end.addEventListener("click", async () => {
      const { ok } = await exchange(section, "DELETE", path + "/" + key, null, true);
      if (ok) item.remove();
    });
    item.append(element("span", name + (row.current ? " (this one)" : "")), end);
    return item;
  }));
};

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, section = form.closest("section");
  const [method, path] = form.dataset.send.split(" ");
  const query = event.submitter.dataset.query || "";
  const body = method === "POST" && (form.querySelector("[name]") || form.dataset.with) ? bodyOf(form) : null;
  event.submitter.disabled = true;
  const { ok, answer } = await exchange(section, method, path + query, body, "user" in form.dataset);
  event.submitter.disabled = false;
  keep(answer, form, ok, query);
  fill(section, answer);
  if (ok && form.dataset.rows) list(form, answer);
});
