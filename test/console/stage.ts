import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import type { ApiClient } from '../support/client.js'
import { EMBEDDED, type TestDatabase } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { type Look, openBrowser, openConsole, type Tab } from './browser.js'

/** A server and a browser that the tests of a suite share. */
export class Stage {
  installation!: TestInstallation
  browser!: Browser

  get url(): string {
    return this.installation.node.url
  }

  get client(): ApiClient {
    return this.installation.client
  }

  get database(): TestDatabase {
    return this.installation.database
  }

  /** The console at a page, in a tab of its own, signed in. */
  readonly open = (role: Role, path?: string, look?: Look): Promise<Tab> =>
    openConsole(this.browser, this.url, role, path, look)
}

/** Called where a suite begins; there from its first test to its last. */
export function setStage(env: Record<string, string> = {}): Stage {
  const stage = new Stage()
  beforeAll(async () => {
    stage.installation = await install(EMBEDDED, env)
    stage.browser = await openBrowser()
  })
  afterAll(async () => {
    await stage.browser?.close()
    await stage.installation?.close()
  })
  return stage
}
