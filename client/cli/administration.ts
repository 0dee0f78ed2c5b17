import type { Run } from './commands.ts';
export const runStop: Run = async () => 0;
export const runReload: Run = async () => 0;
export const runReconnect: Run = async () => 0;
