// A crowd of pages' own live sockets: {folder, url, headers: [one per page]} on the first line of standard input; what
// happens to each as lines {page, what, …} on standard output, until standard input ends.
// what: "health" (health) · "wait" (ms, before it connects again) · "snapshot" (seq, data) · "event" (seq, type).
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { folder, url, headers } = JSON.parse((await input.next()).value);
const say = (page, what, more) => process.stdout.write(`${JSON.stringify({ page, what, ...more })}\n`);

const typescript = createRequire(join(folder, "socket.ts"))("typescript");
const built = mkdtempSync(join(tmpdir(), "crowd-"));
for (const name of ["socket", "clock", "protocol", "sequence"]) {
  const source = readFileSync(join(folder, `${name}.ts`), "utf8");
  const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
  const { outputText } = typescript.transpileModule(source, { compilerOptions });
  writeFileSync(join(built, `${name}.mjs`), outputText.replaceAll(/from "\.\/(\w+)"/g, 'from "./$1.mjs"'));
}

// As a browser has them: an address that is listened at, and headers that scripts don't choose.
globalThis.addEventListener = () => undefined;
const Plain = globalThis.WebSocket;
const { LiveSocket } = await import(pathToFileURL(join(built, "socket.mjs")).href);

headers.forEach((given, page) => {
  const socket = new LiveSocket(url);
  socket.listen({
    snapshot: (data) => say(page, "snapshot", { data }),
    event: ({ seq, type }) => say(page, "event", { seq, type }),
    health: (health) => say(page, "health", { health }),
  });
  // Its timers and its sockets are its own: each connects again by a timer set when its last socket closed.
  const connect = socket.connect.bind(socket);
  socket.connect = () => {
    globalThis.WebSocket = class extends Plain {
      constructor(address) {
        super(address, { headers: given });
        // A browser closes a connection that never came about; this one only tells the error.
        this.addEventListener("error", () => {
          this.failed = super.readyState === Plain.CONNECTING;
          if (this.failed) this.dispatchEvent(Object.assign(new Event("close"), { code: 1006 }));
        });
      }
      get readyState() {
        return this.failed ? Plain.CLOSED : super.readyState;
      }
    };
    connect();
  };
  const closed = socket.closed.bind(socket);
  socket.closed = (code) => {
    const usual = globalThis.setTimeout;
    globalThis.setTimeout = (act, ms) => {
      say(page, "wait", { ms });
      return usual(act, ms);
    };
    closed(code);
    globalThis.setTimeout = usual;
  };
  socket.open();
});
await input.next();
process.exit(0);
