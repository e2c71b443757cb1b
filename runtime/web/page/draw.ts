// One function as HTML: its address, its figures, what troubles it, and its last inputs on one time axis.
import type { InputRow } from "../../trace/board.ts";
import type { Stages } from "../../trace/events.ts";
import type { Advice, FunctionSnapshot } from "../site.ts";

const STAGES = ["queue", "boot", "global", "enter", "body"] as const;
/** Inputs that are shown. */
const ROWS = 12;

export function article(it: FunctionSnapshot, now: number): string {
  return head(it) + trouble(it) + it.diagnosis.map(advice).join("") + figures(it) + inputs(it, now);
}

function head({ name, class: owner, url, method, schedule, settings }: FunctionSnapshot): string {
  const path = url === undefined ? "" : url.replace(/^https?:\/\/[^/]+/, "");
  const link =
    url === undefined
      ? ""
      : `<a class="address" href="${text(url)}" target="_blank" rel="noreferrer">${text(method ?? "")} ${text(path)}</a>`;
  const next =
    schedule?.next === undefined ? "never again" : `next ${new Date(schedule.next).toLocaleString()}`;
  const clock = schedule ? `<span class="address">${text(schedule.text)}, ${text(next)}</span>` : "";
  const said = [
    ...(settings.keepWarm > 0 ? [`keeps ${settings.keepWarm} warm`] : []),
    ...(settings.maxContainers === undefined ? [] : [`at most ${settings.maxContainers}`]),
    ...(settings.bufferContainers ? [`${settings.bufferContainers} in reserve`] : []),
    ...(settings.concurrency > 1 ? [`${settings.concurrency} inputs at once`] : []),
    `idle ${settings.containerIdleTimeout} s`,
    ...(owner === undefined ? [] : [`containers of ${owner.replace(/^.*?::/, "")}`]),
  ].join(" · ");
  return `<div class="head"><h2>${text(name)}</h2>${link}${clock}<span class="settings">${text(said)}</span></div>`;
}

function trouble({ problem }: FunctionSnapshot): string {
  return problem === undefined ? "" : `<p class="problem" role="alert">${text(problem)}</p>`;
}

function advice({ message, advice: what, findings }: Advice): string {
  const list = findings
    .map(({ place, message: found }) => `<li><code>${text(place)}</code> ${prose(found)}</li>`)
    .join("");
  return `<div class="advice"><strong>${text(message)}</strong>${prose(what)}${list && `<ul>${list}</ul>`}</div>`;
}

function figures({ waiting, running, containers, figures: f, totals }: FunctionSnapshot): string {
  const dots = containers
    .map(({ id, state }) => `<i data-state="${state}" title="${text(id)}: ${state}"></i>`)
    .join("");
  const rows: readonly (readonly [string, string])[] = [
    ["waiting, running", `${waiting}, ${running}`],
    ["containers", `${containers.length}${dots && `<span class="dots">${dots}</span>`}`],
    ["waited, median", f.n > 0 ? `${ms(f.pending.median)} <small>p95 ${ms(f.pending.p95)}</small>` : "–"],
    ["cold", f.n > 0 ? `${Math.round(f.coldShare * 100)} % <small>of ${f.n}</small>` : "–"],
    ["first body", f.first.n > 0 ? `${ms(f.first.median)} <small>of ${f.first.n}</small>` : "–"],
    ["later bodies", f.later.n > 0 ? `${ms(f.later.median)} <small>of ${f.later.n}</small>` : "–"],
    ["inputs", `${totals.inputs}${totals.failed > 0 ? ` <small>${totals.failed} failed</small>` : ""}`],
  ];
  return `<dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}

function inputs({ inputs: all }: FunctionSnapshot, now: number): string {
  if (all.length === 0) return `<p class="empty">No input yet.</p>`;
  const shown = all.slice(0, ROWS);
  // An input that goes on and on shall not make specks of those that have ended: its bar ends with the axis.
  const ended = shown.filter((row) => row.ended !== undefined);
  const scale = Math.max(...(ended.length > 0 ? ended : shown).map((row) => wall(row, now)), 1);
  // Why inputs failed is said once, at the latest of those that failed so.
  const told = new Set<string>();
  const body = shown
    .map((row) => {
      const { message } = row;
      if (message === undefined || row.state === "cancelled" || told.has(message))
        return line(row, now, scale);
      told.add(message);
      const why = `<tr class="why"><td colspan="5" title="${text(message)}">${text(message)}</td></tr>`;
      return line(row, now, scale) + why;
    })
    .join("");
  return `<table><thead><tr><th class="when">came</th><th class="state">state</th><th class="kind">container</th><th>where the time went</th><th class="took">in all</th></tr></thead><tbody>${body}</tbody></table>`;
}

function line(row: InputRow, now: number, scale: number): string {
  const open = row.ended === undefined;
  const stages = row.stages ?? soFar(row, now);
  const parts = STAGES.flatMap((stage) => {
    const took = stages[stage] ?? 0;
    // What cannot be seen on this scale is left out, but for a body that has run.
    const isSeen = took / scale >= 0.002 || (stage === "body" && stages.body !== undefined);
    return !isSeen ? [] : [{ stage, took }];
  });
  const label = parts.map(({ stage, took }) => `${stage} ${ms(took)}`).join(", ");
  const spans = parts
    .map(
      ({ stage, took }) =>
        `<span data-stage="${stage}" style="width:${((took / scale) * 100).toFixed(2)}%"></span>`,
    )
    .join("");
  const kind = row.started === undefined ? "" : row.cold ? "cold start" : row.first ? "first input" : "warm";
  const state = row.attempts > 1 ? `${row.state} (${row.attempts})` : row.state;
  return `<tr title="${text(row.message ?? label)}"><td class="when">${ago(now - row.queued)}</td><td class="state" data-state="${row.state}">${text(state)}</td><td class="kind">${kind}</td><td><div class="bar" role="img" aria-label="${text(label)}"${open ? " data-open" : ""}>${spans}</div></td><td class="took">${ms(wall(row, now))}</td></tr>`;
}

/** Of an input under way only waiting and working can be told apart. */
function soFar({ queued, started }: InputRow, now: number): Partial<Stages> {
  return started === undefined ? { queue: now - queued } : { queue: started - queued, body: now - started };
}

function wall({ ended, queued }: InputRow, now: number): number {
  return (ended ?? now) - queued;
}

function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

function ago(value: number): string {
  const seconds = Math.max(0, Math.round(value / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
}

/** Safe in text and in attributes. */
/** What stands between backticks is code. */
function prose(value: string): string {
  return text(value).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
