/** Sign-in through a browser: the look-up that drivers begin with, and the page that completes it. */
import { randomBytes } from 'node:crypto';
import { succeeded } from '../results/envelope.ts';
import type { BrowserLogins } from '../sessions/browser-logins.ts';
import type { Directory } from '../sessions/directory.ts';
import type { Lockout } from '../sessions/lockout.ts';
import { badRequest } from '../sessions/refusal.ts';
import { type Answer, type Exchange, html, json, readJson } from './exchange.ts';
import type { Route } from './router.ts';

export interface BrowserRouteParts {
  readonly directory: Directory;
  readonly browserLogins: BrowserLogins;
  readonly lockout: Lockout;
}

/** What the page needs to hand its token to the driver that opened it. */
interface PageRequest {
  readonly loginName: string;
  readonly proofKey: string;
  readonly redirectPort: number;
}

/** `/console/login` (the page) and `/session/authenticator-request` (where to find it). */
export function browserRoutes(parts: BrowserRouteParts): readonly Route[] {
  return [
    { endpoint: 'authenticator', method: 'POST', path: /^\/session\/authenticator-request$/, handle: lookUp },
    { endpoint: 'console', method: 'GET', path: /^\/console\/login$/, handle: (exchange) => show(parts, exchange) },
    { endpoint: 'console', method: 'POST', path: /^\/console\/login$/, handle: (exchange) => submit(parts, exchange) },
  ];
}

/**
 * The SSO form's first step. Node's driver asks for it on https and port 443 only (PROTOCOL §2), so for Node it is of
 * use behind a TLS front that forwards to the sandbox; Python and Go ask over plain HTTP too.
 */
function lookUp(exchange: Exchange): Answer {
  const body = readJson(exchange.body);
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
  const field = (name: string) =>
    typeof data === 'object' && data !== null ? String(Object.getOwnPropertyDescriptor(data, name)?.value ?? '') : '';
  if (field('AUTHENTICATOR').toUpperCase() !== 'EXTERNALBROWSER') {
    throw badRequest('The sandbox looks up no authenticator but EXTERNALBROWSER.');
  }
  const proofKey = randomBytes(32).toString('base64');
  const query = new URLSearchParams({
    login_name: field('LOGIN_NAME'),
    proof_key: proofKey,
    browser_mode_redirect_port: field('BROWSER_MODE_REDIRECT_PORT'),
  });
  return json(succeeded({ ssoUrl: `${exchange.origin}/console/login?${query}`, proofKey, tokenUrl: null }));
}

function readPage(query: URLSearchParams): PageRequest {
  const redirectPort = Number(query.get('browser_mode_redirect_port'));
  const proofKey = query.get('proof_key') ?? '';
  if (!Number.isInteger(redirectPort) || redirectPort < 1 || redirectPort > 65_535 || proofKey === '') {
    throw badRequest('A sign-in page needs proof_key and browser_mode_redirect_port, as drivers add them.');
  }
  return { loginName: query.get('login_name') ?? '', proofKey, redirectPort };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function page(request: PageRequest, asksPassword: boolean, complaint: string): string {
  const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in to the sandbox</title>
<style>body{font:16px system-ui;max-width:24rem;margin:15vh auto;padding:0 1rem}label{display:block;margin:1rem 0}input{width:100%;padding:.4rem}.bad{color:#b00}</style>
<h1>Sign in to the sandbox</h1>
<p>A program on this machine asks to sign in to the account in a box.</p>
${complaint === '' ? '' : `<p class="bad">${escapeHtml(complaint)}</p>`}
<form method="post" action="/console/login">
${hidden('proof_key', request.proofKey)}${hidden('browser_mode_redirect_port', String(request.redirectPort))}
<label>User <input name="login_name" value="${escapeHtml(request.loginName)}" required></label>
${asksPassword ? '<label>Password <input name="password" type="password"></label>' : ''}
<button>Sign in</button>
</form></html>
`;
}

/** Whether the page must ask for a password: not where any will do. */
function asksPassword(parts: BrowserRouteParts): boolean {
  return !parts.directory.switches.takesAnyUser || parts.directory.all().some((user) => !user.takesAnyPassword);
}

function show(parts: BrowserRouteParts, exchange: Exchange): Answer {
  return html(page(readPage(exchange.url.searchParams), asksPassword(parts), ''));
}

/** Checks the form and sends the browser to the driver's listener with a token. */
function submit(parts: BrowserRouteParts, exchange: Exchange): Answer {
  const form = new URLSearchParams(exchange.body.toString('utf8'));
  const request = readPage(form);
  const user = parts.directory.find(request.loginName);
  const isLocked = user !== undefined && parts.lockout.isLocked(user.name);
  const isRight = user && (user.takesAnyPassword || user.password === null || user.password === form.get('password'));
  if (!user || isLocked || !isRight) {
    if (user && !isLocked) parts.lockout.failed(user.name);
    const complaint = isLocked
      ? 'This user is locked. Try again in 15 minutes.'
      : 'Incorrect username or password was specified.';
    return html(page(request, asksPassword(parts), complaint), 403);
  }
  const token = parts.browserLogins.complete(user.name, request.proofKey);
  const location = `http://localhost:${request.redirectPort}/?token=${encodeURIComponent(token)}`;
  return { status: 303, type: 'text/plain', body: 'Signed in.\n', headers: { location, 'cache-control': 'no-store' } };
}
