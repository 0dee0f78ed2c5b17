/** Requests that a page of some web site had a browser send: any name can be made to lead to 127.0.0.1 (DNS rebinding). */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page that the sandbox did not serve sent the request. Browsers name the page's origin with every POST, PUT and
 * DELETE, which no page can change; drivers name none. A front with TLS has a name of its own, in the origin and in `host`:
 * a page of such a name cannot have come from here without one, since the sandbox itself speaks no TLS.
 */
export function isFromForeignPage(headers: IncomingHttpHeaders): boolean {
  const { origin, host = '' } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return !isLoopback(`http://${host}`);
  const page = new URL(origin);
  if (page.protocol === 'https:' && page.host === host) return false;
  return !isLoopback(origin) || !isLoopback(`http://${host}`);
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
