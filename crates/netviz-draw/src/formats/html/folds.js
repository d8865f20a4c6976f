// ---- The parts of the picture, and frames that open and close: then all of it is laid out again.

/** Selects the parts of the picture: layers, open frames and closed ones. */
const PARTS = ":is(.layer, .fold, .stand-ins > g)";
/** An element's box, as an object that can be copied. */
function boxOfElement(element) {
  const { x, y, width, height } = element.getBBox();
  return { x, y, width, height };
}
const listed = facts.groups.map((fact, index) => {
  const element = document.getElementById(fact.id);
  return { ...fact, index, element, parent: element?.parentNode, name: fact.id.replace(/^(layer|fold|closed)-/, ""), box: element && boxOfElement(element), within: null };
});
/** What follows the last part in each parent. */
const ends = new Map(listed.map(({ parent, element }) => [parent, element?.nextSibling ?? null]));
const parts = new Map(listed.map((part) => [part.id, part]));
const links = listed.filter((part) => part.ends);
const layers = [...picture.querySelectorAll(":scope > .layer")].map((element) => parts.get(element.id)).filter(Boolean);

const folds = facts.folds.map((fact) => ({ ...fact, members: new Set(fact.members), isOpen: true, frame: parts.get(fact.group), stand: parts.get(fact.standIn) }));
const foldsOf = new Map(folds.flatMap((fold) => [[fold.frame, fold], [fold.stand, fold]]));
/** The fold that a part is the frame or the stand-in of. */
const foldOf = (part) => foldsOf.get(part);
/** The id of a part in links; of a stand-in, that of its frame. */
const idOf = (part) => foldOf(part)?.group ?? part.id;
// Each fold comes after the one around it, so that the innermost stays.
for (const fold of folds) for (const id of fold.members) parts.get(id).within = fold;
/** The folds around a part, from the innermost. */
function foldsAround(part) {
  const list = [];
  for (let fold = (foldOf(part)?.frame ?? part).within; fold; fold = fold.frame.within) list.push(fold);
  return list;
}
/** The closed folds that a part is within. */
const hiding = (part) => foldsAround(part).filter(({ isOpen }) => !isOpen);

/** What is drawn for a part: itself, or the stand-in of a closed frame. */
function shownFor(part) {
  const fold = hiding(part).at(-1) ?? foldOf(part);
  return fold ? (fold.isOpen ? fold.frame : fold.stand) : part;
}

const { down, around: surroundings = [] } = facts.relayout ?? { down: true };
/** Converts a pair across and along the flow to one of x and y, or back. */
const turned = ([across, along]) => (down ? [across, along] : [along, across]);
const LENGTH = down ? "height" : "width";

function readRegion(written) {
  const region = written && regionOf(written, (at) => listed[at], (at) => foldOf(listed[at]));
  for (const { part, nodes } of region?.lines ?? []) part.into = region.nodes[nodes.at(-1)].fold;
  return region;
}
const whole = readRegion(facts.relayout?.whole);
for (const fold of folds) fold.region = readRegion(fold.region);

/** A node with its size, which for a frame depends on what is open. */
function sized(node) {
  const { fold } = node;
  if (!fold) return node;
  if (!fold.isOpen) return { ...node, sides: [fold.closed[0] / 2, fold.closed[0] / 2], length: fold.closed[1], tail: fold.tail };
  const { size: [width, length], ports: [entry, exit] } = planOf(fold);
  return { ...node, sides: [entry + PADDING, width - entry + PADDING + fold.beside], length, exit: exit - entry };
}
/** The layout in an open frame; it is kept until a fold inside changes. Without frames inside, nothing in it moves. */
const planOf = (fold) => (fold.region ? (fold.plan ??= plan(fold.region, fold.region.nodes.map(sized), true)) : fold);

/** What is drawn, and where: how far a part has moved, the box of a frame, or the corners of a line. */
let state = new Map();
const isHidden = (part) => whole !== undefined && !part.members && !state.has(part);

/** Adds where everything in a region is, with its lower corner at an origin. */
function arrange(region, { places, routes }, origin) {
  region.nodes.forEach((node, index) => {
    const [axis, start] = [0, 1].map((side) => places[index][side] + origin[side]);
    const at = turned([axis, start]);
    node.first ??= at;
    const shift = [at[0] - node.first[0], at[1] - node.first[1]];
    const { fold } = node;
    if (!fold) {
      for (const part of node.parts) state.set(part, shift);
      return;
    }
    fold.at = at;
    if (!fold.isOpen) {
      state.set(fold.stand, shift);
      return;
    }
    const own = planOf(fold);
    const low = axis - own.ports[0];
    state.set(fold.frame, [...turned([low - PADDING, start]), ...turned([own.size[0] + 2 * PADDING, own.size[1]])]);
    if (fold.region) arrange(fold.region, own, [low, start]);
    else for (const id of fold.members) state.set(parts.get(id), shift);
  });
  region.lines.forEach(({ part }, line) => {
    const corners = routes[line].flatMap(([across, along]) => turned([across + origin[0], along + origin[1]]));
    part.corners ??= corners;
    state.set(part, corners);
  });
}

const [title, legend] = ["title", "legend"].map((name) => ({ element: find(`:scope > .${name}`, picture) }));
/** Computes where everything is, and the size of the picture. */
function layOut() {
  const [margin, top, titleWidth, ...legendSize] = surroundings;
  const all = plan(whole, whole.nodes.map(sized), false);
  const [width, height] = turned(all.size);
  const inner = Math.max(width, titleWidth, legendSize[0]);
  const [left, upper] = [margin + (inner - width) / 2, margin + top];
  state = new Map();
  arrange(whole, all, turned([left, upper]));
  const centered = (length) => Math.min(Math.max(left + width / 2, margin + length / 2), margin + inner - length / 2);
  const bottom = upper + height;
  for (const [part, at] of [[title, [centered(titleWidth), 0]], [legend, [centered(legendSize[0]), bottom]]]) {
    part.first ??= at;
    if (part.element) state.set(part, [at[0] - part.first[0], at[1] - part.first[1]]);
  }
  size.width = inner + 2 * margin;
  size.height = bottom + (legendSize[1] > 0 ? margin + legendSize[1] : 0) + margin;
}

/** Where a part is, by what is drawn of it. */
function boxAt(part, numbers) {
  const { box, outline, corners } = part;
  if (!numbers || !box) return box;
  if (outline) return { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] };
  if (!corners) return { x: box.x + numbers[0], y: box.y + numbers[1], width: box.width, height: box.height };
  const [x, y] = [0, 1].map((side) => numbers.filter((_, index) => index % 2 === side));
  return { x: least(x), y: least(y), width: most(x) - least(x), height: most(y) - least(y) };
}
/** Where a part is; a group of layers is where these are. */
function boxOf(part) {
  if (!part.members) return boxAt(part, state.get(part));
  const boxes = part.members.map((member) => boxOf(shownFor(member)));
  const [x, y] = [least(boxes.map(({ x }) => x)), least(boxes.map(({ y }) => y))];
  return { x, y, width: most(boxes.map(({ x, width }) => x + width)) - x, height: most(boxes.map(({ y, height }) => y + height)) - y };
}

/** The layer or closed frame nearest to the middle of the stage. */
function middlePart() {
  const [width, height] = room();
  const distance = (part) => {
    const box = boxOf(part);
    return Math.hypot(view.x + (box.x + box.width / 2) * view.k - width / 2, view.y + (box.y + box.height / 2) * view.k - height / 2);
  };
  const near = { part: null, by: Infinity };
  for (const part of seen()) {
    const by = part.outline ? Infinity : distance(part);
    if (by < near.by) Object.assign(near, { part, by });
  }
  return near.part;
}

/** Where a part begins: of a frame and its stand-in, where lines enter. */
function anchor(part) {
  const fold = foldOf(part);
  if (fold) return fold.at;
  const { x, y, width, height } = boxOf(part);
  return down ? [x + width / 2, y] : [x, y + height / 2];
}

const redrawing = [];
/** Calls back whenever frames have opened or closed. */
const onRedraw = (listener) => redrawing.push(listener);

/** Opens or closes folds. One part keeps its place on the stage: that of `fold` if given, else the one in the middle. */
function setFolds(list, open, fold = null) {
  settle();
  const before = { x: view.x, y: view.y, state, at: new Map(folds.map((fold) => [fold, fold.at])) };
  const stop = parts.get(find(`${PARTS}[tabindex="0"]`, picture)?.id);
  const part = fold ? shownFor(fold.frame) : middlePart();
  const old = anchor(part);
  for (const fold of list) {
    fold.isOpen = open;
    for (const outer of foldsAround(fold.frame)) outer.plan = null;
    for (const { element } of [fold.frame, fold.stand]) element.setAttribute("aria-expanded", open);
  }
  layOut();
  outdate();
  const shown = shownFor(part);
  const now = anchor(shown);
  place(view.x + (old[0] - now[0]) * view.k, view.y + (old[1] - now[1]) * view.k, view.k);
  // A shorter picture may have left the stage empty. Of an open frame, show the beginning.
  if (!fold) reveal({ x: 0, y: 0, ...size }, { glide: false });
  reveal({ ...boxOf(shown), ...(fold && { [LENGTH]: fold.closed[1] }) }, { glide: false });
  updateInView();
  if (stop) {
    stop.element.setAttribute("tabindex", -1);
    stopAt(shownFor(stop).element);
  }
  outline();
  for (const listener of redrawing) listener();
  moveFrom(before);
}

/** The box of a part's first rectangle. */
function rectangle({ element }) {
  const rect = find("rect", element);
  return Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, +rect.getAttribute(name)]));
}
/** A button at the corner of a frame or a stand-in. */
function addControl(part, { x, y, width }, sign) {
  const control = drawn("g", { class: "control" }, part.element);
  drawn("circle", { cx: x + width, cy: y, r: 9 }, control);
  drawn("path", { d: `M${x + width - 4} ${y}h8${sign === "+" ? "m-4-4v8" : ""}` }, control);
}
if (whole) {
  for (const { frame, stand } of folds) {
    frame.outline = frame.box = rectangle(frame);
    addControl(frame, frame.outline, "-");
    stand.element.classList.add("shown");
    stand.box = rectangle(stand);
    addControl(stand, stand.box, "+");
    for (const { element } of [frame, stand]) element.setAttribute("aria-expanded", true);
  }
  // The page contains the picture with all frames open.
  layOut();
  for (const [part, numbers] of state) part.drawn = numbers;
  for (const { stand } of folds) stand.element.remove();
  find("#ui-folds").hidden = false;
  find("#ui-collapse").onclick = () => setFolds(folds, false);
  find("#ui-expand").onclick = () => setFolds(folds, true);
}

