// Containers prepared ahead: taken once, only for what they were prepared for, and none is left behind.
import { describe, expect, it } from "vitest";
import type { ProcessPrepared } from "../container/spec.ts";
import { createAhead } from "./ahead.ts";

const basis = { program: "a", texts: undefined, image: undefined };
const nobody = async () => ({});

function maker() {
  const made: string[] = [];
  const discarded: string[] = [];
  let stands = true;
  return {
    made,
    discarded,
    die: () => {
      stands = false;
    },
    make: async () => {
      const id = `c${made.length + 1}`;
      made.push(id);
      return {
        id,
        stands: () => stands,
        discard: async () => void discarded.push(id),
      } as unknown as ProcessPrepared;
    },
  };
}

describe("a container that is prepared ahead", () => {
  it("is taken by the first who needs one, and the next gets its own", async () => {
    const { make, made } = maker();
    const ahead = createAhead();
    ahead.fill("f", basis, make);
    ahead.fill("f", basis, make);
    expect(made).toEqual(["c1"]);
    expect((await ahead.take("f", basis, make, nobody)).id).toBe("c1");
    expect((await ahead.take("f", basis, make, nobody)).id).toBe("c2");
    await ahead.close();
  });

  it("passes what its code asks to whoever took it", async () => {
    const ahead = createAhead();
    const asked: unknown[] = [];
    let ask: Parameters<ReturnType<typeof createAhead>["take"]>[3] = nobody;
    ahead.fill("f", basis, async (requests) => {
      ask = requests;
      return { id: "c1", stands: () => true, discard: async () => {} } as unknown as ProcessPrepared;
    });
    await ahead.take("f", basis, maker().make, async (request) => {
      asked.push(request);
      return {};
    });
    await ask({ ask: "cancel", id: "x" }, Buffer.alloc(0), {} as never);
    expect(asked).toEqual([{ ask: "cancel", id: "x" }]);
  });

  it("is discarded where it was prepared for other code, or is gone", async () => {
    const { make, discarded, die } = maker();
    const ahead = createAhead();
    ahead.fill("f", basis, make);
    expect((await ahead.take("f", { ...basis, program: "b" }, make, nobody)).id).toBe("c2");
    ahead.fill("f", basis, make);
    die();
    expect((await ahead.take("f", basis, make, nobody)).id).toBe("c4");
    await ahead.close();
    expect(discarded).toEqual(["c1", "c3"]);
  });

  it("is discarded at the end, and none is prepared afterwards", async () => {
    const { make, made, discarded } = maker();
    const ahead = createAhead();
    ahead.fill("f", basis, make);
    await ahead.close();
    ahead.fill("g", basis, make);
    expect([made, discarded]).toEqual([["c1"], ["c1"]]);
  });

  it("that could not be prepared is no trouble of who needs one", async () => {
    const { make } = maker();
    const ahead = createAhead();
    ahead.fill("f", basis, () => Promise.reject(new Error("no disk")));
    expect((await ahead.take("f", basis, make, nobody)).id).toBe("c1");
    await ahead.close();
  });
});
