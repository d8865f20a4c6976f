// Checks of HTML pages in real browsers.
import assert from "node:assert/strict";
import { ENGINES } from "./browser.mjs";
import { drawing, isSame, isSound } from "./drawing.mjs";
import * as explore from "./explore.mjs";
import * as relayout from "./relayout.mjs";
import {
  attribute, box, click, enter, focus, focused, hover, number, numberSeen, onStage, panel, press, pressShifted, rest, scale, text, transform, visible, wheel, withId,
} from "./page.mjs";

/** Has every removal of what has the focus tell so before it is done; runs in a page. */
function tellRemovals() {
  const { removeChild } = Node.prototype;
  Node.prototype.removeChild = function (child) {
    const focused = document.activeElement;
    if (focused !== document.body && child.contains(focused)) focused.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    return removeChild.call(this, child);
  };
  Element.prototype.remove = function () {
    this.parentNode?.removeChild(this);
  };
  Element.prototype.replaceChildren = function (...children) {
    for (const child of [...this.childNodes]) this.removeChild(child);
    this.append(...children);
  };
}

const checks = {
  ...explore.checks,
  ...relayout.checks,

  async quiet(page) {
    const policy = await attribute(page, "meta[http-equiv='Content-Security-Policy']", "content");
    assert.match(policy, /^default-src 'none'; .*script-src 'sha256-[^']+'; style-src 'sha256-/);
    assert.ok(!policy.includes("unsafe-inline") && !policy.includes("unsafe-eval"));
    assert.ok((await number(page, "#ui-world .layer")) > 0);
    assert.deepEqual(page.noise, []);
    // Scripts that are inserted later do not run. The policy reports violations asynchronously, so listeners are
    // removed.
    for (const event of ["console", "pageerror", "request"]) page.removeAllListeners(event);
    await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>"));
    await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" })));
    assert.equal(await page.evaluate(() => window.ran), undefined);
  },

  async search(page) {
    await press(page, "+", "+", "+", "+", "+", "+");
    await press(page, "/");
    assert.equal(await focused(page), "ui-query");
    await page.keyboard.type("DENSE");
    assert.equal(await text(page, "#ui-count"), "1 of 2");
    await press(page, "Enter");
    assert.equal(await text(page, "#ui-count"), "2 of 2");
    assert.match(await panel(page), /^(Pin\s+)?dense_2/);
    await rest(page);
    const [stage, found] = [await box(page, "ui-stage"), await box(page, "layer-dense_2")];
    const middle = (box) => box.y + box.height / 2;
    assert.ok(Math.abs(middle(stage) - middle(found)) < 20, "the layer is in the middle");
    await pressShifted(page, "Enter");
    await press(page, "Escape");
    assert.equal(await focused(page), "layer-dense_1");
    await press(page, "/");
    await page.keyboard.type("nothing such");
    assert.equal(await text(page, "#ui-count"), "none");
    assert.ok(await page.$eval("#ui-next", (button) => button.disabled));
  },

  /** Settings, shapes and kinds as people type them, in any order. */
  async words(page) {
    const found = async (words) => {
      await page.$eval("#ui-query", (query) => query.select());
      await page.keyboard.type(words);
      const names = [];
      const count = await text(page, "#ui-count");
      for (let left = count === "none" ? 0 : +count.split(" of ")[1]; left > 0; left--) {
        names.push(await text(page, "#ui-panel h2"));
        await press(page, "Enter");
      }
      return names.sort().join(" ");
    };
    const expected = {
      "5x5": "c1 c3 c5 s4", "5×5 pool": "s4", "5 * 5 conv": "c1 c3 c5", "kernel 5": "c1 c3 c5", "5 Kernel": "c1 c3 c5", "kernel=5": "c1 c3 c5",
      "kernel 3": "", "filters 16": "c3", "filters: 6": "c1", "kernel 5x5 16 filters": "c3", "28x28": "c1 s2", "1x32x32": "c1 input",
      "max pool": "s2 s4", "maxpool": "s2 s4", "pool 2": "s2 s4", "84 units": "f6", "units 8": "f6", "units 9": "", "48120": "c5", "48,120": "c5",
      "softmax dense": "output", "use_bias softmax": "output", "($&[\\": "", c1: "c1",
    };
    for (const [words, names] of Object.entries(expected)) assert.equal(await found(words), names, words);
  },

  async keys(page) {
    await enter(page);
    assert.equal(await focused(page), "layer-input");
    await press(page, "ArrowDown", "ArrowRight");
    assert.equal(await focused(page), "layer-dense_2");
    await press(page, "ArrowDown", "ArrowUp");
    assert.equal(await focused(page), "layer-dense_1");
    assert.match(await panel(page), /dense_1[\s\S]*From\s+input[\s\S]*To\s+dense_2/i);
    assert.equal(await attribute(page, ".ring", "visibility"), "visible");
    await press(page, "Enter");
    assert.match(await focused(page), /^neuron-dense_1\.0$/);
    await press(page, "ArrowRight");
    const neuron = await focused(page);
    assert.match(neuron, /^neuron-dense_1\.[1-9]/);
    await press(page, " ");
    assert.equal(await attribute(page, withId(neuron), "aria-pressed"), "true");
    await press(page, "Escape");
    assert.equal(await attribute(page, withId(neuron), "aria-pressed"), "false");
    await press(page, "Escape");
    assert.equal(await focused(page), "layer-dense_1");
    await press(page, " ");
    assert.match(await panel(page), /Unpin/);
    await press(page, "Escape", "Escape");
    assert.equal(await focused(page), "");
    await press(page, "?");
    assert.ok(await visible(page, "#ui-help"));
    await press(page, "Escape");
    assert.ok(!(await visible(page, "#ui-help")));
  },

  async details(page) {
    const whole = /^mnist\ninput\n784\noutput\n10\nlayers\n2\nparameters\n407,050\nFLOPs\n814 k\n/;
    assert.match(await panel(page), whole);
    assert.ok(!(await panel(page)).includes("dense_1"), "the network in words is behind a press");
    await click(page, "#ui-panel summary");
    assert.match(await panel(page), /mnist: input 784, dense_1 \(dense\) 512 relu/);
    await hover(page, "#neuron-dense_1\\.0");
    assert.match(await panel(page), /dense_1[\s\S]*512 neurons/);
    assert.equal(await number(page, ".connections.on"), 2);
    assert.equal(await attribute(page, ".halo", "visibility"), "visible");
    await hover(page, "#ui-fit");
    assert.match(await panel(page), whole);
    await focus(page, "#layer-dense_2");
    assert.match(await panel(page), /dense_2[\s\S]*softmax/);
    await click(page, "#ui-panel .link");
    assert.equal(await focused(page), "layer-dense_1");
    // The panel is redrawn, and its focused element keeps the focus.
    for (const label of ["Unpin", "Pin", "Unpin"]) {
      await focus(page, "#ui-panel .pin");
      await press(page, "Enter");
      assert.equal(await text(page, "#ui-panel .pin:focus"), label);
    }
    await focus(page, "#ui-panel .link");
    await press(page, "Enter");
    assert.equal(await focused(page), "layer-input");
    // The subject of the panel may change while one of its buttons has the focus.
    await focus(page, "#ui-panel .link");
    await hover(page, "#neuron-dense_2\\.0");
    assert.match(await panel(page), /dense_2[\s\S]*softmax/);
    assert.equal(await focused(page), "ui-panel");
  },

  /** The same where the removal of what has the focus is told while it is removed, as Chromium 148 does. */
  async removals(page, path, engine) {
    const telling = await engine.open(path, { before: tellRemovals });
    await checks.details(telling);
    assert.deepEqual(telling.noise, []);
  },

  /** Every neuron's connections alone: one to each neuron drawn of the layers next to its own. */
  async alone(page) {
    const drawn = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll(".layer")].map((layer) =>
      [layer.id, layer.querySelectorAll('[id^="neuron-"]:not([id$=".bias"])').length])));
    const links = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent).groups.filter(({ ends }) => ends).map(({ ends }) => ends));
    for (const [id, count] of Object.entries(drawn).filter(([, count]) => count > 0)) {
      const neuron = await page.$$eval(`${withId(id)} [id^="neuron-"]`, (neurons, at) => neurons[at].id, Math.min(2, count - 1));
      const start = Date.now();
      await focus(page, withId(neuron));
      await press(page, "Enter");
      const expected = links.filter((ends) => ends.includes(id)).flatMap((ends) => {
        const other = ends[0] === id ? ends[1] : ends[0];
        return [`${drawn[other] || 1} ${ends[0] === id ? "to" : "from"} ${other.slice("layer-".length)}`];
      });
      assert.equal(await text(page, "#ui-panel .count"), `Connections drawn: ${expected.join(", ")}`);
      assert.ok(Date.now() - start < 60_000, `${Date.now() - start} ms`);
      const on = await number(page, '[id^="neuron-"].on');
      const others = links.filter((ends) => ends.includes(id)).map((ends) => drawn[ends[0] === id ? ends[1] : ends[0]]);
      assert.equal(on, 1 + others.reduce((a, b) => a + b, 0));
      const segments = await page.$eval(".alone-lines", (group) =>
        [...group.children].reduce((count, path) => count + path.getAttribute("d").split("M").length - 1, 0));
      assert.ok(segments >= on - 1, `${segments} lines to ${on - 1} neurons`);
      assert.equal(await page.$eval(".connections", (link) => getComputedStyle(link).visibility), "hidden");
      await press(page, "Escape");
      assert.equal(await number(page, ".alone-lines path"), 0);
    }
  },

  async folds(page) {
    const { folds } = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
    const height = () => page.$eval(".background rect", (rect) => +rect.getAttribute("height"));
    const last = await page.$$eval("#ui-world .layer", (layers) => layers.at(-1).id);
    const { group, standIn, members, size, closed } = folds[0];
    const inner = members.find((id) => id.startsWith("layer-"));
    const [k, before, full] = [await page.evaluate(() => new DOMMatrix(document.querySelector("#ui-world").style.transform).a), await box(page, last), await height()];
    await click(page, `${withId(group)} .control`);
    assert.ok((await visible(page, withId(standIn))) && !(await visible(page, withId(group))) && !(await visible(page, withId(inner))));
    const shrunk = full - (await height());
    assert.ok(Math.abs(size[1] - closed[1] - shrunk) < 30, `${shrunk} of ${size[1]} to ${closed[1]}`);
    assert.ok(Math.abs(before.y - (await box(page, last)).y - shrunk * k) < 1, "what follows moves up");
    // Lines lead to the stand-in of the frame and from it.
    assert.equal(await attribute(page, withId(standIn), "aria-expanded"), "false");
    await focus(page, withId(standIn));
    await press(page, "Enter");
    assert.ok(!(await visible(page, withId(standIn))) && (await visible(page, withId(inner))));
    assert.equal(await focused(page), group);
    assert.ok(Math.abs((await box(page, last)).y - before.y) < 0.1 && (await height()) === full);
    await click(page, "#ui-collapse");
    assert.equal(await numberSeen(page, "#ui-world .fold"), 0);
    // Search opens the frames around its result.
    await press(page, "/");
    await page.keyboard.type(inner.slice("layer-".length));
    assert.ok(await visible(page, withId(inner)));
    await click(page, "#ui-expand");
    assert.equal(await numberSeen(page, "#ui-world .stand-ins > *"), 0);
    assert.ok((await height()) === full);
  },

  /** A picture that could not be read as a whole opens at full size at its beginning, and moves by wheel. */
  async opening(page, path, engine) {
    for (const width of [1280, 390]) {
      const page = await engine.open(path, { width });
      const first = await page.$eval("#ui-world .layer", ({ id }) => id);
      assert.equal(await scale(page), 1, `the scale at ${width}`);
      assert.ok((await onStage(page)).includes(first), `${first} is seen at ${width}`);
      const begun = await transform(page);
      await wheel(page, 300);
      assert.equal(await scale(page), 1, "the wheel scrolls");
      const scrolled = await transform(page);
      assert.notEqual(scrolled, begun);
      for (let turns = 0; turns < 20; turns++) await wheel(page, 2000);
      const last = await page.$$eval("#ui-world .layer", (layers) => layers.at(-1).id);
      assert.ok((await onStage(page)).includes(last), `${last} is seen at ${width}`);
      await page.keyboard.down("Control");
      await wheel(page, 100);
      await page.keyboard.up("Control");
      assert.ok((await scale(page)) < 1, "the wheel zooms with Ctrl");
      await click(page, "#ui-fit");
      await rest(page);
      const [stage, whole] = [await box(page, "ui-stage"), await (await page.$("#ui-world > svg")).boundingBox()];
      assert.ok(whole.y >= stage.y && whole.y + whole.height <= stage.y + stage.height, "all of it is seen");
      assert.ok(whole.x >= stage.x && whole.x + whole.width <= stage.x + stage.width, "all of it is seen");
      assert.deepEqual(page.noise, []);
      await page.close();
    }
  },

  /** What is looked at stays in sight when frames close and open. */
  async sight(page) {
    // Without the tree, there is room for two layers beside each other.
    await press(page, "t");
    const { folds } = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
    const closedTo = (id) => folds.find(({ members }) => members.includes(id))?.standIn ?? id;
    for (const turns of [0, 1, 3, 6, 20]) {
      await press(page, "1");
      for (let turn = 0; turn < turns; turn++) await wheel(page, 700);
      await rest(page);
      const before = (await onStage(page)).map(closedTo);
      await click(page, "#ui-collapse");
      const closed = await onStage(page);
      assert.ok(closed.length >= 2 && closed.some((id) => before.includes(id)), `${turns}: ${closed} after ${before}`);
      await click(page, "#ui-expand");
      const open = await onStage(page);
      assert.ok(open.length >= 2 && open.map(closedTo).some((id) => closed.includes(id)), `${turns}: ${open} after ${closed}`);
      for (let turn = 0; turn < 4; turn++) await wheel(page, -20000);
    }
    // Closes a frame after its last member was visited.
    const { members, standIn } = folds[0];
    await focus(page, withId(members.at(-1)));
    await press(page, "ArrowDown", "ArrowUp");
    await focus(page, withId(folds[0].group));
    await press(page, "Enter");
    assert.ok((await onStage(page)).includes(standIn));
    await press(page, "Enter");
    assert.ok((await onStage(page)).includes(members.find((id) => id.startsWith("layer-"))));
    // The element that Tab has reached is hidden with its frame, and so is its focus ring.
    await focus(page, withId(members.at(-1)));
    await press(page, "ArrowDown", "ArrowUp");
    await click(page, "#ui-collapse");
    assert.equal(await attribute(page, ".ring", "visibility"), "hidden");
    await enter(page);
    assert.equal(await focused(page), standIn);
  },

  /** What has the focus is brought into sight, also from under the panel of a phone. */
  async tab(page, path, engine) {
    await enter(page);
    const layer = await focused(page);
    for (const key of ["ArrowDown", "ArrowRight"]) {
      for (let steps = 0; steps < 200; steps++) await pressShifted(page, key);
      await rest(page);
      assert.deepEqual(await onStage(page), []);
      await enter(page);
      await rest(page);
      assert.ok((await onStage(page)).includes(layer), `${layer} is seen`);
    }
    await press(page, "End");
    await rest(page);
    assert.ok((await onStage(page)).includes(await focused(page)));
    const phone = await engine.open(path, { width: 390 });
    const pressed = (await onStage(phone)).at(-1);
    await click(phone, withId(pressed));
    await rest(phone);
    const [chosen, over] = [await box(phone, pressed), await box(phone, "ui-panel")];
    assert.ok(chosen.y > 0 && chosen.y + chosen.height <= over.y, `${pressed} is seen above the panel`);
    assert.deepEqual(phone.noise, []);
  },

  /** A layer at the edge of a frame is fed by what feeds the frame. */
  async feeds(page) {
    const ends = async (id) => {
      await focus(page, withId(id));
      return (await page.$$eval("#ui-panel :is(h3, .link)", (texts) => texts.map(({ textContent }) => textContent))).join(" ");
    };
    assert.equal(await ends("layer-a1"), "From input To d1");
    assert.equal(await ends("layer-d1"), "From a1 To e1");
    assert.equal(await ends("layer-e1"), "From d1 To flatten_1");
    assert.equal(await ends("layer-flatten_1"), "From a1..e1 To dense_1");
  },

  async refolds(page) {
    const { folds } = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
    const whole = await drawing(page);
    isSound(whole, "open");
    const toggle = async (id, key) => {
      await focus(page, withId(id));
      await press(page, key);
    };
    // Close each frame alone. Then close all from the innermost on, so that outer frames close over closed ones, and
    // reopen.
    for (const { group, standIn, members } of folds) {
      await toggle(group, "Enter");
      const drawn = await drawing(page);
      isSound(drawn, `${group} closed`);
      const ids = drawn.boxes.map(({ id }) => id);
      assert.ok(ids.includes(standIn) && !members.some((id) => ids.includes(id)), group);
      await toggle(standIn, "Enter");
      isSame(await drawing(page), whole, `${group} opened`);
    }
    for (const { group } of folds.toReversed()) {
      await toggle(group, "Enter");
      isSound(await drawing(page), `${group} closed too`);
    }
    for (const { standIn } of folds) {
      await toggle(standIn, "Enter");
      isSound(await drawing(page), `${standIn} opened too`);
    }
    isSame(await drawing(page), whole, "all opened");
  },

  async theme(page, path, engine) {
    const colors = (of = page) => of.evaluate(() => ["body", "#ui-stage", ".bar"].map((at) => getComputedStyle(document.querySelector(at)).backgroundColor)
      .concat(getComputedStyle(document.querySelector(".layer text")).fill, getComputedStyle(document.querySelector(".background rect")).fill));
    const system = await colors();
    await click(page, "#ui-theme");
    assert.deepEqual(await colors(), system, "the system is light");
    await click(page, "#ui-theme");
    const dark = await colors();
    for (const index of [1, 2, 3, 4]) assert.notEqual(dark[index], system[index]);
    await click(page, "#ui-theme");
    assert.deepEqual(await colors(), system);
    const other = await engine.open(path, { scheme: "dark" });
    assert.deepEqual(await colors(other), dark, "the system is dark");
  },

  async zoom(page, path, engine) {
    const fit = await transform(page);
    await page.mouse.move(400, 400);
    await page.mouse.wheel({ deltaY: -300 });
    await page.waitForFunction((before) => document.querySelector("#ui-world").style.transform !== before, fit);
    const wheel = await transform(page);
    await page.mouse.down();
    await page.mouse.move(500, 450);
    await page.mouse.up();
    const dragged = await transform(page);
    assert.notEqual(dragged, wheel);
    assert.doesNotMatch(await panel(page), /Unpin/, "a drag is not a press");
    assert.equal(await focused(page), "", "a drag does not choose what it begins on");
    await press(page, "f");
    assert.equal(await transform(page), fit);
    for (const key of ["+", "-", "1", "ArrowLeft"]) {
      const before = await transform(page);
      await press(page, key);
      assert.notEqual(await transform(page), before, key);
    }
    await press(page, "0");
    assert.equal(await transform(page), fit);
    const phone = await engine.open(path, { width: 390, height: 780 });
    const scale = () => phone.evaluate(() => new DOMMatrix(document.querySelector("#ui-world").style.transform).a);
    const before = await scale();
    const fingers = [await phone.touchscreen.touchStart(150, 400), await phone.touchscreen.touchStart(250, 400)];
    for (const by of [10, 30, 50]) {
      await fingers[0].move(150 - by, 400);
      await fingers[1].move(250 + by, 400);
    }
    for (const finger of fingers) await finger.end();
    assert.ok(Math.abs((await scale()) / before - 2) < 0.15, `pinched from ${before} to ${await scale()}`);
    assert.deepEqual(phone.noise, []);
  },
};

/** The browsers that run the checks. */
export const engines = Object.keys(ENGINES);

/** Runs a check on each page. */
export async function run(engine, [check], pages) {
  // Some compare the first page with the others.
  for (const path of check === "depths" ? pages.slice(0, 1) : pages) {
    const page = await engine.open(path);
    assert.deepEqual(page.noise, [], path);
    await checks[check](page, path, engine, pages);
    assert.deepEqual(page.noise, [], path);
    await page.close();
  }
}
