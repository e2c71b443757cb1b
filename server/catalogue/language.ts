// What the language and its everyday packages do that is no work: so that analysis need not take it for unknown.
import type { CatalogueRow } from "../facts/project.ts";
import { pure, rows } from "./rows.ts";

const MDN = "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects";
const WEB = "https://developer.mozilla.org/docs/Web/API";
const NODE = "https://nodejs.org/api";

export const language: readonly CatalogueRow[] = [
  ...pure(
    MDN,
    "",
    "Array Boolean BigInt Number Object String Symbol Error TypeError RangeError AggregateError Map Set WeakMap WeakSet WeakRef ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array RegExp Proxy isNaN isFinite parseInt parseFloat encodeURI encodeURIComponent decodeURI decodeURIComponent",
  ),
  ...pure(MDN, "Array.", "from of isArray fromAsync"),
  ...pure(MDN, "Object.", "entries keys values fromEntries freeze is hasOwn groupBy create getPrototypeOf"),
  ...pure(
    MDN,
    "Math.",
    "abs ceil floor round trunc min max pow sqrt cbrt log log2 log10 exp sign hypot sin cos tan atan atan2 fround imul clz32",
  ),
  ...pure(MDN, "Number.", "isInteger isFinite isNaN isSafeInteger parseFloat parseInt"),
  ...pure(MDN, "String.", "raw fromCharCode fromCodePoint"),
  ...pure(MDN, "Map.", "groupBy"),
  ...pure(
    MDN,
    "",
    "Float32Array.from Float64Array.from Uint8Array.from Int32Array.from Uint32Array.from Uint16Array.from",
  ),
  ...pure(MDN, "JSON.", "parse stringify"),
  ...pure(
    MDN,
    "Intl.",
    "NumberFormat DateTimeFormat Collator PluralRules ListFormat RelativeTimeFormat Segmenter",
  ),
  ...pure(
    WEB,
    "",
    "TextEncoder TextDecoder URLSearchParams AbortController Headers Blob structuredClone atob btoa",
  ),
  ...pure(WEB, "AbortSignal.", "timeout any"),
  ...pure(`${NODE}/buffer.html`, "Buffer.", "from alloc allocUnsafe concat byteLength isBuffer compare"),
  ...pure(`${NODE}/buffer.html`, "node:buffer.Buffer.", "from alloc allocUnsafe concat byteLength isBuffer"),
  ...pure(`${NODE}/path.html`, "node:path.", "extname relative isAbsolute parse format"),
  ...pure(`${NODE}/url.html`, "node:url.", "format parse URLSearchParams"),
  ...pure(`${NODE}/util.html`, "node:util.", "format inspect isDeepStrictEqual inherits"),
  ...pure(`${NODE}/crypto.html`, "node:crypto.", "createHash createHmac timingSafeEqual"),
  ...pure(`${NODE}/os.html`, "node:os.", "cpus totalmem freemem platform arch hostname availableParallelism"),
  ...pure(`${NODE}/stream.html`, "node:stream.Readable.", "from fromWeb toWeb"),
  ...pure(`${NODE}/stream.html`, "node:stream.", "PassThrough Transform pipeline finished"),
  ...pure(`${NODE}/stream.html`, "node:stream/promises.", "pipeline finished"),
  ...pure(`${NODE}/stream.html`, "node:stream/consumers.", "text json buffer arrayBuffer"),
  ...pure(
    `${NODE}/zlib.html`,
    "node:zlib.",
    "createGunzip createBrotliDecompress createInflate createUnzip gunzipSync brotliDecompressSync inflateSync unzipSync zstdDecompressSync",
  ),
  ...rows(
    `${WEB}/console`,
    "console.",
    "log info warn error debug trace table time timeEnd timeLog dir count group groupEnd",
    {
      kind: "print",
      source: "memory",
      overlap: "overlaps",
    },
  ),
  ...rows(`${NODE}/process.html`, "process.", "stdout.write stderr.write emitWarning", {
    kind: "print",
    source: "memory",
    overlap: "overlaps",
  }),
  // Our own SDK registers and starts nothing.
  ...rows("coldstart, README", "coldstart.", "App App.function App.localEntrypoint", {
    kind: "pure",
    source: "memory",
    overlap: "overlaps",
    later: true,
  }),
  ...rows(
    "https://lodash.com/docs/#once",
    "",
    "lodash.once lodash/once.default lodash-es.once lodash.memoize lodash-es.memoize",
    {
      kind: "once",
      source: "memory",
      overlap: "overlaps",
    },
  ),
  ...rows(
    "https://github.com/sindresorhus/onetime",
    "",
    "onetime.default p-memoize.default memoize.default mem.default ramda.once underscore.once",
    {
      kind: "once",
      source: "memory",
      overlap: "overlaps",
    },
  ),
  // Readers of text formats: a text in, plain data out.
  ...pure("https://csv.js.org/parse/api/sync/", "csv-parse/", "sync.parse lib/sync.parse"),
  ...pure("https://www.papaparse.com/docs", "papaparse.", "parse"),
  ...pure("https://eemeli.org/yaml/", "yaml.", "parse parseDocument"),
  ...pure("https://github.com/nodeca/js-yaml", "js-yaml.", "load safeLoad"),
  ...pure("https://github.com/iarna/iarna-toml", "@iarna/toml.", "parse"),
  ...pure("https://github.com/json5/json5", "json5.", "parse"),
  ...pure("https://github.com/msgpack/msgpack-javascript", "@msgpack/msgpack.", "decode"),
  ...pure("https://github.com/kriszyp/msgpackr", "msgpackr.", "unpack decode"),
  ...pure(
    "https://github.com/NaturalIntelligence/fast-xml-parser",
    "fast-xml-parser.",
    "XMLParser XMLParser.parse",
  ),
  ...pure(
    "https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/",
    "@aws-sdk/",
    "client-*.*Command lib-dynamodb.*Command",
  ),
];
