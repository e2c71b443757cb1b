// Paths and URLs that calls of the standard library compute from constants.
import { constant, derive, type Known, nothing, textOf } from "./values.ts";

/** The value of a call to a known function; undefined where the call is none of them. */
export function computed(
  name: string,
  args: readonly Known[],
  named?: ReadonlyMap<string, Known>,
): Known | undefined {
  const texts = args.map(textOf);
  const all = texts.every((text) => text !== undefined) ? (texts as readonly string[]) : undefined;
  const rest = derive(...args);
  const give = (text: string | undefined): Known =>
    text === undefined ? rest : { ...rest, constant: text, nature: "data" };
  switch (name) {
    case "node:path.join":
      return give(all && normalize(all.filter((part) => part !== "").join("/")));
    case "node:path.resolve":
      return give(all && resolvePath(all));
    case "node:path.normalize":
      return give(all?.[0] && normalize(all[0]));
    case "node:path.dirname":
      return give(all?.[0]?.replace(/\/[^/]*\/?$/, ""));
    case "node:path.basename":
      return give(all?.[0] && basename(all[0], all[1]));
    case "URL":
    case "node:url.URL":
      return give(all && resolveUrl(all[0], all[1]));
    case "node:url.fileURLToPath":
      return give(texts[0]?.startsWith("file://") ? pathOfUrl(texts[0]) : texts[0]);
    case "node:url.pathToFileURL":
      return give(texts[0] === undefined ? undefined : `file://${texts[0]}`);
    case "node:os.homedir":
      return { ...constant("$HOME"), environment: true };
    case "os.path.join":
    case "posixpath.join":
      return give(all && resolvePath(all));
    case "pathlib.Path":
    case "pathlib.PurePosixPath":
    case "pathlib.PosixPath":
      return give(all && (all.length === 0 ? "." : resolvePath(all)));
    case "os.fspath":
    case "os.path.normpath":
    case "os.path.abspath":
    case "str":
      return give(texts[0]);
    // What is opened for reading is as good as its path.
    case "open":
    case "io.open":
    case "gzip.open":
      return { ...rest, ...(texts[0] !== undefined && { constant: texts[0] }), nature: "data" };
    case "os.path.dirname":
      return give(all?.[0]?.replace(/\/[^/]*\/?$/, ""));
    case "os.path.basename":
      return give(all?.[0] && basename(all[0], undefined));
    case "os.path.expanduser":
      return give(all?.[0]?.replace(/^~(?=\/|$)/, "/root"));
    case "pathlib.Path.home":
      return constant("/root");
    case "os.getenv":
    case "os.environ.get":
      return texts[0] === undefined
        ? { ...rest, environment: true }
        : environmentOf(texts[0], args[1] ?? named?.get("default"));
    case "modal.is_local":
      return constant(false);
    case "node:os.tmpdir":
      return { ...constant("$TMPDIR"), environment: true };
    case "process.cwd":
    case "node:process.cwd":
      return constant("");
    case "String":
    case "encodeURI":
    case "encodeURIComponent":
      return give(texts[0]);
    default:
      return undefined;
  }
}

/** A variable of the environment; where a default is given, that is what holds where nobody says otherwise. */
function environmentOf(name: string, otherwise: Known | undefined): Known {
  const text = textOf(otherwise);
  return { ...derive(otherwise ?? nothing), constant: text ?? `$${name}`, environment: true };
}

/** Members that give the same text: `url.pathname`, `url.href`. */
export function computedMember(object: Known, property: string): Known | undefined {
  const text = textOf(object);
  if (text === undefined) return undefined;
  if (property === "pathname" && text.startsWith("file://")) return { ...object, constant: pathOfUrl(text) };
  // What a member of an enumeration stands for.
  return property === "href" || property === "value" ? object : undefined;
}

/** Methods of texts that give a constant text: `url.toString()`, `path.concat(x)`. */
export function computedMethod(
  object: Known,
  property: string,
  args: readonly Known[],
  named?: ReadonlyMap<string, Known>,
): Known | undefined {
  const text = textOf(object);
  // `["org", "model"].join("/")`, and the other way round in Python.
  if (property === "join" && args.length === 1) {
    return text === undefined ? joined(object, args[0]) : joined(args[0], object);
  }
  if (text === undefined) return undefined;
  if (property === "format") return formatted(text, object, args, named ?? new Map());
  if (property === "lower" || property === "toLowerCase") return { ...object, constant: text.toLowerCase() };
  if (property === "replace" && args.length === 2) {
    const [from, to] = args.map(textOf);
    return from === undefined || to === undefined
      ? undefined
      : { ...derive(object, ...args), constant: text.replaceAll(from, to) };
  }
  if (property === "joinpath") {
    const all = [text, ...args.map(textOf)];
    return all.includes(undefined)
      ? undefined
      : { ...derive(object, ...args), constant: resolvePath(all.filter((part) => part !== undefined)) };
  }
  if (property === "open" && !/[wax+]/.test(textOf(args[0]) ?? "r")) return object;
  if (property === "resolve" || property === "absolute" || property === "as_posix" || property === "strip")
    return object;
  if (property === "toString" || property === "valueOf" || property === "trim") return object;
  if (property !== "concat") return undefined;
  const parts = args.map(textOf);
  return parts.includes(undefined)
    ? undefined
    : { ...derive(object, ...args), constant: text + parts.join("") };
}

/** A list of constants as one text. */
function joined(list: Known | undefined, separator: Known | undefined): Known | undefined {
  const between = textOf(separator);
  const parts = [...(list?.fields?.values() ?? [])];
  const texts = parts.map(textOf);
  if (!list || !separator || between === undefined || parts.length === 0 || texts.includes(undefined))
    return undefined;
  return { ...derive(list, separator), constant: texts.join(between) };
}

/** `"{}/{name}".format(a, name=b)`, where all that it names is constant. */
function formatted(
  text: string,
  object: Known,
  args: readonly Known[],
  named: ReadonlyMap<string, Known>,
): Known | undefined {
  let next = 0;
  let whole = true;
  const constant = text.replace(/\{(\w*)\}/g, (_, name: string) => {
    const own = name === "" ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name);
    whole &&= textOf(own) !== undefined;
    return textOf(own) ?? "";
  });
  if (!whole || /[{}]/.test(constant)) return undefined;
  return { ...derive(object, ...args, ...named.values()), constant };
}

/** `"%s/%s" % (a, b)`: the text, where all that it names is constant. */
export function interpolated(text: string | undefined, given: Known): string | undefined {
  const parts = given.fields ? [...given.fields.values()] : [given];
  const texts = parts.map(textOf);
  if (text === undefined || texts.includes(undefined)) return undefined;
  const pieces = text.split(/%[sd]/);
  if (pieces.length !== texts.length + 1 || pieces.some((piece) => piece.includes("%"))) return undefined;
  return pieces.map((piece, index) => piece + (texts[index] ?? "")).join("");
}

/** The path that a constant names, whether written as a path or as a `file:` URL. */
export function pathOf(known: Known | undefined): string | undefined {
  const text = textOf(known);
  return text?.startsWith("file://") ? pathOfUrl(text) : text;
}

function pathOfUrl(url: string): string {
  try {
    return decodeURIComponent(url.slice("file://".length));
  } catch {
    // A stray `%`: the text as it stands is the best guess.
    return url.slice("file://".length);
  }
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || path.startsWith("$") || /^[A-Za-z]:\//.test(path);
}

function resolvePath(parts: readonly string[]): string {
  const last = parts.findLastIndex(isAbsolute);
  return normalize(
    parts
      .slice(Math.max(last, 0))
      .filter((part) => part !== "")
      .join("/"),
  );
}

/** Whether a path is a folder or lies in it. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [normalize(path), normalize(folder)];
  return inner === outer || inner.startsWith(`${outer.replace(/\/$/, "")}/`);
}

/** Takes `.` and `..` out of a path. */
export function normalize(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && out.length > 0)) continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== ".." && out.at(-1) !== "") out.pop();
    else out.push(part);
  }
  return out.join("/");
}

function basename(path: string, ending: string | undefined): string {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return ending !== undefined && last.endsWith(ending) ? last.slice(0, -ending.length) : last;
}

function resolveUrl(text: string | undefined, base: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (base === undefined || /^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith("$")) return text;
  if (base.startsWith("file://")) {
    const folder = base.slice("file://".length).replace(/[^/]*$/, "");
    return `file://${normalize(text.startsWith("/") ? text : `${folder}${text}`)}`;
  }
  return text.startsWith("/")
    ? base.replace(/^([a-z]+:\/\/[^/]*|\$\w+).*$/i, `$1${text}`)
    : base.replace(/[^/]*$/, text);
}
