// Draws diagrams with the real Mermaid.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

export const engines = ["chrome"];

/** Draws each file. Returns the texts of each diagram, as one line of JSON per file. */
export async function run(engine, _, files) {
  const page = await engine.open();
  await page.addScriptTag({ path: new URL("node_modules/mermaid/dist/mermaid.min.js", import.meta.url).pathname });
  // Default limits, as on GitHub.
  await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, securityLevel: "strict" }));
  const lines = [];
  for (const path of files) {
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
    lines.push(JSON.stringify(drawn));
  }
  return lines.join("\n");
}
