// The browsers of the tests: Chromium and Firefox ESR of Debian, driven by puppeteer-core.
import puppeteer from "puppeteer-core";

/** How each browser starts; readers' preferences are options of the start, since Firefox cannot change them later. */
export const ENGINES = {
  chrome: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    preferring: (scheme) => ({
      args: [...ENGINES.chrome.args, "--force-prefers-reduced-motion", `--blink-settings=preferredColorScheme=${scheme === "dark" ? 0 : 1}`],
    }),
  },
  firefox: {
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    preferring: (scheme) => ({
      extraPrefsFirefox: { "ui.prefersReducedMotion": 1, "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1 },
    }),
  },
};

/** One engine, which starts a browser when a page first needs it. */
export class Engine {
  #browsers = new Map();

  constructor(name) {
    this.name = name;
  }

  #browser(scheme) {
    if (!this.#browsers.has(scheme)) {
      const { executablePath, preferring } = ENGINES[this.name];
      this.#browsers.set(scheme, puppeteer.launch({ browser: this.name, executablePath, ...preferring(scheme) }));
    }
    return this.#browsers.get(scheme);
  }

  /**
   * Opens a file, or an empty page without one. `page.noise` gets all that the page says, asks or fetches; `before`
   * runs in it before its own scripts.
   */
  async open(path, { scheme = "light", width = 1280, height = 800, before } = {}) {
    const page = await (await this.#browser(scheme)).newPage();
    page.noise = [];
    page.on("console", (message) => page.noise.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => page.noise.push(String(error)));
    page.on("dialog", (dialog) => page.noise.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith("data:") && !request.isNavigationRequest()) page.noise.push(`request: ${request.url()}`);
    });
    await page.setViewport({ width, height });
    if (before) await page.evaluateOnNewDocument(before);
    if (path) await page.goto(`file://${path}`);
    return page;
  }

  async close() {
    for (const browser of this.#browsers.values()) await (await browser).close();
  }
}

/** The pages of one check in an engine that others use too. */
export class Session {
  #pages = [];

  constructor(engine) {
    this.engine = engine;
    this.name = engine.name;
  }

  async open(path, options) {
    const page = await this.engine.open(path, options);
    this.#pages.push(page);
    return page;
  }

  async close() {
    for (const page of this.#pages) if (!page.isClosed()) await page.close();
  }
}

/** Runs checks in every engine; what fails there names it. */
export async function inEachEngine(checks) {
  for (const name of Object.keys(ENGINES)) {
    const engine = new Engine(name);
    try {
      await checks(engine);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    } finally {
      await engine.close();
    }
  }
}
