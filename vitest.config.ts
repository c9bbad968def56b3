import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/matchers.ts'],
    // CI counts from the report.
    reporters: process.env.VITEST_JSON ? ['default', ['json', { outputFile: process.env.VITEST_JSON }]] : ['default'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What a machine does that has other things to do as well takes longer than a second.
    expect: { poll: { timeout: 15_000 } },
    coverage: {
      provider: 'v8',
      reporter: ['text-summary'],
      include: ['src/**', 'tools/**'],
      thresholds: {
        'src/tool/gate.ts': { branches: 100, lines: 100 },
        'src/ledger/**': { branches: 100, lines: 100 },
        'src/zone/**': { branches: 100, lines: 100 },
      },
    },
  },
});
