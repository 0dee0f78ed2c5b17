/** What the launcher gives to the bundle: the things that only a real file next to the bundle can do. */
export interface Host {
  /** Name that the person typed: `snowpool` or `pool-status`. */
  readonly program: string;
  /** Folder of the bundle; `daemon.mjs` and `sandbox.mjs` lie beside it. */
  readonly folder: string;
  /** Imports an ES module by its path. */
  load(path: string): Promise<unknown>;
  /** Writes V8's code cache once, if there is none that fits. To be called when the program is idle. */
  keepCodeCache(): void;
}
