// ---- The selected part: highlighted, with its details in the panel.

const panel = find("#ui-panel");
/** In the order of the graph: a frame, or its stand-in, before its first member. */
const order = (() => {
  const begun = new Set();
  return layers.flatMap((layer) => {
    const begins = foldsAround(layer).filter((fold) => !begun.has(fold)).reverse();
    for (const fold of begins) begun.add(fold);
    return [...begins.flatMap(({ frame, stand }) => [frame, stand]), layer];
  });
})();
const seen = () => order.filter((part) => !isHidden(part));
const looked = { hover: null, focus: null, pin: null };
const subject = () => looked.pin ?? looked.hover ?? looked.focus;

const [halo, ring] = ["halo", "ring"].map((name) => drawn("rect", { class: name, visibility: "hidden" }, picture));
/** Draws a frame around a box; it looks the same at every scale. */
function surround(frame, box, room, radius) {
  frame.setAttribute("visibility", box ? "visible" : "hidden");
  if (!box) return;
  const gap = room / view.k;
  const values = { x: box.x - gap, y: box.y - gap, width: box.width + 2 * gap, height: box.height + 2 * gap };
  for (const [name, value] of Object.entries({ ...values, rx: radius ?? 8 / view.k, "stroke-width": 2 / view.k })) {
    frame.setAttribute(name, value);
  }
}

function outline() {
  const part = subject();
  const focus = document.activeElement;
  const keyed = picture.contains(focus) && focus.matches(":focus-visible");
  surround(halo, part && !alone && !isHidden(part) ? boxOf(part) : null, 8);
  if (keyed && focus.id.startsWith("neuron-")) {
    const box = focus.getBBox();
    surround(ring, box, 3, box.width / 2 + 3 / view.k);
  } else {
    const focused = keyed ? parts.get(focus.id) : null;
    surround(ring, focused ? boxOf(focused) : null, 8);
  }
}
onScale(outline);

function make(tag, text, parent, className = "") {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

/** The inputs or the consumers of a part. The first layer of a frame is linked to the frame itself; its inputs are
 * those of the frame. */
function neighbours(part, side) {
  const inside = foldOf(part)?.members;
  const outer = links.filter(({ id, ends }) => ends[1 - side] === idOf(part) && !inside?.has(id));
  const ends = outer.map(({ ends }) => parts.get(ends[side])).filter(Boolean);
  return [...new Set(ends.flatMap((end) => (foldOf(end)?.members.has(idOf(part)) ? neighbours(end, side) : end)))];
}

/** Names and values. */
function list(details) {
  if (details.length === 0) return;
  const list = make("dl", "", panel);
  for (const [name, value] of details) {
    make("dt", name, list);
    make("dd", value, list);
  }
}

function tell() {
  const part = subject();
  // Browsers differ in the events when a focused element is removed.
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  if (focused) panel.focus({ preventScroll: true });
  panel.replaceChildren();
  panel.classList.toggle("open", part !== null);
  if (!part) {
    make("h2", find("title", picture).textContent.trim(), panel);
    list(facts.details);
    make("p", "Hover or press a layer for its details, / to search, ? for all keys.", panel);
    const words = make("details", "", panel);
    make("summary", "In words", words);
    make("p", find("desc", picture).textContent, words);
    return;
  }
  const pin = make("button", looked.pin ? "Unpin" : "Pin", panel, "pin");
  pin.onclick = () => look({ pin: looked.pin ? null : part });
  if (focused?.matches(".pin")) pin.focus({ preventScroll: true });
  make("h2", part.name, panel);
  make("p", part.label, panel);
  if (alone?.part === part) {
    const counts = alone.found.map(({ neurons, other, ahead }) => `${neurons.length || 1} ${ahead ? "to" : "from"} ${other.name}`);
    make("h3", alone.neuron.getAttribute("aria-label"), panel);
    make("p", `Connections drawn: ${counts.join(", ") || "none"}`, panel, "count");
  }
  list(part.details);
  for (const [side, heading] of [[0, "From"], [1, "To"]]) {
    const ends = neighbours(part, side);
    if (ends.length > 0) make("h3", heading, panel);
    for (const end of ends) make("button", end.name, panel, "link").onclick = () => go(end);
  }
}

/** The highlighted links. */
let lit = [];
/** Highlights the links of a part; `press` does it for a neuron. */
function highlight() {
  if (alone) return;
  const part = subject();
  for (const element of lit) element.classList.remove("on");
  lit = part ? links.filter(({ ends }) => ends.includes(idOf(part))).map(({ element }) => element) : [];
  picture.classList.toggle("lit", lit.length > 0);
  for (const element of lit) element.classList.add("on");
}

const looking = [];
/** Calls back whenever another part is selected. */
const onLook = (listener) => looking.push(listener);

/** The state rendered last; whether rendering is under way. */
let [rendered, rendering] = [[], false];

/** Renders from the state. An event that this causes only changes the state, which is rendered next. */
function render() {
  if (rendering) return;
  rendering = true;
  const state = () => [subject(), looked.pin, alone?.neuron];
  for (let next = state(); next.some((value, index) => value !== rendered[index]); next = state()) {
    rendered = next;
    tell();
    highlight();
    for (const listener of looking) listener();
  }
  rendering = false;
}

/** Changes the selected part. */
function look(change) {
  Object.assign(looked, change);
  outline();
  render();
}

/** Brings a part into view, opening the frames around it, and returns it, or a closed frame's stand-in. */
function show(part) {
  const outer = hiding(part);
  if (outer.length > 0) setFolds(outer, true);
  part = shownFor(part);
  look({ pin: null, hover: null, focus: part });
  reveal(boxOf(part), { legible: true });
  return part;
}

/** Makes a part or a neuron the Tab stop. */
function stopAt(element) {
  const kind = element.id.startsWith("neuron-") ? '[id^="neuron-"]' : PARTS;
  for (const other of picture.querySelectorAll(`${kind}[tabindex="0"]`)) other.setAttribute("tabindex", -1);
  element.setAttribute("tabindex", 0);
}

/** Makes a part or a neuron the Tab stop, and focuses it. */
function focusOn(element) {
  stopAt(element);
  element.focus({ preventScroll: true });
}

/** Goes to a part. */
function go(part) {
  focusOn(show(part).element);
}

