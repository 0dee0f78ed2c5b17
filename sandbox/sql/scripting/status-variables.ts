import type { EngineResult, SqlError } from '../../engine.ts';
import type { Value } from '../evaluate.ts';

export const TEXT: Value['type'] = { type: 'text', precision: null, scale: null, length: 16_777_216 };
export const NUMBER: Value['type'] = { type: 'fixed', precision: 38, scale: 0, length: null };
const BOOLEAN: Value['type'] = { type: 'boolean', precision: null, scale: null, length: null };

/** What a handler may read of the exception: SQLCODE, SQLERRM, SQLSTATE. Source: docs, "Handling exceptions". */
export function errorVariables({ code, sqlState, message }: SqlError): readonly (readonly [string, Value])[] {
  return [
    ['SQLCODE', { value: String(Number(code)), type: NUMBER }],
    ['SQLERRM', { value: message, type: TEXT }],
    ['SQLSTATE', { value: sqlState, type: TEXT }],
  ];
}

/** What a DML statement leaves: SQLROWCOUNT, SQLFOUND, SQLNOTFOUND; nothing for others. Source: docs, "Determining the number of rows affected by DML commands". */
export function rowCountVariables({ dml }: EngineResult): readonly (readonly [string, Value])[] {
  if (!dml) return [];
  const changed = (dml.inserted ?? 0) + (dml.updated ?? 0) + (dml.deleted ?? 0);
  return [
    ['SQLROWCOUNT', { value: String(changed), type: NUMBER }],
    ['SQLFOUND', { value: changed > 0 ? '1' : '0', type: BOOLEAN }],
    ['SQLNOTFOUND', { value: changed > 0 ? '0' : '1', type: BOOLEAN }],
  ];
}
