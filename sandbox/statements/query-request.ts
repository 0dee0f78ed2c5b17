/** The body of a query request, read at the edge. */
import type { ParameterValue } from '../results/driver-parameters.ts';
import { badRequest } from '../sessions/refusal.ts';
import { readBinds } from './binds.ts';
import type { StatementRequest } from './statement.ts';

const LONGEST_REQUEST_ID = 200;
/** Of the names and values of a statement's parameters: they are kept as long as its record. */
const MOST_PARAMETERS_LENGTH = 32 * 1024;

function record(value: unknown, what: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(`${what} must be an object.`);
  return { ...value };
}

/** Reads a query's body. Throws a Refusal with HTTP 400 where no driver would have sent it. */
export function readQueryRequest(body: unknown, query: URLSearchParams): StatementRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('A query request is a JSON object.');
  const {
    sqlText,
    bindings,
    parameters: rawParameters,
    asyncExec,
    describeOnly,
    bindStage,
  } = record(body, 'A query request');
  if (typeof sqlText !== 'string') throw badRequest('A query request needs sqlText, a string.');
  const requestId = query.get('requestId') || null;
  if (requestId === null || requestId.length > LONGEST_REQUEST_ID) {
    throw badRequest(`A query request needs a requestId of at most ${LONGEST_REQUEST_ID} characters in its URL.`);
  }
  const parameters = new Map<string, ParameterValue>();
  let length = 0;
  for (const [name, value] of Object.entries(record(rawParameters, 'parameters'))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      parameters.set(name.toUpperCase(), value);
      length += name.length + String(value).length;
    }
  }
  if (length > MOST_PARAMETERS_LENGTH)
    throw badRequest(
      `The parameters of a statement take ${length} characters, at most ${MOST_PARAMETERS_LENGTH} are allowed.`,
    );
  if (bindStage !== undefined && bindStage !== null && typeof bindStage !== 'string')
    throw badRequest('bindStage must be a string.');
  return {
    requestId,
    sql: sqlText,
    binds: readBinds(bindings),
    parameters,
    describeOnly: describeOnly === true,
    isAsync: asyncExec === true,
    ...(bindStage ? { bindStage } : {}),
  };
}
