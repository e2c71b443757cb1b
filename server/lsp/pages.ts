// Reads the rules' pages, which ship beside the server.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RulePage, type RulePages, summaryOf } from "../features/rule-pages.ts";
import { packageRoot } from "../measure/installation.ts";
import { uriOf } from "./paths.ts";

export function createRulePages(root = packageRoot()): RulePages {
  // In a clone that was not built the pages stand where they are written.
  const folder = [join(root, "dist/rules"), join(root, "fixtures/rules")].find((path) => existsSync(path));
  const known = new Map<string, RulePage | undefined>();
  return (rule) => {
    if (!known.has(rule))
      known.set(rule, folder === undefined ? undefined : read(join(folder, `${rule}.md`)));
    return known.get(rule);
  };
}

function read(path: string): RulePage | undefined {
  if (!existsSync(path)) return undefined;
  return { summary: summaryOf(readFileSync(path, "utf8")), url: uriOf(path) };
}
