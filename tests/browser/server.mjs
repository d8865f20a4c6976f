// Runs checks in browsers that stay open, one request of JSON per line: `{"id", "script", "arguments", "files"}`. Answers
// with `{"id", "output"}` or `{"id", "error"}`. Ends with its input.
import { createInterface } from "node:readline";
import { ENGINES, Engine, Session } from "./browser.mjs";
import * as html from "./html.mjs";
import * as mermaid from "./mermaid.mjs";

const scripts = { html, mermaid };
// Each engine does one thing at a time: only the page in front has the focus.
const engines = Object.keys(ENGINES).map((name) => ({ engine: new Engine(name), last: Promise.resolve() }));

async function run({ engine }, { script, arguments: args, files }) {
  const session = new Session(engine);
  try {
    return await scripts[script].run(session, args, files);
  } catch (error) {
    throw new Error(`${engine.name}: ${error.stack}`);
  } finally {
    await session.close();
  }
}

async function answer(request) {
  const able = engines.filter(({ engine }) => scripts[request.script].engines.includes(engine.name));
  const results = able.map((at) => (at.last = at.last.catch(() => {}).then(() => run(at, request))));
  const settled = await Promise.allSettled(results);
  const failed = settled.find(({ status }) => status === "rejected");
  const { id } = request;
  const told = failed ? { id, error: String(failed.reason.message) } : { id, output: settled[0].value ?? "" };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

const answers = [];
for await (const line of createInterface({ input: process.stdin })) answers.push(answer(JSON.parse(line)));
await Promise.all(answers);
for (const { engine } of engines) await engine.close();
