// ---- The tree of frames and layers. Only the rows in view exist, so that thousands of layers cost nothing; the focus
// stays at the tree, which names its current row (`aria-activedescendant`).

const [outlinePane, tree, treeButton] = [find("#ui-layers"), find("#ui-tree"), find("#ui-tree-toggle")];
const rowsOf = find("div", tree);
const ROW = matchMedia("(pointer: coarse)").matches ? 40 : 28;

/** All rows, by part: with the frame around each, its depth, and its place among the rows of that frame. */
const rowOf = new Map();
/** The rows that closed frames do not hide, and the current one. */
let [rows, current] = [[], null];

function buildTree() {
  const inner = new Map();
  // The frame set last is the innermost.
  for (const fold of [...folds].sort((a, b) => b.members.size - a.members.size)) for (const id of fold.members) inner.set(id, fold);
  const siblings = new Map();
  for (const part of order) {
    if (foldOf(part)?.stand === part) continue;
    const frame = inner.get(part.id)?.frame ?? null;
    const together = siblings.get(frame) ?? siblings.set(frame, []).get(frame);
    const row = { part, frame, fold: foldOf(part), level: frame ? rowOf.get(frame).level + 1 : 1, together };
    row.position = together.push(row);
    row.id = `ui-row-${rowOf.size}`;
    rowOf.set(part, row);
  }
}

const detail = (part, name) => part.details.find(([key]) => key === name)?.[1] ?? "";

function rowElement(row, index) {
  const { part, fold, level } = row;
  const element = make("div", "", rowsOf, "row");
  element.id = row.id;
  element.style.top = `${index * ROW}px`;
  element.style.paddingLeft = `${6 + 14 * (level - 1)}px`;
  const states = { role: "treeitem", "aria-level": level, "aria-posinset": row.position, "aria-setsize": row.together.length, "aria-selected": row === current };
  for (const [name, value] of Object.entries(states)) element.setAttribute(name, value);
  if (fold) element.setAttribute("aria-expanded", fold.open);
  const mark = make("span", "", element, fold ? "twist" : "swatch");
  mark.setAttribute("aria-hidden", true);
  if (!fold) mark.style.background = colorOf(part);
  make("span", part.name, element, "name");
  if (detail(part, "copies")) make("span", `× ${detail(part, "copies")}`, element, "copies");
  make("span", detail(part, "parameters").replace(/^0$/, ""), element, "amount");
  element.title = part.label;
  element.onclick = ({ target }) => (fold && target === mark ? toggleRow(row) : choose(row));
}

/** Draws the rows in view. */
function drawRows() {
  if (outlinePane.hidden) return;
  if (rowOf.size === 0) buildTree();
  rows = [...rowOf.values()].filter(({ part }) => !hidden.has(part.id));
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
  toggleFold(row.fold);
  setCurrent(row);
}

/** Handles a key; returns whether it did something. */
function treeKey(key) {
  const row = current ?? rows[0];
  const at = rows.indexOf(row);
  const to = { ArrowDown: current ? at + 1 : 0, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  if (to !== undefined) choose(rows[Math.min(Math.max(to, 0), rows.length - 1)]);
  else if ((key === "Enter" || key === " ") && row.fold) toggleRow(row);
  else if (key === "Enter" || key === " ") choose(row);
  else if (key === "ArrowRight" && row.fold) row.fold.open ? choose(rows[at + 1]) : toggleRow(row);
  else if (key === "ArrowLeft" && row.fold?.open) toggleRow(row);
  else if (key === "ArrowLeft" && row.frame) choose(rowOf.get(row.frame));
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

