import { describe, expect, it } from "vitest";
import { firstPercent } from "../../src/data";

describe("the least weight of edges that are drawn at first", () => {
  it("is nothing where there are few", () => {
    expect(firstPercent([])).toBe(0);
    expect(firstPercent(Array.from({ length: 5_000 }, () => 0.5))).toBe(0);
  });

  it("leaves at most 5,000 of many", () => {
    const weights = Array.from({ length: 20_000 }, (_, i) => ((i * 7_919) % 20_000) / 20_000);
    const least = firstPercent(weights);
    const drawn = (percent: number) => weights.filter((weight) => weight >= percent / 100).length;
    expect(drawn(least)).toBeLessThanOrEqual(5_000);
    expect(drawn(least - 1)).toBeGreaterThan(5_000);
  });

  it("still draws edges of whole copies where these are many", () => {
    expect(firstPercent(Array.from({ length: 6_000 }, () => 1))).toBe(100);
  });
});
