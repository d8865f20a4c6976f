// Runs checks in browsers that stay open, one request of JSON per line: `{"id", "script", "arguments", "files"}`. Answers
// with `{"id", "output"}` or `{"id", "error"}`. Ends with its input.
import { createInterface } from "node:readline";
import { ENGINES, Engine, Session } from "./browser.mjs";
import * as html from "./html.mjs";
import * as mermaid from "./mermaid.mjs";

const scripts = { html, mermaid };
// A browser does one thing at a time: only the page in front has the focus. Most of the time it waits for the page, so
// there are two of each engine.
const browsers = Object.keys(ENGINES).flatMap((name) => [1, 2].map(() => ({ engine: new Engine(name), waiting: 0, last: Promise.resolve() })));

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
  const results = scripts[request.script].engines.map((name) => {
    const [first, second] = browsers.filter(({ engine }) => engine.name === name);
    const at = second.waiting < first.waiting ? second : first;
    at.waiting += 1;
    at.last = at.last.catch(() => {}).then(() => run(at, request)).finally(() => (at.waiting -= 1));
    return at.last;
  });
  const settled = await Promise.allSettled(results);
  const failed = settled.find(({ status }) => status === "rejected");
  const { id } = request;
  const told = failed ? { id, error: String(failed.reason.message) } : { id, output: settled[0].value ?? "" };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

const answers = [];
for await (const line of createInterface({ input: process.stdin })) answers.push(answer(JSON.parse(line)));
await Promise.all(answers);
for (const { engine } of browsers) await engine.close();
