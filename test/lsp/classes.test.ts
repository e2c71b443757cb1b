// Classes in the editor: lenses, figures, findings and fixes at their methods, as at functions.
import { expect, it } from "vitest";
import type { ClientCapabilities } from "vscode-languageserver-protocol";
import { actions, execute, hoverText, lensTitles, resolve, textEdits } from "./asking.ts";
import { startEditor, uri } from "./editor.ts";
import { createProject } from "./project.ts";
import { applyEdits } from "./text.ts";

const SHOP = `import { readFile } from "node:fs/promises";
import { App, enter, method } from "coldstart";

const app = new App("shop");

@app.cls()
export class Shop {
  private users: unknown[] = [];

  @enter()
  async load() {
    this.users = JSON.parse(await readFile("data/users.json", "utf8"));
  }

  @method()
  async count(extra: number) {
    const orders: unknown[] = JSON.parse(await readFile("data/orders.json", "utf8"));
    return this.users.length + orders.length + extra;
  }

  @method()
  name() {
    return "shop";
  }
}
`;
const capabilities: ClientCapabilities = {
  workspace: { workspaceEdit: { documentChanges: true } },
  textDocument: {
    codeAction: { resolveSupport: { properties: ["edit"] } },
    hover: { contentFormat: ["markdown"] },
  },
};

it("have lenses at their methods, and figures in lens and hover once a method has run", async () => {
  const config = JSON.stringify({ inputs: { "shop.ts::Shop.count": [[2]] } });
  using project = createProject({ "shop.ts": SHOP, "coldstart.config.json": config });
  await using editor = await startEditor({ folders: [project.folder], capabilities });
  const file = project.path("shop.ts");
  await editor.open(file, SHOP);
  expect(await lensTitles(editor, file)).toEqual([
    ...["▶ Run cold", "Measure", "Prove the fixes"],
    ...["▶ Run cold", "Measure"],
  ]);
  const target = [{ uri: uri(file), function: "Shop.count" }];
  const report = await execute(editor, "coldstart.runCold", target);
  expect(report).toMatchObject({ ok: true, answer: { result: 80_002 } });
  const [own, , , other] = await lensTitles(editor, file);
  expect(own).toMatch(/^▶ Run cold · [\d. ]+ ms$/);
  expect(other).toBe("▶ Run cold");
  expect(await hoverText(editor, file, 15, 10)).toMatch(/\*\*Cold start [\d. ]+ ms\*\*/);
  expect(await hoverText(editor, file, 16, 55)).toMatch(
    /\*\*[\d. ]+ ms\*\* of the last profiled cold start of Shop\.count/,
  );
});

it("are fixed by the light bulb, and clean after that", async () => {
  using project = createProject({ "shop.ts": SHOP });
  await using editor = await startEditor({ capabilities });
  const file = project.path("shop.ts");
  await editor.open(file, SHOP);
  const at = { line: 16, character: 55 };
  const offered = await actions(editor, file, { start: at, end: at });
  const move = offered.find(({ title }) => title.includes("`@enter()`"));
  expect(move).toMatchObject({ kind: "quickfix", isPreferred: true });
  const text = applyEdits(SHOP, textEdits(await resolve(editor, move)));
  expect(text).toContain("private orders!: unknown[];");
  expect(text).toContain("const { orders } = this;");
  await editor.open(project.write("fixed.ts", text), text);
  expect(await lensTitles(editor, project.path("fixed.ts"))).toContain("Prove the fixes");
  const [all] = await actions(editor, project.path("fixed.ts"), undefined, ["source.fixAll"]);
  const whole = applyEdits(text, textEdits(await resolve(editor, all)));
  expect(whole).toContain("await Promise.all([");
});
