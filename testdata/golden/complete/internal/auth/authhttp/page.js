"use strict";
// The token stays in the fragment until the person presses a button; then it
// is sent to this service, and nowhere else.
const fragment = new URLSearchParams(location.hash.slice(1));
const token = fragment.get("token") || "";
const user = fragment.get("user") || "";
const address = fragment.get("email") || "";
const status = document.querySelector("[role=status]");
const say = (text, bad) => { status.textContent = text; status.classList.toggle("bad", bad); };
const fill = (name, text) => { for (const place of document.querySelectorAll("[data-" + name + "]")) place.textContent = text; };

// show switches to one of the page's states, and informs screen readers by moving
// the focus to its heading.
const show = (state) => {
  for (const section of document.querySelectorAll("section")) section.hidden = section.dataset.state !== state;
  say("", false);
  document.querySelector("[data-state=" + state + "] h1").focus();
};

// send returns the answer, or null after it has shown what went wrong.
const send = async (path, body) => {
  const buttons = document.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  say("One moment…", false);
  try {
    const response = await fetch("api/v1/auth/" + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    if (body.token && response.status === 400) {
      history.replaceState(null, "", location.pathname);
      fill("why", "The link has expired, was used already, or was replaced by a newer one.");
      show("again");
      return null;
    }
    const faults = (answer.errors || []).map((fault) => fault.message);
    say(faults.join(" ") || answer.detail, true);
  } catch {
    say("The service does not answer. Try again in a moment.", true);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
  return null;
};

const finish = (state, answer) => {
  if (!answer) return;
  history.replaceState(null, "", location.pathname);
  show(state);
};

if (user) fill("user", user);
if (/^\S+@\S+$/.test(address)) fill("email", address);
if (!token) show("again");

const form = document.querySelector("[data-state=ask] form");
if (form.elements.username) form.elements.username.value = user; // for password managers
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = form.elements.new_password;
  finish("done", await send(form.dataset.path, password ? { token, new_password: password.value } : { token }));
});
const decline = document.querySelector("[data-decline]");
if (decline) decline.addEventListener("click", async () => finish("declined", await send("decline-email", { token })));
const reveal = document.querySelector("[data-reveal]");
if (reveal) reveal.addEventListener("change", () => { form.elements.new_password.type = reveal.checked ? "text" : "password"; });

const again = document.querySelector("[data-state=again] form");
again.elements.email.value = address;
again.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await send(again.dataset.path, { email: again.elements.email.value });
  if (answer) fill("message", answer.message + ".");
  finish("sent", answer);
});
