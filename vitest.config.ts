import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need emulators: vitest.emulators.config.ts.
    exclude: ['test/moto/**', 'test/athena/**', 'test/deploy/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Vitest leaves a processor to its watcher, which a run that ends has not.
    maxWorkers: '100%',
    // The SQL parser is CommonJS that node cannot import by name.
    server: { deps: { inline: ['dt-sql-parser'] } },
  },
});
