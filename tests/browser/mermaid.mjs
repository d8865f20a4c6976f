// Draws diagrams with the real Mermaid in Chromium: `node mermaid.mjs FILE...`. Prints the texts of each diagram.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Engine } from "./browser.mjs";

const chromium = new Engine("chrome");
try {
  const page = await chromium.open();
  await page.addScriptTag({ path: new URL("node_modules/mermaid/dist/mermaid.min.js", import.meta.url).pathname });
  // Default limits, as on GitHub.
  await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, securityLevel: "strict" }));
  for (const path of process.argv.slice(2)) {
    const diagram = await readFile(path, "utf8");
    const drawn = await page.evaluate(async (diagram) => {
      await window.mermaid.parse(diagram);
      const { svg } = await window.mermaid.render("drawn", diagram);
      document.body.innerHTML = svg;
      const texts = (selector) => [...document.querySelectorAll(selector)].map((node) => node.textContent);
      return { nodes: texts("g.node"), clusters: texts("g.cluster"), title: texts("svg > title"), scripts: texts("script").length };
    }, diagram);
    drawn.scripts -= 1; // Mermaid itself.
    assert.deepEqual(page.noise, [], path);
    console.log(JSON.stringify(drawn));
  }
} finally {
  await chromium.close();
}
