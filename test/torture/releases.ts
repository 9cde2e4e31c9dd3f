import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedProject, loadProject } from '../../adapters/local/project-files.ts';

/** A release of the code, in a folder of its own: the command of this checkout with two models more. */
export interface Release {
  readonly name: string;
  /** When it was released, as its versions say. */
  readonly release: string;
  /** The `sluice` script. */
  readonly script: string;
  readonly project: LoadedProject;
}

/** Tables that each release has code of its own for: `probe` can be made to fail its audit, `around` reads it. */
export const PROBE = 'gold.torture_probe';

/** Makes releases that share what is bundled now, whatever happens to the checkout meanwhile. */
export class Releases {
  readonly #folder: string;
  #made = 0;

  constructor(root: string, folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'build'), { recursive: true });
    cpSync(join(root, 'dist'), join(folder, 'build', 'dist'), { recursive: true });
    cpSync(join(root, 'sql'), join(folder, 'build', 'sql'), { recursive: true });
    for (const name of ['package.json', 'bin'])
      cpSync(join(root, name), join(folder, 'build', name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'build', 'node_modules'));
  }

  /**
   * The next release, newer than those before.
   *
   * @param code what the new models say in each row
   * @param failing a day whose audit fails, as it would by a check that is new or a threshold that is too narrow
   */
  async make(code: string, failing?: string): Promise<Release> {
    const number = ++this.#made;
    const name = `${number}-${code}${failing ? '-strict' : ''}`;
    const folder = join(this.#folder, 'releases', name);
    const build = join(this.#folder, 'build');
    mkdirSync(join(folder, 'dist'), { recursive: true });
    for (const copied of ['sql', 'bin', 'package.json'])
      cpSync(join(build, copied), join(folder, copied), { recursive: true });
    for (const file of readdirSync(join(build, 'dist'))) {
      if (file !== 'release.json') symlinkSync(join(build, 'dist', file), join(folder, 'dist', file));
    }
    const release = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
    writeFileSync(join(folder, 'dist', 'release.json'), JSON.stringify({ release }));
    writeFileSync(join(folder, 'sql', 'gold', 'torture_probe.sql'), probe(code, failing));
    writeFileSync(join(folder, 'sql', 'gold', 'torture_around.sql'), AROUND);
    const project = await loadProject({ contracts: join(build, 'dist', 'contracts'), sql: join(folder, 'sql') });
    return { name, release, script: join(folder, 'bin', 'sluice.js'), project };
  }
}

function probe(code: string, failing: string | undefined): string {
  return `/*
row: A day, and the release that counted its events.
inputs:
  silver.interactions: [0]
columns:
  code: varchar - Release.
  events: bigint - Events of the day.
audits:
  not_null: [code, events]
  day_is_allowed: select dt, events from torture_probe where dt = '${failing ?? 'never'}'
*/
select
    '${code}' as code,
    count(i.id) as events,
    t.dt
from targets as t
left join interactions as i
    on i.dt = t.dt
group by
    t.dt
`;
}

const AROUND = `/*
row: A day, and the events of it and the days beside it.
inputs:
  gold.torture_probe: [-1..1]
columns:
  events: bigint - Events of up to three days.
audits:
  not_null: [events]
*/
select
    sum(p.events) as events,
    t.dt
from targets as t
inner join torture_probe as p
    on cast(p.dt as date) between cast(t.dt as date) - interval '1' day and cast(t.dt as date) + interval '1' day
group by
    t.dt
`;
