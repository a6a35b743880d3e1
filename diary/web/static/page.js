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

/* What could not be sent is said, where htmx alone would stay silent. */
document.addEventListener("htmx:error", () => {
  const said = document.getElementById("unreachable");
  said.textContent = said.dataset.text;
  said.hidden = false;
});

document.addEventListener("htmx:after:request", () => {
  document.getElementById("unreachable").hidden = true;
});
