import type { Progress } from '../query/contract.ts';

/** How a statement goes on, in one sentence for a person. */
export function progressSentence(progress: Progress): string {
  switch (progress.stage) {
    case 'queued':
      return `Waiting for a session, place ${progress.place} in the queue`;
    case 'signing_in':
      return 'Preparing a session';
    case 'running':
      return [
        `Running for ${Math.round(progress.elapsedMs / 1000)} s`,
        progress.waitsFor === undefined ? '' : `: ${progress.waitsFor}`,
        progress.queryId === undefined ? '' : ` (query id ${progress.queryId})`,
      ].join('');
    case 'fetching':
      return `${progress.rows} ${progress.rows === 1 ? 'row' : 'rows'} fetched`;
  }
}
