"use strict";

const find = (selector, within = document) => within.querySelector(selector);
const [stage, world] = [find("#ui-stage"), find("#ui-world")];
const picture = find("svg", world);
const facts = JSON.parse(find("#ui-data").textContent);

/** An element of the picture's kind. */
function drawn(name, attributes = {}, parent = null) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// ---- Pan, zoom and fit: the picture is one element, which is moved and scaled as a whole.

/** The picture's size without its scale; folds change it. */
const size = { width: +picture.getAttribute("width"), height: +picture.getAttribute("height") };
/** A point of the picture is seen at (x + k * px, y + k * py) of the stage. */
const view = { x: 0, y: 0, k: 1, fitted: true };
const [MARGIN, LEAST, MOST] = [20, 0.01, 64];
const listeners = [];
let resting = 0;

/** Calls back whenever the scale has changed. */
const onScale = (listener) => listeners.push(listener);

/** Puts the picture somewhere, but never quite out of sight. */
function place(x, y, k, glide = false) {
  const within = (value, length, room) => Math.min(Math.max(value, 60 - length * k), room - 60);
  const rescaled = k !== view.k;
  Object.assign(view, { x: within(x, size.width, stage.clientWidth), y: within(y, size.height, stage.clientHeight), k });
  view.fitted = false;
  world.classList.toggle("gliding", glide);
  world.classList.add("moving");
  world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${k})`;
  clearTimeout(resting);
  resting = setTimeout(() => world.classList.remove("moving", "gliding"), 250);
  if (rescaled) for (const listener of listeners) listener();
}

/** Zooms about a point of the stage; its middle where none is given. */
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2, glide = false) {
  const k = Math.min(Math.max(view.k * factor, LEAST), MOST);
  const share = k / view.k;
  place(x - (x - view.x) * share, y - (y - view.y) * share, k, glide);
}

/** Shows all of it; or its beginning, where it would be smaller than `least`. */
function fit(glide = false, least = 0) {
  const room = [stage.clientWidth - 2 * MARGIN, stage.clientHeight - 2 * MARGIN];
  const shares = [room[0] / size.width, room[1] / size.height];
  const k = Math.max(Math.min(...shares, 2), Math.min(least, Math.max(...shares)), LEAST);
  const start = (room, length) => MARGIN + Math.max(0, (room - length * k) / 2);
  place(start(room[0], size.width), start(room[1], size.height), k, glide);
  view.fitted = least === 0 || k === Math.min(...shares, 2);
}

/** The part of the stage that nothing covers. */
const room = () => [stage.clientWidth, stage.clientHeight - covered()];
/** How much of the stage the panel lies over. */
function covered() {
  const panel = find("#ui-panel.open");
  return panel && getComputedStyle(panel).position === "fixed" ? panel.offsetHeight : 0;
}

/** Moves a box of the picture into sight, as little as it takes; or into the middle where it was not in sight, and
 * to a size that can be read, where `legible`. */
function reveal(box, legible = false) {
  const [width, height] = room();
  const k = legible ? Math.max(view.k, Math.min(0.6, (width - 2 * MARGIN) / box.width)) : view.k;
  const [left, top, right, bottom] = [
    view.x + box.x * k, view.y + box.y * k, view.x + (box.x + box.width) * k, view.y + (box.y + box.height) * k,
  ];
  const isSeen = k === view.k && left >= 0 && top >= 0 && right <= width && bottom <= height;
  if (isSeen) return;
  const move = (from, to, room) => {
    if (legible || to - from > room - 2 * MARGIN) return room / 2 - (from + to) / 2;
    return Math.max(0, MARGIN - from) - Math.max(0, to - (room - MARGIN));
  };
  place(view.x + move(left, right, width), view.y + move(top, bottom, height), k, true);
}

/** The pointers that are down, by their ids. */
const pointers = new Map();
/** Whether the pointer has moved too far for a press. */
let dragged = false;
/** What had the focus before the pointer went down: a drag that begins on a layer does not choose it. */
let focusBefore = document.body;

const local = (event) => {
  const { left, top } = stage.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
};

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  if (pointers.size === 0) [dragged, focusBefore] = [false, document.activeElement];
  pointers.set(event.pointerId, local(event));
});
stage.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const now = local(event);
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (!dragged && !other && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
  if (!dragged) {
    dragged = true;
    stage.classList.add("dragged");
    if (document.activeElement !== focusBefore) {
      document.activeElement.blur();
      focusBefore.focus({ preventScroll: true });
    }
  }
  for (const id of pointers.keys()) if (!stage.hasPointerCapture(id)) stage.setPointerCapture(id);
  pointers.set(event.pointerId, now);
  if (other) {
    const apart = ([x, y]) => Math.hypot(x - other[0], y - other[1]) || 1;
    zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    place(view.x + (now[0] - before[0]) / 2, view.y + (now[1] - before[1]) / 2, view.k);
  } else {
    place(view.x + now[0] - before[0], view.y + now[1] - before[1], view.k);
  }
});
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) stage.classList.remove("dragged");
  });
}
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    const [x, y] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    place(view.x - x * unit, view.y - y * unit, view.k);
  } else {
    // A pinch on a touchpad arrives as a turned wheel with small steps.
    zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0015)), ...local(event));
  }
}, { passive: false });
new ResizeObserver(() => { if (view.fitted) fit(); }).observe(stage);

const percent = find("#ui-zoom");
onScale(() => { percent.textContent = `${Math.round(view.k * 100)}%`; });
percent.onclick = () => zoom(1 / view.k, undefined, undefined, true);
find("#ui-in").onclick = () => zoom(1.4, undefined, undefined, true);
find("#ui-out").onclick = () => zoom(1 / 1.4, undefined, undefined, true);
find("#ui-fit").onclick = () => fit(true);

