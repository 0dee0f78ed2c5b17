/** What a tool is: its schemas, its description, and how it runs. The catalogue is a list of these. */
import { z } from 'zod';
import type { AttachedClient, Attachment } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import type { Queries } from '../query/contract.ts';

/** Everything that one call may use. */
export interface ToolCall {
  readonly client: AttachedClient;
  readonly attachment: Attachment;
  /** The connection's name where the client has several, so that an answer must name it. */
  readonly connectionToName: string | undefined;
  readonly queries: Queries;
  readonly clock: Clock;
  /** Of this call; also the request id of its one statement. */
  readonly requestId: string;
  readonly newId: () => string;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** True once a person said yes to exactly this call. */
  readonly isConfirmed: boolean;
  /** True where the same call may have reached a daemon before. */
  readonly isResent: boolean;
  /** The daemon's state, as `pool-status` shows it. */
  readonly status: () => unknown;
  readonly progress: (message: string) => void;
}

/** As much of a call as it takes to ask the account something beside it. */
export type Asking = Pick<ToolCall, 'attachment' | 'queries' | 'clock' | 'newId' | 'tool' | 'signal' | 'progress'>;

export type ToolAnswer =
  | {
      /** Texts for people and models; the first one carries the data. */
      readonly texts: readonly string[];
      readonly structured: Readonly<Record<string, unknown>>;
    }
  /** The policy wants a person to confirm the statement first. */
  | { readonly confirm: StatementToConfirm };

/** What a person is asked about. */
export interface StatementToConfirm {
  readonly kind: string;
  readonly sql: string;
  /** Account, role, current schema: what the text alone does not say. */
  readonly where?: string;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** True where the statement that it runs is the caller's own text: then an error speaks of that. */
  readonly runsGivenText?: boolean;
  /** Arguments are already checked against `input`. Throws SnowpoolError. */
  run(call: ToolCall, args: unknown): Promise<ToolAnswer>;
}

/** Reads metadata or data, changes nothing. */
export const readsOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} as const;

/** Ties a tool's arguments to its input schema, so that `run` sees them typed. */
export function defineTool<Input extends z.ZodObject>(
  definition: Omit<Tool, 'input' | 'run'> & {
    readonly input: Input;
    run(call: ToolCall, args: z.infer<Input>): Promise<ToolAnswer>;
  },
): Tool {
  return { ...definition, run: (call, args) => definition.run(call, definition.input.parse(args)) };
}

export const formats = ['markdown', 'csv', 'json'] as const;
export type Format = (typeof formats)[number];

/** Arguments that many tools share. */
export const argument = {
  format: z
    .enum(formats)
    .default('markdown')
    .describe('How the rows are written: markdown (an aligned table), csv (RFC 4180) or json (one object a row).'),
  database: z
    .string()
    .min(1)
    .max(600)
    .describe('Database. A plain name is read without regard to case; put a name in double quotes to have it exactly.'),
  schema: z.string().min(1).max(600).describe('Schema, written like the database.'),
  pattern: z
    .string()
    .min(1)
    .max(600)
    .optional()
    .describe(
      'Only names LIKE this pattern, without regard to case: % stands for any text, _ for one character. Example: %ORDER%',
    ),
  cursor: z.string().min(1).max(2_000).optional().describe('next_cursor of the answer before, to go on from there.'),
} as const;
