import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMBEDDED, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode, type TestNode } from '../support/server.js'
import { hasBrowser, openBrowser, openConsole } from './browser.js'

const POLICY = `mutation {
  saveVipPolicy(input: { id: "vip", name: "High rollers", threshold: "1000", window: "PT5M", slide: "PT5M" }) { id }
}`

describe.skipIf(!hasBrowser)('while somebody watches', () => {
  let database: TestDatabase
  let browser: Browser
  const running: TestNode[] = []
  const start = async (port = '0') => {
    const node = await startNode(database.url, { PORT: port })
    running.push(node)
    return node
  }
  const stop = async (node: TestNode) => {
    running.splice(running.indexOf(node), 1)
    await node.stop()
  }
  beforeAll(async () => {
    database = await makeDatabase(EMBEDDED)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const node of [...running]) await stop(node)
    await database?.drop()
  })

  it('a restart is told, and nothing that came meanwhile is missed or shown twice', async () => {
    const first = await start()
    await first.client.data(POLICY)
    const tab = await openConsole(browser, first.url, 'crm')
    const { page } = tab
    const pill = page.locator('.health-pill')
    await first.client.send([bet('before')])
    await entryOf(page, 'before').waitFor()
    await pill.getByText('Live', { exact: true }).waitFor()

    const elsewhere = await start()
    await stop(first)
    await pill.getByText('Reconnecting').waitFor()
    await page.getByText('The server cannot be reached').waitFor()
    await elsewhere.client.send([bet('meanwhile-1'), bet('meanwhile-2')])
    expect(await entryOf(page, 'before').count()).toBe(1)
    expect(await entryOf(page, 'meanwhile-1').count()).toBe(0)

    const again = await start(new URL(first.url).port)
    expect(again.url).toBe(first.url)
    await pill.getByText('Live', { exact: true }).waitFor()
    await again.client.send([bet('after')])
    await entryOf(page, 'after').waitFor()
    const entries = page.getByRole('region', { name: 'VIP entries, newest first' }).getByRole('link')
    expect((await entries.allTextContents()).sort()).toEqual(['after', 'before', 'meanwhile-1', 'meanwhile-2'])
    expect(await page.getByRole('alert').count()).toBe(0)
    await tab.close()
  })
})

const entryOf = (page: Page, player: string) =>
  page.getByRole('region', { name: 'VIP entries, newest first' }).getByRole('link', { name: player, exact: true })

const bet = (player_id: string) => ({
  event_id: player_id,
  player_id,
  event_type: 'bet',
  amount: 1_200,
  timestamp: new Date().toISOString(),
})
