// The page of a served app, in a real browser: what it shows while inputs come, in light and in dark, without a network.
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findOnPath } from "../machine.ts";
import { serve } from "./in-test.ts";
import { of } from "./served.ts";

let browser: Browser;

beforeAll(async () => {
  const executablePath = findOnPath("chromium") ?? findOnPath("chromium-browser");
  if (!executablePath) throw new Error("no chromium here: `npm test` installs it, or apt install chromium");
  // Containers of CI allow no sandbox within theirs.
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

afterAll(() => browser?.close());

const APP = `import { readFile } from "node:fs/promises";
import { App, Period } from "coldstart";

const app = new App("search");

export const search = app.function({ webEndpoint: true }, async () => {
  const table = JSON.parse(await readFile("table.json", "utf8"));
  await new Promise((done) => setTimeout(done, loaded ? 1 : 300));
  loaded = true;
  return { rows: table.length };
});
let loaded = false;

export const tidy = app.function({ schedule: new Period({ hours: 1 }), keepWarm: 1 }, () => "<b>done</b>");
export const sick = app.function({ keepWarm: 1, enter: () => { throw new Error("no <b>hub</b>"); } }, () => 1);
export const slow = app.function((ms: number) => new Promise((done) => setTimeout(done, ms)));
`;

const TABLE = JSON.stringify(Array.from({ length: 40_000 }, (_, id) => ({ id, name: `row ${id}` })));

it.each(["light", "dark"] as const)(
  "shows functions, containers, inputs and the diagnosis (%s)",
  async (colorScheme) => {
    const served = await serve({ "search.ts": APP, "table.json": TABLE }, "search.ts");
    const page = await browser.newPage({ colorScheme, viewport: { width: 1180, height: 1200 } });
    page.setDefaultTimeout(20_000);
    const asked = new Set<string>();
    const problems: string[] = [];
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(served.url);
    await page.getByRole("status").getByText("live").waitFor();
    const card = (name: string) => page.locator("article", { has: page.getByRole("heading", { name }) });
    await card("search.ts::tidy").getByText("every 1 h").waitFor();
    await card("search.ts::tidy").getByText("keeps 1 warm").waitFor();
    expect(await card("search.ts::search").getByRole("link").getAttribute("href")).toBe(
      `${served.url}/f/search`,
    );

    for (let i = 0; i < 4; i++) await (await fetch(`${served.url}/f/search`)).json();
    await card("search.ts::search").getByText("Inputs wait for containers").waitFor();
    await card("search.ts::search").getByText("First inputs are slow").waitFor();
    // The analysis's finding, at its line.
    await card("search.ts::search").getByText("search.ts:7").waitFor();
    await card("search.ts::search")
      .locator("code", { hasText: /^readFile\("table.json", "utf8"\)$/ })
      .waitFor();
    const bars = card("search.ts::search").getByRole("img");
    expect(await bars.count()).toBe(4);
    expect(await bars.last().getAttribute("aria-label")).toMatch(/boot .*global .*body/);

    // What goes wrong is said where it goes wrong.
    const sick = card("search.ts::sick");
    await sick.getByRole("alert").getByText("cannot be kept warm: no <b>hub</b>").waitFor();
    await served.call("sick").catch(() => undefined);
    await sick.getByRole("cell", { name: "no <b>hub</b>", exact: true }).waitFor();

    const running = served.call("slow", 60_000).catch(() => undefined);
    await served.until((events) => of(events, "input.started", "slow").length === 1);
    await card("search.ts::slow").getByText("running", { exact: true }).waitFor();
    if (process.env.COLDSTART_SHOTS) {
      const box = await card("search.ts::slow").boundingBox();
      const clip = { x: 0, y: 0, width: 1180, height: Math.ceil((box?.y ?? 0) + (box?.height ?? 0)) + 24 };
      await page.screenshot({ path: join(process.env.COLDSTART_SHOTS, `page-${colorScheme}.png`), clip });
    }
    served.process.kill("SIGINT");
    await served.said("again to end at once");
    await served.stop("SIGINT");
    await running;
    await page.getByText("no connection").waitFor();
    expect([...asked]).toEqual([served.url]);
    expect(problems.filter((text) => !text.includes("net::ERR"))).toEqual([]);
  },
);
