import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { goTo, hasBrowser } from './browser.js'
import { saysAt } from './says-at.js'
import { type Stage, setStage } from './stage.js'

const SOON = { timeout: 20_000 }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SUPPRESSION = 'query ($id: ID!) { player(id: $id) { suppressed suppression { reason until by } } }'

describe.skipIf(!hasBrowser)('the page of a player', () => {
  const stage = setStage()
  beforeAll(() => prepare(stage))
  const open = (path: string, role: Role = 'crm') => stage.open(role, path)
  const suppressionOf = async (id: string) =>
    (await stage.client.data<{ player: { suppressed: boolean; suppression: unknown } | null }>(SUPPRESSION, { id }))
      .player

  it('shows what the player did, and what came of it', async () => {
    const tab = await open('players/ann')
    const { page } = tab
    await page.getByRole('heading', { name: 'ann', level: 1 }).waitFor()
    await page.getByRole('table', { name: 'VIP entries of this player' }).getByText('1,400.00').first().waitFor()
    await page.getByRole('link', { name: 'welcome' }).waitFor()
    expect(await page.getByRole('link', { name: 'welcome' }).getAttribute('href')).toBe('#/campaigns/welcome')
    const draw = page.getByRole('row').filter({ hasText: 'Spring draw' })
    await draw.getByRole('cell', { name: '14', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'Spring draw' }).getAttribute('href')).toBe('#/draws/spring')
    const chart = page.getByRole('figure', { name: 'Turnover and payouts by hour' })
    await chart.locator('canvas').waitFor()
    await chart.getByText('Turnover 1,400.00').waitFor()
    await chart.getByText('Payouts 30.00').waitFor()
    await chart.getByText('Show as a table').click()
    expect(await chart.getByRole('row').count()).toBe(25)
    await tab.expectAccessible()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('suppresses with a reason and an end, changes both, and lifts it', async () => {
    const tab = await open('players/ben')
    const { page } = tab
    await page.getByRole('button', { name: 'Suppress' }).click()
    await page.getByText('nothing leaves the system for the player').waitFor()
    await tab.expectAccessible()
    await page.getByLabel('Reason').fill('self-exclusion')
    await page.getByLabel('Until').fill('2020-01-01T10:00')
    await submit(page, 'Suppress')
    await saysAt(page.getByLabel('Until'), /In your time zone, [\w/]+\..*must lie ahead of now/s)
    expect(await suppressionOf('ben')).toMatchObject({ suppressed: false })
    await page.getByLabel('Until').fill('')
    await submit(page, 'Suppress')
    await page.getByText('ben is suppressed.').waitFor()
    await page.getByText('suppressed', { exact: true }).waitFor()
    await page.getByText('until it is lifted').waitFor()
    expect(await suppressionOf('ben')).toEqual({
      suppressed: true,
      suppression: { reason: 'self-exclusion', until: null, by: 'crm-1' },
    })
    await page.getByRole('button', { name: 'Change reason or end' }).click()
    expect(await page.getByLabel('Reason').inputValue()).toBe('self-exclusion')
    await page.getByLabel('Reason').fill('cooling off')
    await page.getByLabel('Until').fill('2099-01-01T10:00')
    await submit(page, 'Save')
    await page.getByText('cooling off').waitFor()
    expect(await suppressionOf('ben')).toMatchObject({ suppression: { reason: 'cooling off' } })
    await page.getByRole('button', { name: 'Lift the suppression' }).click()
    await page.getByText('What was withheld stays withheld').waitFor()
    await page.getByLabel('Reason').fill('it was a mistake')
    await submit(page, 'Lift')
    await page.getByText('The suppression of ben is lifted.').waitFor()
    await expect.poll(() => page.getByText('suppressed', { exact: true }).count(), SOON).toBe(0)
    expect(await suppressionOf('ben')).toMatchObject({ suppressed: false })
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('keeps the end of a suppression to the millisecond when its reason is changed', async () => {
    const until = '2998-03-04T12:34:56.789Z'
    const suppress =
      'mutation ($until: DateTime!) { suppressPlayer(playerId: "eva", reason: "x", until: $until) { id } }'
    await stage.client.data(suppress, { until })
    const { page, close } = await open('players/eva')
    await page.getByRole('button', { name: 'Change reason or end' }).click()
    await page.getByLabel('Reason').fill('self-exclusion')
    await submit(page, 'Save')
    await page.getByText('The suppression of eva is changed.').waitFor()
    expect(await suppressionOf('eva')).toMatchObject({ suppression: { reason: 'self-exclusion', until } })
    await close()
  })

  it('shows the whole window of an entry on another day', async () => {
    const { page, close } = await open('players')
    await page.clock.setFixedTime(Date.now() - 2 * DAY_MS)
    await goTo(page, 'players/ann')
    const windows = page.locator('.player-window')
    await windows.first().waitFor()
    expect(await windows.first().textContent()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d - .*\d\d:\d\d$/)
    expect(await windows.first().getAttribute('title')).toMatch(/^\d{4}-\S+Z - \d{4}-\S+Z$/)
    expect(await page.evaluate(IS_WINDOW_CUT)).toBe(false)
    await close()
  })

  it('suppresses a player who has not played yet', async () => {
    const tab = await open('players/nobody yet')
    const { page } = tab
    await page.getByText('Nothing has come of this player yet').waitFor()
    await tab.expectAccessible()
    await page.getByRole('button', { name: 'Suppress' }).click()
    await page.getByLabel('Reason').fill('on the list')
    await submit(page, 'Suppress')
    await page.getByText('suppressed', { exact: true }).waitFor()
    expect(await suppressionOf('nobody yet')).toMatchObject({ suppressed: true })
    await tab.close()
  })

  it('changes nothing for an analyst', async () => {
    const known = await open('players/ann', 'analyst')
    await known.page.getByRole('heading', { name: 'Campaign triggers' }).waitFor()
    expect(await known.page.getByRole('button', { name: 'Suppress' }).count()).toBe(0)
    await known.close()
    const unknown = await open('players/nobody at all', 'analyst')
    await unknown.page.getByText('Nothing has come of this player yet').waitFor()
    expect(await unknown.page.getByRole('button', { name: 'Suppress' }).count()).toBe(0)
    await unknown.close()
  })

  it('finds players by the beginning of their id, and those who are suppressed', async () => {
    await stage.client.data('mutation { suppressPlayer(playerId: "zoe", reason: "test") { id } }')
    const tab = await open('players')
    const { page } = tab
    const found = () => page.locator('tbody a').allInnerTexts()
    await expect.poll(found, SOON).toContain('ann')
    await page.getByLabel('Player id begins with').fill('be')
    await expect.poll(found, SOON).toEqual(['ben'])
    await tab.expectAccessible()
    await page.getByLabel('Player id begins with').fill('z')
    await page.getByLabel('Show').selectOption('suppressed')
    await expect.poll(found, SOON).toEqual(['zoe'])
    await page.getByLabel('Show').selectOption('free')
    await page.getByText('No player was found').waitFor()
    await page.getByLabel('Player id begins with').fill('ann')
    await page.getByRole('button', { name: 'Open exactly this id' }).click()
    await page.getByRole('heading', { name: 'ann', level: 1 }).waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('fits on a phone', async () => {
    const tab = await stage.open('crm', 'players/ann', { width: 360, theme: 'dark' })
    await tab.page.locator('canvas').waitFor()
    expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await tab.expectAccessible()
    await tab.close()
  })
})

const IS_WINDOW_CUT = `[...document.querySelectorAll('.player-window')]
  .some(({ parentElement: cell }) => cell.scrollWidth > cell.clientWidth)`

/** In a dialog. */
const submit = (page: Page, verb: string) => page.getByRole('dialog').getByRole('button', { name: verb }).click()

/** A policy, a campaign and a draw; ann plays, and ben a little. */
async function prepare({ client }: Stage): Promise<void> {
  const now = Date.now()
  const at = (ms: number) => new Date(now + ms).toISOString()
  await client.data('mutation { saveVipPolicy(input: { id: "vip", name: "High", threshold: "1000" }) { id } }')
  await client.data('mutation ($input: CampaignInput!) { saveCampaign(input: $input) { id } }', {
    input: {
      id: 'welcome',
      name: 'Welcome',
      game: 'lobby',
      eventName: 'login',
      filter: 'event => true',
      startsAt: at(-HOUR_MS),
      endsAt: at(HOUR_MS),
    },
  })
  await client.data('mutation ($input: DrawInput!) { createDraw(input: $input) { id } }', {
    input: {
      id: 'spring',
      name: 'Spring draw',
      opensAt: at(-HOUR_MS),
      drawsAt: at(HOUR_MS),
      stakePerTicket: '100',
      prizes: [{ kind: 'CASH', name: 'A prize', value: '50' }],
    },
  })
  const event = (player_id: string, event_id: string, event_type: string, amount: number, more: object = {}) => ({
    event_id,
    player_id,
    event_type,
    amount,
    timestamp: at(0),
    ...more,
  })
  await client.send([
    event('ann', 'a1', 'bet', 1_400, { game: 'tennis' }),
    event('ann', 'a2', 'win', 30, { game: 'tennis' }),
    event('ann', 'a3', 'session', 0, { game: 'lobby', event_name: 'login' }),
    event('ben', 'b1', 'bet', 5),
  ])
}
