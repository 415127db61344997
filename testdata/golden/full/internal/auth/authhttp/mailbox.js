"use strict";
// The list is asked for again while somebody looks at it, and the frame of a
// mail becomes as high as the mail.
const mails = document.getElementById("mails");
const refresh = async () => {
  if (document.hidden) return;
  try {
    const response = await fetch(location.href);
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("mails");
    if (fresh.innerHTML === mails.innerHTML) return;
    mails.replaceChildren(...fresh.childNodes);
    document.title = page.title;
  } catch {
    // The service is being started again.
  }
};
if (mails) {
  setInterval(refresh, 5000);
  addEventListener("focus", refresh);
  document.addEventListener("visibilitychange", refresh);
}

const frame = document.querySelector("iframe");
const fit = () => {
  const mail = frame.contentDocument.documentElement;
  if (!mail) return; // The frame is still empty, and will be loaded.
  frame.style.height = "0"; // Else a mail is never lower than its frame.
  frame.style.height = mail.scrollHeight + 2 + "px";
};
if (frame) {
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
}
