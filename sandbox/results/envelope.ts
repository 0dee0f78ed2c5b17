/** The envelope of every answer (PROTOCOL §0): `code` is a string or null, never a number; failures are HTTP 200 too. */
import { SqlError } from '../engine.ts';

/** An answer's text. `data` must be JSON already. */
export function envelope(success: boolean, code: string | null, message: string | null, data: string): string {
  return `{"data":${data},"code":${JSON.stringify(code)},"message":${JSON.stringify(message)},"success":${success}}`;
}

/** A success that carries `data`. */
export function succeeded(data: unknown = null): string {
  return envelope(true, null, null, JSON.stringify(data));
}

/** What each failure of a statement carries: without sqlState Node sends the request twice (PROTOCOL §2). */
export function failedStatement(error: unknown, queryId: string): string {
  const sql = asSqlError(error);
  const data = {
    internalError: false,
    errorCode: sql.code,
    age: 0,
    sqlState: sql.sqlState,
    queryId,
    line: sql.at?.line ?? -1,
    pos: sql.at?.pos ?? -1,
    type: sql.sqlState.startsWith('42') ? 'COMPILATION' : 'EXECUTION',
  };
  return envelope(false, sql.code, sql.message, JSON.stringify(data));
}

/** Anything that the SQL side threw, as Snowflake would report it; what is no SqlError is a fault of the sandbox. */
export function asSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SqlError('000603', 'XX000', `SQL execution internal error: the sandbox failed: ${reason}`, undefined, {
    cause: error,
  });
}
