import fc from 'fast-check';

fc.configureGlobal({ numRuns: 2500 });
await import('./plan.test.ts');
