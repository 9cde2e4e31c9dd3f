import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The SQL parser is CommonJS that node cannot import by name.
    server: { deps: { inline: ['dt-sql-parser'] } },
  },
});
