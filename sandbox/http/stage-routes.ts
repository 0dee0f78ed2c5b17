/** Files of stages over HTTP, as an object store offers them: PUT, HEAD and GET of one object. */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StageGrant, StageGrants } from '../statements/stage-grants.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Route } from './router.ts';

/** The file system has no place for the name: it is too long, or what it runs through is no folder, or it is one itself. */
const NO_PLACE = new Set(['ENAMETOOLONG', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY']);

const PATH = /^\/stages\/([0-9a-f]{18})\/(.{1,2000})$/;

/** `/stages/{bucket}/{path}` by the bearer token of a StageGrant. Source: the XML API that drivers speak to GCS. */
export function stageRoutes(grants: StageGrants): readonly Route[] {
  const granted = (
    handle: (file: string, exchange: Exchange, grant: StageGrant) => Promise<Answer>,
    outside: Answer,
  ) => {
    return async (exchange: Exchange): Promise<Answer> => {
      const [id = '', path = ''] = exchange.captures;
      const token = /^Bearer (\S+)$/i.exec(exchange.header('authorization') ?? '')?.[1] ?? '';
      const grant = grants.find(id, token);
      if (!grant) return failed(401, 'AuthenticationRequired');
      const parts = partsOf(path);
      if (!parts) return failed(400, 'InvalidURI');
      if (await leadsOut(grant.folder, parts.slice(0, -1))) return outside;
      return handle(join(grant.folder, ...parts), exchange, grant);
    };
  };
  return [
    { endpoint: 'stage', method: 'PUT', path: PATH, handle: granted(put, failed(400, 'InvalidURI')) },
    { endpoint: 'stage', method: 'HEAD', path: PATH, handle: granted(get, failed(404, 'NoSuchKey')) },
    { endpoint: 'stage', method: 'GET', path: PATH, handle: granted(get, failed(404, 'NoSuchKey')) },
  ];
}

/** The names of a path below a folder; undefined where it would lead out of it or cannot be read. */
function partsOf(path: string): readonly string[] | undefined {
  try {
    const parts = path.split('/').map(decodeURIComponent);
    const isOutside = parts.some((part) => part === '' || part === '.' || part === '..' || /[/\\\0]/.test(part));
    return isOutside ? undefined : parts;
  } catch {
    return undefined;
  }
}

/** True where a link, or a file, stands in a folder's place: drivers that write to the folder themselves may have put one there. */
async function leadsOut(folder: string, names: readonly string[]): Promise<boolean> {
  let place = folder;
  for (const name of names) {
    place = join(place, name);
    const found = await lstat(place).catch(() => undefined);
    if (!found) return false;
    if (!found.isDirectory()) return true;
  }
  return false;
}

/** Whole or not at all: a statement that lists the stage meanwhile sees no half of a file. */
async function put(file: string, exchange: Exchange, { isUpload }: StageGrant): Promise<Answer> {
  if (!isUpload) return failed(403, 'AccessDenied');
  const onlyNew = exchange.header('x-goog-if-generation-match') === '0';
  if (
    onlyNew &&
    (await access(file).then(
      () => true,
      () => false,
    ))
  )
    return failed(412, 'PreconditionFailed');
  const part = join(tmpdir(), `snowpool-upload-${randomUUID()}`);
  try {
    await writeFile(part, exchange.body, { mode: 0o600 });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await rename(part, file);
  } catch (error) {
    if (!NO_PLACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return failed(400, 'InvalidURI');
  } finally {
    await rm(part, { force: true });
  }
  return { status: 200, type: 'application/xml', body: '' };
}

async function get(file: string): Promise<Answer> {
  let body: Buffer;
  try {
    // Never through a link, as above.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      body = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return failed(404, 'NoSuchKey');
  }
  // Drivers compare a file that they have got with this.
  const digest = createHash('sha256').update(body).digest('base64');
  const headers = { 'x-goog-meta-sfc-digest': digest };
  return { status: 200, type: 'application/octet-stream', body, headers, isPlain: true };
}

function failed(status: number, code: string): Answer {
  return { status, type: 'application/xml', body: `<Error><Code>${code}</Code></Error>` };
}
