// Records what search-insights makes of calls: `npm install search-insights && node record.mjs calls.ndjson > recorded.ndjson`.
// Each line of the input has `id`, `init` (options of the library, or null) and `call`, the source of a function of `aa`.
// Each line of the output has `id`, `version`, `calls` (the arguments as JSON), `bodies` (what was sent) and `threw`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { createInsightsClient } = require("search-insights");
const { version } = JSON.parse(readFileSync("node_modules/search-insights/package.json", "utf-8"));
const QUERY_IDS = ["43b15df305339e827f0ac0bdc5ebcaa7", "54ed4c9d94050a25e4e5ccf5d256ca42"];
console.warn = console.info = () => {};

for (const line of readFileSync(process.argv[2], "utf-8").split("\n").filter(Boolean)) {
  const { id, init, call } = JSON.parse(line);
  const bodies = [];
  const library = createInsightsClient((_, body) => {
    bodies.push(JSON.stringify(body));
    return Promise.resolve(true);
  });
  if (init) library("init", { appId: "APP", apiKey: "key", ...init });
  const calls = [];
  let threw = false;
  const aa = (...args) => {
    try {
      calls.push(JSON.parse(JSON.stringify(args)));
      return library(...args);
    } catch {
      threw = true;
    }
  };
  await new Function("Q", "Q2", `return (${call})`)(...QUERY_IDS)(aa);
  if (calls.length > 0) console.log(JSON.stringify({ id, version, init, calls, bodies, threw }));
}
