import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { GatheredLines } from '../../../daemon/log/gathered-lines.ts';

function written() {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
  });
  return { writes, stream };
}

it('writes the lines of one moment in one write, in their order', async () => {
  const { writes, stream } = written();
  const lines = new GatheredLines(stream);
  lines.write('one');
  lines.write('two');
  await expect.poll(() => writes).toEqual(['one\ntwo\n']);
  lines.write('three');
  await expect.poll(() => writes).toEqual(['one\ntwo\n', 'three\n']);
  await lines.end();
});

it('loses nothing at its end, and holds back no more than it may', async () => {
  const { writes, stream } = written();
  const lines = new GatheredLines(stream);
  lines.write('x'.repeat(70_000));
  expect(writes).toHaveLength(1);
  lines.write('last');
  await lines.end();
  expect(writes[1]).toBe('last\n');
});
