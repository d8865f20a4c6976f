// Checks of HTML pages in a real Chromium: `node html.mjs CHECK PAGE...`.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [check, ...pages] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });

/** Opens a page, and fails where it says or fetches anything. */
async function open(path, options = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.noise = [];
  page.on("console", (message) => page.noise.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.noise.push(String(error)));
  page.on("dialog", (dialog) => page.noise.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:") && !request.isNavigationRequest()) page.noise.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${path}`);
  return page;
}

const transform = (page) => page.locator("#ui-world").evaluate((world) => world.style.transform);
const focused = (page) => page.evaluate(() => document.activeElement.id);
const panel = (page) => page.locator("#ui-panel").innerText();
const box = (page, id) => page.locator(`[id="${id}"]`).boundingBox();
const visible = (page, id) => page.locator(`[id="${id}"]`).isVisible();
/** Waits until the picture rests. */
const rest = (page) => page.waitForFunction(() => !document.querySelector("#ui-world").classList.contains("moving"));
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}
/** Moves the focus to the picture with Tab. */
async function enter(page) {
  await page.locator("#ui-keys").focus();
  await press(page, "Tab");
}

/** Where everything is that can be seen: boxes, frames with what stands at them, and both ends of each connection. */
const drawing = (page) => page.evaluate(() => {
  const picture = document.querySelector("#ui-world > svg");
  const matrix = picture.getScreenCTM().inverse();
  const round = (value) => Math.round(value * 100) / 100;
  const place = (x, y) => { const point = new DOMPoint(x, y).matrixTransform(matrix); return [round(point.x), round(point.y)]; };
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [...place(left, top), ...place(right, bottom)];
  };
  const seen = (query) => [...picture.querySelectorAll(query)].filter((element) => element.getClientRects().length > 0);
  const end = (path, at) => {
    const point = path.getPointAtLength(at).matrixTransform(path.getScreenCTM());
    return place(point.x, point.y);
  };
  return {
    size: [picture.width.baseVal.value, picture.height.baseVal.value].map(round),
    boxes: seen(".layer, .stand-ins > g").map((group) => ({ id: group.id, box: box(group.querySelector("rect")) })),
    frames: seen(".fold").map((group) => ({
      id: group.id,
      box: box(group.querySelector("rect")),
      control: box(group.querySelector(".control circle")),
      texts: [...group.querySelectorAll("text")].map(box),
    })),
    links: seen(".connections > path").map((path) => ({ id: path.parentElement.id, ends: [end(path, 0), end(path, path.getTotalLength())] })),
  };
});

/** Nothing overlaps, every connection leads from one box to another, and what stands at a frame is at it. */
function isSound({ size, boxes, frames, links }, when) {
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
      assert.ok(Math.hypot(...gap) < 60 && apart(text, box), `${when}: a text of ${id} is ${gap} from it`);
      for (const other of boxes) assert.ok(apart(text, other.box), `${when}: a text of ${id} lies on ${other.id}`);
    }
  }
  for (const { id, ends } of links) {
    // An arrow's head takes the last pixels.
    for (const [[x, y], most] of [[ends[0], 1], [ends[1], 10]]) {
      const distance = ([left, top, right, bottom]) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      const edge = ([left, top, right, bottom]) => Math.min(Math.abs(x - left), Math.abs(x - right), Math.abs(y - top), Math.abs(y - bottom));
      const touches = boxes.some(({ box }) => distance(box) <= most) || frames.some(({ box }) => distance(box) <= most && edge(box) <= most);
      assert.ok(touches, `${when}: ${id} ends in the open at ${x}, ${y}`);
    }
  }
}

const checks = {
  async quiet(page) {
    const policy = await page.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content");
    assert.match(policy, /^default-src 'none'; .*script-src 'sha256-[^']+'; style-src 'sha256-/);
    assert.ok(!policy.includes("unsafe-inline") && !policy.includes("unsafe-eval"));
    // What was written into the page afterwards does not run.
    await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>"));
    await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" })));
    assert.equal(await page.evaluate(() => window.ran), undefined);
    page.noise = []; // The policy's complaints of these two.
    assert.ok((await page.locator("#ui-world .layer").count()) > 0);
  },

  async search(page) {
    await press(page, "+", "+", "+", "+", "+", "+");
    await press(page, "/");
    assert.equal(await focused(page), "ui-query");
    await page.keyboard.type("DENSE");
    assert.equal(await page.locator("#ui-count").textContent(), "1 of 2");
    await press(page, "Enter");
    assert.equal(await page.locator("#ui-count").textContent(), "2 of 2");
    assert.match(await panel(page), /^(Pin\s+)?dense_2/);
    await rest(page);
    const [stage, found] = [await box(page, "ui-stage"), await box(page, "layer-dense_2")];
    const middle = (box) => box.y + box.height / 2;
    assert.ok(Math.abs(middle(stage) - middle(found)) < 20, "the layer is in the middle");
    await press(page, "Shift+Enter", "Escape");
    assert.equal(await focused(page), "layer-dense_1");
    await press(page, "/");
    await page.keyboard.type("nothing such");
    assert.equal(await page.locator("#ui-count").textContent(), "none");
    assert.ok(await page.locator("#ui-next").isDisabled());
  },

  async keys(page) {
    await enter(page);
    assert.equal(await focused(page), "layer-input");
    await press(page, "ArrowDown", "ArrowRight");
    assert.equal(await focused(page), "layer-dense_2");
    await press(page, "ArrowDown", "ArrowUp");
    assert.equal(await focused(page), "layer-dense_1");
    assert.match(await panel(page), /dense_1[\s\S]*From\s+input[\s\S]*To\s+dense_2/i);
    assert.equal(await page.locator(".ring").getAttribute("visibility"), "visible");
    await press(page, "Enter");
    assert.match(await focused(page), /^neuron-dense_1\.0$/);
    await press(page, "ArrowRight");
    const neuron = await focused(page);
    assert.match(neuron, /^neuron-dense_1\.[1-9]/);
    await press(page, "Space");
    assert.equal(await page.locator(`[id="${neuron}"]`).getAttribute("aria-pressed"), "true");
    await press(page, "Escape");
    assert.equal(await page.locator(`[id="${neuron}"]`).getAttribute("aria-pressed"), "false");
    await press(page, "Escape");
    assert.equal(await focused(page), "layer-dense_1");
    await press(page, "Space");
    assert.match(await panel(page), /Unpin/);
    await press(page, "Escape", "Escape");
    assert.equal(await focused(page), "");
    await press(page, "?");
    assert.ok(await page.locator("#ui-help").isVisible());
    await press(page, "Escape");
    assert.ok(!(await page.locator("#ui-help").isVisible()));
  },

  async details(page) {
    const whole = /^mnist\ninput\n784\noutput\n10\nlayers\n2\nparameters\n407,050\nFLOPs\n814 k\n/;
    assert.match(await panel(page), whole);
    assert.ok(!(await panel(page)).includes("dense_1"), "the network in words is behind a press");
    await page.locator("#ui-panel summary").click();
    assert.match(await panel(page), /mnist: input 784, dense_1 \(dense\) 512 relu/);
    await page.locator("#neuron-dense_1\\.0").hover();
    assert.match(await panel(page), /dense_1[\s\S]*512 neurons/);
    assert.equal(await page.locator(".connections.on").count(), 2);
    assert.equal(await page.locator(".halo").getAttribute("visibility"), "visible");
    await page.locator("#ui-fit").hover();
    assert.match(await panel(page), whole);
    await page.locator("#layer-dense_2").focus();
    assert.match(await panel(page), /dense_2[\s\S]*softmax/);
    await page.locator("#ui-panel .link", { hasText: "dense_1" }).click();
    assert.equal(await focused(page), "layer-dense_1");
  },

  /** Every neuron's connections alone: one to each neuron drawn of the layers next to its own. */
  async alone(page) {
    const drawn = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll(".layer")].map((layer) =>
      [layer.id, layer.querySelectorAll('[id^="neuron-"]:not([id$=".bias"])').length])));
    const links = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent).groups.filter(({ ends }) => ends).map(({ ends }) => ends));
    for (const [id, count] of Object.entries(drawn).filter(([, count]) => count > 0)) {
      const neuron = page.locator(`[id="${id}"] [id^="neuron-"]`).nth(Math.min(2, count - 1));
      const start = Date.now();
      await neuron.focus();
      await press(page, "Enter");
      const expected = links.filter((ends) => ends.includes(id)).flatMap((ends) => {
        const other = ends[0] === id ? ends[1] : ends[0];
        return [`${drawn[other] || 1} ${ends[0] === id ? "to" : "from"} ${other.slice("layer-".length)}`];
      });
      assert.equal(await page.locator("#ui-panel .count").textContent(), `Connections drawn: ${expected.join(", ")}`);
      assert.ok(Date.now() - start < 3000, `${Date.now() - start} ms`);
      const on = await page.locator('[id^="neuron-"].on').count();
      const others = links.filter((ends) => ends.includes(id)).map((ends) => drawn[ends[0] === id ? ends[1] : ends[0]]);
      assert.equal(on, 1 + others.reduce((a, b) => a + b, 0));
      const segments = await page.locator(".alone-lines").evaluate((group) =>
        [...group.children].reduce((count, path) => count + path.getAttribute("d").split("M").length - 1, 0));
      assert.ok(segments >= on - 1, `${segments} lines to ${on - 1} neurons`);
      assert.equal(await page.locator(".connections").first().evaluate((link) => getComputedStyle(link).visibility), "hidden");
      await press(page, "Escape");
      assert.equal(await page.locator(".alone-lines path").count(), 0);
    }
  },

  async folds(page) {
    const { folds } = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
    const height = () => page.locator("#ui-world > svg").evaluate((svg) => +svg.getAttribute("height"));
    const last = await page.locator("#ui-world .layer").last().getAttribute("id");
    const { group, standIn, members, band, closed } = folds[0];
    const inner = members.find((id) => id.startsWith("layer-"));
    const [k, before, full] = [await page.evaluate(() => new DOMMatrix(document.querySelector("#ui-world").style.transform).a), await box(page, last), await height()];
    await page.locator(`[id="${group}"] .control`).click();
    assert.ok((await visible(page, standIn)) && !(await visible(page, group)) && !(await visible(page, inner)));
    const shrunk = band[1] - band[0] - closed;
    assert.ok(Math.abs(before.y - (await box(page, last)).y - shrunk * k) < 1, "what follows moves up");
    assert.ok(Math.abs(full - (await height()) - shrunk) < 0.1);
    // Lines lead to the stand-in and from it.
    assert.equal(await page.locator(`[id="${standIn}"]`).getAttribute("aria-expanded"), "false");
    await page.locator(`[id="${standIn}"]`).focus();
    await press(page, "Enter");
    assert.ok(!(await visible(page, standIn)) && (await visible(page, inner)));
    assert.equal(await focused(page), group);
    assert.ok(Math.abs((await box(page, last)).y - before.y) < 0.1 && (await height()) === full);
    await page.locator("#ui-collapse").click();
    assert.equal(await page.locator("#ui-world .fold:visible").count(), 0);
    // Search opens what it finds.
    await press(page, "/");
    await page.keyboard.type(inner.slice("layer-".length));
    assert.ok(await visible(page, inner));
    await page.locator("#ui-expand").click();
    assert.equal(await page.locator("#ui-world .stand-ins > :visible").count(), 0);
    assert.ok((await height()) === full);
  },

  async refolds(page) {
    const { folds } = await page.evaluate(() => JSON.parse(document.querySelector("#ui-data").textContent));
    const whole = await drawing(page);
    isSound(whole, "open");
    const toggle = async (id, key) => {
      await page.locator(`[id="${id}"]`).focus();
      await press(page, key);
    };
    // Each alone; then all from the innermost, so that each outer one closes over closed ones, and back.
    for (const { group, standIn, members } of folds) {
      await toggle(group, "Enter");
      const drawn = await drawing(page);
      isSound(drawn, `${group} closed`);
      const ids = drawn.boxes.map(({ id }) => id);
      assert.ok(ids.includes(standIn) && !members.some((id) => ids.includes(id)), group);
      await toggle(standIn, "Enter");
      assert.deepEqual(await drawing(page), whole, `${group} opened`);
    }
    for (const { group } of folds.toReversed()) {
      await toggle(group, "Enter");
      isSound(await drawing(page), `${group} closed too`);
    }
    for (const { standIn } of folds) {
      await toggle(standIn, "Enter");
      isSound(await drawing(page), `${standIn} opened too`);
    }
    assert.deepEqual(await drawing(page), whole, "all opened");
  },

  async theme(page) {
    const colors = () => page.evaluate(() => ["body", "#ui-stage", ".bar"].map((at) => getComputedStyle(document.querySelector(at)).backgroundColor)
      .concat(getComputedStyle(document.querySelector(".layer text")).fill, getComputedStyle(document.querySelector(".background rect")).fill));
    const system = await colors();
    await page.locator("#ui-theme").click();
    assert.deepEqual(await colors(), system, "the system is light");
    await page.locator("#ui-theme").click();
    const dark = await colors();
    for (const index of [1, 2, 3, 4]) assert.notEqual(dark[index], system[index]);
    await page.locator("#ui-theme").click();
    assert.deepEqual(await colors(), system);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await colors(), dark, "the system is dark");
  },

  async zoom(page, path) {
    const fit = await transform(page);
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, -300);
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
    const phone = await open(path, { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });
    const session = await phone.context().newCDPSession(phone);
    const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const scale = () => phone.evaluate(() => new DOMMatrix(document.querySelector("#ui-world").style.transform).a);
    const before = await scale();
    await touch("touchStart", [[150, 400], [250, 400]]);
    for (const by of [10, 30, 50]) await touch("touchMove", [[150 - by, 400], [250 + by, 400]]);
    await touch("touchEnd", []);
    assert.ok(Math.abs((await scale()) / before - 2) < 0.15, `pinched from ${before} to ${await scale()}`);
    assert.deepEqual(phone.noise, []);
  },
};

try {
  for (const path of pages) {
    const page = await open(path);
    assert.deepEqual(page.noise, [], path);
    await checks[check](page, path);
    assert.deepEqual(page.noise, [], path);
    await page.context().close();
  }
} finally {
  await browser.close();
}
