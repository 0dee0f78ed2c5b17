import { objectOf, type Variant, writeVariant } from '../types/variant-text.ts';
import { type Definition, define, raised } from './define.ts';

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?\/?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;

/** The pieces of a URL as PARSE_URL gives them; undefined where it is none. */
function parse(url: string): ReadonlyMap<string, Variant> | undefined {
  const found = URL_PARTS.exec(url);
  if (!found) return undefined;
  const [, scheme = '', authority = '', path = '', query, fragment] = found;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(authority.replace(/^[^@]*@/, '')) ?? [];
  const parameters =
    query === undefined
      ? null
      : objectOf(
          query.split('&').map((pair) => {
            const [key = '', ...rest] = pair.split('=');
            return [decode(key), rest.length > 0 ? decode(rest.join('=')) : null] as const;
          }),
        );
  return objectOf([
    ['fragment', fragment ?? null],
    ['host', host === '' ? null : host],
    ['parameters', parameters],
    ['path', path === '' ? null : path],
    ['port', port ?? null],
    ['query', query ?? null],
    ['scheme', scheme.toLowerCase()],
  ]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A stray percent sign: the text stays as it is.
    return text;
  }
}

/** PARSE_URL. */
export const urlFunctions: readonly Definition[] = [
  define('sf_parse_url', ['text', 'boolean'], 'text', (url, permissive) => {
    const found = parse(url);
    if (found) return writeVariant(found);
    if (permissive) return writeVariant(objectOf([['error', `Error parsing URL: scheme not specified`]]));
    throw raised('100139', '22023', `Error parsing URL: scheme not specified`);
  }),
];
