// ---- The minimap: all of the picture in a corner, with a frame around what is in view. It is hidden from screen
// readers, since it has no content of its own: the tree lists the layers, and arrow keys move the picture as well.

const minimap = find("#ui-map");
const [mapCanvas, mapFrame] = [find("canvas", minimap), find("div", minimap)];
const [MAP_WIDTH, MAP_HEIGHT, MAP_LEAST] = [170, 190, 48];
/** The size of the minimap, its pixels per pixel of the picture, and the size of the frame that is set. */
const map = { width: 0, height: 0, x: 1, y: 1, frame: "", waits: false };

const fills = new Map();
const quiet = () => getComputedStyle(percent).color;
/** The colour of a part: of its first shape that is not its sheet. Most parts have one of few colours, so that styles
 * are computed only once for each. */
function colorOf(part) {
  const shape = find(":is(polygon, circle, ellipse, path):not([fill=none])", part.element) ?? find("rect:not([fill=none])", part.element);
  const key = shape?.getAttribute("fill") ?? "";
  // What is not in the document yet has no style.
  if (shape && !shape.isConnected && !fills.has(key)) return quiet();
  if (!fills.has(key)) {
    const color = key && getComputedStyle(shape).fill;
    const [channels, sheet] = [color, getComputedStyle(stage).backgroundColor].map((text) => text.match(/[\d.]+/g)?.map(Number) ?? []);
    // A gradient, or a box that is as good as the page's colour, would not be seen.
    const isSeen = color.startsWith("rgb") && channels.some((value, at) => Math.abs(value - sheet[at]) > 24);
    fills.set(key, isSeen ? color : quiet());
  }
  return fills.get(key);
}

/** Draws the minimap. A deep network is a hundred times as long as wide, so that the two scales may differ. */
function drawMap() {
  map.waits = false;
  const scale = Math.min(MAP_WIDTH / size.width, MAP_HEIGHT / size.height);
  [map.width, map.height] = [size.width, size.height].map((length) => Math.max(Math.round(length * scale), MAP_LEAST));
  [map.x, map.y] = [map.width / size.width, map.height / size.height];
  const sharp = Math.max(devicePixelRatio, 1);
  [mapCanvas.width, mapCanvas.height] = [map.width * sharp, map.height * sharp];
  mapCanvas.style.width = `${map.width}px`;
  mapCanvas.style.height = `${map.height}px`;
  const context = mapCanvas.getContext("2d");
  context.scale(sharp, sharp);
  const frames = quiet();
  for (const part of seen()) {
    const { x, y, width, height } = boxOf(part);
    const box = [x * map.x, y * map.y, Math.max(width * map.x, 1), Math.max(height * map.y, 1)];
    context.fillStyle = context.strokeStyle = part.outline ? frames : colorOf(part);
    if (part.outline) context.strokeRect(...box);
    else context.fillRect(...box);
  }
  frameMap();
}

/** Moves the frame. While the picture only moves, this is one transform. */
function frameMap() {
  if (map.width === 0) return;
  const [left, top] = [-view.x / view.k, -view.y / view.k];
  const [right, bottom] = [left + area.width / view.k, top + area.height / view.k];
  const isWhole = left <= 0 && top <= 0 && right >= size.width && bottom >= size.height;
  if (minimap.hidden !== isWhole) minimap.hidden = isWhole;
  const side = (first, last, scale, room) => {
    const length = Math.max(Math.min(Math.round((last - first) * scale), room), 8);
    return [Math.min(Math.max(first * scale, 0), room - length), length];
  };
  const [x, width] = side(left, right, map.x, map.width);
  const [y, height] = side(top, bottom, map.y, map.height);
  const frame = `${width}px ${height}px`;
  if (map.frame !== frame) [mapFrame.style.width, mapFrame.style.height] = frame.split(" ");
  map.frame = frame;
  mapFrame.style.transform = `translate(${x}px, ${y}px)`;
}

/** Draws the minimap soon, once for all that changes until then. */
function redrawMap() {
  if (!map.waits) setTimeout(drawMap);
  map.waits = true;
}
function recolorMap() {
  fills.clear();
  redrawMap();
}

/** Centers the view at a point of the window. */
function lookAt({ clientX, clientY }, glide) {
  const { left, top } = mapCanvas.getBoundingClientRect();
  const [x, y] = [(clientX - left) / map.x, (clientY - top) / map.y];
  place(area.width / 2 - x * view.k, area.height / 2 - y * view.k, view.k, glide);
}
minimap.addEventListener("pointerdown", (event) => {
  // The stage would drag the picture.
  event.stopPropagation();
  if (event.button !== 0) return;
  minimap.setPointerCapture(event.pointerId);
  lookAt(event, true);
});
minimap.addEventListener("pointermove", (event) => {
  if (minimap.hasPointerCapture(event.pointerId)) lookAt(event, false);
});
// The stage would unpin the details.
minimap.addEventListener("click", (event) => event.stopPropagation());

onMove(frameMap);
onRedraw(redrawMap);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolorMap);

