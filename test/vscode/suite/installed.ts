// What is tested of the packaged extension after it was installed: it starts, finds and runs.
import "./activation.test.ts";
import "./running.test.ts";

export { run } from "./passing.ts";
