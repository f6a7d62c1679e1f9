import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Board, type BoardView, PAINT_EVERY_MS } from '../../src/console/pnl/board.js'
import { book, linesOf } from '../pnl/made-book.js'
import { EMBEDDED, makeDatabase } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { goTo, hasBrowser, openBrowser, openConsole } from './browser.js'

const SOON = { timeout: 20_000 }

interface State {
  readonly game: string
  readonly revision: string
  readonly ggr: string
}

describe('the board of games', () => {
  let views: BoardView<State>[]
  let board: Board<State>
  const take = (game: string, revision: string) => board.take({ game, revision, ggr: `of ${revision}` })
  const shown = () => views.at(-1)!.states.map(state => state.ggr)
  beforeEach(() => {
    vi.useFakeTimers()
    views = []
    board = new Board(view => views.push(view))
  })
  afterEach(() => void vi.useRealTimers())

  it('never puts an older state in the place of a newer one', () => {
    take('tennis', '02')
    take('tennis', '01')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(shown()).toEqual(['of 02'])
    take('tennis', '03')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(shown()).toEqual(['of 03'])
  })

  it('paints at most four times a second, the newest state each time', () => {
    for (let i = 0; i < 1_000; i++) {
      take('tennis', String(i).padStart(4, '0'))
      vi.advanceTimersByTime(1)
    }
    expect(views.length).toBe(1_000 / PAINT_EVERY_MS)
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(shown()).toEqual(['of 0999'])
  })

  it('marks what has moved, and not for long', () => {
    take('tennis', '01')
    take('roulette', '01')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(views.at(-1)!.moved.size).toBe(0)
    take('tennis', '02')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect([...views.at(-1)!.moved]).toEqual(['tennis'])
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(views.at(-1)!.moved.size).toBe(0)
  })

  it('stands still while it is held, and counts the games that move meanwhile', () => {
    take('tennis', '01')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    board.hold()
    take('tennis', '02')
    take('tennis', '03')
    take('roulette', '01')
    vi.advanceTimersByTime(PAINT_EVERY_MS)
    expect(shown()).toEqual(['of 01'])
    expect(views.at(-1)!.list).toEqual({ held: true, missed: 2 })
    board.release()
    expect(shown()).toEqual(['of 03', 'of 01'])
    expect(views.at(-1)!.list).toEqual({ held: false, missed: 0 })
  })
})

describe.skipIf(!hasBrowser)('the page of profit and loss', () => {
  let installation: TestInstallation
  let browser: Browser
  beforeAll(async () => {
    installation = await install(EMBEDDED)
    browser = await openBrowser()
    await installation.client.send([
      bet('roulette', 'r1', 300, { game_type: 'casino' }),
      win('roulette', 'r2', 1_000),
      bet('tennis', 't1', 100, {
        game_type: 'sports',
        competition: 'Bay Open',
        bet_id: 't1',
        bet_market: 'winner',
        selection: 'ann',
        odds: 2.5,
      }),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await installation?.close()
  })
  const open = (path = 'pnl', role: 'analyst' | 'admin' = 'analyst') =>
    openConsole(browser, installation.node.url, role, path)

  it('shows the games and their sums, and moves with a bet', async () => {
    const tab = await open()
    await cellsOf(tab.page, 'roulette').first().waitFor()
    expect(await textsOf(tab.page, 'roulette')).toEqual([
      'roulette',
      'casino',
      '1',
      '300.00',
      '1,000.00',
      '▼ -700.00',
      '-233.3 %',
      '0',
      '0.00',
      '0.00',
      '0.00',
    ])
    expect((await textsOf(tab.page, 'tennis')).slice(1, 10)).toEqual([
      'sports, Bay Open',
      '1',
      '100.00',
      '0.00',
      '▲ 100.00',
      '100.0 %',
      '1',
      '100.00',
      '250.00',
    ])
    await fact(tab.page, 'GGR', '▼ -600.00').waitFor()
    await fact(tab.page, 'Liability', '250.00').waitFor()
    await tab.expectAccessible()
    await installation.client.send([bet('tennis', 't2', 400)])
    await cellsOf(tab.page, 'tennis').filter({ hasText: '▲ 500.00' }).waitFor()
    await fact(tab.page, 'Turnover', '800.00').waitFor()
    // It has overtaken roulette.
    await expect.poll(() => gamesOf(tab.page), SOON).toEqual(['tennis', 'roulette'])
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('sorts by what is clicked, and finds by name, type and competition', async () => {
    const { page, close } = await open()
    await page.getByRole('button', { name: 'GGR', exact: true }).click()
    await expect.poll(() => gamesOf(page), SOON).toEqual(['tennis', 'roulette'])
    await page.getByRole('button', { name: 'GGR', exact: true }).click()
    await expect.poll(() => gamesOf(page), SOON).toEqual(['roulette', 'tennis'])
    expect(await page.getByRole('columnheader', { name: 'GGR', exact: true }).getAttribute('aria-sort')).toBe(
      'ascending',
    )
    await page.getByLabel('Find').fill('CASINO')
    await expect.poll(() => gamesOf(page), SOON).toEqual(['roulette'])
    await page.getByRole('heading', { name: '1 of 2 games' }).waitFor()
    await fact(page, 'Payouts', '1,000.00').waitFor()
    await page.getByText('Chart and files hold all games').waitFor()
    await page.getByLabel('Find').fill('no such game')
    await page.getByRole('button', { name: 'Show all games' }).click()
    await expect.poll(() => gamesOf(page), SOON).toEqual(['roulette', 'tennis'])
    expect(await page.getByText('Chart and files hold all games').count()).toBe(0)
    await close()
  })

  it('stands still while it is paused', async () => {
    const { page, close } = await open()
    await cellsOf(page, 'tennis').first().waitFor()
    const before = await textsOf(page, 'tennis')
    await page.getByRole('button', { name: /Pause/ }).click()
    await installation.client.send([bet('tennis', 't3', 1)])
    await page.getByRole('button', { name: /Go on \(1 new\)/ }).waitFor()
    expect(await textsOf(page, 'tennis')).toEqual(before)
    await page.getByRole('button', { name: /Go on/ }).click()
    await expect.poll(() => textsOf(page, 'tennis'), SOON).not.toEqual(before)
    await close()
  })

  it('keeps the order while a row is pointed at, and not for longer', async () => {
    const { page, close } = await open()
    await expect.poll(() => gamesOf(page), SOON).toEqual(['tennis', 'roulette'])
    await cellsOf(page, 'tennis').first().hover()
    await installation.client.send([bet('roulette', 'r3', 5_000)])
    await cellsOf(page, 'roulette').filter({ hasText: '5,300.00' }).waitFor()
    expect(await gamesOf(page)).toEqual(['tennis', 'roulette'])
    await page.getByRole('heading', { name: 'Profit and loss' }).hover()
    await expect.poll(() => gamesOf(page), SOON).toEqual(['roulette', 'tennis'])
    await close()
  })

  it('shows one game over time, as a chart and as a table', async () => {
    const tab = await open()
    const { page } = tab
    await page.getByRole('link', { name: 'roulette' }).click()
    await page.getByRole('heading', { name: 'roulette over time' }).waitFor()
    const chart = page.getByRole('figure', { name: 'roulette over time' })
    await chart.locator('canvas').nth(1).waitFor()
    await chart.getByText('▲ 4,300.00').waitFor()
    await page.getByRole('button', { name: '60 days' }).click()
    await chart.getByText('Last 60 days (UTC)').waitFor()
    await chart.getByText('Show as a table').click()
    const rows = chart.getByRole('row')
    await expect.poll(() => rows.count()).toBe(61)
    await chart.getByRole('cell', { name: '4,300.00' }).waitFor()
    // Profit is painted in the colour of the theme, also when that changes.
    await expect.poll(() => page.evaluate(isPaintedIn(PROFIT_IN_LIGHT)), SOON).toBe(true)
    await page.getByRole('button', { name: 'Use dark colours' }).click()
    await expect.poll(() => page.evaluate(isPaintedIn(PROFIT_IN_DARK)), SOON).toBe(true)
    await tab.expectAccessible()
    await page.getByRole('link', { name: 'All games' }).click()
    await page.getByRole('heading', { name: 'All games over time' }).waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('gives the time shown as a file', async () => {
    const tab = await open()
    await tab.page.getByRole('button', { name: '2 days' }).click()
    const csv = await downloaded(tab.page, 'CSV')
    expect(csv.name).toMatch(/^pnl-hour-.*\.csv$/)
    const [head, ...lines] = csv.bytes.toString().trim().split('\n')
    expect(head).toContain('turnover')
    expect(lines.some(line => line.includes('roulette'))).toBe(true)
    expect(lines.some(line => line.includes('tennis'))).toBe(true)
    await goTo(tab.page, 'pnl/tennis')
    await tab.page.getByRole('heading', { name: 'tennis over time' }).waitFor()
    const one = await downloaded(tab.page, 'CSV')
    expect(one.bytes.toString()).toContain('tennis')
    expect(one.bytes.toString()).not.toContain('roulette')
    const parquet = await downloaded(tab.page, 'Parquet')
    expect(parquet.name).toMatch(/\.parquet$/)
    expect(parquet.bytes.subarray(0, 4).toString()).toBe('PAR1')
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('says where a game has no money yet', async () => {
    const { page, close } = await open('pnl/chess')
    await page.getByText('No money has been staked in this game yet').waitFor()
    await installation.client.send([bet('chess', 'c1', 20)])
    await fact(page, 'Turnover', '20.00').waitFor()
    await close()
  })

  it('lets an admin train a model, and tells a refusal', async () => {
    const analyst = await open()
    await analyst.page.getByText('No model has been trained yet').waitFor()
    expect(await analyst.page.getByRole('button', { name: 'Train a model' }).count()).toBe(0)
    await analyst.close()
    const tab = await open('pnl', 'admin')
    const { page } = tab
    await page.getByRole('button', { name: 'Train a model' }).click()
    await page.getByText('up to two minutes').waitFor()
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await page.getByRole('dialog').locator('[data-code=BAD_USER_INPUT]').waitFor()
    await tab.expectAccessible()
    const markets = book({ count: 400, prefix: 'match', competition: 'slam', favouriteWinsOfTen: 9 })
    await installation.client.send(markets.flatMap(linesOf))
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await page.getByRole('status').getByText('A model has been trained').waitFor()
    const row = page.getByRole('row').filter({ hasText: 'logistic' })
    await row.getByText('active').waitFor()
    await row.getByRole('cell', { name: '320 markets' }).waitFor()
    // More games than the table holds: it says so.
    await page.getByText('The first 200 of 403 are shown').waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('fits on a phone', async () => {
    const tab = await openConsole(browser, installation.node.url, 'admin', 'pnl', { width: 360, theme: 'dark' })
    await tab.page.locator('canvas').first().waitFor()
    await cellsOf(tab.page, 'tennis').first().waitFor()
    expect(await tab.overflow()).toBe(0)
    await tab.expectAccessible()
    await tab.close()
  })

  it('is not for crm', async () => {
    const { page, close } = await openConsole(browser, installation.node.url, 'crm', 'pnl')
    await page.getByRole('heading', { name: 'There is no such page, or it is not for you' }).waitFor()
    expect(await page.getByRole('link', { name: 'PnL' }).count()).toBe(0)
    await close()
  })

  it('follows the first 2,000 games, and says so', async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => bet(`a${String(i).padStart(4, '0')}`, `many-${i}`, 1))
    await installation.client.send(many)
    const { page, close } = await open()
    await page.getByText('Followed are the first 2,000 by name').waitFor()
    await page.getByRole('heading', { name: 'All games', exact: true }).waitFor()
    await fact(page, 'Turnover', '2,000.00').waitFor()
    expect(await games(page).locator('tbody tr').count()).toBe(200)
    await installation.client.send([bet('a0000', 'one-more', 9), bet('zumba', 'left-out', 70)])
    await cellsOf(page, 'a0000').filter({ hasText: '▲ 10.00' }).waitFor()
    await fact(page, 'Turnover', '2,009.00').waitFor()
    await close()
  })
})

describe.skipIf(!hasBrowser)('the page of profit and loss, over a restart', () => {
  it('catches up by itself', async () => {
    const database = await makeDatabase(EMBEDDED)
    const browser = await openBrowser()
    let node = await startNode(database.url)
    try {
      await node.client.send([bet('tennis', 'a', 100)])
      const { page } = await openConsole(browser, node.url, 'analyst', 'pnl')
      await cellsOf(page, 'tennis').filter({ hasText: '▲ 100.00' }).waitFor()
      await node.stop()
      await page.getByText('Reconnecting').waitFor()
      node = await startNode(database.url, { PORT: new URL(node.url).port })
      await node.client.send([bet('tennis', 'b', 50), bet('darts', 'c', 7)])
      await cellsOf(page, 'tennis').filter({ hasText: '▲ 150.00' }).waitFor()
      await cellsOf(page, 'darts').filter({ hasText: '▲ 7.00' }).waitFor()
    } finally {
      await browser.close()
      await node.stop()
      await database.drop()
    }
  })
})

const event = (game: string, event_id: string, amount: number, event_type: string) => ({
  event_id,
  player_id: 'ann',
  event_type,
  amount,
  game,
  timestamp: new Date().toISOString(),
})
const bet = (game: string, id: string, amount: number, more: object = {}) => ({
  ...event(game, id, amount, 'bet'),
  ...more,
})
const win = (game: string, id: string, amount: number) => event(game, id, amount, 'win')

const games = (page: Page): Locator => page.getByRole('table', { name: 'Games, as they stand now' })
const cellsOf = (page: Page, game: string): Locator =>
  games(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: game, exact: true }) })
    .getByRole('cell')
const textsOf = (page: Page, game: string): Promise<string[]> => cellsOf(page, game).allInnerTexts()
const gamesOf = (page: Page): Promise<string[]> => games(page).locator('tbody a').allInnerTexts()
const fact = (page: Page, name: string, value: string): Locator =>
  page.locator('.pnl-facts > div').filter({ hasText: new RegExp(`^${name}${value.replace(/[.]/g, '\\.')}$`) })

const PROFIT_IN_LIGHT = [19, 105, 47]
const PROFIT_IN_DARK = [111, 210, 138]

/** Whether any pixel of the first chart has the colour; as text, because it runs in the page. */
const isPaintedIn = (colour: readonly number[]): string => `(() => {
  const canvas = document.querySelector('figure canvas')
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })
  copy.drawImage(canvas, 0, 0)
  const bytes = copy.getImageData(0, 0, canvas.width, canvas.height).data
  const colour = ${JSON.stringify([...colour, 255])}
  for (let i = 0; i < bytes.length; i += 4) if (colour.every((part, j) => bytes[i + j] === part)) return true
  return false
})()`

async function downloaded(page: Page, format: string): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: `Download as ${format}` }).click()
  const download = await coming
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}
