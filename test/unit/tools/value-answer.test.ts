import { describe, expect, it } from 'vitest';
import { textBudget } from '../../../daemon/tools/render/page-view.ts';
import { textColumns } from '../../../daemon/tools/text-columns.ts';
import { valueAnswer } from '../../../daemon/tools/value-answer.ts';

function read(names: readonly string[], cells: readonly (string | null)[], column: string, offset = 0) {
  const page = {
    queryId: '01b2c3d4-0000-1111-2222-333344445555',
    columns: textColumns(names),
    rows: [cells],
    offset: 3,
    totalRows: 9,
    rowsAffected: undefined,
    hasMore: false,
    timezone: undefined,
  };
  const answer = valueAnswer(page, 'SELECT', column, offset);
  if (!('structured' in answer)) throw new Error('no answer');
  return answer.structured.value as { text: string | null; characters: number; next_offset: number | null };
}

describe('one value', () => {
  it('is found by the name of its column, exactly first, and by its index before any name', () => {
    expect(read(['a', 'A'], ['1', '2'], 'A').text).toBe('2');
    expect(read(['a', 'B'], ['1', '2'], 'b').text).toBe('2');
    expect(read(['#1', 'B'], ['1', '2'], '#1').text).toBe('2');
    expect(read(['#7', 'B'], ['1', '2'], '#7').text).toBe('1');
    expect(read(['', ''], ['1', '2'], '#1').text).toBe('2');
  });

  it('is not guessed where two columns have that name: the error tells their indexes', () => {
    expect(() => read(['A', 'B', 'A'], ['1', '2', '3'], 'A')).toThrow(
      expect.objectContaining({ code: 'invalid_argument', next: 'Tell it by its index: #0, #2.' }),
    );
  });

  it.each([
    ['ж', 2],
    ['漢', 3],
    ['😀', 6],
    ['\u0001', 6],
  ])('comes in parts that leave room for what %j costs, and the parts join', (character, cost) => {
    const whole = character.repeat(30_000);
    let text = '';
    for (let offset: number | null = 0; offset !== null; ) {
      const part = read(['A'], [whole], 'A', offset);
      expect([...(part.text ?? '')].length).toBeLessThanOrEqual(textBudget / cost);
      text += part.text;
      offset = part.next_offset;
    }
    expect(text).toBe(whole);
  });
});
