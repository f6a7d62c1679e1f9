import pg from 'pg'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser } from './browser.js'
import { setStage } from './stage.js'

const POLICY = `mutation { saveVipPolicy(input: { id: "vip", name: "High rollers", threshold: "1000" }) { id } }`
const ROWS = 12

describe.skipIf(!hasBrowser)('the live page', () => {
  const stage = setStage({ LAGGING_SECONDS: '1' })
  beforeAll(() => stage.client.data(POLICY))
  const open = (look = {}) => stage.open('crm', 'live', look)
  const send = (...players: string[]) => stage.client.send(players.map(player => bet(player, '1200.5')))

  it('shows a bet that makes a VIP, without a reload, and who plays highest', async () => {
    const tab = await open()
    await tab.page.getByText('Nobody has become a VIP yet').waitFor()
    await send('ann')
    const entries = vipTable(tab.page)
    await entries.getByRole('link', { name: 'ann' }).first().waitFor()
    await entries.getByRole('cell', { name: '1,200.50' }).first().waitFor()
    await entries.getByRole('cell', { name: 'High rollers' }).first().waitFor()
    await tab.page.getByRole('region', { name: 'Streams' }).getByText('http').first().waitFor()
    await tab.page.reload()
    await tab.page
      .getByRole('region', { name: /^Players by amount/ })
      .getByText('1,200.50')
      .waitFor()
    await tab.expectAccessible()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('leads to the player', async () => {
    const tab = await open()
    await vipTable(tab.page).getByRole('link', { name: 'ann' }).first().click()
    await tab.page.getByRole('heading', { level: 1, name: 'ann' }).waitFor()
    await tab.close()
  })

  it('can be held still, and shows what came meanwhile when it goes on', async () => {
    const tab = await open()
    const entries = vipTable(tab.page)
    await entries.getByRole('link', { name: 'ann' }).first().waitFor()
    await tab.page.getByRole('button', { name: /Pause/ }).click()
    await send('bea', 'cleo')
    const goOn = tab.page.getByRole('button', { name: /Go on \(4 new\)/ })
    await goOn.waitFor()
    expect(await entries.getByRole('link', { name: 'bea' }).count()).toBe(0)
    await goOn.click()
    await entries.getByRole('link', { name: 'bea' }).first().waitFor()
    expect(await entries.getByRole('link', { name: 'cleo' }).count()).toBe(2)
    await tab.close()
  })

  it('holds still while somebody points at a row, so that nobody clicks on another one', async () => {
    const tab = await open()
    const entries = vipTable(tab.page)
    const aimedAt = entries.getByRole('link').first()
    const player = await aimedAt.textContent()
    await aimedAt.hover()
    await send('fay')
    await tab.page.getByRole('button', { name: /2 new/ }).waitFor()
    expect(await aimedAt.textContent()).toBe(player)
    await tab.page.getByRole('heading', { level: 1 }).hover()
    await entries.getByRole('link', { name: 'fay' }).first().waitFor()
    await tab.close()
  })

  it('moves nothing while entries come', async () => {
    const tab = await open({ width: 390 })
    await vipTable(tab.page).getByRole('link', { name: 'ann' }).first().waitFor()
    await tab.page.getByRole('region', { name: /^Players by amount/ }).waitFor()
    await tab.page.getByRole('region', { name: 'Progress of each stream' }).waitFor()
    await tab.page.waitForLoadState('networkidle')
    await tab.page.evaluate(`
      window.shifts = []
      new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
        .observe({ type: 'layout-shift' })`)
    for (let i = 0; i < ROWS; i++) await send(`dora${i}`)
    await vipTable(tab.page)
      .getByRole('link', { name: `dora${ROWS - 1}` })
      .first()
      .waitFor()
    expect(await tab.page.evaluate('shifts')).toEqual([])
    expect(await vipTable(tab.page).getByRole('row').count()).toBe(ROWS + 1)
    expect(await tab.overflow()).toBe(0)
    await tab.close()
  })

  it('raises an alarm on every page while events wait for too long', async () => {
    const tab = await open()
    const blocker = new pg.Client({ connectionString: stage.database.url })
    await blocker.connect()
    await blocker.query('BEGIN; LOCK TABLE player_event IN ACCESS EXCLUSIVE MODE')
    const sent = send('emma')
    const alarm = tab.page.getByRole('alert').filter({ hasText: 'Events are waiting.' })
    await alarm.waitFor()
    await tab.page.getByRole('link', { name: 'Campaigns' }).click()
    await alarm.waitFor()
    await blocker.query('ROLLBACK')
    await blocker.end()
    await sent
    await alarm.waitFor({ state: 'detached' })
    expect(tab.errors).toEqual([])
    await tab.close()
  })
})

const vipTable = (page: Page) => page.getByRole('region', { name: 'VIP entries, newest first' })

let bets = 0
const bet = (player_id: string, amount: string) => ({
  event_id: `${player_id}-${bets++}`,
  player_id,
  event_type: 'bet',
  amount,
  timestamp: new Date().toISOString(),
})
