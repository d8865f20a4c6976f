// ---- The picture drawn as it is laid out. Parts that are not drawn are not in the document: browsers take a second to
// hide thousands, a tenth to remove them. What is in view is drawn at once, and all else meanwhile.

const round = (number) => Math.round(number * 100) / 100;
const move = (element, x, y) => element.setAttribute("transform", `translate(${round(x)},${round(y)})`);

const arrowhead = find(".connections polygon", picture);
/** The arrowhead of a line, if it has one: into a box, which may be a closed frame. */
function headOf(part) {
  const { element, into } = part;
  if (!into) return find("polygon", element);
  part.head ??= arrowhead.cloneNode();
  if (into.isOpen) part.head.remove();
  else element.append(part.head);
  return into.isOpen ? null : part.head;
}

/** Draws a line through its corners, which are rounded. */
function drawLine(part, numbers) {
  const { element, corners: [startX, startY] } = part;
  const points = [];
  for (let index = 0; index < numbers.length; index += 2) points.push([numbers[index], numbers[index + 1]]);
  const end = points.at(-1);
  const toward = ([x, y], to, distance, most) => {
    const length = Math.hypot(to[0] - x, to[1] - y);
    const part = length === 0 ? 0 : Math.min(distance / length, most);
    return [x + (to[0] - x) * part, y + (to[1] - y) * part];
  };
  for (const text of element.querySelectorAll("text")) move(text, points[0][0] - startX, points[0][1] - startY);
  const [path, head] = [find("path", element), headOf(part)];
  if (head) {
    const [tipX, tipY] = head.getAttribute("points").split(/[ ,]/);
    move(head, end[0] - tipX, end[1] - tipY);
  }
  // It covers the end.
  if (head) points.push(toward(points.pop(), points.at(-1), 0.9 * (4 + 2.4 * path.getAttribute("stroke-width")), 1));
  const text = (point) => point.map(round).join(" ");
  const corners = points.slice(1, -1).map((corner, index) => `L${text(toward(corner, points[index], 14, 0.5))}Q${text(corner)} ${text(toward(corner, points[index + 2], 14, 0.5))}`);
  path.setAttribute("d", `M${text(points[0])}${corners.join("")}L${text(points.at(-1))}`);
}

/** Draws a frame with its text, which stays at its corners. */
function drawFrame({ element, outline }, [x, y, width, height]) {
  const box = { x, y, width, height };
  for (const [name, value] of Object.entries(box)) find("rect", element).setAttribute(name, round(value));
  const [left, top] = [x - outline.x, y - outline.y];
  const [right, bottom] = [left + width - outline.width, top + height - outline.height];
  for (const text of element.querySelectorAll(":scope > text")) move(text, text.getAttribute("text-anchor") === "end" ? right : left, down ? top : bottom);
  move(find(".control", element), right, top);
}

function drawPart(part, numbers) {
  if (part.outline) drawFrame(part, numbers);
  else if (part.corners) drawLine(part, numbers);
  else move(part.element, ...numbers);
}

/** What is drawn otherwise than it is laid out, in the order of the document. */
const outdated = new Set();
/** More than many are drawn step by step, some at a time. */
const [MANY, SOME] = [1500, 300];
let updating = 0;

/** Draws a part as it is laid out. */
function update(part) {
  outdated.delete(part);
  const numbers = state.get(part);
  if (!numbers) return part.element.remove();
  if (!isDrawn(part, numbers)) drawPart(part, numbers);
  [part.drawn, part.isIntoOpen] = [numbers, part.into?.isOpen ?? true];
  if (part.element.isConnected) return;
  // Before the next one that is in the document.
  let next = part.index + 1;
  while (listed[next]?.parent === part.parent && !listed[next].element.isConnected) next += 1;
  part.parent.insertBefore(part.element, listed[next]?.parent === part.parent ? listed[next].element : ends.get(part.parent));
}
const isDrawn = ({ drawn, into, isIntoOpen = true }, numbers) => drawn?.length === numbers.length
  && isIntoOpen === (into?.isOpen ?? true) && drawn.every((number, index) => Math.abs(number - numbers[index]) < 0.005);

/** Whether a part is in view or not far from it, where it is drawn or where it will be. */
function isNear(part) {
  const [wide, high] = [area.width / view.k, area.height / view.k];
  const [left, top] = [-view.x / view.k - wide / 2, -view.y / view.k - high / 2];
  return [part.element.isConnected && part.drawn, state.get(part)].some((numbers) => {
    if (!numbers) return false;
    const { x, y, width, height } = boxAt(part, numbers);
    return x < left + 2 * wide && x + width > left && y < top + 2 * high && y + height > top;
  });
}

/** Finds what has to be drawn otherwise. */
function outdate() {
  outdated.clear();
  for (const part of listed) {
    const numbers = state.get(part);
    if (numbers ? !part.element.isConnected || !isDrawn(part, numbers) : part.element.isConnected) outdated.add(part);
  }
  for (const part of [title, legend]) if (state.has(part)) update(part);
  for (const length of ["width", "height"]) find(".background rect", picture).setAttribute(length, round(size[length]));
}

/** Draws what is in view, and all else soon. */
function updateInView() {
  if (outdated.size === 0) return;
  const all = outdated.size < MANY;
  for (const part of [...outdated].reverse()) if (all || !state.has(part) || isNear(part)) update(part);
  clearTimeout(updating);
  if (outdated.size > 0) updating = setTimeout(updateSome, 300);
  else if (!all) redrawMap();
}
/** Draws some parts, but none while the picture moves. From the end on, so that the next one is in the document already. */
function updateSome() {
  let count = 0;
  for (const part of world.classList.contains("moving") ? [] : [...outdated].reverse()) {
    if (state.has(part) && ++count > SOME) break;
    update(part);
  }
  if (outdated.size > 0) updating = setTimeout(updateSome, 30);
  else redrawMap();
}
onMove(updateInView);

/** The rule for the page on which the picture is printed. */
const sheet = document.styleSheets[0];
const paper = sheet.cssRules[sheet.insertRule("@page { margin: 0 }", sheet.cssRules.length)];
/** The longest page of PDF, of 200 inches. */
const LONGEST = 19200;
// On paper, the picture has a page of its size, so that no box is cut. It has this size itself only there: all that is in
// it would be laid out again.
addEventListener("beforeprint", () => {
  for (const part of [...outdated].reverse()) update(part);
  const share = Math.min(1, LONGEST / Math.max(size.width, size.height));
  const [width, height] = [size.width, size.height].map((length) => Math.ceil(length * share));
  paper.style.setProperty("size", `${width}px ${height}px`);
  picture.setAttribute("width", width);
  picture.setAttribute("height", height);
  picture.setAttribute("viewBox", `0 0 ${round(size.width)} ${round(size.height)}`);
});

