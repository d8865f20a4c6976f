// ---- Motion: when frames open or close, what is in view moves from its old to its new place.

const MOTION = 200;
const still = matchMedia("(prefers-reduced-motion: reduce)");
/** The frame in which the next motion starts or goes on, and what ends the one that is under way. */
let [nextFrame, endMotion] = [0, null];
/** Ends the motion, if there is one, with everything in its new place. */
const settle = () => endMotion?.();

const PLACES = ["transform", "d", "x", "y", "width", "height"];
const NUMBERS = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/g;

/** Where everything is: for each part, whether it is drawn, whether it is in view, and the attributes that place it. */
function capture() {
  const states = new Map();
  for (const part of parts.values()) {
    if (!part.element) continue;
    const { x, y, width, height } = spanOf(part);
    const inView = view.x + x * view.k < area.width && view.x + (x + width) * view.k > 0
      && view.y + y * view.k < area.height && view.y + (y + height) * view.k > 0;
    // Layers and stand-ins move as a whole.
    const elements = part.ends || part.outline ? [...part.element.children] : [part.element];
    const places = elements.map((element) => PLACES.map((name) => element.getAttribute(name)));
    states.set(part, { isDrawn: !isHidden(part), inView, elements, places });
  }
  return { x: view.x, y: view.y, states };
}

/** The box of a part, stretched with the places of both of its ends. */
function spanOf(part) {
  const box = boxOf(part);
  box[axis.length] = moved(part.box[axis.at] + part.box[axis.length]) - box[axis.at];
  return box;
}

/** The attributes that differ, with the numbers in them; a missing one is one of zeros. */
function differences(before, after) {
  return after.elements.flatMap((element, index) => PLACES.flatMap((name, at) => {
    const [old, text] = [before.places[index][at], after.places[index][at]];
    if (text === null || old === text) return [];
    const [from, to] = [(old ?? text.replace(NUMBERS, "0")).match(NUMBERS) ?? [], text.match(NUMBERS) ?? []];
    return from.length === to.length ? [{ element, name, text, words: text.split(NUMBERS), from: from.map(Number), to: to.map(Number) }] : [];
  }));
}

/** Moves everything from where it was to where it is in the next frame: until then, the view may still move. */
function moveFrom(before) {
  if (still.matches) return;
  cancelAnimationFrame(nextFrame);
  nextFrame = requestAnimationFrame(() => {
    world.classList.remove("gliding");
    const after = capture();
    const [changes, fades, leaving] = [[], [], []];
    for (const [part, now] of after.states) {
      const old = before.states.get(part);
      if (!old.inView && !now.inView || !old.isDrawn && !now.isDrawn) continue;
      changes.push(...differences(old, now));
      if (old.isDrawn === now.isDrawn) continue;
      if (old.isDrawn) leaving.push(part.element);
      const opacity = old.isDrawn ? [1, 0, 0] : [0, 1, 1];
      fades.push(part.element.animate({ opacity }, { duration: MOTION, fill: "both" }));
    }
    for (const element of leaving) element.classList.add("leaving");
    endMotion = () => {
      endMotion = null;
      cancelAnimationFrame(nextFrame);
      for (const { element, name, text } of changes) element.setAttribute(name, text);
      for (const element of leaving) element.classList.remove("leaving");
      for (const fade of fades) fade.cancel();
      transform(view.x, view.y);
    };
    const draw = (time) => {
      const part = 1 - (1 - time) ** 3;
      const between = (from, to) => from + (to - from) * part;
      for (const { element, name, words, from, to } of changes) {
        element.setAttribute(name, words.map((word, index) => word + (index < to.length ? between(from[index], to[index]).toFixed(2) : "")).join(""));
      }
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

