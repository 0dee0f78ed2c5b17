import type { Clock } from '../clock.ts';
import type { Progress } from '../query/contract.ts';

/** How a statement goes on, in one sentence for a person. */
function progressSentence(progress: Progress): string {
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

/** Rows arrive in hundreds of batches; a person reads a few numbers a second. */
const rowsEveryMs = 250;

/** Tells each step of one statement in a sentence, rows not more often than they can be read. */
export function progressTeller(clock: Clock, tell: (sentence: string) => void): (progress: Progress) => void {
  let toldRowsAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (progress.stage === 'fetching') {
      const now = clock.monotonic();
      if (now - toldRowsAt < rowsEveryMs) return;
      toldRowsAt = now;
    }
    tell(progressSentence(progress));
  };
}
