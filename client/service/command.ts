import type { Run } from '../cli/commands.ts';
export const runService: Run = async () => 0;
