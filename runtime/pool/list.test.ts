// A list is an array whose members can leave from anywhere.
import fc from "fast-check";
import { expect, it } from "vitest";
import { createList, type Place } from "./list.ts";

it("does what an array does", () => {
  const acts = fc.array(fc.tuple(fc.constantFrom("push", "unshift", "shift", "remove"), fc.nat(20)));
  fc.assert(
    fc.property(acts, (script) => {
      const list = createList<number>();
      const places: Place[] = [];
      let array: number[] = [];
      for (const [act, pick] of script) {
        const item = places.length;
        if (act === "push") {
          places.push(list.push(item));
          array.push(item);
        } else if (act === "unshift") {
          places.push(list.unshift(item));
          array.unshift(item);
        } else if (act === "shift") {
          expect(list.shift()).toBe(array.shift());
        } else if (pick < places.length) {
          expect(places[pick]?.remove()).toBe(array.includes(pick));
          array = array.filter((other) => other !== pick);
        }
        expect([...list]).toEqual(array);
        expect([list.size, list.first, list.last]).toEqual([array.length, array[0], array.at(-1)]);
      }
    }),
  );
});
