// Choices by hand contradict one another in no order of clicks.

import { expect, test } from "vitest";
import { settled, type Choice } from "../../src/choices";

const keep = (apart?: string[]): Choice => ({ action: "keep", apart });
const drop = (of?: string): Choice => ({ action: "drop", of });

test("a later choice takes back the earlier one that it contradicts", () => {
  // b went for a, and now a is no duplicate of b.
  expect(settled({ b: drop("a"), a: keep(["b", "c"]) }, ["a"])).toEqual({ a: keep(["b", "c"]) });
  // a was no duplicate of b, and now b goes for a.
  expect(settled({ a: keep(["b", "c"]), b: drop("a") }, ["b"])).toEqual({ a: keep(["c"]), b: drop("a") });
});

test("documents never go for one another in a circle", () => {
  expect(settled({ a: drop("b"), b: drop("a") }, ["b"])).toEqual({ b: drop("a") });
  expect(settled({ a: drop("b"), b: drop("c"), c: drop("a") }, ["c"])).toEqual({ b: drop("c"), c: drop("a") });
  // A chain with an end stays.
  const chain = { a: drop("b"), b: drop("c"), c: keep() };
  expect(settled({ ...chain }, ["a", "b", "c"])).toEqual(chain);
});

test("names that every object has are ids like others", () => {
  expect(settled({ a: drop("constructor") }, ["a"])).toEqual({ a: drop("constructor") });
});
