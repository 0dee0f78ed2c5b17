import type { Policy } from '../../../daemon/query/guard/judge.ts';

/** The default of every profile. */
export const readOnly: Policy = { mode: 'read-only', allow: [], deny: [], functions: 'all' };

export const confirm: Policy = { ...readOnly, mode: 'confirm' };

export const readWrite: Policy = { ...readOnly, mode: 'read-write' };
