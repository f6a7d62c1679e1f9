import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { hasBrowser, openBrowser, openConsole } from './browser.js'

const POLICY = `mutation { saveVipPolicy(input: { id: "vip", name: "High rollers", threshold: "1000" }) { id } }`

describe.skipIf(!hasBrowser)('the live page', () => {
  let installation: TestInstallation
  let browser: Browser
  beforeAll(async () => {
    installation = await install(EMBEDDED)
    await installation.client.data(POLICY)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await installation?.close()
  })

  it('shows a bet that makes a VIP, without a reload', async () => {
    const { client } = installation
    const tab = await openConsole(browser, installation.node.url, 'crm')
    await tab.page.getByText('Nobody has become a VIP yet').waitFor()
    await client.send([bet('ann', 1_200)])
    await tab.page.getByRole('link', { name: 'ann' }).first().waitFor()
    await tab.page.getByRole('cell', { name: '1,200.00' }).first().waitFor()
    await tab.expectAccessible()
    expect(tab.errors).toEqual([])
    await tab.close()
  })
})

const bet = (player_id: string, amount: number) => ({
  event_id: `${player_id}-${amount}`,
  player_id,
  event_type: 'bet',
  amount,
  timestamp: new Date().toISOString(),
})
