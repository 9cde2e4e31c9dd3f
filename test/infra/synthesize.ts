import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll } from 'vitest';
import { loadProject } from '../../adapters/local/project-files.ts';
import { appSettings } from '../../infra/app-settings.ts';
import { deploySluice } from '../../infra/deploy-sluice.ts';
import { chooseDeployment, type DeploymentConfig } from '../../infra/deployment.ts';

const project = await loadProject({ contracts: 'contracts', sql: 'sql' });

/** Where this file's apps are synthesized. */
const folder = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An app with a deployment, not yet synthesized: code stands in for the functions' own, so that nothing is bundled. */
export function appOf(config: DeploymentConfig = {}, more: Record<string, unknown> = {}) {
  const { postCliContext, ...settings } = appSettings;
  const app = new App({
    ...settings,
    postCliContext: {
      ...postCliContext,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-asset-staging': true,
      ...more,
    },
    outdir: mkdtempSync(join(folder, 'app-')),
    builtinCloudFormationValidation: false,
  });
  const deployment = chooseDeployment('test', { test: config }, (key) => app.node.tryGetContext(key));
  const codeOf = (name: string) => ({ code: Code.fromInline(`exports.handler = '${name}'`), handler: 'index.handler' });
  return { app, stacks: deploySluice(app, { deployment, project, codeOf }) };
}

export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of a resource are free JSON.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** Every resource of a deployment. */
export function resourcesOf(config: DeploymentConfig = {}, context: Record<string, unknown> = {}): Resource[] {
  const { stacks } = appOf(config, context);
  return Object.values(stacks).flatMap((stack: Stack) =>
    Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Omit<Resource, 'stack' | 'id'>>).map(
      ([id, resource]) => ({ stack: stack.stackName, id, ...resource }),
    ),
  );
}
