import * as z from 'zod';
import { DEPLOYMENT_NAME } from '../core/deployment-name.ts';
import { ConfigurationError } from '../core/errors.ts';

const GIB = 2 ** 30;

/** Regions of China, GovCloud, the isolated ones and the European Sovereign Cloud: nothing here has been tried there. */
const OTHER_PARTITION = /^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)-/;

/** What can be chosen of a deployment; everything has a default. */
const deploymentSchema = z.strictObject({
  name: z.string().regex(DEPLOYMENT_NAME.pattern, DEPLOYMENT_NAME.expected).default('sluice'),
  /** Where to deploy, if not where the CLI's credentials belong. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'expected the 12 digits of an account')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-central-1')
    .refine((region) => !OTHER_PARTITION.test(region), 'expected a region of the partition aws, the only one supported')
    .optional(),
  /** On-demand follows the load; shards of your own are cheaper from some 2 MB/s of steady load on. */
  stream: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('on-demand') }),
      z.strictObject({ mode: z.literal('provisioned'), shards: z.int().min(1).max(500) }),
    ])
    .default({ mode: 'on-demand' }),
  /** How long records wait to become one object: longer makes fewer and larger objects, and later ones. Seconds. */
  batchingWindow: z.int().min(0).max(300).default(120),
  schedule: z
    .strictObject({
      /** When the daily run starts, UTC. */
      daily: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day, HH:MM')
        .default('00:15'),
      /** Runs in between, for fresher tables: every so many hours. */
      everyHours: z.int().min(1).max(12).optional(),
    })
    .prefault({}),
  alarms: z
    .strictObject({
      email: z.email('expected an e-mail address').optional(),
      /** Percent of the received records. */
      quarantineShare: z.number().min(0).max(100).default(5),
      /** Estimated dollars of one run. */
      runDollars: z.number().positive().default(5),
    })
    .prefault({}),
  /** `destroy` also asks for `-c i-know-this-deletes-all-data=<name>`. */
  removal: z.enum(['retain', 'destroy']).default('retain'),
  /** `auto`: DuckDB in a Lambda up to `lambda.bytes`, Athena above. */
  engine: z.enum(['auto', 'duckdb', 'athena']).default('auto'),
  lambda: z
    .strictObject({
      /** The most that one build in a Lambda reads, compressed as stored. */
      bytes: z
        .int()
        .min(1)
        .max(4 * GIB)
        .default(GIB / 4),
      /** Of a build; new accounts have a quota of 3008. */
      memoryMegabytes: z.int().min(1024).max(10_240).default(3008),
      /** File drops that are loaded at the same time. Null where the account's quota is too small to reserve any. */
      dropsAtOnce: z.int().min(1).max(100).nullable().default(4),
    })
    .prefault({}),
  /** The most that one query may scan in Athena: a terabyte is $5. */
  scanLimitBytes: z.int().min(10_000_000).default(1_000_000_000_000),
  /** How far back rollback and `--as-of` reach. */
  retentionDays: z.int().min(1).max(365).default(7),
  /** How long logs of functions and runs, and access logs, are kept. */
  logDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .default(90),
});

/** A deployment as `sluice.config.ts` gives it. */
export type DeploymentConfig = z.input<typeof deploymentSchema>;

/** A deployment with every default filled in. */
export type Deployment = z.output<typeof deploymentSchema>;

/** Environments by name; types the object in `sluice.config.ts`. */
export function defineDeployments<const T extends Readonly<Record<string, DeploymentConfig>>>(deployments: T): T {
  return deployments;
}

const DESTROY = 'i-know-this-deletes-all-data';

/**
 * The deployment of an environment.
 *
 * @param deployments what `file` exports
 * @param context of the CDK app: `env` chooses the environment (not needed if there is but one)
 * @throws ConfigurationError naming the file, the field and what was expected, also for environments that are not chosen
 */
export function chooseDeployment(
  file: string,
  deployments: Readonly<Record<string, unknown>>,
  context: (key: string) => unknown,
): Deployment {
  const names = Object.keys(deployments);
  const env = context('env') ?? (names.length === 1 ? names[0] : undefined);
  if (typeof env !== 'string' || !names.includes(env)) {
    const said = env === undefined ? 'no environment was chosen' : `there is no environment ${env}`;
    throw new ConfigurationError(`${file}: ${said}: expected -c env=NAME with one of ${names.join(', ')}`);
  }
  const chosen = checked(file, deployments).get(env)!;
  const { name, removal } = chosen;
  if (removal === 'destroy' && context(DESTROY) !== name) {
    throw new ConfigurationError(
      `${file}: ${env}.removal: with "destroy" all data of ${name} is deleted together with its stacks: expected also -c ${DESTROY}=${name} on the command line`,
    );
  }
  return chosen;
}

/** Every environment, as a mistake in one can change the stacks of another: two of the same name in one place. */
function checked(file: string, deployments: Readonly<Record<string, unknown>>): Map<string, Deployment> {
  const sound = new Map<string, Deployment>();
  const faults: string[] = [];
  for (const [env, config] of Object.entries(deployments)) {
    const { data, error } = deploymentSchema.safeParse(config);
    for (const { path, message } of error?.issues ?? [])
      faults.push(`${file}: ${[env, ...path].join('.')}: ${message}`);
    if (!data) continue;
    const twin = [...sound].find(([, other]) => other.name === data.name && !areApart(other, data));
    if (twin)
      faults.push(
        `${file}: ${env}.name: ${data.name} is also the name of ${twin[0]}, so each would replace the stacks of the other: expected another name, or an account or region in both, which differ`,
      );
    sound.set(env, data);
  }
  if (faults.length > 0) throw new ConfigurationError(faults.join('\n'));
  return sound;
}

/** Whether two deployments are in different places for sure: where the credentials belong can be anywhere. */
function areApart(one: Deployment, other: Deployment): boolean {
  const differ = (a?: string, b?: string): boolean => a !== undefined && b !== undefined && a !== b;
  return differ(one.account, other.account) || differ(one.region, other.region);
}
