"use strict";
// The token stays in the fragment until the person presses a button; then it
// is sent to this service, and nowhere else.
const fragment = new URLSearchParams(location.hash.slice(1));
const token = fragment.get("token") || "";
const user = fragment.get("user") || "";
const status = document.querySelector("[role=status]");
const say = (text, bad) => { status.textContent = text; status.classList.toggle("bad", bad); };

for (const name of document.querySelectorAll("[data-user]")) name.textContent = user || "your account";
if (!token) say("This link is not complete. Open the whole link from the mail.", true);

const send = async (path, body) => {
  const buttons = document.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  say("One moment…", false);
  try {
    const response = await fetch("api/v1/auth/" + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, ...body }),
    });
    const answer = await response.json();
    if (response.ok) {
      say(answer.message + ". You can close this page.", false);
      history.replaceState(null, "", location.pathname);
      for (const control of document.querySelectorAll("form, button")) control.hidden = true;
      return;
    }
    const faults = (answer.errors || []).map((fault) => fault.message);
    say(faults.join(" ") || answer.detail, true);
  } catch {
    say("The service does not answer. Try again in a moment.", true);
  }
  for (const button of buttons) button.disabled = false;
};

const form = document.querySelector("form");
if (form.elements.username) form.elements.username.value = user; // for password managers
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const password = form.elements.new_password;
  send(form.dataset.path, password ? { new_password: password.value } : {});
});
const decline = document.querySelector("[data-decline]");
if (decline) decline.addEventListener("click", () => send("decline-email", {}));
