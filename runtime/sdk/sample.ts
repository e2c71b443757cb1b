// Functions that the tests call by their exported names.
import { App } from "./index.ts";

const app = new App("sample");

export const exported = app.function((n: number) => n + 1);
const inner = app.function(() => 1);

export { inner as renamed };
