import type { Run } from '../cli/commands.ts';
export const runDoctor: Run = async () => 0;
