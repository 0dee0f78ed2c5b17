import { expect, it } from 'vitest';
import { fenced } from '../../../daemon/tools/render/fence.ts';

it('a code block ends where its text ends, also where that holds fences of its own', () => {
  expect(fenced('SELECT 1')).toBe('```\nSELECT 1\n```');
  expect(fenced('```sql\nSELECT `a`\n```', 'sql')).toBe('````sql\n```sql\nSELECT `a`\n```\n````');
});
