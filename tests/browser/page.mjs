// What checks do with a page, and what they ask it.

/** The element with an id, which may hold dots. */
export const withId = (id) => `[id="${id}"]`;
export const transform = (page) => page.$eval("#ui-world", (world) => world.style.transform);
export const focused = (page) => page.evaluate(() => document.activeElement.id);
export const panel = (page) => page.$eval("#ui-panel", (panel) => panel.innerText);
export const text = (page, selector) => page.$eval(selector, (element) => element.textContent);
export const attribute = (page, selector, name) => page.$eval(selector, (element, name) => element.getAttribute(name), name);
export const number = (page, selector) => page.$$eval(selector, (elements) => elements.length);
/** Number of elements that are drawn. */
export const numberSeen = (page, selector) => page.$$eval(selector, (elements) => elements.filter((element) => element.getClientRects().length > 0).length);
export const box = async (page, id) => (await page.$(withId(id))).boundingBox();
/** Whether an element is drawn; those of closed frames are not in the document. */
export const visible = async (page, selector) => (await (await page.$(selector))?.isVisible()) ?? false;
export const focus = (page, selector) => page.$eval(selector, (element) => element.focus());
export const click = (page, selector) => page.locator(selector).click();
export const hover = (page, selector) => page.locator(selector).hover();
/** Waits until the picture rests. */
export const rest = (page) => page.waitForFunction(() => !document.querySelector("#ui-world").classList.contains("moving"));
export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}
/** Presses a key while Shift is held. */
export async function pressShifted(page, key) {
  await page.keyboard.down("Shift");
  await press(page, key);
  await page.keyboard.up("Shift");
}
/** Scale of the picture. */
export const scale = (page) => page.evaluate(() => new DOMMatrix(document.querySelector("#ui-world").style.transform).a);
/** Turns the wheel over the picture, and waits until the page has heard it. */
export async function wheel(page, by) {
  const { x } = await box(page, "ui-stage");
  await page.mouse.move(x + 200, 400);
  await page.evaluate(() => {
    window.turned = new Promise((done) => addEventListener("wheel", done, { once: true }));
  });
  await page.mouse.wheel({ deltaY: by });
  await page.evaluate(() => window.turned.then(() => {}));
}
/** Ids of the layers and closed frames that are whole on the stage. */
export const onStage = (page) => page.evaluate(() => {
  const room = document.querySelector("#ui-stage").getBoundingClientRect();
  return [...document.querySelectorAll("#ui-world :is(.layer, .stand-ins > g)")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.top >= room.top && box.bottom <= room.bottom && box.left >= room.left - 1 && box.right <= room.right + 1;
  }).map(({ id }) => id);
});
/** Moves the focus to the picture with Tab; the tree, if it is shown, comes before it. */
export async function enter(page) {
  await focus(page, (await visible(page, "#ui-tree")) ? "#ui-tree" : "#ui-keys");
  await press(page, "Tab");
}
