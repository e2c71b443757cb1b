// Draws icon.png from icon.svg with the Chromium that the editor tests use: `node client/media/render.ts`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.CS_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
const svg = readFileSync(join(import.meta.dirname, "icon.svg"), "utf8");
await page.setContent(`<style>body { margin: 0; background: transparent }</style>${svg}`);
await page.screenshot({ path: join(import.meta.dirname, "icon.png"), omitBackground: true });
await browser.close();
