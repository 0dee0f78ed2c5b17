/** The unmodified Node driver, as a test uses it: connections and statements as promises. */
import type { Connection, ConnectionOptions, SnowflakeError } from 'snowflake-sdk';

// Read while the driver is loaded; the last silences what a library inside it says of its own plans for Node 20.
process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = '1';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { default: snowflake } = await import('snowflake-sdk');
// The driver keeps this for the whole process; its default log goes to stdout.
snowflake.configure({ logLevel: 'OFF' });

export interface Outcome {
  readonly rows: readonly Record<string, unknown>[];
  readonly queryId: string;
  readonly requestId: string;
  readonly updatedRows: number | undefined;
}

export type StatementOptions = Omit<Parameters<Connection['execute']>[0], 'complete'>;

/** A login that failed, or a statement that failed: what the driver hands its callback. */
export type DriverError = SnowflakeError;

/** Signs in. Rejects with the driver's error. */
export function connect(options: ConnectionOptions): Promise<Connection> {
  const connection = snowflake.createConnection(options);
  return new Promise((resolve, reject) => {
    // connectAsync resolves on a failed login, so the callback decides; it is still what browser sign-ins need.
    connection
      .connectAsync((error) => (error ? reject(error) : resolve(connection)))
      .catch((error: unknown) => reject(error));
  });
}

/** The error of a sign-in that must fail. */
export async function failedConnect(options: ConnectionOptions): Promise<DriverError> {
  try {
    await connect(options);
  } catch (error) {
    return error as DriverError;
  }
  throw new Error('the sign-in succeeded');
}

/** Runs a statement. Rejects with the driver's error. */
export function execute(connection: Connection, statement: string | StatementOptions): Promise<Outcome> {
  const options = typeof statement === 'string' ? { sqlText: statement } : statement;
  return new Promise((resolve, reject) => {
    connection.execute({
      ...options,
      complete: (error, done, rows) => {
        if (error) return reject(error);
        resolve({
          rows: options.asyncExec ? [] : (rows ?? []),
          queryId: done.getQueryId(),
          requestId: done.getRequestId(),
          // An asyncExec has no result yet, which the driver does not expect to be asked about.
          updatedRows: options.asyncExec ? undefined : done.getNumUpdatedRows(),
        });
      },
    });
  });
}

/** The error of a statement that must fail. */
export async function failedExecute(
  connection: Connection,
  statement: string | StatementOptions,
): Promise<DriverError> {
  try {
    await execute(connection, statement);
  } catch (error) {
    return error as DriverError;
  }
  throw new Error('the statement succeeded');
}

/** Closes a session at the account. */
export function destroy(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.destroy((error) => (error ? reject(error) : resolve()));
  });
}
