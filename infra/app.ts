import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadProject } from '../adapters/local/project-files.ts';
import deployments from '../sluice.config.ts';
import { appSettings } from './app-settings.ts';
import { bundleFunctions } from './code/bundle-functions.ts';
import { deploySluice } from './deploy-sluice.ts';
import { chooseDeployment } from './deployment.ts';

interface Start {
  /** Of the checkout. */
  readonly root: string;
  /** Writes contracts and SQL, as functions need them, into a folder. */
  readonly writeProject: (folder: string) => Promise<void>;
}

/**
 * Synthesizes the deployment that `-c env=NAME` chooses. A finding of cdk-nag that nobody has acknowledged ends it.
 * @throws ConfigurationError
 */
export async function main({ root, writeProject }: Start): Promise<void> {
  const app = new App(appSettings);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const deployment = chooseDeployment('sluice.config.ts', deployments, (key) => app.node.tryGetContext(key));
  const bundled = await bundleFunctions(root, writeProject);
  try {
    const project = await loadProject({
      contracts: join(bundled.project, 'contracts'),
      sql: join(bundled.project, 'sql'),
    });
    deploySluice(app, { deployment, project, codeOf: bundled.codeOf });
    app.synth();
  } finally {
    bundled.dispose();
  }
}
