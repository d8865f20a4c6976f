// ---- The rows of the tree: layers, frames, and the groups that dotted names form, of which not all have a frame.

/** The groups in the name of a layer: `a` and `b` of `a.b.conv`. */
const pathOf = (name) => name.split(".").slice(0, -1);
/** The path that all layers in a frame have in common. */
function sharedPath(fold) {
  const paths = [...fold.members].filter((id) => id.startsWith("layer-")).map((id) => pathOf(parts.get(id).name));
  return paths.reduce((a, b) => a.slice(0, a.findIndex((name, at) => name !== b[at]) >>> 0));
}

const detail = (part, name) => part.details.find(([key]) => key === name)?.[1] ?? "";
const countOf = (part, name) => +detail(part, name).replaceAll(",", "");

/** A row for a group of layers, which is a part of the picture without an element of its own. */
function groupRow(name, holder) {
  const within = holder.fold ?? holder.part?.within ?? null;
  const part = { id: `group-${name}`, name, label: `the layers ${name}`, details: [], members: [], within };
  return addRow({ part, path: name.split("."), isOpen: true }, holder);
}
function addRow(row, holder) {
  holder.rows.push(row);
  return Object.assign(row, { holder, rows: [], groups: new Map() });
}

/** All rows in order, each with those in it, its level and its place among those beside it. */
function buildRows() {
  const top = { rows: [], path: [], groups: new Map() };
  const framed = new Map();
  for (const part of order) {
    const fold = foldOf(part);
    if (fold?.stand === part) continue;
    let holder = part.within ? framed.get(part.within) : top;
    const path = fold ? sharedPath(fold) : pathOf(part.name);
    // A frame around a whole group has its name.
    const outer = path.join(".") === part.name ? path.slice(0, -1) : path;
    for (let depth = holder.path.length + 1; depth <= outer.length; depth++) {
      const name = outer.slice(0, depth).join(".");
      if (!holder.groups.has(name)) holder.groups.set(name, groupRow(name, holder));
      holder = holder.groups.get(name);
    }
    const row = addRow({ part, fold, path }, holder);
    if (fold) framed.set(fold, row);
    for (; holder.part?.members; holder = holder.holder) holder.part.members.push(part);
  }
  const list = [];
  /** A group of a single row is that row. */
  const only = (row) => (row.part.members && row.rows.length === 1 ? only(row.rows[0]) : row);
  const flatten = ({ rows, path }, holder, level) => rows.map(only).forEach((row, index) => {
    Object.assign(row, { holder, level, position: index + 1, count: rows.length, id: `ui-row-${list.length}` });
    // Without the groups around it; a frame around all that is drawn of a group has its name.
    const own = row.fold ? row.path.slice(path.length).join(".") : "";
    row.name = own || (path.length > 0 ? row.part.name.replaceAll(`${path.join(".")}.`, "") : row.part.name);
    list.push(row);
    flatten(row, row, level + 1);
    if (!row.part.members) return;
    const total = (name) => row.rows.map(only).reduce((sum, { part, fold }) => sum + (countOf(part, name) || (name === "layers" && !fold ? 1 : 0)), 0);
    row.part.details = ["layers", "parameters"].map((name) => [name, total(name).toLocaleString("en")]);
  });
  flatten(top, null, 1);
  return list;
}

