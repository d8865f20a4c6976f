// ---- A neuron's connections alone. They are found by position: lines from circle to circle, possibly through
// points where they join.

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

const neuronsOf = (part) => [...part.element.querySelectorAll('[id^="neuron-"]')];
const centerOf = (neuron) => {
  const { x, y, width, height } = neuron.getBBox();
  return [x + width / 2, y + height / 2];
};
/** Points that are the same after rounding have the same key. */
const spot = (x, y, dx = 0, dy = 0) => (Math.round(x * 5) + dx) * 2 ** 22 + Math.round(y * 5) + dy;
const around = ([x, y]) => [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => spot(x, y, dx, dy)));

/** The lines of each link, computed on first use. */
const lines = new Map();
function linesOf(link) {
  if (!lines.has(link)) {
    const list = { ends: [], of: [], routes: new Map() };
    const paths = [...link.element.querySelectorAll("path")];
    for (const path of paths) {
      const d = path.getAttribute("d");
      let [x, y] = [0, 0];
      // A path with corners is one line from its first point to its last.
      const isRoute = /[QC]/i.test(d);
      if (isRoute) list.routes.set(list.of.length, d);
      let first = null;
      walk(d, (command, nextX, nextY) => {
        if (command !== "M" && !isRoute) {
          list.ends.push(x, y, nextX, nextY);
          list.of.push(path);
        }
        [x, y] = [nextX, nextY];
        first ??= [x, y];
      });
      if (isRoute) {
        list.ends.push(...first, x, y);
        list.of.push(path);
      }
    }
    lines.set(link, list);
  }
  return lines.get(link);
}

/** The coordinate along which data flows, down or to the right. */
let flow = null;
function flows() {
  const clear = (at, length) => links.every(({ ends }) => {
    const [from, to] = ends.map((id) => parts.get(id)?.box);
    return !from || !to || from[at] + from[length] <= to[at] + 1;
  });
  flow ??= clear("y", "height") || !clear("x", "width") ? 1 : 0;
  return flow;
}

/** The lines of a link that start at a neuron of one of its layers, and the neurons that they lead to. */
function reached(link, neuron, ahead) {
  const { ends, of, routes } = linesOf(link);
  const other = parts.get(link.ends[ahead ? 1 : 0]);
  const targets = new Map(neuronsOf(other).map((target) => [target, around(centerOf(target))]));
  const found = { lines: new Set(), neurons: [], other, ahead };
  let front = new Set(around(centerOf(neuron)));
  const past = new Set();
  while (front.size > 0) {
    const next = new Set();
    for (let line = 0; line < of.length; line++) {
      const at = line * 4;
      for (const [from, to] of [[at, at + 2], [at + 2, at]]) {
        const step = ends[to + flows()] - ends[from + flows()];
        if ((ahead ? step : -step) <= 0 || !front.has(spot(ends[from], ends[from + 1]))) continue;
        found.lines.add(line);
        for (const near of around([ends[to], ends[to + 1]])) next.add(near);
      }
    }
    for (const point of front) past.add(point);
    front = new Set([...next].filter((point) => !past.has(point)));
  }
  for (const [target, places] of targets) if (past.has(places[4])) found.neurons.push(target);
  // Lines with the same style become one path.
  found.paths = new Map();
  for (const line of found.lines) {
    const [x1, y1, x2, y2] = ends.slice(line * 4, line * 4 + 4);
    found.paths.set(of[line], (found.paths.get(of[line]) ?? "") + (routes.get(line) ?? `M${x1} ${y1}L${x2} ${y2}`));
  }
  return found;
}

let alone = null;
const overlay = drawn("g", { class: "alone-lines" });
find(":scope > .layer", picture)?.before(overlay);

/** Shows one neuron's connections alone, or all again. */
function press(neuron) {
  alone?.neuron.setAttribute("aria-pressed", false);
  for (const element of picture.querySelectorAll(".on")) element.classList.remove("on");
  overlay.replaceChildren();
  picture.classList.toggle("alone", neuron !== null);
  alone = null;
  if (!neuron) return;
  const part = parts.get(neuron.closest(".layer").id);
  const found = links.filter(({ ends }) => ends.includes(part.id)).flatMap((link) =>
    [false, true].filter((ahead) => link.ends[ahead ? 0 : 1] === part.id).map((ahead) => reached(link, neuron, ahead)));
  for (const { paths, neurons, other } of found) {
    other.element.classList.add("on");
    for (const target of neurons) target.classList.add("on");
    for (const [path, d] of paths) {
      const copy = path.cloneNode();
      copy.setAttribute("d", d);
      copy.setAttribute("stroke-width", Math.max(2 * path.getAttribute("stroke-width"), 0.8));
      copy.setAttribute("stroke-opacity", 1);
      overlay.append(copy);
    }
  }
  neuron.classList.add("on");
  part.element.classList.add("on");
  neuron.setAttribute("aria-pressed", true);
  alone = { neuron, part, found };
}

