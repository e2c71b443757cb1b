// The whole suite, as VS Code loads it in its extension host; bundled by run.ts.
import "./activation.test.ts";
import "./findings.test.ts";
import "./running.test.ts";
import "./interpreter.test.ts";

export { run } from "./passing.ts";
