// ---- The tree of frames, groups and layers. Only the rows in view exist, so that thousands of layers cost nothing; the focus
// stays at the tree, which names its current row (`aria-activedescendant`).

const [outlinePane, tree, treeButton] = [find("#ui-layers"), find("#ui-tree"), find("#ui-tree-toggle")];
const rowsOf = find("div", tree);
const ROW = matchMedia("(pointer: coarse)").matches ? 40 : 28;

/** All rows, by part. */
const rowOf = new Map();
/** The rows that are not in closed ones, and the current one. */
let [rows, current] = [[], null];

/** Whether the rows in a row are shown; `undefined` if there are none. */
const isOpen = ({ fold, isOpen }) => fold?.isOpen ?? isOpen;

function rowElement(row, index) {
  const { part, level } = row;
  const opens = isOpen(row) !== undefined;
  const element = make("div", "", rowsOf, "row");
  element.id = row.id;
  element.style.top = `${index * ROW}px`;
  element.style.paddingLeft = `${6 + 14 * (level - 1)}px`;
  const states = { role: "treeitem", "aria-level": level, "aria-posinset": row.position, "aria-setsize": row.count, "aria-selected": row === current };
  for (const [name, value] of Object.entries(states)) element.setAttribute(name, value);
  if (opens) element.setAttribute("aria-expanded", isOpen(row));
  const mark = make("span", "", element, opens ? "twist" : "swatch");
  mark.setAttribute("aria-hidden", true);
  if (!opens) mark.style.background = colorOf(part);
  make("span", row.name, element, "name");
  if (countOf(part, "copies") > 1) make("span", `× ${detail(part, "copies")}`, element, "copies");
  make("span", detail(part, "parameters").replace(/^0$/, ""), element, "amount");
  element.title = part.members ? part.name : part.label;
  element.onclick = ({ target }) => (opens && target === mark ? toggleRow(row) : choose(row));
}

/** Draws the rows in view. */
function drawRows() {
  if (outlinePane.hidden) return;
  if (rowOf.size === 0) for (const row of buildRows()) rowOf.set(row.part, row);
  const shown = new Set();
  for (const row of rowOf.values()) if (!row.holder || (shown.has(row.holder) && isOpen(row.holder))) shown.add(row);
  rows = [...shown];
  if (!rows.includes(current)) current = null;
  rowsOf.style.height = `${rows.length * ROW}px`;
  rowsOf.replaceChildren();
  const first = Math.max(Math.floor(tree.scrollTop / ROW) - 4, 0);
  const last = Math.min(first + Math.ceil(tree.clientHeight / ROW) + 8, rows.length);
  for (let index = first; index < last; index++) rowElement(rows[index], index);
  if (current && rows.indexOf(current) >= first && rows.indexOf(current) < last) tree.setAttribute("aria-activedescendant", current.id);
  else tree.removeAttribute("aria-activedescendant");
}

/** Makes a row the current one, in view. */
function setCurrent(row) {
  current = row;
  const top = rows.indexOf(row) * ROW;
  if (row && (top < tree.scrollTop || top + ROW > tree.scrollTop + tree.clientHeight)) tree.scrollTop = top - (tree.clientHeight - ROW) / 2;
  drawRows();
}

/** Shows and selects the part of a row. */
function choose(row) {
  // On a narrow window, the tree covers the picture.
  if (narrow.matches) showTree(false);
  show(row.part);
  setCurrent(row);
}

function toggleRow(row) {
  current = row;
  if (row.fold) toggleFold(row.fold);
  else row.isOpen = !row.isOpen;
  drawRows();
  setCurrent(row);
}

/** Handles a key; returns whether it did something. */
function treeKey(key) {
  const row = current ?? rows[0];
  const at = rows.indexOf(row);
  const to = { ArrowDown: current ? at + 1 : 0, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  if (to !== undefined) choose(rows[Math.min(Math.max(to, 0), rows.length - 1)]);
  else if ((key === "Enter" || key === " ") && isOpen(row) !== undefined) toggleRow(row);
  else if (key === "Enter" || key === " ") choose(row);
  else if (key === "ArrowRight" && isOpen(row) !== undefined) isOpen(row) ? choose(rows[at + 1]) : toggleRow(row);
  else if (key === "ArrowLeft" && isOpen(row)) toggleRow(row);
  else if (key === "ArrowLeft" && row.holder) choose(row.holder);
  else return key === "ArrowLeft" || key === "ArrowRight";
  return true;
}

function showTree(open) {
  outlinePane.hidden = !open;
  treeButton.setAttribute("aria-expanded", open);
  if (open) followLook();
}

/** Makes what is selected in the picture the current row; what the pointer is over is not selected. */
function followLook() {
  if (outlinePane.hidden) return;
  if (rowOf.size === 0) drawRows();
  const part = looked.pin ?? looked.focus;
  const row = part ? rowOf.get(foldOf(part)?.frame ?? part) : null;
  if (row !== current || rowsOf.childElementCount === 0) setCurrent(row ?? null);
}

tree.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !treeKey(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
});
let drawnAt = 0;
tree.addEventListener("scroll", () => {
  if (Math.abs(tree.scrollTop - drawnAt) < 2 * ROW) return;
  drawnAt = tree.scrollTop;
  drawRows();
});
treeButton.onclick = () => showTree(outlinePane.hidden);
onLook(followLook);
onRedraw(drawRows);
new ResizeObserver(drawRows).observe(tree);

