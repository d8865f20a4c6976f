// Checks of the minimap, the tree, motion and smoothness of HTML pages.
import assert from "node:assert/strict";
import { attribute, box, click, focus, focused, number, onStage, panel, press, rest, text, transform, visible, wheel, withId } from "./page.mjs";

const data = (page) => page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
/** Names of the rows of the tree that exist. */
const rows = (page) => page.$$eval("#ui-tree .row .name", (names) => names.map(({ textContent }) => textContent));
const selected = (page) => page.$$eval("#ui-tree [aria-selected=true] .name", (names) => names.map(({ textContent }) => textContent).join());
/** Presses a row, or a part of it. Rows are drawn anew whenever the tree changes its size, so that one in hand may be gone. */
const pressRow = (page, name, part = "") => click(page, `::-p-xpath(//*[@id="ui-tree"]//*[contains(@class, "row")][*[@class="name"][text()="${name}"]]${part && `/*[@class="${part}"]`})`);
const row = async (page, name) => (await page.$$("#ui-tree .row"))[(await rows(page)).indexOf(name)];
/** Where the frame of the minimap is, as parts of the minimap's size: left, top, width and height. */
const framed = (page) => page.evaluate(() => {
  const [all, frame] = ["canvas", "div"].map((name) => document.querySelector(`#ui-map > ${name}`).getBoundingClientRect());
  return [(frame.left - all.left) / all.width, (frame.top - all.top) / all.height, frame.width / all.width, frame.height / all.height];
});
/** What of the picture is in view, in the same parts. */
const inView = (page) => page.evaluate(() => {
  const [room, picture] = ["#ui-stage", "#ui-world > svg"].map((id) => document.querySelector(id).getBoundingClientRect());
  return [(room.left - picture.left) / picture.width, (room.top - picture.top) / picture.height, room.width / picture.width, room.height / picture.height];
});
/** Waits until everything that a change causes is drawn. */
const settled = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 50)));
/** The colour of the minimap at a point of the picture. */
const colorAt = (page, x, y) => page.evaluate((x, y) => {
  const [canvas, picture] = ["#ui-map > canvas", "#ui-world > svg"].map((at) => document.querySelector(at));
  const at = [Math.floor((x / picture.getAttribute("width")) * canvas.width), Math.floor((y / picture.getAttribute("height")) * canvas.height)];
  // A copy, since browsers warn of canvases that are read.
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return [...copy.getImageData(...at, 1, 1).data];
}, x, y);

/** Lets readers' preference for reduced motion be the opposite of what the browser was started with. */
function wantMotion() {
  const { matchMedia } = window;
  window.matchMedia = (query) => (query.includes("reduced-motion") ? { matches: false } : matchMedia.call(window, query));
}

/** Adds up in the page what its style and layout cost, and what it writes to elements while the picture moves. */
function countWrites() {
  window.writes = [];
  window.watch?.disconnect();
  window.watch = new MutationObserver((records) => {
    for (const { target, type, attributeName } of records) window.writes.push(`${target.id || target.parentElement.id} ${attributeName ?? type}`);
  });
  window.watch.observe(document.documentElement, { subtree: true, attributes: true, childList: true, characterData: true });
  window.reads = 0;
  for (const [type, name] of [[Element, "clientWidth"], [Element, "clientHeight"], [HTMLElement, "offsetHeight"], [HTMLElement, "offsetWidth"]]) {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
    Object.defineProperty(type.prototype, name, { get() { window.reads += 1; return get.call(this); } });
  }
  for (const [type, name] of [[Element.prototype, "getBoundingClientRect"], [SVGGraphicsElement.prototype, "getBBox"], [window, "getComputedStyle"]]) {
    const read = type[name];
    type[name] = function (...of) { window.reads += 1; return read.apply(this, of); };
  }
}

export const checks = {
  /** The minimap shows where the view is and moves it, follows frames and the theme, and hides if it is of no use. */
  async minimap(page, path, engine) {
    const agrees = async (when) => {
      const [frame, view] = [await framed(page), await inView(page)];
      // The frame ends at the edges of the picture, and has a least size.
      const [top, bottom] = [Math.max(view[1], 0), Math.min(view[1] + view[3], 1)];
      assert.ok(Math.abs(frame[1] - top) < 0.03 && Math.abs(frame[1] + frame[3] - bottom) < 0.03, `${when}: ${frame} for ${view}`);
    };
    await settled(page);
    assert.ok(await visible(page, "#ui-map"));
    assert.equal(await attribute(page, "#ui-map", "aria-hidden"), "true");
    await agrees("opened");
    await wheel(page, 700);
    await agrees("scrolled");
    const map = await (await page.$("#ui-map canvas")).boundingBox();
    await page.mouse.click(map.x + map.width / 2, map.y + map.height * 0.75);
    await rest(page);
    await agrees("pressed");
    const [, top, , height] = await inView(page);
    assert.ok(Math.abs(top + height / 2 - 0.75) < 0.02, `the place that was pressed is in the middle: ${top}, ${height}`);
    await page.mouse.down();
    await page.mouse.move(map.x + map.width / 2, map.y + map.height * 0.4, { steps: 4 });
    await page.mouse.up();
    const [, dragged] = await inView(page);
    assert.ok(Math.abs(dragged + height / 2 - 0.4) < 0.02, `the view follows a drag: ${dragged}`);
    // A layer has its colour; the stand-in of a closed frame another one.
    const { folds, relayout } = await data(page);
    const middle = await page.$eval(`${withId(folds[0].group)} > rect`, (rect, closed, down) => {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => +rect.getAttribute(name));
      return down ? [x + width / 2, y + closed / 2] : [x + closed / 2, y + height / 2];
    }, folds[0].closed[1], relayout.down);
    const open = await colorAt(page, ...middle);
    await click(page, "#ui-collapse");
    await settled(page);
    assert.notDeepEqual(await colorAt(page, ...middle), open, "the minimap shows the closed frame");
    await press(page, "f");
    await rest(page);
    assert.ok(!(await visible(page, "#ui-map")), "all is in view");
    const phone = await engine.open(path, { width: 390 });
    await settled(phone);
    assert.ok(!(await visible(phone, "#ui-map")));
    assert.deepEqual(phone.noise, []);
  },

  /** The minimap has the colours of the theme. */
  async colors(page) {
    await press(page, "1");
    await settled(page);
    const pixels = () => page.$eval("#ui-map canvas", (canvas) => canvas.toDataURL());
    const light = await pixels();
    await click(page, "#ui-theme");
    await settled(page);
    assert.equal(await pixels(), light, "the system is light");
    await click(page, "#ui-theme");
    await settled(page);
    assert.notEqual(await pixels(), light);
  },

  /** The tree and the picture select, open and close the same. */
  async tree(page, path, engine) {
    const { folds } = await data(page);
    const [outer] = folds;
    const name = outer.group.slice("fold-".length);
    const first = outer.members.find((id) => id.startsWith("layer-")).slice("layer-".length);
    assert.ok((await rows(page)).includes(first));
    const head = await row(page, name);
    const words = await head.evaluate((row) => [...row.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(" "));
    assert.match(words, /× \d+ [\d,]+/, "the copies and the parameters");
    // By keys: everything that a tree has.
    await focus(page, "#ui-tree");
    await press(page, "Home");
    assert.equal(await selected(page), "input");
    const steps = (await rows(page)).indexOf(name);
    for (let step = 0; step < steps; step++) await press(page, "ArrowDown");
    assert.equal(await selected(page), name);
    assert.equal(await focused(page), "ui-tree", "the focus stays at the tree");
    const active = await attribute(page, "#ui-tree", "aria-activedescendant");
    assert.equal(await attribute(page, `#${active}`, "aria-expanded"), "true");
    await press(page, "ArrowRight");
    assert.equal(await selected(page), (await rows(page))[steps + 1], "into the frame");
    assert.equal(await page.$eval("#ui-tree [aria-selected=true]", (row) => row.getAttribute("aria-level")), "2");
    await press(page, "ArrowLeft");
    assert.equal(await selected(page), name, "back to the frame");
    await press(page, "ArrowLeft");
    assert.ok(await visible(page, withId(outer.standIn)), "the frame closes");
    assert.ok(!(await rows(page)).includes(first));
    await press(page, "Enter");
    assert.ok(!(await visible(page, withId(outer.standIn))) && (await rows(page)).includes(first), "and opens");
    // By the pointer, in the tree and in the picture.
    await pressRow(page, name, "twist");
    assert.ok(await visible(page, withId(outer.standIn)));
    await rest(page);
    await click(page, withId(outer.standIn));
    assert.ok((await rows(page)).includes(first));
    assert.equal(await selected(page), name, "what is selected in the picture is selected in the tree");
    await focus(page, "#ui-tree");
    await press(page, "End");
    await rest(page);
    const last = await selected(page);
    assert.ok((await panel(page)).includes(last) && (await onStage(page)).includes(`layer-${last}`), `${last} is selected and seen`);
    // On a phone, the tree lies over the picture until something is chosen.
    const phone = await engine.open(path, { width: 390 });
    assert.ok(!(await visible(phone, "#ui-tree")));
    await click(phone, "#ui-tree-toggle");
    assert.equal(await attribute(phone, "#ui-tree-toggle", "aria-expanded"), "true");
    await pressRow(phone, first);
    assert.ok(!(await visible(phone, "#ui-tree")));
    assert.equal(await text(phone, "#ui-panel h2"), first);
    await rest(phone);
    const [shown, over] = [await box(phone, `layer-${first}`), await box(phone, "ui-panel")];
    assert.ok(shown.y + shown.height <= over.y, "it is above the panel");
    assert.deepEqual(phone.noise, []);
  },

  /** Frames move to their new place within a moment, what was pressed stays, and nothing is left of the motion. */
  async motion(page, path, engine) {
    const { folds: [{ group, standIn, members }], relayout: { down } } = await data(page);
    const moving = await engine.open(path, { before: wantMotion });
    const layers = await page.$$eval("#ui-world .layer", (layers) => layers.map(({ id }) => id));
    const next = layers[layers.findLastIndex((id) => members.includes(id)) + 1];
    const at = down ? "y" : "x";
    /** Presses Enter at a part, and follows for some frames where the stand-in and what follows the frame are. */
    const follow = async (id) => {
      await focus(moving, withId(id));
      return moving.evaluate((id, standIn, next, at) => new Promise((done) => {
        const box = (id) => document.querySelector(`[id="${id}"] > rect`)?.getBoundingClientRect() ?? {};
        const [start, seen] = [performance.now(), []];
        document.getElementById(id).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        const step = () => {
          seen.push([box(next)[at], box(standIn)[at]]);
          if (performance.now() - start < 700) requestAnimationFrame(step);
          else done(seen);
        };
        requestAnimationFrame(step);
      }), id, standIn, next, at);
    };
    await focus(moving, withId(group));
    await rest(moving);
    const first = await moving.$eval(`${withId(group)} > rect`, (frame, at) => frame.getBoundingClientRect()[at], at);
    const closing = await follow(group);
    const between = (seen) => new Set(seen.map(([y]) => Math.round(y))).size;
    assert.ok(between(closing) >= 2, `the old place is drawn first: ${closing}`);
    assert.ok(closing.every(([place], index) => index === 0 || place <= closing[index - 1][0] + 0.5), "what follows moves back only");
    for (const [, place] of closing.slice(1)) assert.ok(Math.abs(place - first) < 1.5, `what was pressed stays: ${place}, not ${first}`);
    assert.equal(await number(moving, ".leaving"), 0);
    await press(page, "Escape");
    await focus(page, withId(group));
    await press(page, "Enter");
    const places = (page) => page.$$eval("#ui-world > svg [transform], #ui-world > svg path", (elements) => elements.map((element) => (element.getAttribute("transform") ?? "translate(0,0)") + element.getAttribute("d")).filter((place) => place !== "translate(0,0)null"));
    assert.deepEqual(await places(moving), await places(page), "the same as without motion");
    const opening = await follow(standIn);
    assert.ok(between(opening) >= 2, `the old place is drawn first: ${opening}`);
    // A movement of the reader ends the motion.
    await focus(moving, withId(group));
    await moving.evaluate((group) => {
      document.getElementById(group).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }, group);
    await wheel(moving, 40);
    assert.equal(await number(moving, ".leaving"), 0);
    assert.deepEqual(await places(moving), await places(page));
    assert.deepEqual(moving.noise, []);
  },

  /** While a large picture moves, the page writes one transform, moves the frame of the minimap, and reads no layout. */
  async smooth(page, path, engine) {
    assert.ok((await number(page, "#ui-world .layer")) > 1000);
    assert.ok((await number(page, "#ui-tree .row")) < 100, "only rows in view exist");
    const { x } = await box(page, "ui-stage");
    const drag = async () => {
      await page.mouse.down();
      for (let step = 1; step <= 30; step++) await page.mouse.move(x + 10, 700 - 10 * step);
      await page.mouse.up();
    };
    // The pointer is over layers while they scroll, and beside them when a drag begins: what it begins on is selected.
    const scroll = async () => {
      for (let step = 0; step < 20; step++) await wheel(page, 100);
    };
    for (const [start, move] of [[[x + 200, 400], scroll], [[x + 10, 700], drag]]) {
      await page.mouse.move(...start);
      await rest(page);
      await settled(page);
      await page.evaluate(countWrites);
      const before = await transform(page);
      await move();
      const { writes, reads } = await page.evaluate(() => ({ writes: window.writes, reads: window.reads }));
      assert.notEqual(await transform(page), before);
      const allowed = ["ui-world style", "ui-world class", "ui-map style", "ui-shield hidden", "ui-shield class"];
      assert.deepEqual([...new Set(writes)].filter((write) => !allowed.includes(write)), [], "nothing else changes");
      assert.ok(writes.includes("ui-world style") && writes.length < 400, `${writes.length} changes`);
      assert.equal(reads, 0, "nothing is measured");
    }
    // Meanwhile, the browser need not look for what is below the pointer; a press finds it.
    await rest(page);
    const below = await page.evaluate((x) => {
      document.querySelector("#ui-stage").dispatchEvent(new WheelEvent("wheel", { deltaY: 10, cancelable: true }));
      return document.elementFromPoint(x, 400).id;
    }, x + 200);
    assert.equal(below, "ui-shield");
    const pressed = (await onStage(page))[1];
    const { left, top } = await page.$eval(withId(pressed), (layer) => layer.getBoundingClientRect().toJSON());
    await page.mouse.move(left + 20, top + 20);
    await wheel(page, 1);
    await page.mouse.click(left + 20, top + 20);
    assert.match(await panel(page), /Unpin/);
    // The picture is a layer that the browser only moves.
    assert.equal(await page.$eval("#ui-world", (world) => getComputedStyle(world).willChange), "transform");
    if (engine.name !== "chrome") return;
    // Nor are styles computed for the thousands of elements.
    await page.mouse.move(x + 10, 700);
    await rest(page);
    await settled(page);
    const counts = await page.createCDPSession().then(async (session) => {
      const counted = [];
      session.on("Tracing.dataCollected", ({ value }) => counted.push(...value.filter(({ name }) => name === "UpdateLayoutTree")));
      await session.send("Tracing.start", { categories: "devtools.timeline", transferMode: "ReportEvents" });
      await drag();
      await rest(page);
      const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
      await session.send("Tracing.end");
      await complete;
      return counted.map(({ args }) => args.elementCount ?? 0);
    });
    assert.ok(counts.length > 0 && Math.max(...counts) < 60, `styles of ${counts} elements`);
  },
};
