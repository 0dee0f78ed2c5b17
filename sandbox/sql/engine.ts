import { Catalog } from '../catalog/catalog.ts';
import { fillAccount } from '../data/account-data.ts';
import type { Engine, EngineHost } from '../engine.ts';
import { Duck } from './duck.ts';
import { ScriptCalls } from './javascript/script-calls.ts';
import { ScriptThreads } from './javascript/script-threads.ts';
import { OpenTransactions } from './open-transactions.ts';
import { Session } from './session.ts';
import { StageArea } from './stages/stage-area.ts';
import { registerFunctions } from './types/index.ts';

// The SQL side of the sandbox: statements (statements/), queries (translate.ts), SHOW (show/), INFORMATION_SCHEMA
// (information-schema/) on the catalog (../catalog) and DuckDB (duck.ts). It talks to the protocol side only through
// the EngineHost that it is given; main.ts composes the two.

export interface EngineOptions {
  /** A folder of CSV, Parquet and JSON files that become tables of SANDBOX.PUBLIC. */
  readonly load?: string;
  readonly memoryLimitMb?: number;
  /** How long a suspended warehouse takes to start, on the sandbox's clock. */
  readonly warehouseResumeMs?: number;
  /** False leaves out SNOWFLAKE_SAMPLE_DATA. */
  readonly sampleData?: boolean;
}

const DEFAULT_MEMORY_MB = 1024;
/** One part in so many of the memory may hold rows that were (Time Travel). */
const HISTORY_SHARE = 16;

/** Builds the account: catalog, sample data, files. Throws an Error with one sentence where a file cannot be loaded. */
export async function createEngine(host: EngineHost, options: EngineOptions = {}): Promise<Engine> {
  const threads = new ScriptThreads();
  const scripts = new ScriptCalls(threads);
  const memoryMb = options.memoryLimitMb ?? DEFAULT_MEMORY_MB;
  const duck = await Duck.open(memoryMb, scripts);
  const now = () => host.now();
  const historyBytes = (memoryMb * 1_048_576) / HISTORY_SHARE;
  const sleep = (ms: number, signal: AbortSignal) => host.sleep(ms, signal);
  const catalog = new Catalog(duck, now, options.warehouseResumeMs ?? 0, sleep, historyBytes);
  const stages = new StageArea();
  const onExit = () => stages.close();
  process.once('exit', onExit);
  const account = { catalog, host, transactions: new OpenTransactions(catalog), stages, scripts };
  try {
    await duck.use(async (connection) => {
      await registerFunctions(connection, () => duck.roomBytes());
      for (const definition of scripts.definitions) definition(connection);
    });
    const { load, sampleData = true } = options;
    await fillAccount(catalog, { hasSampleData: sampleData, ...(load === undefined ? {} : { load }) });
    await duck.seal();
  } catch (error) {
    await duck.close();
    throw error;
  }
  return {
    openSession: async (start) => new Session(account, start),
    defineRoles(names) {
      for (const name of new Set(names)) if (!catalog.roles.get(name)) catalog.roles.add(name, 'USERADMIN');
    },
    get warehouseStarts() {
      return catalog.warehouses.starts;
    },
    async close() {
      await threads.close();
      await duck.close();
      stages.close();
      process.off('exit', onExit);
    },
  };
}
