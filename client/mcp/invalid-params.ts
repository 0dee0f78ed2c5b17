import { type JSONRPCMessage, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** What zod says of one thing that does not fit. */
interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * An answer of the SDK's that refuses a request's params, in one sentence and with the code that is meant for it. The SDK
 * gives what zod found, as JSON text, and mostly as an internal error. Any other message is returned as it is.
 */
export function withPlainRefusal(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message)) return message;
  const issue = firstIssue(message.error.message);
  if (!issue) return message;
  return {
    ...message,
    error: { ...message.error, code: ProtocolErrorCode.InvalidParams, message: sentence(issue) },
  };
}

/** `Invalid tools/call request: [ ... ]`, or the list alone. */
const dump = /^(?:Invalid \S+ request: )?(\[\s*\{.*\])$/s;

function firstIssue(text: string): Issue | undefined {
  const list = dump.exec(text)?.[1];
  if (list === undefined) return undefined;
  try {
    const [first]: unknown[] = JSON.parse(list);
    return isIssue(first) && first.path[0] === 'params' ? first : undefined;
  } catch {
    // Some other text in brackets.
    return undefined;
  }
}

function isIssue(value: unknown): value is Issue {
  return typeof value === 'object' && value !== null && 'path' in value && Array.isArray(value.path);
}

function sentence({ path, message }: Issue): string {
  const name = path.slice(1).join('.');
  if (name === '') return 'Invalid params: params is missing.';
  const found = /expected (.+), received (.+)$/.exec(message);
  if (!found) return `Invalid params: ${name} is missing or of a form that MCP does not know.`;
  const [, expected, received] = found;
  if (received === 'undefined') return `Invalid params: ${name} is missing.`;
  const wanted = expected === 'record' ? 'object' : expected;
  return `Invalid params: ${name} must be of the type ${wanted}, got ${received}.`;
}
