import type { Run } from '../cli/commands.ts';
export const runStatus: Run = async () => 0;
