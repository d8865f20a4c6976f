// ---- Presses, keys and theme.

picture.setAttribute("role", "group");
for (const part of order) {
  find(":scope > title", part.element)?.remove();
  const attributes = { role: "button", tabindex: -1, "aria-label": part.label || part.name };
  for (const [name, value] of Object.entries(attributes)) part.element.setAttribute(name, value);
  for (const neuron of neuronsOf(part)) {
    const number = neuron.id.slice(neuron.id.lastIndexOf(".") + 1);
    const name = `${part.name}, ${number === "bias" ? "bias" : `neuron ${number}`}`;
    const attributes = { role: "button", tabindex: -1, "aria-label": name, "aria-pressed": false };
    for (const [name, value] of Object.entries(attributes)) neuron.setAttribute(name, value);
  }
}
seen()[0]?.element.setAttribute("tabindex", 0);

const partAt = (target) => parts.get(target.closest?.(PARTS)?.id);
const neuronAt = (target) => target.closest?.('[id^="neuron-"]');

/** Presses a neuron, or releases the one that is pressed. */
function toggleAlone(neuron) {
  const next = neuron === alone?.neuron ? null : neuron;
  press(next);
  look({ pin: null, focus: next ? alone.part : looked.focus });
}

/** Opens or closes a frame and stays at it. */
function toggleFold(fold) {
  const focused = document.activeElement;
  // What has the focus may leave the document.
  const follows = picture.contains(focused) || focused === document.body;
  setFolds([fold], !fold.isOpen, fold);
  const part = shownFor(fold.frame);
  look({ pin: null, hover: null, focus: part });
  if (follows) focusOn(part.element);
}

stage.addEventListener("click", ({ target, clientX, clientY }) => {
  if (dragged) return;
  // The shield lay over the part that was pressed.
  if (target === stage) target = document.elementFromPoint(clientX, clientY) ?? stage;
  const [neuron, part] = [neuronAt(target), partAt(target)];
  const fold = part && foldOf(part);
  if (neuron) return toggleAlone(neuron);
  if (fold && (part === fold.stand || target.closest(".control"))) return toggleFold(fold);
  if (alone) toggleAlone(alone.neuron);
  if (!part) looked.focus = null;
  look({ pin: part && part !== looked.pin ? part : null });
});
// On a phone the panel may have opened over the layer that was pressed; the click then goes to a common ancestor.
addEventListener("click", ({ target }) => {
  const part = subject();
  if (part && isOver() && !dragged && !panel.contains(target)) reveal(boxOf(part));
});
/** Where the pointer was last. Browsers also tell what it is over when the picture moves below it: that selects
 * nothing. */
let last = [];
world.addEventListener("pointerover", ({ target, pointerType, clientX, clientY }) => {
  const rests = clientX === last[0] && clientY === last[1];
  last = [clientX, clientY];
  if (pointerType !== "touch" && pointers.size === 0 && !rests && !isOver()) look({ hover: partAt(target) ?? null });
});
addEventListener("pointermove", ({ clientX, clientY }) => { last = [clientX, clientY]; });
stage.addEventListener("pointerleave", () => look({ hover: null }));
// Not on the SVG element itself: a listener would make it a Tab stop.
world.addEventListener("focusin", ({ target }) => {
  const [neuron, part] = [neuronAt(target), partAt(target)];
  if (!part) return;
  look({ pin: part === looked.pin ? part : null, hover: null, focus: part });
  // A pressed part is in view already; keys may lead anywhere.
  if (pointers.size === 0 && target.matches(":focus-visible")) reveal(neuron ? neuron.getBBox() : boxOf(part));
});
for (const place of [world, panel]) {
  place.addEventListener("focusout", ({ relatedTarget }) => {
    if (!relatedTarget?.closest("#ui-world, #ui-panel")) look({ focus: null });
  });
}

const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
/** Moves along a list from one of its members. */
const along = (list, from, by) => list[Math.min(Math.max(list.indexOf(from) + by, 0), list.length - 1)];

/** Handles a key at a neuron; returns whether it did something. */
function neuronKey(key, neuron, part) {
  if (step[key]) {
    focusOn(along(neuronsOf(part), neuron, step[key]));
  } else if (key === "Enter" || key === " ") {
    toggleAlone(neuron);
  } else if (key === "Escape" && !alone) {
    focusOn(part.element);
  } else {
    return false;
  }
  return true;
}

/** Handles a key at a layer or a frame. */
function partKey(key, part) {
  const fold = foldOf(part);
  const neurons = neuronsOf(part);
  if (step[key]) {
    focusOn(along(seen(), part, step[key]).element);
  } else if (key === "Enter" && fold) {
    toggleFold(fold);
  } else if (key === "Enter" && neurons.length > 0) {
    focusOn(neurons.find((neuron) => neuron.getAttribute("tabindex") === "0") ?? neurons[0]);
  } else if (key === "Enter" || key === " ") {
    look({ pin: looked.pin ? null : part });
  } else {
    return false;
  }
  return true;
}

const help = find("#ui-help");
const pan = { ArrowDown: [0, -80], ArrowUp: [0, 80], ArrowLeft: [80, 0], ArrowRight: [-80, 0] };

/** Handles a key outside of fields. */
function key({ key, shiftKey }) {
  const focused = document.activeElement;
  if (pan[key] && (shiftKey || !picture.contains(focused))) place(view.x + pan[key][0], view.y + pan[key][1], view.k);
  else if (key === "/") query.select();
  else if (key === "+" || key === "=") scale(1.4);
  else if (key === "-") scale(1 / 1.4);
  else if (key === "0" || key.toLowerCase() === "f") fit(true);
  else if (key === "1") scale(1 / view.k);
  else if (key.toLowerCase() === "t") treeButton.click();
  else if (key === "?") help.showModal();
  else if (key === "Escape") escape();
  else return false;
  return true;
}

/** One step back: from the pressed neuron, pinned details, the picture. */
function escape() {
  if (alone) toggleAlone(alone.neuron);
  else if (looked.pin) look({ pin: null });
  else if (picture.contains(document.activeElement)) document.activeElement.blur();
  else look({ hover: null, focus: null });
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open || event.target === query) return;
  const [neuron, part] = [neuronAt(event.target), partAt(event.target)];
  const isPan = event.shiftKey && event.key in pan;
  const done = !isPan && (neuron ? neuronKey(event.key, neuron, part) : part && partKey(event.key, part));
  if (done || key(event)) event.preventDefault();
});
find("#ui-keys").onclick = () => help.showModal();

const themes = ["system", "light", "dark"];
const theme = find("#ui-theme");
function setTheme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.title = `Theme: ${name}`;
  theme.setAttribute("aria-label", theme.title);
  recolorMap();
}
theme.onclick = () => {
  const name = document.documentElement.dataset.theme ?? "system";
  setTheme(themes[(themes.indexOf(name) + 1) % themes.length]);
};

setTheme("system");
picture.classList.toggle("heavy", picture.getElementsByTagName("path").length > 0 && picture.innerHTML.length > 2e6);
render();
begin();
// Of a network with a few layers, the picture is all that is needed.
showTree(matchMedia("(min-width: 1100px)").matches && (folds.length > 0 || layers.length >= 12));
drawMap();
