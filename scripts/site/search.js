"use strict";
// The search reads search.json once, and looks for sections that have all the
// words; those with them in the heading come first.
const input = document.getElementById("words");
const count = document.getElementById("count");
const results = document.getElementById("results");
let sections;
const look = async () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (!sections) sections = await (await fetch("search.json")).json();
  const has = (text) => words.every((word) => text.toLowerCase().includes(word));
  const hits = words.length === 0 ? [] : sections.filter((s) => has(s.page + " " + s.heading + " " + s.words));
  hits.sort((a, b) => has(b.heading) - has(a.heading));
  count.textContent = words.length === 0 ? "" : hits.length + (hits.length === 1 ? " section" : " sections");
  results.replaceChildren(...hits.slice(0, 12).map((hit) => {
    const link = document.createElement("a");
    link.href = hit.address;
    link.textContent = hit.page === hit.heading ? hit.page : hit.page + ": " + hit.heading;
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
};
input.addEventListener("input", look);
document.getElementById("search").hidden = false;
if (innerWidth < 768) document.querySelector("nav details").open = false;
