import { expect, it } from 'vitest';
import { openInBrowser } from '../../../client/link/browser.ts';

// PATH is empty: whatever would be started is not found.
const withScreen = { DISPLAY: ':0', PATH: '' };

it.each(['file:///etc/passwd', 'vscode://x', 'javascript:alert(1)', 'no url', '--help'])(
  'what is no web page (%s) is never handed to an opener',
  async (url) => {
    expect(await openInBrowser(url, withScreen)).toBe(false);
  },
);

it('without a screen there is no browser on Linux', async () => {
  expect(await openInBrowser('https://example.com', { PATH: process.env.PATH }, 'linux')).toBe(false);
});

it('where the opener is missing there is no browser', async () => {
  expect(await openInBrowser('https://example.com', withScreen)).toBe(false);
});
