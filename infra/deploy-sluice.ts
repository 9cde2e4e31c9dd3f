import type { App, StackProps } from 'aws-cdk-lib';
import { Tags } from 'aws-cdk-lib';
import type { LoadedProject } from '../adapters/local/project-files.ts';
import { CatalogStack } from './catalog-stack.ts';
import type { FunctionCode } from './constructs/sluice-function.ts';
import type { Deployment } from './deployment.ts';
import { IngestStack } from './ingest-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import type { FunctionName } from './permissions.ts';
import { StorageStack } from './storage-stack.ts';
import { TransformStack } from './transform-stack.ts';

interface Sluice {
  readonly deployment: Deployment;
  /** What is deployed: contracts and models. */
  readonly project: LoadedProject;
  /** The code of the functions. */
  readonly codeOf: (name: FunctionName) => FunctionCode;
}

/** Every stack of a deployment, each after those it needs. */
export function deploySluice(app: App, { deployment, project, codeOf }: Sluice) {
  const { name, account, region, removal } = deployment;
  const props = (part: string, description: string): StackProps => ({
    stackName: `${name}-${part}`,
    description: `Sluice ${name}: ${description}`,
    env: { ...(account ? { account } : {}), ...(region ? { region } : {}) },
    terminationProtection: part === 'storage' && removal === 'retain',
  });
  const storage = new StorageStack(app, `${name}-storage`, { ...props('storage', 'buckets and key'), deployment });
  const { key, warehouse, results } = storage;
  const catalog = new CatalogStack(app, `${name}-catalog`, {
    ...props('catalog', 'databases and tables for Athena'),
    ...{ deployment, project, key, warehouse, results },
  });
  const ingest = new IngestStack(app, `${name}-ingest`, {
    ...props('ingest', 'stream and file drops to bronze'),
    ...{ deployment, codeOf, storage },
  });
  const transform = new TransformStack(app, `${name}-transform`, {
    ...props('transform', 'runs from bronze to gold'),
    ...{ deployment, codeOf, storage, catalog },
  });
  const observability = new ObservabilityStack(app, `${name}-observability`, {
    ...props('observability', 'alarms and dashboard'),
    ...{ deployment, key, ingest, transform },
  });
  Tags.of(app).add('sluice', name);
  return { storage, catalog, ingest, transform, observability };
}
