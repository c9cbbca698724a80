import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Clock, Timer } from "../../model/clock.ts";

/** Editors write a file in several steps; one change is one call. */
const SETTLE_MS = 100;

/**
 * Calls back when the file has changed. The folder is watched, because editors replace the file.
 *
 * @returns how to stop
 */
export function watchFile(file: string, clock: Clock, changed: () => void): () => void {
  const path = resolve(file);
  let timer: Timer | undefined;
  const watcher: FSWatcher = watch(dirname(path), { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(path)) return;
    timer?.cancel();
    timer = clock.setTimer(SETTLE_MS, changed);
  });
  return () => {
    timer?.cancel();
    watcher.close();
  };
}

/** What differs between two states of a file; the same for every file that is not there. */
export function fileState(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
