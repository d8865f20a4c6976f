// Tests the report of a run in real browsers: `node report.mjs PAGE`.
import assert from "node:assert/strict";
import { inEachEngine } from "./browser.mjs";

const [path] = process.argv.slice(2);

/** Contrast of two colours as the browser computes them (WCAG 2.2). */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/\d+/g).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colours of a row of pixels at both its ends; `blank` is an empty page, which reads the picture. */
async function ends(page, blank, { left: x, top: y, width }) {
  const shot = await page.screenshot({ clip: { x, y, width, height: 1 }, encoding: "base64" });
  return blank.evaluate(async (shot) => {
    const image = Object.assign(new Image(), { src: `data:image/png;base64,${shot}` });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width }).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return [0, image.width - 1].map((x) => `rgb(${canvas.getImageData(x, 0, 1, 1).data.slice(0, 3).join(", ")})`);
  }, shot);
}

/** What is cut at an edge has a shadow there, until it is moved to that edge; returns how many pictures and tables are cut. */
async function cuts(page, blank) {
  let count = 0;
  for (const element of await page.$$(".wide")) {
    const row = await element.evaluate((element) => {
      const { left, top, width } = element.getBoundingClientRect();
      return { left: Math.ceil(left) + 2, top: Math.ceil(top + scrollY) + 5, width: Math.floor(width) - 5 };
    });
    const [isCut, stop, ground, tag] = await element.evaluate((element) => [element.scrollWidth > element.clientWidth, element.tabIndex, getComputedStyle(element).backgroundColor, element.tagName]);
    assert.equal(stop, 0, "keys reach what can be moved");
    const [left, right] = await ends(page, blank, row);
    assert.equal(left, ground, "there is nothing before the beginning");
    assert.equal(right !== ground, isCut, `${right} on ${ground} where it is cut: ${isCut}`);
    if (!isCut) continue;
    if (tag !== "PRE") count += 1;
    await element.evaluate((element) => { element.scrollLeft = 1e6; });
    const moved = await ends(page, blank, row);
    assert.ok(moved[0] !== ground && moved[1] === ground, "there is more before it, and nothing behind it");
  }
  return count;
}

await inEachEngine(async (engine) => {
  const grounds = [];
  const blank = await engine.open();
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const page = await engine.open(path, { scheme, width });
      await page.$$eval("summary", (summaries) => summaries.at(-1).click());
      assert.deepEqual(await page.$$eval("h2", (headings) => headings.map((heading) => heading.textContent)), ["Curves", "Confusion", "Mistakes", "Network", "Settings", "Next steps"]);
      assert.equal(await page.$$eval("figure svg", (pictures) => pictures.length), 4);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `the page is ${overflow} pixels too wide at ${width}`);
      const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((element) => element.id));
      assert.equal(new Set(ids).size, ids.length, "every id is there once");
      // Every paragraph and every label of an axis contrasts with the background of the page.
      const colors = await page.evaluate(() => {
        const ground = getComputedStyle(document.documentElement).backgroundColor;
        const pictures = [...document.querySelectorAll(".background rect")].map((rect) => getComputedStyle(rect).fill);
        const texts = [...document.querySelectorAll("p, dt, dd, td, th, h2, summary")].map((text) => getComputedStyle(text).color);
        const marks = [...document.querySelectorAll("[id$='curves-loss'] text")].map((text) => getComputedStyle(text).fill);
        return { ground, pictures, texts: [...texts, ...marks] };
      });
      for (const color of colors.texts) assert.ok(contrast(color, colors.ground) >= 4.5, `${color} on ${colors.ground}`);
      for (const color of colors.pictures) assert.equal(color, colors.ground, "a picture has the page's ground");
      grounds.push(colors.ground);
      const cut = await cuts(page, blank);
      assert.ok(width === 1280 ? cut === 0 : cut >= 4, `${cut} are cut at ${width}`);
      assert.deepEqual(page.noise, []);
      // Scripts that are inserted later do not run.
      await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>"));
      await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" })));
      assert.equal(await page.evaluate(() => window.ran), undefined);
      await page.close();
    }
  }
  assert.notEqual(grounds[0], grounds[2], "the page follows the reader's choice");
});
