// The config's JSON schema, for editors; the build writes it to `dist/config.schema.json`.
import { toJsonSchema } from "@valibot/to-json-schema";
import { CONFIG_NAME, configSchema } from "./config.ts";

export const configJsonSchema = () => ({
  title: CONFIG_NAME,
  // What users write, not what comes of it: settings with a default may be left out.
  ...toJsonSchema(configSchema, { typeMode: "input", target: "draft-07" }),
  allowTrailingCommas: true,
});
