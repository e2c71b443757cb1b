// Writes what the safe fixes make of each case into the pages of the rules; what changed is then read in the diff.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Case, pageIds, pages, readCases, readPage, withoutMarks } from "./cases.ts";
import { fixed } from "./fixing.ts";

const LEAD = "After the safe fixes:";

for (const id of pageIds()) {
  const cases = readCases(id);
  const [start = "", ...sections] = readPage(id).split(/^(?=### )/m);
  const written = await Promise.all(sections.map((section, index) => update(section, cases[index])));
  writeFileSync(join(pages, `${id}.md`), [start, ...written].join(""));
}

async function update(section: string, example: Case | undefined): Promise<string> {
  const [own = section] = section.split(`${LEAD}\n`);
  const files = example ? await fixed(example, "safe") : [];
  if (files.length === 0) return own;
  const blocks = files.map(({ path, text }) => {
    const language = path.slice(path.lastIndexOf(".") + 1);
    return `\`\`\`${language} title="${path}" after\n${withoutMarks(text)}\`\`\`\n`;
  });
  return `${own.trimEnd()}\n\n${LEAD}\n\n${blocks.join("\n")}\n`;
}
