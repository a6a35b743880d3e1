/* Small comforts. Every page works without this file. */
"use strict";

/* The menu that is open closes with Escape, or by a tap elsewhere. */
function closeMenus(except) {
  for (const open of document.querySelectorAll(".menu details[open]")) {
    if (open !== except) open.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest(".menu details")));

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".menu details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

/* What was exchanged in place is also heard: the page's line with data-heard, in a place that stays. */
document.addEventListener("htmx:after:swap", () => {
  const line = document.querySelector("main [data-heard]");
  document.getElementById("heard").textContent = line ? line.textContent : "";
});

/* What could not be sent is said, where htmx alone would stay silent. */
document.addEventListener("htmx:error", () => {
  const said = document.getElementById("unreachable");
  said.textContent = said.dataset.text;
  said.hidden = false;
});

document.addEventListener("htmx:after:request", () => {
  document.getElementById("unreachable").hidden = true;
});
