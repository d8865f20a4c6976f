// ---- Motion: when frames open or close, what is in view moves from its old to its new place.

const MOTION = 200;
const still = matchMedia("(prefers-reduced-motion: reduce)");
/** The frame in which the next motion starts or goes on, and what ends the one that is under way. */
let [nextFrame, endMotion] = [0, null];
/** Ends the motion, if there is one, with everything in its new place. */
const settle = () => endMotion?.();

/** How far what is drawn for a part moves with the frame that it appears from or disappears in, if it is in `drawn`. */
function carried(part, drawn, before) {
  const fold = [foldOf(part), ...foldsAround(part)].find((fold) => fold && (drawn.has(fold.stand) || drawn.has(fold.frame)));
  const [from, to] = [before.at.get(fold), fold?.at];
  return from && to ? [to[0] - from[0], to[1] - from[1]] : [0, 0];
}
/** The numbers of a part moved by a distance. The size of a frame does not move. */
const movedBy = (part, numbers, by) => numbers.map((number, index) => number + (part.outline && index > 1 ? 0 : by[index % 2]));

/** What moves: parts with where they were and where they will be. */
function movements(before) {
  const isInView = (part, numbers, { x, y }) => {
    const box = numbers && boxAt(part, numbers);
    return box && x + box.x * view.k < area.width && x + (box.x + box.width) * view.k > 0
      && y + box.y * view.k < area.height && y + (box.y + box.height) * view.k > 0;
  };
  const list = [];
  for (const part of new Set([...before.state.keys(), ...state.keys()])) {
    const [was, is] = [before.state.get(part), state.get(part)];
    if (part.box && !isInView(part, was, before) && !isInView(part, is, view)) continue;
    if (!part.box) list.push({ part, from: was, to: is });
    else if (!was) list.push({ part, from: movedBy(part, is, carried(part, before.state, before).map((by) => -by)), to: is, fade: [0, 1, 1] });
    else if (!is) list.push({ part, from: was, to: movedBy(part, was, carried(part, state, before)), fade: [1, 0, 0] });
    else if (was.some((number, index) => number !== is[index]) || was.length !== is.length) list.push({ part, from: was, to: is });
  }
  // A line with fewer corners has some at the same place.
  for (const each of list) {
    const length = Math.max(each.from.length, each.to.length);
    for (const end of ["from", "to"]) {
      const missing = Array((length - each[end].length) / 2).fill(each[end].slice(-2)).flat();
      each[end] = [...each[end].slice(0, -2), ...missing, ...each[end].slice(-2)];
    }
  }
  return list;
}

/** Moves everything from where it was to where it is in the next frame: until then, the view may still move. */
function moveFrom(before) {
  if (still.matches) return;
  cancelAnimationFrame(nextFrame);
  nextFrame = requestAnimationFrame(() => {
    world.classList.remove("gliding");
    const moves = movements(before);
    const fading = moves.filter(({ fade }) => fade);
    const leaving = fading.filter(({ fade }) => fade[0] === 1).map(({ part }) => part.element);
    for (const element of leaving) {
      element.classList.add("leaving");
      halo.before(element);
    }
    const fades = fading.map(({ part, fade }) => part.element.animate({ opacity: fade }, { duration: MOTION, fill: "both" }));
    endMotion = () => {
      endMotion = null;
      cancelAnimationFrame(nextFrame);
      for (const { part } of moves) drawPart(part, part.drawn);
      for (const element of leaving) {
        element.classList.remove("leaving");
        element.remove();
      }
      for (const fade of fades) fade.cancel();
      transform(view.x, view.y);
    };
    const draw = (time) => {
      const share = 1 - (1 - time) ** 3;
      const between = (from, to) => from + (to - from) * share;
      for (const { part, from, to } of moves) drawPart(part, from.map((number, index) => between(number, to[index])));
      transform(between(before.x, view.x), between(before.y, view.y));
    };
    // The first frame may take long, since it prepares the motion: the time runs from the second one.
    let start = null;
    const step = (now) => {
      start ??= now - 16;
      if (now - start >= MOTION) return settle();
      draw((now - start) / MOTION);
      nextFrame = requestAnimationFrame(step);
    };
    draw(0);
    nextFrame = requestAnimationFrame(step);
  });
}

