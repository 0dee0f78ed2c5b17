import type { Scope } from '../contract.ts';
import type { TimestampMapping } from './parse.ts';

/** The session parameters that decide how values are read and printed. */
export interface Settings {
  readonly zone: string;
  readonly dateInput: string;
  readonly timeInput: string;
  readonly timestampInput: string;
  readonly dateOutput: string;
  readonly timeOutput: string;
  readonly ntzOutput: string;
  readonly ltzOutput: string;
  readonly tzOutput: string;
  readonly binaryInput: string;
  readonly binaryOutput: string;
  readonly centuryStart: number;
  readonly weekStart: number;
  readonly weekOfYearPolicy: number;
  readonly mapping: TimestampMapping;
}

/** Snowflake's defaults. Source: docs, "Parameters". */
export const DEFAULT_SETTINGS: Settings = {
  zone: 'America/Los_Angeles',
  dateInput: 'AUTO',
  timeInput: 'AUTO',
  timestampInput: 'AUTO',
  dateOutput: 'YYYY-MM-DD',
  timeOutput: 'HH24:MI:SS',
  ntzOutput: 'YYYY-MM-DD HH24:MI:SS.FF3',
  ltzOutput: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  tzOutput: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  binaryInput: 'HEX',
  binaryOutput: 'HEX',
  centuryStart: 1970,
  weekStart: 0,
  weekOfYearPolicy: 0,
  mapping: 'TIMESTAMP_NTZ',
};

function textOf(scope: Scope, name: string, fallback: string): string {
  const value = scope.parameter(name);
  return typeof value === 'string' && value !== '' ? value : fallback;
}

function numberOf(scope: Scope, name: string, fallback: number): number {
  const value = Number(scope.parameter(name));
  return Number.isInteger(value) ? value : fallback;
}

/** What the session has set; empty formats fall back as Snowflake's do (LTZ and TZ to TIMESTAMP_OUTPUT_FORMAT). */
export function settingsOf(scope: Scope): Settings {
  const base = DEFAULT_SETTINGS;
  const timestampOutput = textOf(scope, 'TIMESTAMP_OUTPUT_FORMAT', base.tzOutput);
  const mapping = textOf(scope, 'TIMESTAMP_TYPE_MAPPING', base.mapping).toUpperCase();
  return {
    zone: textOf(scope, 'TIMEZONE', base.zone),
    dateInput: textOf(scope, 'DATE_INPUT_FORMAT', base.dateInput),
    timeInput: textOf(scope, 'TIME_INPUT_FORMAT', base.timeInput),
    timestampInput: textOf(scope, 'TIMESTAMP_INPUT_FORMAT', base.timestampInput),
    dateOutput: textOf(scope, 'DATE_OUTPUT_FORMAT', base.dateOutput),
    timeOutput: textOf(scope, 'TIME_OUTPUT_FORMAT', base.timeOutput),
    ntzOutput: textOf(scope, 'TIMESTAMP_NTZ_OUTPUT_FORMAT', base.ntzOutput),
    ltzOutput: textOf(scope, 'TIMESTAMP_LTZ_OUTPUT_FORMAT', timestampOutput),
    tzOutput: textOf(scope, 'TIMESTAMP_TZ_OUTPUT_FORMAT', timestampOutput),
    binaryInput: textOf(scope, 'BINARY_INPUT_FORMAT', base.binaryInput).toUpperCase(),
    binaryOutput: textOf(scope, 'BINARY_OUTPUT_FORMAT', base.binaryOutput).toUpperCase(),
    centuryStart: numberOf(scope, 'TWO_DIGIT_CENTURY_START', base.centuryStart),
    weekStart: numberOf(scope, 'WEEK_START', base.weekStart),
    weekOfYearPolicy: numberOf(scope, 'WEEK_OF_YEAR_POLICY', base.weekOfYearPolicy),
    mapping:
      mapping === 'TIMESTAMP_LTZ' || mapping === 'TIMESTAMP_TZ' ? (mapping as TimestampMapping) : 'TIMESTAMP_NTZ',
  };
}
