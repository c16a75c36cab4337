// Prints every error that ajv finds, with its line and pointer: `ajv_lines.mjs FOLDER_OF_NODE_MODULES SCHEMA FILE`.

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, schema, file] = process.argv.slice(2);
const { Ajv2020 } = createRequire(join(modules, "package.json"))("ajv/dist/2020.js");
// Not strict: it would refuse `minItems` beside no `type`, which the schema has on purpose.
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(schema, "utf8")));

let number = 0;
let found = [];
function judge(line) {
  number += 1;
  if (!validate(JSON.parse(line))) {
    process.exitCode = 1;
    for (const error of validate.errors) found.push(`${number}\t${error.instancePath}\t${error.message}\n`);
  }
  if (found.length > 1000) tell();
}
function tell() {
  process.stdout.write(found.join(""));
  found = [];
}

// Cutting chunks ourselves is much faster than node:readline.
let rest = "";
for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  lines.forEach(judge);
}
if (rest) judge(rest);
tell();
