import { defineConfig } from 'vitest/config';

/**
 * Tests against emulators of AWS, which need more than `npm ci` gives (python3, a JDK, the network once): a folder of
 * `test/` each, run by its name. A folder whose emulator is missing says so and skips.
 */
export default defineConfig({
  test: {
    projects: ['moto', 'athena', 'deploy'].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        globalSetup: [`test/emulators/${name}-setup.ts`],
        setupFiles: ['test/setup.ts'],
        testTimeout: 300_000,
        hookTimeout: 300_000,
        // They share one emulator and two cores.
        fileParallelism: false,
      },
    })),
  },
});
