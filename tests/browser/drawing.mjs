// The drawing of a page, and checks that it is plausible.
import assert from "node:assert/strict";

/** Where everything is that can be seen: boxes, frames with what stands at them, and both ends of each connection. */
export const drawing = (page) => page.evaluate(() => {
  const picture = document.querySelector("#ui-world > svg");
  const matrix = picture.getScreenCTM().inverse();
  const round = (value) => Math.round(value * 100) / 100;
  const place = (x, y) => { const point = new DOMPoint(x, y).matrixTransform(matrix); return [round(point.x), round(point.y)]; };
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [...place(left, top), ...place(right, bottom)];
  };
  // A stack has further outlines behind it.
  const around = (group) => [...group.querySelectorAll("rect")].map(box).reduce((a, b) => [0, 1, 2, 3].map((side) => (side < 2 ? Math.min : Math.max)(a[side], b[side])));
  const seen = (query) => [...picture.querySelectorAll(query)].filter((element) => element.getClientRects().length > 0);
  const end = (path, at) => {
    const point = path.getPointAtLength(at).matrixTransform(path.getScreenCTM());
    return place(point.x, point.y);
  };
  /** Points along a line, without those near its ends. */
  const along = (path) => {
    const [points, length] = [[], path.getTotalLength()];
    for (let at = 12; at < length - 12; at += 8) points.push(end(path, at));
    return points;
  };
  return {
    size: ["width", "height"].map((length) => round(+picture.querySelector(".background rect").getAttribute(length))),
    boxes: seen(".layer, .stand-ins > g").map((group) => ({ id: group.id, box: around(group) })),
    frames: seen(".fold").map((group) => ({
      id: group.id,
      box: box(group.querySelector("rect")),
      control: box(group.querySelector(".control circle")),
      texts: [...group.querySelectorAll("text")].map(box),
    })),
    links: seen(".connections > path").map((path) => ({ id: path.parentElement.id, path: path.getAttribute("d").replace(/([\d.])(?=[A-Z])/g, "$1 ").replace(/,/g, " "), ends: [end(path, 0), end(path, path.getTotalLength())], points: along(path) })),
  };
});

/** Two drawings are the same but for rounding. */
export function isSame(drawn, expected, when) {
  const numbers = [];
  const others = (value) => JSON.stringify(value, (key, value) => (key === "path" || key === "points" ? undefined : typeof value === "number" ? numbers.push(value) && 0 : value));
  assert.equal(others(drawn), others(expected), when);
  const [now, then] = [numbers.slice(0, numbers.length / 2), numbers.slice(numbers.length / 2)];
  for (const [index, value] of now.entries()) assert.ok(Math.abs(value - then[index]) < 0.05, `${when}: ${value} was ${then[index]}`);
}

/** Nothing overlaps, every connection leads from one box to another, and what stands at a frame is at it. */
export function isSound({ size, boxes, frames, links }, when) {
  const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
  const within = (inner, outer) => inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
  const all = [...boxes, ...frames];
  for (const [index, a] of all.entries()) {
    assert.ok(within(a.box, [0, 0, ...size]), `${when}: ${a.id} is outside of the picture`);
    for (const b of all.slice(index + 1)) {
      const nested = frames.includes(b) && (within(a.box, b.box) || within(b.box, a.box));
      assert.ok(apart(a.box, b.box) || nested, `${when}: ${a.id} lies on ${b.id}`);
    }
  }
  for (const { id, box, control, texts } of frames) {
    const corner = [(control[0] + control[2]) / 2 - box[2], (control[1] + control[3]) / 2 - box[1]];
    assert.ok(Math.hypot(...corner) < 1, `${when}: the control of ${id} is ${corner} from its corner`);
    for (const text of texts) {
      const gap = [Math.max(0, text[0] - box[2], box[0] - text[2]), Math.max(0, text[1] - box[3], box[1] - text[3])];
      assert.ok(within(text, box) || (Math.hypot(...gap) < 60 && apart(text, box)), `${when}: a text of ${id} is ${gap} from it`);
      for (const other of boxes) assert.ok(apart(text, other.box), `${when}: a text of ${id} lies on ${other.id}`);
    }
  }
  for (const { id, ends, points } of links) {
    for (const [x, y] of points) {
      for (const { id: over, box: [left, top, right, bottom] } of boxes) {
        assert.ok(x <= left + 1 || x >= right - 1 || y <= top + 1 || y >= bottom - 1, `${when}: ${id} runs through ${over}`);
      }
    }
    // An arrowhead covers the last pixels.
    for (const [[x, y], most] of [[ends[0], 1], [ends[1], 10]]) {
      const distance = ([left, top, right, bottom]) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      const edge = ([left, top, right, bottom]) => Math.min(Math.abs(x - left), Math.abs(x - right), Math.abs(y - top), Math.abs(y - bottom));
      const touches = boxes.some(({ box }) => distance(box) <= most) || frames.some(({ box }) => distance(box) <= most && edge(box) <= most);
      assert.ok(touches, `${when}: ${id} ends in the open at ${x}, ${y}`);
    }
  }
}
