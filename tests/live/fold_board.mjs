// Folds events into the wallboard's state by the page's own code: {source, steps: [{events, snapshot}]} on standard
// input, the first step's snapshot to begin with → [{folded, fresh, asked, totals}] after each of the others.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { source, steps } = JSON.parse(readFileSync(0, "utf8"));
const typescript = createRequire(source)("typescript");
const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
const { outputText } = typescript.transpileModule(readFileSync(source, "utf8"), { compilerOptions: options });
const state = await import(`data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`);

// What a page gets by other ways than events: who the customers are (API), spark lines and rest that is due (snapshots).
const plain = ({ talks, sparks, dues, ...board }) =>
  JSON.parse(JSON.stringify(board, (_key, value) => (value instanceof Map ? Object.fromEntries(value) : value)));

let board = state.fromSnapshot(steps[0].snapshot);
const after = steps.slice(1).map(({ events, snapshot }) => {
  let asked = 0;
  for (const event of events) {
    const next = state.apply(board, event);
    // As the page does: it asks, and the answer holds all that has been.
    if (next === null) asked += 1;
    board = next ?? board;
  }
  const fresh = state.fromSnapshot(snapshot);
  if (asked > 0) board = fresh;
  return { folded: plain(board), fresh: plain(fresh), asked, totals: state.totals(board) };
});
process.stdout.write(JSON.stringify(after));
