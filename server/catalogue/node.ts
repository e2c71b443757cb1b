// Work of Node's own modules and of the web's APIs in Node: files, requests, commands that fetch, WebAssembly.
import type { CatalogueRow } from "../facts/project.ts";
import { rows } from "./rows.ts";

const FS = "https://nodejs.org/api/fs.html";
const FETCH = "https://developer.mozilla.org/docs/Web/API/Window/fetch";
const CHILD = "https://nodejs.org/api/child_process.html";
const WASM = "https://developer.mozilla.org/docs/WebAssembly/JavaScript_interface";

const none = { source: "disk", overlap: "overlaps" } as const;
const fetches =
  /\b(curl|wget|aws\s+s3\s+(cp|sync)|gsutil\s+(-m\s+)?(cp|rsync)|git\s+clone|huggingface-cli\s+download|hf\s+download)\b/;
/** `fetch` only reads where its method says so. */
const reading = { argument: 1, field: "method", is: /^(get|head)$/i, optional: true } as const;

export const node: readonly CatalogueRow[] = [
  ...rows(`${FS}#fspromisesreadfilepath-options`, "node:fs/promises.", "readFile", {
    kind: "load",
    ...none,
    target: { argument: 0, kind: "path" },
  }),
  ...rows(`${FS}#fsreadfilepath-options-callback`, "node:fs.", "readFile", {
    kind: "load",
    ...none,
    target: { argument: 0, kind: "path" },
  }),
  // The call holds the event loop until all bytes are there.
  ...rows(`${FS}#fsreadfilesyncpath-options`, "node:fs.", "readFileSync", {
    kind: "load",
    source: "disk",
    overlap: "blocks",
    asynchronous: "node:fs/promises.readFile",
    target: { argument: 0, kind: "path" },
  }),
  ...rows(
    "https://github.com/jprichardson/node-fs-extra/blob/master/docs/readJson.md",
    "fs-extra.",
    "readJson readJSON readFile",
    {
      kind: "load",
      ...none,
      target: { argument: 0, kind: "path" },
    },
  ),
  ...rows(
    "https://github.com/jprichardson/node-fs-extra/blob/master/docs/readJson.md",
    "fs-extra.",
    "readJsonSync readJSONSync readFileSync",
    {
      kind: "load",
      source: "disk",
      overlap: "blocks",
      target: { argument: 0, kind: "path" },
    },
  ),
  ...rows(
    FS,
    "",
    "node:fs.existsSync node:fs.statSync node:fs.accessSync node:fs/promises.access node:fs/promises.stat node:fs.stat node:fs.access fs-extra.pathExists fs-extra.existsSync fs-extra.pathExistsSync",
    {
      kind: "probe",
      ...none,
      target: { argument: 0, kind: "path" },
    },
  ),
  // Folders that are there already stay as they are.
  ...rows(
    FS,
    "",
    "node:fs.mkdirSync node:fs/promises.mkdir node:fs.mkdir fs-extra.ensureDir fs-extra.ensureDirSync fs-extra.mkdirp",
    {
      kind: "pure",
      ...none,
    },
  ),
  ...rows(
    FS,
    "",
    "node:fs.writeFile node:fs.writeFileSync node:fs/promises.writeFile fs-extra.outputFile fs-extra.writeFile fs-extra.writeFileSync",
    {
      kind: "write",
      ...none,
      writes: 0,
    },
  ),
  ...rows(
    FS,
    "",
    "node:fs.appendFileSync node:fs/promises.appendFile node:fs.unlinkSync node:fs/promises.unlink node:fs/promises.rm node:fs.rmSync node:fs.truncateSync",
    {
      kind: "write",
      ...none,
      writes: 0,
    },
  ),
  ...rows(
    FS,
    "",
    "node:fs.renameSync node:fs/promises.rename node:fs.copyFileSync node:fs/promises.copyFile",
    {
      kind: "write",
      ...none,
      writes: 1,
    },
  ),
  ...rows(
    `${FS}#fscreatewritestreampath-options`,
    "",
    "node:fs.createWriteStream fs-extra.createWriteStream",
    {
      kind: "stream",
      ...none,
      writes: 0,
    },
  ),
  ...rows(FETCH, "", "fetch undici.fetch node-fetch.default cross-fetch.default", {
    kind: "load",
    source: "network",
    overlap: "overlaps",
    volatile: true,
    target: { argument: 0, kind: "url" },
    when: reading,
  }),
  ...rows("https://undici.nodejs.org/#/docs/api/Dispatcher", "undici.", "request", {
    kind: "load",
    source: "network",
    overlap: "overlaps",
    volatile: true,
    target: { argument: 0, kind: "url" },
    when: reading,
  }),
  ...rows("https://axios-http.com/docs/api_intro", "", "axios.get axios.default.get", {
    kind: "load",
    source: "network",
    overlap: "overlaps",
    volatile: true,
    target: { argument: 0, kind: "url" },
  }),
  ...rows("https://axios-http.com/docs/api_intro", "", "axios axios.default", {
    kind: "load",
    source: "network",
    overlap: "overlaps",
    volatile: true,
    target: { argument: 0, kind: "url" },
    when: { argument: 0, field: "method", is: /^(get|head)$/i, optional: true },
  }),
  ...rows(
    "https://github.com/sindresorhus/got",
    "",
    "got.default got.got got.stream got.default.stream got.got.stream ky.default ky.default.get",
    {
      kind: "load",
      source: "network",
      overlap: "overlaps",
      volatile: true,
      target: { argument: 0, kind: "url" },
      when: reading,
    },
  ),
  ...rows(
    "https://nodejs.org/api/https.html#httpsgeturl-options-callback",
    "",
    "node:https.get node:http.get",
    {
      kind: "load",
      source: "network",
      overlap: "overlaps",
      volatile: true,
      target: { argument: 0, kind: "url" },
    },
  ),
  ...rows(`${CHILD}#child_processexecsynccommand-options`, "node:child_process.", "execSync", {
    kind: "download",
    source: "network",
    overlap: "blocks",
    when: { argument: 0, is: fetches },
    target: { argument: 0, kind: "name" },
  }),
  ...rows(`${CHILD}#child_processexeccommand-options-callback`, "node:child_process.", "exec", {
    kind: "download",
    source: "network",
    overlap: "overlaps",
    when: { argument: 0, is: fetches },
    target: { argument: 0, kind: "name" },
  }),
  ...rows(
    `${CHILD}#child_processspawnsynccommand-args-options`,
    "node:child_process.",
    "spawnSync execFileSync",
    {
      kind: "download",
      source: "network",
      overlap: "blocks",
      when: { argument: 0, is: /^(curl|wget)$/ },
      target: { argument: 0, kind: "name" },
    },
  ),
  ...rows(`${WASM}/compile_static`, "WebAssembly.", "compile instantiate", {
    kind: "compile",
    source: "memory",
    overlap: "overlaps",
    shared: true,
  }),
  ...rows(`${WASM}/compileStreaming_static`, "WebAssembly.", "compileStreaming instantiateStreaming", {
    kind: "compile",
    source: "memory",
    overlap: "overlaps",
    shared: true,
  }),
  ...rows(`${WASM}/Module/Module`, "WebAssembly.", "Module", {
    kind: "compile",
    source: "memory",
    overlap: "blocks",
    shared: true,
  }),
];
