import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { commands } from './commands.ts';
import { hiddenWrites, unknownTexts } from './hidden.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();

describe("every command of Snowflake's reference that acts", () => {
  it.each(commands)('%s is refused in read-only: %s', (kind, text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement).toMatchObject({ verdict: 'refused', kind, isRead: false, isMetadata: false });
    expect(judgement.refusal?.reason).toMatch(/^\S.*\.$/);
    expect(judgement.refusal?.setting).toContain('policy.mode');
  });

  it.each(commands)('%s asks a person in confirm, runs in read-write, with its kind: %s', (kind, text) => {
    expect(guard.judge(text, confirm)).toMatchObject({ verdict: 'confirm', kind });
    expect(guard.judge(text, readWrite)).toMatchObject({ verdict: 'allowed', kind, isRead: false });
    expect(guard.judge(text, readWrite).refusal).toBeUndefined();
  });
});

describe('a write that looks like something else is refused in read-only', () => {
  it.each([...hiddenWrites, ...unknownTexts].map((text) => [text]))('%j', (text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement.verdict).toBe('refused');
    expect(judgement.refusal?.reason).toMatch(/^\S.*\.$/);
  });
});
