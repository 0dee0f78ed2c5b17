import { SnowpoolError } from '../../errors.ts';
import { canBeName } from '../identifiers.ts';
import type { ObjectName } from '../object-name.ts';

/** One table or view as an MCP resource; each part percent-encoded, so that any name fits. */
export const resourceTemplate = 'snowflake://{database}/{schema}/{object}';

export function resourceUri({ database, schema, name }: ObjectName): string {
  return `snowflake://${[database, schema, name].map(encodeURIComponent).join('/')}`;
}

/** Stored names from a URI, exactly as they stand there. Throws SnowpoolError invalid_argument for one of another form. */
export function readResourceUri(uri: string): ObjectName {
  const parts = /^snowflake:\/\/([^/?#]+)\/([^/?#]+)\/([^/?#]+)$/i.exec(uri)?.slice(1).map(decoded) ?? [];
  const [database, schema, name] = parts;
  if (database && schema && name && parts.every(canBeName)) return { database, schema, name };
  throw new SnowpoolError(
    'invalid_argument',
    `'${uri.slice(0, 200)}' is no resource of this server.`,
    `Resources are ${resourceTemplate}, each part a name as it is stored, percent-encoded.`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A broken escape: no name, so that the URI is refused as a whole.
    return '';
  }
}
