// The `exports` and `imports` fields of package.json, as far as they lead to files of the project itself.

/** Target of a key such as `.`, `./sub` or `#name`: a path relative to the package, or undefined. */
export function packageTarget(
  field: unknown,
  key: string,
  conditions: readonly string[],
): string | undefined {
  const isMap = typeof field === "object" && field !== null && !Array.isArray(field);
  const hasKeys = isMap && Object.keys(field).some((name) => name.startsWith(".") || name.startsWith("#"));
  if (!hasKeys) return key === "." ? pick(field, conditions, "") : undefined;
  const map = field as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(map, key) && !key.includes("*")) return pick(map[key], conditions, "");
  // Of several patterns the one with the longest part before its star wins.
  const patterns = Object.keys(map)
    .filter((name) => name.includes("*"))
    .sort((a, b) => b.indexOf("*") - a.indexOf("*"));
  for (const pattern of patterns) {
    const [before = "", after = ""] = pattern.split("*");
    if (key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length) {
      return pick(map[pattern], conditions, key.slice(before.length, key.length - after.length));
    }
  }
  return undefined;
}

function pick(target: unknown, conditions: readonly string[], star: string): string | undefined {
  if (typeof target === "string") return target.startsWith("./") ? target.replaceAll("*", star) : undefined;
  if (Array.isArray(target)) {
    for (const item of target) {
      const found = pick(item, conditions, star);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (condition !== "default" && !conditions.includes(condition)) continue;
    const found = pick(value, conditions, star);
    if (found !== undefined) return found;
  }
  return undefined;
}
