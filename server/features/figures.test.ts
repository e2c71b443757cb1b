import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAge, formatBytes, formatChange, formatMs } from "./figures.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("figures", () => {
  it.each([
    [0.04, "0.0 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [812.4, "812 ms"],
    [999.6, "1 000 ms"],
    [2410, "2 410 ms"],
    [9_999.6, "10.0 s"],
    [12_400, "12.4 s"],
  ])("%d milliseconds are written as %s", (ms, text) => {
    expect(plain(formatMs(ms))).toBe(text);
  });

  it.each([
    [812, "812 B"],
    [64_000, "64 kB"],
    [4_194_304, "4.2 MB"],
    [33_554_432, "34 MB"],
    [999_600, "1.0 MB"],
    [1_300_000_000, "1.3 GB"],
    [250_000_000, "250 MB"],
  ])("%d bytes are written as %s", (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  it.each([
    [0, "just now"],
    [3 * 60_000, "3 min ago"],
    [2 * 3_600_000, "2 h ago"],
    [4 * 86_400_000, "4 days ago"],
    [-5000, "just now"],
  ])("%d milliseconds back is %s", (back, text) => {
    expect(plain(formatAge(1e12 - back, 1e12))).toBe(text);
  });

  it("says how a change compares", () => {
    expect(formatChange(2410, 812)).toBe("3.0× faster");
    expect(formatChange(100, 141)).toBe("1.4× slower");
    expect(formatChange(100, 101)).toBe("about the same");
  });

  it("never writes a time with a unit that hides it, nor breaks a line within it", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (ms) => {
        const text = formatMs(ms);
        const value = Number(
          plain(text)
            .replace(/ (ms|s)$/, "")
            .replace(" ", ""),
        );
        const back = text.endsWith("ms") ? value : value * 1000;
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(
          Math.max(0.051, ms * 0.0501, text.endsWith("ms") ? 0.51 : 51),
        );
        expect(text).not.toContain(" ");
      }),
    );
  });
});
