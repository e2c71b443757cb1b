// Span marks go around exactly the work, and the program stays what it was.
import { describe, expect, it } from "vitest";
import { instrument } from "./instrument.ts";

describe("instrument", () => {
  it.each([
    [
      "times an awaited call to the end of its await",
      "const a = await ⟦f()⟧;",
      "const a = E(S(0), await f());",
    ],
    ["takes the await through parentheses", "const a = await (⟦f()⟧);", "const a = E(S(0), await (f()));"],
    ["leaves the name of a statement first on its line", "x\n⟦f()⟧", "x\nE(S(0), f())"],
    ["wraps an optional chain as a whole", "⟦a?.load()⟧.b.c();", "E(S(0), a?.load().b.c());"],
    ["opens the outer of two first", "⟦f(⟦g()⟧)⟧;", "E(S(0), f(E(S(1), g())));"],
    ["opens the outer first where both begin together", "⟦⟦f()⟧.g()⟧;", "E(S(0), E(S(1), f()).g());"],
    ["keeps a keyword apart", "() => { return(⟦f()⟧) };", "() => { return(E(S(0), f())) };"],
    ["keeps apart what touched", "() => { return⟦(x, y)()⟧ };", "() => { return E(S(0), (x, y)()) };"],
    ["leaves a callee that is a reference alone", "⟦a.b⟧();", "a.b();"],
    ["leaves function literals alone", "const f = ⟦() => 1⟧;", "const f = () => 1;"],
    ["leaves the class of a new expression alone", "new ⟦X⟧();", "new X();"],
    ["wraps in an arrow's body", "const f = async () => ⟦g()⟧;", "const f = async () => E(S(0), g());"],
    ["keeps lines", "f(\n  ⟦g(\n    1,\n  )⟧,\n);", "f(\n  E(S(0), g(\n    1,\n  )),\n);"],
  ])("%s", (_, marked, expected) => {
    expect(shown(marked)).toBe(expected);
  });

  it("takes names that nobody has", () => {
    const result = instrumented("const coldstartSpanEnd = 1; ⟦f()⟧;");
    expect(result).toContain("coldstartSpanEnd2(coldstartSpanStart(0), f());");
  });

  it("keeps shebangs, directives and line numbers", () => {
    const result = instrumented("#!/usr/bin/env node\n'use strict';\nawait ⟦f()⟧; // end");
    expect(result.split("\n").slice(0, 3)).toEqual([
      "#!/usr/bin/env node",
      "'use strict';",
      "coldstartSpanEnd(coldstartSpanStart(0), await f()); // end",
    ]);
  });

  it("leaves a text that doesn't parse as it is", () => {
    expect(instrument("f(", [{ id: 0, range: { start: 0, end: 2 } }])).toBe("f(");
  });

  it("gives the program's own results and errors, and a start and an end for each span", async () => {
    const result = instrumented(
      "const a = await ⟦load(1)⟧; const b = a.none?.load(2).x; let c; try { c = ⟦fail()⟧ } catch (e) { c = e } return [a, b, c];",
    );
    const log: unknown[] = [];
    const spans = {
      start: (id: number) => {
        log.push(["start", id]);
        return id;
      },
      end: (token: number) => log.push(["end", token]),
    };
    const load = async (value: number) => ({ value });
    const fail = () => {
      throw "broken";
    };
    const scope = { [Symbol.for("coldstart.span")]: spans };
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const run = new AsyncFunction("globalThis", "load", "fail", result);
    expect(await run(scope, load, fail)).toEqual([{ value: 1 }, undefined, "broken"]);
    expect(log).toEqual([
      ["start", 0],
      ["end", 0],
      ["start", 1],
    ]);
  });
});

/** Spans stand between ⟦ and ⟧, numbered in the order in which they open. */
function instrumented(marked: string): string {
  let text = "";
  const spans: { id: number; range: { start: number; end: number } }[] = [];
  const open: { id: number; start: number }[] = [];
  let count = 0;
  for (const letter of marked) {
    if (letter === "⟦") open.push({ id: count++, start: text.length });
    else if (letter === "⟧") {
      const last = open.pop();
      if (last) spans.push({ id: last.id, range: { start: last.start, end: text.length } });
    } else text += letter;
  }
  return instrument(text, spans);
}

function shown(marked: string): string {
  const result = instrumented(marked);
  return result
    .replace(/\n?function coldstartSpanStart.*\n$/, "")
    .replaceAll("coldstartSpanStart", "S")
    .replaceAll("coldstartSpanEnd", "E");
}
