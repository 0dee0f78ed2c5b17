import type { Run } from '../cli/commands.ts';
export const runQuery: Run = async () => 0;
