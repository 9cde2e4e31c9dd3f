import { defineDeployments } from './infra/deployment.ts';

/**
 * The deployments of this project by environment: `npx cdk deploy --all -c env=NAME`. infra/deployment.ts says what can be
 * chosen and what holds otherwise. Two of them may share an account and region if their names differ.
 */
export default defineDeployments({
  prod: {},
});
