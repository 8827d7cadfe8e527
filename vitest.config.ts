import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,bench,drivers,charts,results,bin,.ci}/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    reporters: ['default', './.ci/closing-line.ts'],
    // Two cores, and the end-to-end tests start servers of their own.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
