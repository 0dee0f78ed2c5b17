/**
 * What translated text calls in DuckDB: macros, and scalar functions in TypeScript where DuckDB has no equal. All names
 * begin with `sf_`. Imports only `types/`, `engine.ts` and DuckDB's driver; nothing of the translator.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { addressFunctions } from './addresses.ts';
import { calendarFunctions } from './calendar-functions.ts';
import type { Room } from './define.ts';
import { raisingFunctions } from './errors.ts';
import { createMacros } from './macros.ts';
import { momentFunctions } from './moments.ts';
import { numberFormatFunctions } from './number-formats.ts';
import { numberFunctions } from './numbers.ts';
import { pathFunctions } from './paths.ts';
import { randomFunctions } from './random.ts';
import { regexFunctions } from './regexes.ts';
import { structuredFunctions } from './structured.ts';
import { structureFunctions } from './structures.ts';
import { textFunctions } from './texts.ts';
import { urlFunctions } from './urls.ts';
import { variantFunctions } from './variants.ts';
import { xmlFunctions } from './xml.ts';

/**
 * Registers the functions and macros that translated text calls; once for an instance, before its configuration is
 * locked. Every connection of the instance sees them. `room` says what texts may take.
 */
export async function registerFunctions(connection: DuckDBConnection, room?: Room): Promise<void> {
  for (const definition of [
    ...raisingFunctions,
    ...momentFunctions,
    ...calendarFunctions,
    ...numberFunctions,
    ...numberFormatFunctions,
    ...pathFunctions,
    ...randomFunctions,
    ...regexFunctions(),
    ...structuredFunctions,
    ...structureFunctions,
    ...textFunctions,
    ...addressFunctions,
    ...urlFunctions,
    ...variantFunctions,
    ...xmlFunctions(),
  ]) {
    definition(connection, room);
  }
  await createMacros(connection);
}
