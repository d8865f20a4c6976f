// A run's report in a real Chromium: `node report.mjs PAGE`.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [path] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });

/** Contrast of two colours as the browser computes them (WCAG 2.2). */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/\d+/g).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

try {
  const grounds = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      const noise = [];
      page.on("console", (message) => noise.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => noise.push(String(error)));
      page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
      page.on("request", (request) => {
        if (!request.url().startsWith("data:") && !request.isNavigationRequest()) noise.push(`request: ${request.url()}`);
      });
      await page.goto(`file://${path}`);
      await page.locator("summary").last().click();
      assert.deepEqual(await page.locator("h2").allTextContents(), ["Curves", "Confusion", "Mistakes", "Network", "Settings", "Going on"]);
      assert.equal(await page.locator("figure svg").count(), 4);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `the page is ${overflow} pixels too wide at ${width}`);
      const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((element) => element.id));
      assert.equal(new Set(ids).size, ids.length, "every id is there once");
      // Every paragraph and every text of a picture's axes is read on the page's ground.
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
      assert.deepEqual(noise, []);
      // What was written into the page afterwards does not run.
      await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>"));
      await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" })));
      assert.equal(await page.evaluate(() => window.ran), undefined);
      await page.close();
    }
  }
  assert.notEqual(grounds[0], grounds[2], "the page follows the reader's choice");
} finally {
  await browser.close();
}
