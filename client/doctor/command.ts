/**
 * Folder doctor/: `snowpool doctor`. It may import cli/, link/ and service/; cli/commands.ts loads this file when it is called.
 */
import { randomUUID } from 'node:crypto';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { ExplainResponse__Output } from '../../proto/generated/snowpool/v1/ExplainResponse.ts';
import type { Arguments } from '../cli/arguments.ts';
import type { Run } from '../cli/commands.ts';
import { CommandFailure } from '../cli/failure.ts';
import { type Paint, paintFor } from '../cli/paint.ts';
import { printable } from '../cli/printable.ts';
import { ensureDaemon } from '../link/autostart.ts';
import { openInBrowser } from '../link/browser.ts';
import { DaemonFailure } from '../link/daemon-failure.ts';
import { profileEnvironment } from '../link/environment.ts';
import { Link } from '../link/link.ts';
import { askOnce } from '../link/once.ts';
import { daemonPlace } from '../link/place.ts';
import { callRepeatedly } from '../link/repeat.ts';
import { compareVersions, version } from '../version.ts';
import { type Finding, localChecks } from './local-checks.ts';

const answerWithinMs = 15_000;
/** A sign-in may need a person. */
const signInWithinMs = 180_000;

/** `snowpool doctor`: what is checked, then each setting in force and its source. Exit code 1 where a check failed. */
export const runDoctor: Run = async (args, host) => {
  const paint = paintFor(process.stdout, process.env);
  const place = daemonPlace(process.env, host.folder);
  const findings: Finding[] = [];
  const tell = (found: readonly Finding[]) => {
    findings.push(...found);
    process.stdout.write(found.map((finding) => line(finding, paint)).join(''));
  };
  tell(localChecks(place));

  const environment = profileEnvironment(process.env);
  const connection = args.text('connection');
  const profile = { environment, sandbox: args.has('sandbox'), policy: args.text('policy') ?? '' };
  const link = new Link(
    {
      place,
      hello: { ...profile, pid: process.pid, version, connections: connection === undefined ? [] : [connection] },
      onOpenUrl: (page) => void showPage(page),
      onNotice: ({ text }) => tell([{ outcome: 'warning', text, advice: '' }]),
    },
    { name: 'snowpool doctor', version },
  );
  let explained: ExplainResponse__Output | undefined;
  const explain = (checkAccount: boolean) =>
    askOnce<ExplainResponse__Output>(place, checkAccount ? signInWithinMs : answerWithinMs, ({ admin }, done) =>
      admin.explain({ ...profile, connection: connection ?? '', checkAccount }, done),
    );
  try {
    if (args.has('no-sign-in')) {
      // Whoever attaches has sessions opened.
      await ensureDaemon(place, AbortSignal.timeout(signInWithinMs));
      const running = await askOnce<DaemonStatus__Output>(place, answerWithinMs, ({ status }, done) =>
        status.get({}, done),
      );
      tell([daemonFinding(running)]);
      explained = await explain(false);
      tell(explained.checks.map(finding));
    } else {
      const { welcome } = await link.attachment(AbortSignal.timeout(signInWithinMs));
      if (welcome.problem !== '') {
        // No question about the profile would bring more.
        tell([{ outcome: 'failed', text: welcome.problem, advice: '' }]);
        return 1;
      }
      tell([daemonFinding({ pid: welcome.daemonPid, version: welcome.daemonVersion })]);
      explained = await explain(false);
      tell(explained.checks.map(finding));
      // First as a client like any other, so that a sign-in which needs a person finds one.
      const signedIn = await signIn(link, args);
      tell(signedIn.outcome === 'ok' ? [signedIn, ...(await explain(true)).checks.map(finding)] : [signedIn]);
    }
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    tell([{ outcome: 'failed', text: error.message, advice: error.next }]);
  } finally {
    link.close();
  }
  if (explained) process.stdout.write(settingsTable(explained, paint));
  return findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
};

async function signIn(link: Link, args: Arguments): Promise<Finding> {
  const signal = AbortSignal.timeout(signInWithinMs);
  try {
    await callRepeatedly(link, signal, async ({ channel, welcome: { clientId } }, _isResent, either) => {
      const stream = channel.queries.run({
        clientId,
        requestId: randomUUID(),
        sql: 'SELECT 1',
        connection: args.text('connection') ?? '',
      });
      either.addEventListener('abort', () => stream.cancel(), { once: true });
      for await (const _event of stream) {
        // Only that it ends well counts.
      }
    });
    return { outcome: 'ok', text: 'Snowflake lets this profile in and answers', advice: '' };
  } catch (error) {
    if (error instanceof DaemonFailure || error instanceof CommandFailure)
      return { outcome: 'failed', text: error.message, advice: error.next };
    if (signal.aborted) return { outcome: 'failed', text: `no answer within ${signInWithinMs / 1000} s`, advice: '' };
    throw error;
  }
}

function daemonFinding(daemon: { readonly pid: number; readonly version: string }): Finding {
  const text = `The daemon runs (pid ${daemon.pid}, version ${daemon.version})`;
  if (compareVersions(daemon.version, version) === 0) return { outcome: 'ok', text, advice: '' };
  return {
    outcome: 'warning',
    text: `${text}; this command is version ${version}`,
    advice: 'A front-end of the newer version replaces the daemon; a service needs: snowpool service install',
  };
}

async function showPage(page: { readonly url: string; readonly reason: string }): Promise<void> {
  const isOpen = await openInBrowser(page.url, process.env);
  process.stderr.write(
    isOpen
      ? `${page.reason} The page is open in your browser.\n`
      : `${page.reason} Open this page: ${printable(page.url)}\n`,
  );
}

function finding(check: { readonly outcome: string; readonly text: string; readonly advice: string }): Finding {
  const outcome = check.outcome === 'ok' || check.outcome === 'warning' ? check.outcome : 'failed';
  return { outcome, text: check.text.replace(/\.$/, ''), advice: check.advice };
}

function line({ outcome, text, advice }: Finding, paint: Paint): string {
  const mark = { ok: paint.green('✓'), warning: paint.yellow('!'), failed: paint.red('✗') }[outcome];
  return `${mark} ${printable(text)}\n${advice === '' ? '' : `  ${paint.bold('→')} ${printable(advice)}\n`}`;
}

function settingsTable({ settings: given }: ExplainResponse__Output, paint: Paint): string {
  if (given.length === 0) return '';
  const settings = given.map(({ name, value, source }) => ({
    name,
    value: printable(value),
    source: printable(source),
  }));
  const names = Math.max(...settings.map(({ name }) => name.length));
  const values = Math.min(40, Math.max(...settings.map(({ value }) => value.length)));
  const rows = settings.map(
    ({ name, value, source }) => `  ${name.padEnd(names)}  ${value.padEnd(values)}  ${paint.dim(source)}`,
  );
  return `\n${paint.bold('Settings in force')}\n${rows.join('\n')}\n`;
}
