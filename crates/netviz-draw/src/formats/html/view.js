"use strict";

const find = (selector, within = document) => within.querySelector(selector);
const [stage, world] = [find("#ui-stage"), find("#ui-world")];
const picture = find("svg", world);
const facts = JSON.parse(find("#ui-data").textContent);

/** Creates an SVG element. */
function drawn(name, attributes = {}, parent = null) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// ---- Pan, zoom and fit: the picture is one element, which is moved and scaled as a whole.

/** The picture's size without its scale; folds change it. */
const size = { width: +picture.getAttribute("width"), height: +picture.getAttribute("height") };
/** A point of the picture appears at (x + k * px, y + k * py) of the stage. `again` is the function that put it there,
 * called when the stage is resized, until the reader moves the picture. */
const view = { x: 0, y: 0, k: 1, again: null };
/** Place and size of the stage in the window, measured when they change: reading them while the picture moves would lay
 * out the page in every frame. */
const area = {};
const measure = () => {
  const { left, top, width, height } = stage.getBoundingClientRect();
  Object.assign(area, { left, top, width, height });
};
const [MARGIN, LEAST, MOST] = [20, 0.01, 64];
/** The smallest scale at which the picture's text, of 12 pixels, can be read. */
const LEGIBLE = 0.8;
const [scaling, moving] = [[], []];
let timer = 0;

/** Calls back whenever the scale has changed. */
const onScale = (listener) => scaling.push(listener);
/** Calls back whenever the picture has moved or its size has changed. */
const onMove = (listener) => moving.push(listener);

/** Moves the picture, but never completely out of view. Per frame, this writes one transform and reads nothing. */
function place(x, y, k, glide = false) {
  settle();
  const within = (value, length, room) => Math.min(Math.max(value, 60 - length * k), room - 60);
  const rescaled = k !== view.k;
  Object.assign(view, { x: within(x, size.width, area.width), y: within(y, size.height, area.height), k });
  view.again = null;
  world.classList.toggle("gliding", glide);
  world.classList.add("moving");
  transform(view.x, view.y);
  view.blurred ||= rescaled;
  clearTimeout(timer);
  timer = setTimeout(rest, 250);
  if (rescaled) for (const listener of scaling) listener();
  for (const listener of moving) listener();
}
const transform = (x, y) => { world.style.transform = `translate(${x}px, ${y}px) scale(${view.k})`; };

/** Ends a movement. A picture at another scale is drawn again, since the browser has only stretched its pixels. */
function rest() {
  world.classList.remove("moving", "gliding");
  uncover();
  if (!view.blurred) return;
  view.blurred = false;
  world.classList.add("redrawn");
  requestAnimationFrame(() => requestAnimationFrame(() => world.classList.remove("redrawn")));
}

/** Zooms around a point of the stage, by default its middle. */
function zoom(factor, x = area.width / 2, y = area.height / 2, glide = false) {
  const k = Math.min(Math.max(view.k * factor, LEAST), MOST);
  const share = k / view.k;
  place(x - (x - view.x) * share, y - (y - view.y) * share, k, glide);
}

/** Centers the picture, or shows its beginning if it does not fit. */
function start(k, glide = false) {
  const [width, height] = room();
  const at = (room, length) => Math.max(MARGIN, (room - length * k) / 2);
  place(at(width, size.width), at(height, size.height), k, glide);
}

/** Fits the whole picture into the stage. */
function fit(glide = false) {
  const [width, height] = room().map((length) => length - 2 * MARGIN);
  start(Math.max(Math.min(width / size.width, height / size.height, 2), LEAST), glide);
  view.again = fit;
}

/** Shows the whole picture if its text is legible then, else its beginning at 100 %. */
function begin() {
  fit();
  if (view.k < LEGIBLE) {
    start(1);
    // The first layer may be far from the corner; a part of a large one is enough.
    const first = layers[0] && boxOf(layers[0]);
    if (first) reveal({ ...first, width: Math.min(first.width, 200), height: Math.min(first.height, 200) }, { glide: false });
  }
  view.again = begin;
}

/** The part of the stage that nothing covers. */
const room = () => [area.width, area.height - (isOver() ? panel.offsetHeight : 0)];
/** Whether the panel opens over the stage, as on a phone. */
const isOver = () => narrow.matches;
const narrow = matchMedia("(max-width: 899px)");

/** Moves a box of the picture into view, unless it already is: by the shortest way or, if `legible`, into the middle
 * and to a scale at which its text is legible. */
function reveal(box, { legible = false, glide = true } = {}) {
  const [width, height] = room();
  const k = legible ? Math.max(view.k, Math.min(LEGIBLE, (width - 2 * MARGIN) / box.width)) : view.k;
  const [left, top, right, bottom] = [
    view.x + box.x * k, view.y + box.y * k, view.x + (box.x + box.width) * k, view.y + (box.y + box.height) * k,
  ];
  const isSeen = k === view.k && left >= 0 && top >= 0 && right <= width && bottom <= height;
  if (isSeen) return;
  const move = (from, to, room) => {
    const [first, last] = [MARGIN - from, room - MARGIN - to];
    if (legible) return Math.max(first, (first + last) / 2);
    return Math.min(Math.max(0, Math.min(first, last)), Math.max(first, last));
  };
  place(view.x + move(left, right, width), view.y + move(top, bottom, height), k, glide);
}

/** The pointers that are down, by their ids. */
const pointers = new Map();
/** Whether the pointer has moved too far for a press. */
let dragged = false;
/** The focus before the pointer went down: a drag that begins on a layer does not select it. */
let focusBefore = document.body;

const local = ({ clientX, clientY }) => [clientX - area.left, clientY - area.top];
/** Lies over the picture while the pointer moves it, so that the browser does not look for what is below the pointer in
 * every frame, which takes it 13 ms among 5,000 layers. */
const shield = find("#ui-shield");
function cover(drags) {
  shield.hidden = false;
  shield.className = drags ? "dragged" : "";
}
function uncover() {
  if (pointers.size === 0 && !shield.hidden) shield.hidden = true;
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  uncover();
  if (pointers.size === 0) [dragged, focusBefore] = [false, document.activeElement];
  pointers.set(event.pointerId, local(event));
});
stage.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return uncover();
  const now = local(event);
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (!dragged && !other && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
  if (!dragged) {
    dragged = true;
    cover(true);
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
    uncover();
  });
}
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  cover(false);
  // In pixels: browsers use other units only for scripts that read `deltaMode`.
  let [x, y] = [event.deltaX, event.deltaY];
  if (event.ctrlKey || event.metaKey) {
    // A pinch on a touchpad also sends this event, in small steps.
    zoom(Math.exp(Math.min(Math.max(-y * 0.01, -0.3), 0.3)), ...local(event));
    return;
  }
  const { width, height } = area;
  // A picture that is only too wide scrolls sideways with any wheel.
  const isStrip = size.height * view.k <= height && size.width * view.k > width;
  if (!x && (event.shiftKey || isStrip)) [x, y] = [y, 0];
  const scroll = (at, by, length, room) => {
    const ends = [MARGIN, room - MARGIN - length * view.k, at];
    return Math.min(Math.max(at - by, Math.min(...ends)), Math.max(...ends));
  };
  place(scroll(view.x, x, size.width, width), scroll(view.y, y, size.height, height), view.k);
}, { passive: false });
new ResizeObserver(() => {
  measure();
  if (view.again) view.again();
  else for (const listener of moving) listener();
}).observe(stage);
measure();

const percent = find("#ui-zoom");
onScale(() => { percent.textContent = `${Math.round(view.k * 100)}%`; });
/** Zooms around the middle of the stage. */
const scale = (factor) => zoom(factor, undefined, undefined, true);
percent.onclick = () => scale(1 / view.k);
find("#ui-in").onclick = () => scale(1.4);
find("#ui-out").onclick = () => scale(1 / 1.4);
find("#ui-fit").onclick = () => fit(true);

