/* The bars of a picture: one stop for the tabulator key, arrow keys from one bar to the next. */
"use strict";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function rove(marks, to) {
  for (const mark of marks) mark.setAttribute("tabindex", mark === to ? "0" : "-1");
}

function gatherMarks() {
  for (const picture of document.querySelectorAll(".marks:not([data-roving])")) {
    picture.dataset.roving = "";
    const marks = [...picture.querySelectorAll(".mark")];
    rove(marks, marks[0]);
  }
}

document.addEventListener("DOMContentLoaded", gatherMarks);
document.addEventListener("htmx:after:swap", gatherMarks);

document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.(".mark");
  if (!mark) return;
  const marks = [...mark.closest(".marks").querySelectorAll(".mark")];
  const at = marks.indexOf(mark);
  const to = { Home: marks[0], End: marks.at(-1) }[event.key] ?? marks[at + STEPS[event.key]];
  if (!to) return;
  event.preventDefault();
  rove(marks, to);
  to.focus();
});

/* On a narrow screen the picture scrolls in its frame: the numbers come into sight together with their bar. */
document.addEventListener("focusin", (event) => {
  const mark = event.target.closest?.(".mark");
  if (!mark) return;
  for (const part of [mark.querySelector(".tip"), mark.querySelector(".bar")]) {
    part.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});
