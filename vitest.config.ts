import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/databases.ts'],
    setupFiles: ['reflect-metadata'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes at the pace of the machine.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    execArgv: ['--import', new URL('./test/support/typescript-in-workers.mjs', import.meta.url).href],
    maxWorkers: 2,
  },
  resolve: {
    // Two copies of graphql (one from vite, one from node) do not know each other's types.
    alias: { graphql: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)) },
  },
})
