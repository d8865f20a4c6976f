// ---- The parts of the picture, and collapsible frames: a monotone map along the axis of the data flow.

/** Calls back for each command (M, L, Q) of a path, with its end and control point. */
function walk(path, visit) {
  const words = path.match(/[a-z]|-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? [];
  let [command, x, y, startX, startY] = ["M", 0, 0, 0, 0];
  for (let index = 0; index < words.length; ) {
    if (/[a-z]/i.test(words[index])) command = words[index++];
    const kind = command.toUpperCase();
    const relative = command !== kind;
    const read = (from) => +words[index++] + (relative ? from : 0);
    if (kind === "Z") {
      [x, y] = [startX, startY];
      visit("L", x, y);
      continue;
    }
    const control = kind === "Q" ? [read(x), read(y)] : [];
    if (kind !== "V") var nextX = read(x);
    else nextX = x;
    y = kind === "H" ? y : read(y);
    x = nextX;
    if (kind === "M") [startX, startY, command] = [x, y, relative ? "l" : "L"];
    visit(kind === "M" || kind === "Q" ? kind : "L", x, y, ...control);
  }
}

/** Selects the parts of the picture: layers, open frames and closed ones. */
const PARTS = ":is(.layer, .fold, .stand-ins > g)";
const parts = new Map(facts.groups.map((fact) => {
  const element = document.getElementById(fact.id);
  return [fact.id, { ...fact, element, name: fact.id.replace(/^(layer|fold|closed)-/, ""), box: element?.getBBox() }];
}));
const links = [...parts.values()].filter((part) => part.ends);
const layers = [...picture.querySelectorAll(":scope > .layer")].map((element) => parts.get(element.id)).filter(Boolean);

const axis = facts.folds.length > 0 && !facts.folds[0].down ? { at: "x", length: "width" } : { at: "y", length: "height" };
const folds = facts.folds.map((fact) => {
  const members = new Set(fact.members);
  const [start, end] = fact.band;
  // Beside another layer, the band cannot shrink.
  const beside = layers.some(({ id, box }) => !members.has(id) && box[axis.at] < end - 1 && box[axis.at] + box[axis.length] > start + 1);
  return { ...fact, members, start, end, beside, open: true, frame: parts.get(fact.group), stand: parts.get(fact.standIn) };
});
const foldsOf = new Map(folds.flatMap((fold) => [[fold.frame, fold], [fold.stand, fold]]));
/** The fold that a part is the frame or the stand-in of. */
const foldOf = (part) => foldsOf.get(part);
/** The id of a part in links; of a stand-in, that of its frame. */
const idOf = (part) => foldOf(part)?.group ?? part.id;
/** The closed folds that a part is within. */
const hiding = (part) => folds.filter((fold) => !fold.open && fold.members.has(idOf(part)));

/** Ids hidden by closed frames, and the closed frames that are not hidden. */
let [hidden, closed] = [new Set(), []];
const isHidden = (part) => {
  const fold = foldOf(part);
  return hidden.has(idOf(part)) || (fold !== undefined && fold.open === (fold.stand === part));
};

/** What is drawn for a part: itself, or the stand-in of a closed frame. */
function shownFor(part) {
  const fold = closed.find(({ members }) => members.has(idOf(part))) ?? foldOf(part);
  return fold ? (fold.open ? fold.frame : fold.stand) : part;
}

/** The new position of a place along the axis. */
const moved = (at) => closed.reduce((result, { start, end, closed, beside }) => {
  if (beside || at <= start) return result;
  return result - (Math.min(at, end) - start) * (1 - closed / (end - start));
}, at);

const shifted = (distance) => `translate(${axis.at === "x" ? `${distance},0` : `0,${distance}`})`;
/** How far a part has moved, and where it is now. */
const offset = (part) => moved(part.box[axis.at]) - part.box[axis.at];
function boxOf(part) {
  const { x, y, width, height } = part.box;
  const box = { x, y, width, height };
  box[axis.at] = moved(part.box[axis.at]);
  if (part.outline) box[axis.length] = moved(part.box[axis.at] + part.box[axis.length]) - box[axis.at];
  return box;
}

/** The commands of each path of a connection while all frames are open. */
const paths = new Map();
function commands(path) {
  if (!paths.has(path)) {
    const list = [];
    walk(path.getAttribute("d"), (...command) => list.push(command));
    paths.set(path, list);
  }
  return paths.get(path);
}

/** Redraws a connection to its moved ends, or to the stand-ins of closed frames. */
function moveLink(link) {
  const [from, to] = link.ends.map((id) => closed.find((fold) => fold.group === id || fold.members.has(id)));
  // Places within the band of a closed frame move to the start or end of its stand-in.
  const first = from ? moved(from.start) + from.closed : -Infinity;
  const last = to ? moved(to.start) : Infinity;
  // Numbers of the picture are rounded to hundredths.
  const within = (at) => Math.min(Math.max(from && at <= from.end + 0.01 ? first : moved(at), first), last);
  const place = (x, y) => (axis.at === "x" ? [within(x), y] : [x, within(y)]);
  for (const element of link.element.children) {
    if (element.tagName === "path") {
      const text = ([command, x, y, ...control]) => command + [...(control.length ? place(...control) : []), ...place(x, y)].join(" ");
      element.setAttribute("d", commands(element).map(text).join(""));
    } else if (element.tagName !== "title") {
      const box = (element.netvizBox ??= element.getBBox());
      // An arrowhead's tip is its far end.
      const at = element.tagName === "polygon" ? box[axis.at] + box[axis.length] : box[axis.at] + box[axis.length] / 2;
      element.setAttribute("transform", shifted(within(at) - at));
    }
  }
}

/** Redraws a frame around its moved contents. Its text moves with its start. */
function moveFrame(frame) {
  const { at, length } = axis;
  const outline = find("rect", frame.element);
  const [before, after] = [frame.outline, boxOf({ ...frame, box: frame.outline })];
  outline.setAttribute(at, after[at]);
  outline.setAttribute(length, after[length]);
  const [start, longer] = [after[at] - before[at], after[length] - before[length]];
  for (const text of frame.element.querySelectorAll("text")) {
    text.setAttribute("transform", shifted(start));
  }
  // At the right corner.
  find(".control", frame.element).setAttribute("transform", shifted(at === "x" ? start + longer : start));
}

const redrawing = [];
/** Calls back whenever frames have opened or closed. */
const onRedraw = (listener) => redrawing.push(listener);

const full = { ...size };
/** Redraws the picture with the current folds. */
function refold() {
  hidden = new Set(folds.filter(({ open }) => !open).flatMap(({ members }) => [...members]));
  closed = folds.filter(({ open, group }) => !open && !hidden.has(group));
  for (const part of parts.values()) {
    if (!part.element) continue;
    const fold = foldOf(part);
    if (fold?.stand === part) part.element.classList.toggle("shown", !isHidden(part));
    else part.element.classList.toggle("gone", isHidden(part));
    if (part.ends) moveLink(part);
    else if (part.outline) moveFrame(part);
    else part.element.setAttribute("transform", shifted(offset(part)));
  }
  for (const element of picture.querySelectorAll(":scope > :is(.title, .legend)")) {
    const box = (element.netvizBox ??= element.getBBox());
    element.setAttribute("transform", shifted(moved(box[axis.at]) - box[axis.at]));
  }
  size[axis.length] = moved(full[axis.length]);
  for (const element of [picture, find(".background rect", picture)]) element.setAttribute(axis.length, size[axis.length]);
  picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  for (const { frame, stand, open } of folds) {
    for (const part of [frame, stand]) part.element.setAttribute("aria-expanded", open);
  }
  for (const listener of redrawing) listener();
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

/** Opens or closes folds. One part keeps its place on the stage: that of `fold` if given, else the one in the middle. */
function setFolds(list, open, fold = null) {
  settle();
  const before = capture();
  const part = fold ? shownFor(fold.frame) : middlePart();
  const start = (part) => moved(foldOf(part)?.start ?? part.box[axis.at]) * view.k;
  const old = start(part);
  for (const fold of list) fold.open = open;
  refold();
  const shown = shownFor(part);
  const by = old - start(shown);
  place(view.x + (axis.at === "x" ? by : 0), view.y + (axis.at === "y" ? by : 0), view.k);
  // A shorter picture may have left the stage empty. Of an open frame, show the beginning.
  if (!fold) reveal({ x: 0, y: 0, ...size }, { glide: false });
  reveal({ ...boxOf(shown), ...(fold && { [axis.length]: fold.closed }) }, { glide: false });
  const stop = parts.get(find(`${PARTS}[tabindex="0"]`, picture)?.id);
  if (stop) stopAt(shownFor(stop).element);
  outline();
  moveFrom(before);
}

/** A button at the corner of a frame or a stand-in. */
function addControl(part, { x, y, width }, sign) {
  const control = drawn("g", { class: "control" }, part.element);
  drawn("circle", { cx: x + width, cy: y, r: 9 }, control);
  drawn("path", { d: `M${x + width - 4} ${y}h8${sign === "+" ? "m-4-4v8" : ""}` }, control);
}
if (folds.length > 0) {
  for (const { frame, stand } of folds) {
    frame.outline = find("rect", frame.element).getBBox();
    addControl(frame, frame.outline, "-");
    stand.element.classList.add("shown");
    stand.box = stand.element.getBBox();
    addControl(stand, stand.box, "+");
  }
  find("#ui-folds").hidden = false;
  find("#ui-collapse").onclick = () => setFolds(folds, false);
  find("#ui-expand").onclick = () => setFolds(folds, true);
  refold();
}

