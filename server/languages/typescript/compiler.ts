// The one door to the compiler that ts-morph bundles.
export { ts } from "ts-morph";
