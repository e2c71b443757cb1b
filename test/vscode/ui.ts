// Drives the workbench with the mouse as a user does: squiggle, lens, hover, light bulb, and the figures before and after.
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { UiScript } from "./launcher.ts";

const shots = process.env.COLDSTART_SHOTS;
/** Milliseconds that a condition may take to come true. */
const PATIENCE = 30_000;

const script: UiScript = async ({ page }) => {
  page.setDefaultTimeout(PATIENCE);
  await python(page);
  await typescript(page);
};

export default script;

async function typescript(page: Page): Promise<void> {
  await openFile(page, "search.ts");
  await runCold(page);
  const first = await hoverFor(page, "export const search", "search", /Cold start [\d\s]+ms/);
  await hoverFor(page, "const titles", "loadVectors", /of the last profiled cold start/);
  await shoot(page, "squiggle");

  await fix(page, ["await download(", "download"], /^Download it when the image is built/);
  await hoverFor(page, "export const search", "search", /Measured before the last change/);
  await runCold(page);
  // From the top, so that the hover has room above the lens and hides no squiggle.
  await page.keyboard.press("Control+Home");
  const second = await hoverFor(page, "export const search", "search", /Cold start [\d\s]+ms, was [\d\s]+ms/);
  console.log(`hover: ${first}; after the fix ${second}`);
  await shoot(page, "editor");
}

async function python(page: Page): Promise<void> {
  await openFile(page, "captions.py");
  // The end of the file is what is looked at.
  await page.keyboard.press("Control+End");
  await setInput(page, '["teapot.jpg"]');
  await runCold(page);
  const first = await hoverFor(page, "def caption(", "caption", /Cold start [\d\s]+ms/);
  await hoverFor(page, "words = read_words", "read_words", /of the last profiled cold start/);
  await shoot(page, "python-squiggle");

  await fix(page, ["words = read_words", "read_words"], /^Move `read_words\(\)` to `@modal.enter`/);
  await fix(page, ["main/encoder.bin", "urlretrieve"], /^Download it when the image is built/);
  await fix(page, ["main/decoder.bin", "urlretrieve"], /^Download it when the image is built/);
  await page.keyboard.press("Control+End");
  await hoverFor(page, "def caption(", "caption", /Measured before the last change/);
  await runCold(page);
  const second = await hoverFor(page, "def caption(", "caption", /Cold start [\d\s]+ms, was [\d\s]+ms/);
  console.log(`hover in Python: ${first}; after the fixes ${second}`);
  await shoot(page, "python");
}

/** Opens a file from the explorer, and hides that. */
async function openFile(page: Page, name: string): Promise<void> {
  const row = page.locator(".explorer-folders-view .monaco-list-row", { hasText: name });
  // It is hidden since the file before this one.
  if ((await page.locator(".tab").count()) > 0) await page.keyboard.press("Control+b");
  await row.dblclick();
  await page.locator(".tab.active", { hasText: name }).waitFor();
  await page.locator(".squiggly-warning").first().waitFor();
  await page.keyboard.press("Control+b");
}

/** Runs the first function without its argument, and gives that when the error offers to. */
async function setInput(page: Page, input: string): Promise<void> {
  await clickRun(page);
  // Messages don't pop up while VS Code is tested; the bell keeps them.
  await page.locator('[id="status.notifications"]').click();
  const offer = page.locator(".notifications-center .monaco-button", { hasText: "Set Input…" });
  await offer.waitFor();
  await shoot(page, "python-input");
  await offer.click();
  await page.locator(".quick-input-widget input").first().fill(input);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
  await page.keyboard.press("Escape");
}

/** Runs the first function, and waits until its lens shows what the text as it stands costs. */
async function runCold(page: Page): Promise<void> {
  await clickRun(page);
  const figure = page.locator(".codelens-decoration a", { hasText: /▶ Run cold · [\d\s]+ms/ }).first();
  await until("a figure in the lens", async () => {
    const now = await figure.textContent({ timeout: PATIENCE });
    return !now?.includes("before the last change");
  });
}

/** Clicks the lens of the first function, and waits until nothing runs any more. */
async function clickRun(page: Page): Promise<void> {
  const lens = page.locator(".codelens-decoration a", { hasText: "▶ Run cold" }).first();
  // A click may meet a lens that is just drawn anew: then nothing runs, and it is repeated.
  await until("the run begins", async () => {
    await lens.click();
    return status(page, /coldstart: \S+/).then(
      () => true,
      () => false,
    );
  });
  // Two runs, where the first one succeeds: the one that times single loads comes after the one that counts.
  await status(page, /^\s*coldstart\s*$/, PATIENCE);
}

/** Waits for what coldstart's item in the status bar says. */
const status = (page: Page, text: RegExp, timeout = 3000): Promise<void> =>
  page.locator(".statusbar-item", { hasText: text }).first().waitFor({ timeout });

/** Rests the mouse on a word until a hover says what is wanted. What it says of the cold start. */
async function hoverFor(page: Page, line: string, word: string, wanted: RegExp): Promise<string> {
  let said = "";
  await until(`a hover of ${word} that matches ${wanted}`, async () => {
    const place = await placeOf(page, line, word);
    if (!place) return false;
    // Away first: a hover that is shown already doesn't change, and may lie over the word.
    await page.keyboard.press("Escape");
    await page.mouse.move(place.x + 400, place.y > 400 ? place.y - 300 : place.y + 300);
    await page.mouse.move(place.x + 1, place.y, { steps: 4 });
    const hover = page.locator(".monaco-hover:not(.hidden) .hover-contents", { hasText: wanted });
    const shown = await hover
      .first()
      .waitFor({ timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
    if (shown) said = (await hover.first().textContent()) ?? "";
    return shown;
  });
  return /Cold start[^ms]*ms/.exec(said.replaceAll("\u00a0", " "))?.[0] ?? said;
}

/** Opens the light bulb's menu on a word and chooses an action that takes a problem away. */
async function fix(
  page: Page,
  [line, word]: readonly [line: string, word: string],
  title: RegExp,
): Promise<void> {
  const before = await problems(page);
  // A menu that opens before the server has answered lacks the action: then it is opened again.
  await until(`the action ${title}`, async () => {
    await page.keyboard.press("Escape");
    const place = await placeOf(page, line, word);
    if (!place) return false;
    await page.mouse.click(place.x, place.y);
    await page.keyboard.press("Control+.");
    const row = page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    return row.click({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  });
  await until("fewer problems than before", async () => (await problems(page)) < before);
}

/** How many warnings the status bar tells of. */
async function problems(page: Page): Promise<number> {
  const said = await page.locator('[id="status.problems"]').textContent();
  return Number(/\d+\D*$/.exec(said ?? "")?.[0].trim() ?? 0);
}

/** The middle of a word in the line of the editor that holds a text; undefined while the line is drawn anew. */
async function placeOf(page: Page, line: string, word: string) {
  const row = page.locator(".view-line", { hasText: line }).first();
  const token = row.locator("span > span", { hasText: new RegExp(`^\\s*${word}\\s*$`) }).first();
  const box = await token.boundingBox({ timeout: 3000 }).catch(() => null);
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : undefined;
}

async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`) });
}
