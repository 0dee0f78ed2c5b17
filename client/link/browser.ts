type Environment = Readonly<Record<string, string | undefined>>;

/** An opener that runs longer than this has the page: some stay for as long as the browser does. */
const believeAfterMs = 3_000;

/**
 * Opens a page in the browser of the person who sits here (xdg-open, or open on macOS).
 * @returns whether there was a browser to open it; false without a screen, and for anything but http and https.
 */
export async function openInBrowser(
  url: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (!isWebPage(url)) return false;
  const hasScreen =
    platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.BROWSER || env.WSL_DISTRO_NAME);
  if (!hasScreen) return false;
  // Loaded here: a front-end that needs no browser starts without it.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(platform === 'darwin' ? 'open' : 'xdg-open', [url], {
      stdio: 'ignore',
      detached: true,
      env: { ...env },
    });
    const timer = setTimeout(() => resolve(true), believeAfterMs);
    timer.unref();
    child.once('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
    child.unref();
  });
}

/** The page comes from outside: an opener would also run files and other programs' schemes. */
function isWebPage(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
