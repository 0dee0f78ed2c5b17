import { SnowpoolError } from '../errors.ts';
import type { Profile } from './profile.ts';

/** The proxy of a front-end's environment: HTTPS_PROXY or HTTP_PROXY with NO_PROXY, either case. Throws SnowpoolError invalid_argument. */
export function readProxy(environment: Readonly<Record<string, string | undefined>>): Profile['proxy'] {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  const name = names.find((candidate) => environment[candidate]);
  const value = name === undefined ? undefined : environment[name];
  if (name === undefined || value === undefined) return undefined;
  let url: URL;
  try {
    url = new URL(value.includes('://') ? value : `http://${value}`);
  } catch (error) {
    throw new SnowpoolError(
      'invalid_argument',
      `${name} is no proxy address: allowed is http://[user:password@]host:port.`,
      'Correct the variable.',
      {},
      { cause: error },
    );
  }
  const noProxy = environment.NO_PROXY ?? environment.no_proxy;
  return {
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    ...(url.username ? { user: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(noProxy ? { noProxy } : {}),
  };
}
