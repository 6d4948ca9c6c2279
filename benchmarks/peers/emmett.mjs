// Emmett's PostgreSQL store as a contender: many callers in one process, over a pool with a connection for each.
// It runs from the scratch folder that it is copied to, because Node looks for packages beside the file.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";
import { STREAM_DOES_NOT_EXIST } from "@event-driven-io/emmett";

const POOL_SIZE = 32;
const streams = [];
let store;
let shared;

const rate = async (seconds, callers, one) => {
  let done = 0;
  const started = performance.now();
  const call = async (caller) => {
    while (performance.now() < started + seconds * 1000) {
      await one(caller);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return [done, (performance.now() - started) / 1000];
};

const evolve = (state, { type, data }) =>
  type === "Established"
    ? { established: data, headcounts: [] }
    : { ...state, headcounts: [...state.headcounts, data] };

const commands = {
  open: async ({ url, data, unit }) => {
    shared = { data: JSON.parse(data), unit };
    const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
    store = getPostgreSQLEventStore(url, { connectionOptions: { pool }, schema: { autoMigration: "None" } });
    await store.schema.migrate();
  },
  append: ({ seconds, callers = 32 }) =>
    rate(seconds, callers, () =>
      store.appendToStream(`registration-${randomUUID()}`, [{ type: "WorkRegistered", data: shared.data }], {
        expectedStreamVersion: STREAM_DOES_NOT_EXIST,
      }),
    ),
  fill: async ({ streams: number }) => {
    for (let n = 0; n < number; n += 1) {
      const name = `unit-${randomUUID()}`;
      const events = shared.unit.map((data, at) => ({ type: at === 0 ? "Established" : "HeadcountReported", data }));
      await store.appendToStream(name, events);
      streams.push(name);
    }
  },
  load: ({ seconds, readers }) => {
    let turn = 0;
    return rate(seconds, readers, async () => {
      const { state } = await store.aggregateStream(streams[turn++ % streams.length], {
        evolve,
        initialState: () => ({}),
      });
      if (state.headcounts.length !== shared.unit.length - 1) throw new Error("a stream was not read whole");
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...asked } = JSON.parse(line);
  let told;
  try {
    told = { told: (await commands[name](asked)) ?? null };
  } catch (error) {
    told = { failed: String(error?.stack ?? error) };
  }
  process.stdout.write(JSON.stringify(told) + "\n");
}
process.exit(0);
