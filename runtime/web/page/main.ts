// The page at `/`: draws what the server says, and redraws while something is under way.
import type { FunctionSnapshot, Snapshot } from "../site.ts";
import { article } from "./draw.ts";

/** Milliseconds between two drawings while an input is under way. */
const FRAME = 120;

let snapshot: Snapshot | undefined;
/** When the snapshot came, on this page's clock. */
let received = 0;
const drawn = new Map<string, { readonly html: string; readonly element: HTMLElement }>();

const source = new EventSource("/api/snapshots");
source.onopen = () => say("live", "live");
source.onerror = () => say("lost", "no connection; the server has ended or restarts");
source.onmessage = ({ data }: MessageEvent<string>) => {
  snapshot = JSON.parse(data);
  received = performance.now();
  say("live", "live");
  draw();
};

setInterval(() => {
  if (snapshot?.functions.some(isBusy)) draw();
}, FRAME);
// What says how long ago something was goes on when nothing happens.
setInterval(draw, 1000);

function isBusy({ waiting, running, containers }: FunctionSnapshot): boolean {
  return waiting + running > 0 || containers.some(({ state }) => state === "booting");
}

function draw(): void {
  if (!snapshot) return;
  const { app, file, functions, now, problem } = snapshot;
  document.title = `${app} · coldstart`;
  element("app").textContent = app;
  element("file").textContent = file;
  element("problem").textContent = problem ?? "";
  element("problem").hidden = problem === undefined;
  const time = now + (performance.now() - received);
  const parent = element("functions");
  const known = new Set(functions.map(({ name }) => name));
  for (const [name, { element: old }] of drawn) {
    if (known.has(name)) continue;
    old.remove();
    drawn.delete(name);
  }
  for (const each of functions) {
    const html = article(each, time);
    const before = drawn.get(each.name);
    if (before?.html === html) continue;
    const made = before?.element ?? document.createElement("article");
    made.innerHTML = html;
    if (!before) parent.append(made);
    drawn.set(each.name, { html, element: made });
  }
}

function say(state: string, text: string): void {
  const link = element("link");
  link.dataset.state = state;
  link.textContent = text;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
