// Makes the page follow its inputs. Without it the page works by its button. It holds no number of its own: every word
// that is shown comes from the server, which says of each answer whether it is settled.
"use strict";

const form = document.getElementById("inputs");
const shown = document.getElementById("answer");
const status = document.getElementById("status");
const problems = document.getElementById("problems");
const REST = 350; // milliseconds without a movement before the settled answer is asked for
const STEPS = 200; // coarse enough that one press of an arrow key moves the number, which is written with three digits

let moved = false; // an input has moved since the last answer was asked for
let asking = false;
let rest = 0;
let settling = null;

// -- what the inputs are set to --------------------------------------------------------------------------------------

const fields = [...form.querySelectorAll("[data-own]")];

function mark() {
  for (const side of form.querySelectorAll(".side")) {
    const own = [...side.querySelectorAll("[data-own]")];
    const changed = own.some((field) => field.value.trim() !== field.dataset.own);
    side.classList.toggle("changed", changed);
    side.querySelector(".reset").hidden = !changed;
  }
}

function query() {
  const given = new URLSearchParams();
  for (const field of form.querySelectorAll(".side.changed [data-own]")) given.append(field.name, field.value);
  if (form.elements.two.checked) given.append("two", "yes");
  return given;
}

// -- asking for the answer -------------------------------------------------------------------------------------------

async function ask(given, signal) {
  try {
    return await fetch(`${shown.dataset.part}?${given}`, { signal });
  } catch (error) {
    if (error.name !== "AbortError") silent();
    return null;
  }
}

function show(text) {
  const open = [...shown.querySelectorAll("details[open]")].map((details) => details.id);
  shown.innerHTML = text;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  problems.replaceChildren();
  document.body.classList.remove("stale");
  history.replaceState(null, "", part().dataset.link);
}

function refuse(text) {
  problems.innerHTML = text;
  document.body.classList.add("stale");
}

function part() {
  return shown.firstElementChild;
}

function silent() {
  const told = document.createElement("p");
  told.className = "problems";
  told.setAttribute("role", "alert");
  told.textContent = "The explorer does not answer. Is baserate serve still running?";
  problems.replaceChildren(told);
  document.body.classList.add("stale");
}

async function follow() {
  if (asking) return;
  asking = true;
  while (moved) {
    moved = false;
    const given = query();
    given.append("worlds", "few");
    const answer = await ask(given);
    if (!answer) continue;
    const text = await answer.text();
    if (answer.ok) show(text);
    else refuse(text);
  }
  asking = false;
}

async function settle() {
  if (asking || moved) {
    rest = setTimeout(settle, REST);
    return;
  }
  if (document.body.classList.contains("stale")) return;
  if (part().dataset.settled !== "yes") {
    settling = new AbortController();
    const answer = await ask(query(), settling.signal);
    if (!answer || answer.status !== 200 || moved) return;
    const text = await answer.text();
    if (moved) return;
    show(text);
  }
  status.textContent = `Settled. ${part().dataset.spoken}`;
}

function move() {
  moved = true;
  mark();
  settling?.abort();
  clearTimeout(rest);
  rest = setTimeout(settle, REST);
  follow();
}

// -- sliders beside the fields ---------------------------------------------------------------------------------------

function number(text) {
  const plain = text.trim().replace(/,(?=\d{3}(\D|$))/g, "");
  return plain === "" ? NaN : Number(plain);
}

function written(value) {
  const rounded = Number(value.toPrecision(3));
  return Number.isInteger(rounded) && Math.abs(rounded) < 1e15
    ? rounded.toLocaleString("en-US")
    : String(rounded);
}

function addSlider(field) {
  const low = Number(field.dataset.low);
  const high = Number(field.dataset.high);
  const isLog = field.dataset.log === "yes";
  const scale = isLog ? Math.log : (x) => x;
  const back = isLog ? Math.exp : (x) => x;
  const slider = document.createElement("input");
  slider.type = "range";
  slider.max = STEPS;
  slider.setAttribute("aria-label", `Slider: ${field.closest("label").querySelector("span").textContent}`);

  field.place = () => {
    const value = number(field.value);
    const inside = Math.min(Math.max(value, low), high);
    slider.value = Number.isNaN(value) ? 0 : Math.round((STEPS * (scale(inside) - scale(low))) / (scale(high) - scale(low)));
    slider.setAttribute("aria-valuetext", field.value || "empty");
  };
  slider.addEventListener("input", (event) => {
    event.stopPropagation();
    const at = slider.valueAsNumber;
    const ends = { 0: low, [STEPS]: high };
    field.value = at in ends ? written(ends[at]) : written(back(scale(low) + (at / STEPS) * (scale(high) - scale(low))));
    slider.setAttribute("aria-valuetext", field.value);
    move();
  });
  field.addEventListener("input", field.place);
  field.place();
  field.closest(".field").append(slider);
}

// -- the page --------------------------------------------------------------------------------------------------------

document.documentElement.classList.add("live");
for (const field of fields) if (field.tagName === "INPUT") addSlider(field);
form.addEventListener("input", (event) => {
  if (event.target.name !== "two") move();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "two") form.submit();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.name === "drop") {
    const side = button.closest(".side");
    for (const field of side.querySelectorAll("[data-own]")) {
      field.value = field.dataset.own;
      field.place?.();
    }
    side.querySelector("input, select").focus();
  }
  move();
});
