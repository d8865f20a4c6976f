// ---- The layout of the picture with frames open and closed, as the program would make it. A frame that closes changes
// its size alone: which nodes are in which rank, in which order, and aligned with which others, is given.
//
// Positions and sizes are pairs: across the flow of data and along it.

/** Between ranks, between nodes of a rank, beside a passing line, and between a frame and its contents. */
const [RANK, NODE, LANE, PADDING] = facts.relayout?.gaps ?? [];
/** Between tracks, between the last one and the next rank, and between lines that end at a node, at this part of its side. */
const [TRACK, ARROW, PORT, PORTS] = [12, 17, 14, 0.8];
/** Slanted lines: their slope and the most space for it, the number of nets from which on all slant, and the distance at
 * which two lines look like one. */
const [SLOPE, SLANT, TRACKS, NEAR] = [0.2, 240, 40, 4];
/** How much wider than its widest rank a region may become, as a factor and in addition. */
const [CROWDED, FREE] = [1.7, 400];

/** A region as it is written in the page; `part` and `fold` are what a group is. */
function regionOf({ nodes, lines, order, blocks }, part, foldOf) {
  const region = {
    nodes: nodes.map(([left, right, length, tail, ...groups]) => ({ sides: [left, right], length, tail, exit: 0, parts: groups.map(part), fold: foldOf(groups[0]) })),
    lines: lines.map(([group, ...nodes]) => ({ part: part(group), nodes })),
    order, blocks, rank: [], near: [],
  };
  order.forEach((nodes, rank) => { for (const node of nodes) [region.rank[node], region.near[node]] = [rank, []]; });
  for (const { nodes } of region.lines) {
    for (let step = 1; step < nodes.length; step++) {
      const [before, node] = [nodes[step - 1], nodes[step]];
      // Steps that lines share count once.
      if (node >= region.nodes.length && region.near[node].includes(before)) continue;
      region.near[node].push(before);
      region.near[before].push(node);
    }
  }
  return region;
}

/** Moves each block as far to the left as the nodes before its own allow, then as far to the right as those after. */
function compact(root, order, distance) {
  const [before, after, members, waiting, x] = [[], [], [], [], []];
  for (const rank of order) rank.forEach((node, index) => { [before[node], after[node]] = [rank[index - 1], rank[index + 1]]; });
  root.forEach((block, node) => {
    (members[block] ??= []).push(node);
    waiting[block] = (waiting[block] ?? 0) + (before[node] === undefined ? 0 : 1);
  });
  // Each block after those before it.
  const blocks = Object.keys(members).map(Number).filter((block) => waiting[block] === 0);
  for (const block of blocks) {
    for (const node of members[block]) if (after[node] !== undefined && --waiting[root[after[node]]] === 0) blocks.push(root[after[node]]);
  }
  for (const block of blocks) {
    x[block] = 0;
    for (const node of members[block]) if (before[node] !== undefined) x[block] = Math.max(x[block], x[root[before[node]]] + distance(before[node], node));
  }
  for (const block of blocks.reverse()) {
    let limit = Infinity;
    for (const node of members[block]) if (after[node] !== undefined) limit = Math.min(limit, x[root[after[node]]] - distance(node, after[node]));
    if (limit < Infinity) x[block] = Math.max(x[block], limit);
  }
  return root.map((block) => x[block]);
}

const least = (list) => list.reduce((a, b) => Math.min(a, b), Infinity);
const most = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
/** Where the nodes of a rank would be, side by side. */
function packed(rank, distance) {
  let at = 0;
  return rank.map((node, index) => (at += index > 0 ? distance(rank[index - 1], node) : 0));
}

/** The position of each node across the flow (Brandes and Köpf 2001): the mean of the middle two of four. */
function align(region, distance) {
  const { order, blocks } = region;
  const mirrored = order.map((rank) => rank.toReversed());
  const four = blocks.map((root, pass) => (pass % 2 === 0 ? compact(root, order, distance) : compact(root, mirrored, (a, b) => distance(b, a)).map((x) => -x)));
  const ends = four.map((x) => [least(x), most(x)]);
  const narrowest = ends.reduce((a, b) => (b[1] - b[0] < a[1] - a[0] ? b : a));
  const shifts = ends.map((end, pass) => narrowest[pass % 2] - end[pass % 2]);
  const x = four[0].map((_, node) => {
    const sorted = four.map((x, pass) => x[node] + shifts[pass]).sort((a, b) => a - b);
    return (sorted[1] + sorted[2]) / 2;
  });
  const widest = most(order.map((rank) => packed(rank, distance).at(-1)));
  return most(x) - least(x) > CROWDED * widest + FREE ? relax(region, distance) : x;
}

/** The same in a crowded region: in turn, the nodes of each rank move to the mean of their neighbours, as far as those
 * beside them allow (pool adjacent violators). Lines between passed ranks are straightened first. */
function relax({ nodes, order, near }, distance) {
  const x = [];
  const offsets = order.map((rank) => packed(rank, distance));
  order.forEach((rank, at) => rank.forEach((node, index) => { x[node] = offsets[at][index] - offsets[at].at(-1) / 2; }));
  const weight = (a, b) => [1, 2, 8][(a >= nodes.length) + (b >= nodes.length)];
  for (let pass = 0; pass < 10; pass++) {
    for (let step = 0; step < order.length; step++) {
      const at = pass % 2 === 0 ? step : order.length - 1 - step;
      const runs = [];
      order[at].forEach((node, index) => {
        let [sum, total] = [0, 0];
        for (const other of near[node]) [sum, total] = [sum + weight(other, node) * x[other], total + weight(other, node)];
        let run = { at: (total > 0 ? sum / total : x[node]) - offsets[at][index], weight: total || 0.1, nodes: [index] };
        while (runs.at(-1)?.at > run.at) {
          const last = runs.pop();
          const weight = last.weight + run.weight;
          run = { at: (last.at * last.weight + run.at * run.weight) / weight, weight, nodes: [...last.nodes, ...run.nodes] };
        }
        runs.push(run);
      });
      for (const run of runs) for (const index of run.nodes) x[order[at][index]] = run.at + offsets[at][index];
    }
  }
  return x;
}

/** Where each line ends: side by side at its target, in the order in which they arrive, a straight one straight. */
function ports({ lines }, nodes, x) {
  const entering = new Map();
  lines.forEach(({ nodes: through }, line) => {
    const [source, target, before] = [through[0], through.at(-1), through.at(-2)];
    const from = x[before] + (before === source ? nodes[source].exit : 0);
    entering.set(target, [...(entering.get(target) ?? []), { from, line }]);
  });
  const ends = [];
  for (const [target, list] of entering) {
    list.sort((a, b) => a.from - b.from || a.line - b.line);
    const straight = list.findIndex(({ from }) => Math.abs(from - x[target]) <= 0.5);
    const last = list.length - 1;
    const middle = straight < 0 ? last / 2 : straight;
    const [left, right] = nodes[target].sides;
    const pitch = Math.min(PORT, (PORTS * left) / Math.max(middle, 0.1), (PORTS * right) / Math.max(last - middle, 0.1));
    list.forEach(({ line }, index) => { ends[line] = x[target] + (index - middle) * pitch; });
  }
  return ends;
}

/** Gives each net between two ranks its way: straight if none, a track, or a slant. Returns the number of tracks. A net is
 * lines that start at one place. */
function route(nets) {
  const bent = nets.filter(({ from, to }) => to.some((to) => Math.abs(to - from) > 0.5));
  if (bent.length > TRACKS) {
    for (const net of bent) net.way = "slant";
    return TRACKS;
  }
  for (const net of bent) net.span = [Math.min(net.from, ...net.to), Math.max(net.from, ...net.to)];
  const inside = ([low, high], x) => (low < x && x < high ? 1 : 0);
  const liesOn = (upper, lower) => upper.to.some((to) => Math.abs(to - lower.from) < NEAR);
  /** The crossings if one net is above another, and much more if they would lie on each other. */
  const cost = (upper, lower) => inside(upper.span, lower.from) + upper.to.reduce((sum, to) => sum + inside(lower.span, to), liesOn(upper, lower) ? 1000 : 0);
  // From the upper edge to the lower: each where it crosses least.
  const order = [];
  for (const net of bent) {
    let sum = order.reduce((sum, other) => sum + cost(other, net), 0);
    let best = [sum, order.length];
    for (let place = order.length - 1; place >= 0; place--) {
      sum += cost(net, order[place]) - cost(order[place], net);
      if (sum <= best[0]) best = [sum, place];
    }
    order.splice(best[1], 0, net);
  }
  let count = 0;
  order.forEach((net, index) => {
    const above = order.slice(0, index).filter(({ way }) => way !== "slant");
    if (above.some((other) => liesOn(other, net))) {
      net.way = "slant";
      return;
    }
    const beside = above.filter(({ span: [low, high] }) => low < net.span[1] + NEAR && net.span[0] < high + NEAR);
    net.way = most([-1, ...beside.map(({ way }) => way)]) + 1;
    count = Math.max(count, net.way + 1);
  });
  return count;
}

/** Lays out a region with nodes of these sizes; `inFrame` if it is in a frame. Returns its size, where lines enter and
 * leave it, the axis and the start of each node, and the corners of each line. */
function plan(region, nodes, inFrame) {
  const { order, lines, rank } = region;
  const [left, right] = [0, 1].map((side) => (node) => nodes[node]?.sides[side] ?? 0);
  const isNode = (node) => node < nodes.length;
  const distance = (a, b) => right(a) + (isNode(a) && isNode(b) ? NODE : LANE) + left(b);
  const aligned = align(region, distance);
  const leftmost = least(aligned.map((x, node) => x - left(node)));
  const x = aligned.map((x) => x - leftmost);

  // The lines from rank to rank. All that leave a node or share their way are one net.
  const ends = ports(region, nodes, x);
  const channels = order.slice(1).map(() => []);
  const leaving = new Map();
  const steps = lines.map(({ nodes: through }, line) => through.slice(1).map((node, step) => {
    const before = through[step];
    const from = x[before] + (step === 0 ? nodes[before].exit : 0);
    const to = step + 2 === through.length ? ends[line] : x[node];
    const channel = channels[rank[before]];
    let net = leaving.get(before);
    if (!net) channel.push(net = { from, to: [] });
    leaving.set(before, net);
    net.to.push(to);
    return { from, to, net };
  }));
  const tracks = channels.map(route);
  const sideways = channels.map((nets, at) => {
    const slants = nets.filter(({ way }) => way === "slant").flatMap(({ from, to }) => to.map((to) => Math.abs(to - from)));
    return Math.max(tracks[at] * TRACK, Math.min(most([0, ...slants]) * SLOPE, SLANT));
  });

  let end = 0;
  const bands = order.map((all, at) => {
    const own = all.filter(isNode).map((node) => nodes[node]);
    const length = most([0, ...own.map(({ length }) => length)]);
    // Text after a node that is shorter than its rank can use the space inside the rank.
    const tail = most([0, ...own.map((node) => node.tail - (length - node.length) / 2)]);
    const band = [end, end + length];
    end += length + Math.max(RANK, tail + (sideways[at] ?? 0) + ARROW);
    return band;
  });
  const along = nodes.map(({ length }, node) => (bands[rank[node]][0] + bands[rank[node]][1] - length) / 2);
  const routes = lines.map(({ nodes: through }, line) => {
    const [source, target] = [through[0], through.at(-1)];
    // Lines that enter a frame pass the text at its start.
    const start = inFrame && source === 0 ? 0 : along[source] + nodes[source].length;
    const points = [[x[source] + nodes[source].exit, start]];
    steps[line].forEach(({ from, to, net }, step) => {
      if (Math.abs(from - to) <= 0.5) return;
      const at = rank[source] + step;
      // Lines run sideways after the text beside them and before the arrowheads.
      const end = bands[at + 1][0] - ARROW;
      const y = end - (tracks[at] - net.way - 0.5) * TRACK;
      if (net.way === "slant") points.push([from, end - sideways[at]], [to, end]);
      else points.push([from, y], [to, y]);
    });
    return [...points, [ends[line], along[target]]];
  });
  const leaves = !inFrame || lines.some(({ nodes: through }) => through.at(-1) === nodes.length - 1);
  return {
    size: [most([0, ...x.map((x, node) => x + right(node))]), (bands.at(-1)?.[1] ?? 0) + (leaves ? 0 : PADDING)],
    ports: [x[0], x[nodes.length - 1]],
    places: nodes.map((_, node) => [x[node], along[node]]),
    routes,
  };
}

