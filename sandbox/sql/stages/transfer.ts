import type { Bind, EngineResult } from '../../engine.ts';
import { invalidValue, syntaxError, unsupported } from '../errors.ts';
import { KIND, plainResult, textColumn } from '../results.ts';
import type { Statement } from '../statement.ts';
import { findStage } from './find-stage.ts';
import { readReference, type StageReference, wholeReference } from './stage-reference.ts';
import { chosenFiles } from './staged-files.ts';

/** PUT and GET as read from their text. `local` is the path behind `file://`. */
interface Transfer {
  readonly reference: StageReference;
  readonly local: string;
  readonly options: ReadonlyMap<string, string>;
}

const START = { line: 1, pos: 0 };
const OPTION = /([A-Za-z_]+)\s*=\s*('(?:[^']|'')*'|[^\s;]+)/y;
const BLANKS = /(?:\s|\/\*[\s\S]*?\*\/|(?:--|\/\/)[^\n]*)*/y;
const COMPRESSIONS = `AUTO_DETECT GZIP BZ2 BROTLI ZSTD DEFLATE RAW_DEFLATE NONE`.split(' ');

/** The text itself is read, not its tokens: to these the `//` of a `file://` begins a comment. */
class TransferText {
  constructor(
    private readonly text: string,
    /** Behind the verb. */
    private at: number,
    private readonly binds: ReadonlyMap<string, Bind>,
  ) {}

  /** Blanks and comments: Python's write_pandas signs its PUT by one behind the verb. */
  private skipBlanks(): void {
    BLANKS.lastIndex = this.at;
    this.at += BLANKS.exec(this.text)?.[0].length ?? 0;
  }

  private unexpected() {
    return syntaxError(START, this.text.slice(this.at, this.at + 20) || '<EOF>');
  }

  /** `file://path`, in quotes or up to the next blank. */
  local(): string {
    this.skipBlanks();
    const found = this.quoted() ?? this.bare();
    if (!/^file:\/\//i.test(found)) throw this.unexpected();
    return found.slice('file://'.length);
  }

  reference(): StageReference {
    this.skipBlanks();
    if (this.text[this.at] === "'") return wholeReference(this.quoted() ?? '', START);
    const bound = this.bound();
    if (bound !== undefined) return wholeReference(bound.startsWith('@') ? bound : `@${bound}`, START);
    const { reference, end } = readReference(this.text, this.at, START);
    this.at = end;
    return reference;
  }

  /**
   * The text bound to `?` or `:1`: Python's driver names the stage of its uploads so, without the `@`
   * (direct_file_operation_utils.py, parse_file_operation).
   */
  private bound(): string | undefined {
    const found = /^(?:\?|:([1-9]\d{0,4}))(?=\s|;|$)/.exec(this.text.slice(this.at));
    const value = found && this.binds.get(found[1] ?? '1')?.value;
    if (!found || typeof value !== 'string') return undefined;
    this.at += found[0].length;
    return value;
  }

  options(): Map<string, string> {
    const options = new Map<string, string>();
    for (;;) {
      this.skipBlanks();
      OPTION.lastIndex = this.at;
      const found = OPTION.exec(this.text);
      if (!found) break;
      const [all, name = '', value = ''] = found;
      options.set(name.toUpperCase(), value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value);
      this.at += all.length;
    }
    if (!/^[\s;]*$/.test(this.text.slice(this.at))) throw this.unexpected();
    return options;
  }

  private quoted(): string | undefined {
    const found = /^'((?:[^'\\]|''|\\[\s\S])*)'/.exec(this.text.slice(this.at));
    if (!found) return undefined;
    this.at += found[0].length;
    return (found[1] ?? '').replaceAll("''", "'").replace(/\\([\s\S])/g, '$1');
  }

  private bare(): string {
    const found = /^[^\s;'"]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += found.length;
    // Node's driver uploads its binds by `PUT file://1'@SYSTEM$BIND/...'`: a quote behind the name begins the stage.
    return found;
  }
}

function transferText({ request, reader }: Statement): TransferText {
  return new TransferText(request.sql, reader.peek().end, request.binds);
}

/**
 * PUT file://path @stage: tells the driver where to write; nothing is read or written here. Source: PROTOCOL §7.
 * Throws SqlError 001003, 002003, 003001, 001008.
 */
export async function put(statement: Statement): Promise<EngineResult> {
  const text = transferText(statement);
  const local = text.local();
  const transfer: Transfer = { local, reference: text.reference(), options: text.options() };
  const { options } = transfer;
  checkOptions(options, ['PARALLEL', 'AUTO_COMPRESS', 'SOURCE_COMPRESSION', 'OVERWRITE', 'THRESHOLD']);
  const found = find(statement, transfer, 'PUT', 'WRITE');
  const compression = (options.get('SOURCE_COMPRESSION') ?? 'AUTO_DETECT').toUpperCase();
  if (!COMPRESSIONS.includes(compression)) throw invalidValue(compression, 'SOURCE_COMPRESSION');
  const location = statement.request.describeOnly
    ? ''
    : statement.account.stages.folder(found.key, found.path.replace(/\/$/, ''));
  return transferResult('UPLOAD', location, options, {
    src_locations: [local],
    autoCompress: isOn(options, 'AUTO_COMPRESS', true),
    overwrite: isOn(options, 'OVERWRITE', false),
    sourceCompression: compression.toLowerCase(),
  });
}

/** GET @stage file://folder: tells the driver which files to copy; the driver makes the folder and writes. */
export async function get(statement: Statement): Promise<EngineResult> {
  const text = transferText(statement);
  const reference = text.reference();
  const transfer: Transfer = { reference, local: text.local(), options: text.options() };
  checkOptions(transfer.options, ['PARALLEL', 'PATTERN']);
  const found = find(statement, transfer, 'GET', 'READ');
  const pattern = transfer.options.get('PATTERN') ?? null;
  const files = statement.request.describeOnly ? [] : await chosenFiles(statement, found, { pattern });
  return transferResult('DOWNLOAD', statement.account.stages.folder(found.key), transfer.options, {
    src_locations: files.map((file) => file.path),
    localLocation: transfer.local,
  });
}

function find(statement: Statement, { reference }: Transfer, operation: string, privilege: 'READ' | 'WRITE') {
  const { session } = statement;
  return findStage(session, session.start.user, reference, operation, privilege);
}

function checkOptions(options: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of options.keys()) if (!known.includes(name)) throw unsupported(`the option ${name} here`);
}

function isOn(options: ReadonlyMap<string, string>, name: string, fallback: boolean): boolean {
  const value = options.get(name)?.toUpperCase();
  if (value !== undefined && value !== 'TRUE' && value !== 'FALSE') throw invalidValue(value, name);
  return value === undefined ? fallback : value === 'TRUE';
}

const MOST_PARALLEL = 99;

function transferResult(
  command: 'UPLOAD' | 'DOWNLOAD',
  location: string,
  options: ReadonlyMap<string, string>,
  rest: Readonly<Record<string, unknown>>,
): EngineResult {
  const parallel = Number(options.get('PARALLEL') ?? 4);
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > MOST_PARALLEL) {
    throw invalidValue(String(parallel), 'PARALLEL');
  }
  return {
    ...plainResult(KIND.scl, [textColumn('status')], []),
    fileTransfer: {
      command,
      operation: 'Node',
      kind: null,
      parallel,
      threshold: 209_715_200,
      stageInfo: {
        locationType: 'LOCAL_FS',
        location,
        path: '',
        region: null,
        storageAccount: null,
        isClientSideEncrypted: false,
        creds: {},
        presignedUrl: null,
        endPoint: null,
      },
      encryptionMaterial: null,
      presignedUrls: null,
      ...rest,
    },
  };
}
