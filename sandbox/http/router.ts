/** Finds the route of a request by its path and method. */
import { badRequest } from '../sessions/refusal.ts';
import type { Answer, Endpoint, Exchange } from './exchange.ts';

export interface Route {
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: RegExp;
  readonly handle: (exchange: Exchange) => Promise<Answer> | Answer;
}

export interface Match {
  readonly route: Route;
  readonly captures: readonly string[];
}

/** The route, or a Refusal to throw once the request was counted: 404 for an unknown path, 405 for a wrong method. */
export function match(routes: readonly Route[], method: string, path: string): Match | Error {
  const allowed: string[] = [];
  for (const route of routes) {
    const found = route.path.exec(path);
    if (!found) continue;
    if (route.method === method) return { route, captures: found.slice(1) };
    allowed.push(route.method);
  }
  if (allowed.length > 0) return badRequest(`${path.slice(0, 200)} takes ${allowed.join(' or ')}, not ${method}.`, 405);
  return badRequest(`There is no ${path.slice(0, 200)} here.`, 404);
}
