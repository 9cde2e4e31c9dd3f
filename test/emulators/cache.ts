import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where emulators are installed, outside the repository, so that every checkout uses them. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice-emulators');

/**
 * The folder `name` of the cache, filled by `install` the first time. A change of what is installed takes another name.
 * Several processes may do it at once: each installs into a folder of its own, the first to finish wins.
 *
 * @param install fills the folder that it is given, which may be moved after
 */
export async function cached(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (await exists(folder)) return folder;
  const own = `${folder}.installing-${process.pid}`;
  await mkdir(own, { recursive: true });
  try {
    await install(own);
    await rename(own, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
