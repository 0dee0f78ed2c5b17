import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cell, run, type Stage, startStage } from './fixture.ts';

describe('a context follows its client', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it("keeps a client's USE invisible to other clients", async () => {
    const { attachment: a } = stage.attach('a');
    const { attachment: b } = stage.attach('b');
    await run(a, 'CREATE DATABASE ONE');
    await run(a, 'CREATE SCHEMA TWO');
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()')).toBe('TWO');
    expect(await cell(b, 'SELECT CURRENT_SCHEMA()')).toBe(null);
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()')).toBe('TWO');
    console.log(JSON.stringify(stage.pools.status()[0], null, 1));
  });
});
