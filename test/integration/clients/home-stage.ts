import { afterAll, afterEach, beforeAll } from 'vitest';
import type { PoolSettings, Profile } from '../../../daemon/config/profile.ts';
import type { PoolStatus } from '../../../daemon/pool/contract.ts';
import type { TurnedClock } from '../../support/turned-clock.ts';
import { type Attached, cell, run, type Stage, startLayer, startStage } from './fixture.ts';

/** One stage for the tests of a file, with the databases HOME and AWAY, which have schemas ONE and TWO beside PUBLIC. Each profile has a pool of its own. */
export interface HomeStage {
  readonly stage: Stage;
  /** A client that is there all the time, in a pool of its own. */
  readonly setup: Attached;
  /** A profile whose sign-in leaves no current database. */
  bare(pool?: Partial<PoolSettings>, limits?: Parameters<Stage['profile']>[1]): Profile;
  /** A profile whose sign-in leads to HOME.PUBLIC. */
  home(pool?: Partial<PoolSettings>, limits?: Parameters<Stage['profile']>[1]): Profile;
  /** One more daemon's pools and clients over the stage's sandbox; closed after the test. */
  layer(clock?: TurnedClock): Omit<Stage, 'sandbox'>;
  /** The pool of a profile; of the stage's own daemon unless said otherwise. */
  statusOf(fingerprint: string, from?: Pick<Stage, 'pools'>): PoolStatus;
  /** Makes a table of its own for a test, HOME.PUBLIC.<the name> (X INT). */
  table(): Promise<string>;
  /** Rows in such a table, as the client of `setup` sees them. */
  count(name: string): Promise<string | null>;
}

/** Starts before all tests of the block it is called in, ends after them; what a test leaves behind of clients, layers and faults is gone after it. */
export function homeStage(): HomeStage {
  let stage: Stage;
  let setup: Attached;
  let pools = 0;
  let tables = 0;
  const layers: Omit<Stage, 'sandbox'>[] = [];
  beforeAll(async () => {
    stage = await startStage();
    setup = stage.attach('setup');
    for (const database of ['AWAY', 'HOME']) {
      await run(setup.attachment, `CREATE DATABASE ${database}`);
      await run(setup.attachment, 'CREATE SCHEMA ONE');
      await run(setup.attachment, 'CREATE SCHEMA TWO');
    }
    await run(setup.attachment, 'USE SCHEMA HOME.PUBLIC');
  });
  afterEach(async () => {
    await stage.sandbox.control.clearFaults();
    for (const layer of layers.splice(0)) await layer.close();
    for (const { identity } of stage.clients.status())
      if (identity.id !== setup.client.identity.id) await stage.clients.find(identity.id)?.detach();
  });
  afterAll(() => stage.close());
  return {
    get stage() {
      return stage;
    },
    get setup() {
      return setup;
    },
    bare: (pool = {}, limits = {}) => stage.profile({ account: `test-${++pools}`, pool }, limits),
    home: (pool = {}, limits = {}) =>
      stage.profile({ database: 'HOME', schema: 'PUBLIC', account: `test-${++pools}`, pool }, limits),
    layer(clock) {
      const made = startLayer(stage.sandbox, clock);
      layers.push(made);
      return made;
    },
    statusOf(fingerprint, from = stage) {
      const found = from.pools.status().find(({ profile }) => profile.fingerprint === fingerprint);
      if (!found) throw new Error('no such pool');
      return found;
    },
    async table() {
      const name = `T${++tables}`;
      await run(setup.attachment, `CREATE TABLE HOME.PUBLIC.${name} (X INT)`);
      return name;
    },
    count: (name) => cell(setup.attachment, `SELECT COUNT(*) FROM HOME.PUBLIC.${name}`),
  };
}
