/** The rows of an answer in the format that was asked for, and the same rows for programs. */
import type { Format } from '../tool.ts';
import { csvTable } from './csv.ts';
import { jsonTable } from './json.ts';
import { markdownTable } from './markdown.ts';
import type { PageView } from './page-view.ts';

/** The data as one text; `markdown` of no rows is the header alone. */
export function renderRows(view: Pick<PageView, 'columns' | 'rows'>, format: Format): string {
  switch (format) {
    case 'markdown':
      return markdownTable(view);
    case 'csv':
      return csvTable(view);
    case 'json':
      return jsonTable(view);
  }
}
