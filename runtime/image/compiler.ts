// The one door to the compiler, to be imported when it is needed: a bundler gives the names of CommonJS to static imports only.
export { ts } from "@ts-morph/common";
