/** Requests that need no account behind them: telemetry, and a word for a person who opens the address in a browser. */
import { succeeded } from '../results/envelope.ts';
import { json } from './exchange.ts';
import type { Route } from './router.ts';

/** `/telemetry/send` takes anything and keeps nothing; `/` says what this is. */
export function plainRoutes(): readonly Route[] {
  return [
    {
      endpoint: 'telemetry',
      method: 'POST',
      path: /^\/telemetry\/send(\/sessionless)?$/,
      handle: () => json(succeeded('Log Received')),
    },
    {
      endpoint: 'other',
      method: 'GET',
      path: /^\/$/,
      handle: () => ({
        status: 200,
        type: 'text/plain; charset=utf-8',
        body: "snowpool sandbox: an account in a box. Point a Snowflake driver at this address; it speaks the drivers' protocol.\n",
      }),
    },
  ];
}
