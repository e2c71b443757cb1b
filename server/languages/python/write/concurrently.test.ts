// Loads that start together: in threads, or as coroutines where they are awaited.
import { beforeAll, expect, it } from "vitest";
import { readGrammar } from "../../../workspace/grammar.ts";
import { initialise } from "../read.ts";
import { changed, marked } from "./testing.ts";

beforeAll(() => initialise(readGrammar));

/** Each load is marked as its call; statements are found from there. */
function together(source: string): string | undefined {
  const file = marked(source);
  const items = file.ranges.map((call) => ({ call, statement: call }));
  return changed(file, { kind: "concurrently", file: file.file, scope: 1, items });
}

it("puts blocking loads into threads", () => {
  expect(
    together(`import modal


@app.function()
def ask(q):
    # the words
    words = ⟦load_table("words")⟧  # big
    print("between")
    self.vectors = ⟦np.load(
        "v.npy",
        mmap_mode="r",
    )⟧
    ⟦warm()⟧
    return words[q]
`),
  ).toBe(`from concurrent.futures import ThreadPoolExecutor

import modal


@app.function()
def ask(q):
    with ThreadPoolExecutor() as pool:
        # the words
        loading_words = pool.submit(load_table, "words")  # big
        loading_vectors = pool.submit(
            np.load,
            "v.npy",
            mmap_mode="r",
        )
        loading_warm = pool.submit(warm)
        words = loading_words.result()
        self.vectors = loading_vectors.result()
        loading_warm.result()
    print("between")
    return words[q]
`);
});

it("gathers what is awaited", () => {
  expect(
    together(`import asyncio as aio

async def f():
	a, b = await ⟦one(1)⟧
	await ⟦two()⟧
	c: T = (await ⟦three()⟧).json()
	return a, b, c
`),
  ).toBe(`import asyncio as aio

async def f():
	(a, b), _, three_result = await aio.gather(one(1), two(), three())
	c: T = three_result.json()
	return a, b, c
`);
});

it("raises constants that later loads use, and breaks long lines", () => {
  expect(
    together(`"""Docs."""
import os

from lib import load

def f(self):
    if True:
        a = ⟦load("one")⟧
        where = "two"
        path = f"{where}.bin"

        b = ⟦load(path)⟧
        return a, b
`),
  ).toBe(`"""Docs."""
import os
from concurrent.futures import ThreadPoolExecutor

from lib import load

def f(self):
    if True:
        where = "two"
        path = f"{where}.bin"
        with ThreadPoolExecutor() as pool:
            loading_a = pool.submit(load, "one")
            loading_b = pool.submit(load, path)
            a = loading_a.result()
            b = loading_b.result()
        return a, b
`);
  expect(
    together(`import asyncio

async def f():
    first_long_name = await ⟦one(1, "a long argument that fills the line")⟧  # why
    second_long_name = await ⟦two(2, "a long argument that fills the line")⟧
`),
  ).toBe(`import asyncio

async def f():
    first_long_name, second_long_name = await asyncio.gather(
        one(1, "a long argument that fills the line"),  # why
        two(2, "a long argument that fills the line"),
    )
`);
});

it("breaks calls that would be too long", () => {
  const long = `"${"x".repeat(70)}"`;
  expect(
    together(`def f():
    a = ⟦Model.load(${long})⟧
    b = ⟦load("b", ${long})⟧
`),
  ).toBe(`from concurrent.futures import ThreadPoolExecutor

def f():
    with ThreadPoolExecutor() as pool:
        loading_a = pool.submit(
            Model.load,
            ${long},
        )
        loading_b = pool.submit(
            load,
            "b",
            ${long},
        )
        a = loading_a.result()
        b = loading_b.result()
`);
});

it("uses what the file imports already, and avoids names that it has", () => {
  expect(
    together(`import concurrent.futures

pool = 1
a = ⟦f()⟧
return_value = g(⟦h(x for x in y)⟧, 2)
`),
  ).toBe(`import concurrent.futures

pool = 1
with concurrent.futures.ThreadPoolExecutor() as pool2:
    loading_a = pool2.submit(f)
    loading_h_result = pool2.submit(h, (x for x in y))
    a = loading_a.result()
    h_result = loading_h_result.result()
return_value = g(h_result, 2)
`);
});

it.each([
  ["a = ⟦f()⟧; b = ⟦g()⟧\n"],
  ["if x: a = ⟦f()⟧\nb = ⟦g()⟧\n"],
  ["a = ⟦f()⟧\nb = ⟦g(a)⟧\n"],
  ["a = ⟦f()⟧\nb = x or ⟦g()⟧\n"],
  ["a = ⟦f()⟧\nb = h() + ⟦g()⟧\n"],
  ["a = ⟦f()⟧\nb = [⟦g()⟧ for x in y]\n"],
  ["a = ⟦f()⟧\nn = h()\nb = ⟦g(n)⟧\n"],
  ["async def h():\n    a = await ⟦f()⟧\n    b = ⟦g()⟧\n"],
])("leaves alone what it can't write: %j", (source) => {
  expect(together(source)).toBeUndefined();
});
