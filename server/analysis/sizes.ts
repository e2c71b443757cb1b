// How large the files are that are loaded, and which are too small to matter.
import type { ProjectView } from "../facts/project.ts";
import type { Draft } from "./draft.ts";

/** Bytes from which on a file counts as large. */
export const LARGE = 1_000_000;

/** Kinds of file that are small wherever they are found: certificates, templates, settings. */
const small =
  /\.(pem|crt|cer|key|pub|html?|txt|md|css|svg|ico|ya?ml|toml|ini|env|conf|cfg|sql|graphql|gql|proto|ejs|hbs|mustache|pug|liquid|njk|lock|log|sh)$|(^|\/)(package|tsconfig|config|settings|manifest|version|secrets?)(\.\w+)?\.json$|\/(run|etc|proc|sys)\//i;

export function sizeOf(view: ProjectView, draft: Draft): number | undefined {
  return draft.row.source === "disk" && draft.target?.startsWith("/") ? view.size(draft.target) : undefined;
}

/** Whether the file that is read is known to be small, by its size or by its kind. */
export function isSmall(view: ProjectView, draft: Draft): boolean {
  if (draft.row.source !== "disk") return false;
  const bytes = sizeOf(view, draft);
  if (bytes !== undefined) return bytes < LARGE;
  return draft.row.usuallySmall === true || small.test(draft.target ?? "");
}
