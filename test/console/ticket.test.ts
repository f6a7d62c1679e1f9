import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { spanText } from '../../src/console/parts/spans.js'
import { progressTo } from '../../src/console/ticket/progress.js'
import { createDraw, grantTickets, wallet } from '../draws/draw-world.js'
import { tokenOf } from '../support/client.js'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { hasBrowser, openBrowser, openConsole, openTicket, Tab } from './browser.js'

const VERIFY = new URL('../../bin/verify-draw.mjs', import.meta.url).pathname
const HOUR_MS = 3_600_000
const PRIZES = [{ name: 'A car', kind: 'BONUS', value: '20000', quantity: 1 }]

describe('what a ticket page counts', () => {
  it('is exact, however long the decimals are', () => {
    expect(progressTo('20', '12.50')).toBe(375)
    expect(progressTo('0.0003', '0.0001')).toBe(666)
    expect(progressTo('1000000000000.00', '1000000000000.00')).toBe(0)
  })

  it('counts down in two units', () => {
    expect([0.2, 59.9, 60, 3_599.5, 3_600, 86_399, 86_400, 200_000].map(s => spanText(s * 1_000))).toEqual([
      '1 s',
      '1 min 00 s',
      '1 min 00 s',
      '1 h 00 min',
      '1 h 00 min',
      '23 h 59 min',
      '1 day 0 h',
      '2 days 7 h',
    ])
  })
})

describe.skipIf(!hasBrowser)("a player's page of a draw", () => {
  let installation: TestInstallation
  let browser: Browser
  const tabs: Tab[] = []
  beforeAll(async () => {
    installation = await install(EMBEDDED)
    browser = await openBrowser()
  })
  afterEach(async () => {
    for (const tab of tabs.splice(0)) {
      expect(tab.errors).toEqual([])
      expect([...tab.hosts]).toEqual([new URL(installation.node.url).host])
      await tab.close()
    }
  })
  afterAll(async () => {
    await browser?.close()
    await installation?.close()
  })

  const open = async (draw: string, player: string, look = {}): Promise<Tab> => {
    const tab = await openTicket(browser, installation.node.url, draw, player, look)
    tabs.push(tab)
    return tab
  }
  const openAt = async (path: string): Promise<Tab> => {
    const context = await browser.newContext()
    const tab = new Tab(await context.newPage())
    tabs.push(tab)
    await tab.page.goto(`${installation.node.url}/${path}`)
    return tab
  }
  const bet = (player_id: string, amount: number, game: string) =>
    installation.client.send([
      {
        event_id: crypto.randomUUID(),
        player_id,
        event_type: 'bet',
        amount,
        game,
        timestamp: new Date().toISOString(),
      },
    ])
  const aDraw = (id: string, input: Record<string, unknown> = {}) =>
    createDraw(installation.client, {
      id,
      name: `The ${id} draw`,
      opensAt: new Date(Date.now() - HOUR_MS).toISOString(),
      drawsAt: new Date(Date.now() + HOUR_MS).toISOString(),
      stakePerTicket: '20',
      game: id,
      milestones: [1, 5, 10],
      ...input,
    })

  it('counts tickets as they are earned, and shows the next one come nearer', async () => {
    await aDraw('spring')
    const tab = await open('spring', 'ann', { width: 360 })
    const { page } = tab
    await page.getByRole('heading', { name: 'The spring draw', level: 1 }).waitFor()
    await page.getByText('First prize: A car').waitFor()
    await page.getByText(/^Drawn in 59 min \d\d s$/).waitFor()
    await page.getByRole('status').getByText('0 tickets').waitFor()
    await bet('ann', 107.5, 'spring')
    await page.getByRole('status').getByText('5 tickets').waitFor()
    await page.getByText('107.50 played in this draw').waitFor()
    const next = page.getByRole('progressbar', { name: 'To the next ticket 12.50' })
    await next.waitFor()
    expect(await next.getAttribute('value')).toBe('375')
    expect(await steps(page)).toEqual(['1 reached', '5 reached', '10 next'])
    await page.getByText('5 more tickets to the next one.').waitFor()
    await grantTickets(installation.client, grant('spring', 'ann', 7))
    await page.getByRole('status').getByText('12 tickets').waitFor()
    await page.getByText('You have reached all 3.').waitFor()
    // Another player's bets are nothing to this one.
    await bet('bob', 40, 'spring')
    await bet('ann', 2.5, 'spring')
    await page.getByRole('progressbar', { name: 'To the next ticket 10.00' }).waitFor()
    await page.getByRole('status').getByText('12 tickets').waitFor()
    expect(await tab.overflow()).toBe(0)
    await tab.expectAccessible()
  })

  it('takes the token out of the address, keeps it in memory alone, and takes a fresh one', async () => {
    await aDraw('fresh')
    await grantTickets(installation.client, grant('fresh', 'ann', 3))
    const { page } = await open('fresh', 'ann')
    await page.getByRole('status').getByText('3 tickets').waitFor()
    expect(page.url()).toBe(`${installation.node.url}/ticket.html?draw=fresh`)
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0)
    await handOver(page, await tokenOf('player', 'bob'))
    await page.getByRole('status').getByText('0 tickets').waitFor()
    expect(page.url()).toBe(`${installation.node.url}/ticket.html?draw=fresh`)
    await bet('bob', 20, 'fresh')
    await page.getByRole('status').getByText('1 ticket', { exact: true }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Open this page from the casino' }).waitFor()
  })

  it('signs the player out by an empty token, or one that is no good, and never shows the one before', async () => {
    await aDraw('left')
    await grantTickets(installation.client, grant('left', 'ann', 3))
    const { page } = await open('left', 'ann')
    const out = page.getByRole('heading', { name: 'Open this page from the casino' })
    for (const [token, said] of [
      ['', null],
      ['abc', 'This is not a token'],
      [expired(await tokenOf('player', 'ann')), 'This token has expired.'],
    ] as const) {
      await handOver(page, await tokenOf('player', 'ann'))
      await page.getByRole('status').getByText('3 tickets').waitFor()
      await handOver(page, token)
      await out.waitFor()
      if (said !== null) await page.getByText(said).waitFor()
      expect(await page.getByText('3 tickets').count()).toBe(0)
      expect(page.url()).toBe(`${installation.node.url}/ticket.html?draw=left`)
    }
  })

  it("leaves the session of staff in the same tab alone, and does not take it for a player's", async () => {
    await aDraw('both')
    const tab = await openConsole(browser, installation.node.url, 'crm', 'draws/both')
    tabs.push(tab)
    const { page } = tab
    await page.getByRole('heading', { name: 'The both draw', level: 1 }).waitFor()
    await page.goto(`${installation.node.url}/ticket.html?draw=both`)
    await page.getByRole('heading', { name: 'Open this page from the casino' }).waitFor()
    await handOver(page, await tokenOf('player', 'ann'))
    await page.getByRole('status').getByText('0 tickets').waitFor()
    await handOver(page, '')
    await page.getByRole('heading', { name: 'Open this page from the casino' }).waitFor()
    await page.goto(`${installation.node.url}/#/draws/both`)
    await page.getByRole('heading', { name: 'The both draw', level: 1 }).waitFor()
  })

  it("has the colours that the address names, else the system's, also when they change", async () => {
    await aDraw('painted')
    const { page } = await open('painted', 'ann', { theme: 'dark' })
    const theme = () => page.locator('html').getAttribute('data-theme')
    await page.getByRole('progressbar').waitFor()
    expect(await theme()).toBe('dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(theme).toBe('light')
    await page.goto(
      `${installation.node.url}/ticket.html?draw=painted&theme=dark#token=${await tokenOf('player', 'ann')}`,
    )
    await page.getByRole('progressbar').waitFor()
    expect(await theme()).toBe('dark')
    await page.goto(
      `${installation.node.url}/ticket.html?draw=painted&theme=pink#token=${await tokenOf('player', 'ann')}`,
    )
    await page.getByRole('progressbar').waitFor()
    expect(await theme()).toBe('light')
  })

  it('takes part where the draw asks for it', async () => {
    await aDraw('loyal', { optInRequired: true })
    const tab = await open('loyal', 'ann', { width: 320, theme: 'dark' })
    const { page } = tab
    await page.getByRole('button', { name: 'Take part' }).waitFor()
    expect(await page.getByRole('progressbar').count()).toBe(0)
    await tab.expectAccessible()
    await grantTickets(installation.client, grant('loyal', 'ann', 999_999))
    await page.getByRole('status').getByText('999,999 tickets').waitFor()
    expect(await tab.overflow()).toBe(0)
    await page.getByRole('button', { name: 'Take part' }).click()
    await page.getByRole('progressbar', { name: 'To the next ticket 20.00' }).waitFor()
    expect(await page.getByRole('button', { name: 'Take part' }).count()).toBe(0)
    expect((await wallet(installation.client, 'loyal', 'ann')).optedIn).toBe(true)
    await bet('ann', 20, 'loyal')
    await page.getByText('You have as many tickets as a player can have.').waitFor()
    await tab.expectAccessible()
    expect(await tab.overflow()).toBe(0)
  })

  it('shows the result when the draw is made, and a proof that holds and names the player', async () => {
    const { client } = installation
    const defaultPrize = { name: 'A postcard', kind: 'MESSAGE' }
    await aDraw('made', { stakePerTicket: null, prizes: PRIZES, defaultPrize })
    await grantTickets(client, grant('made', 'ann', 4))
    const tab = await open('made', 'ann')
    const none = await open('made', 'nobody')
    const { page } = tab
    await page.getByText('Tickets of this draw are given by the casino.').waitFor()
    await none.page.getByRole('status').getByText('0 tickets').waitFor()
    // By itself: nobody reloads.
    await client.data('mutation { executeDraw(id: "made", force: true) { status } }')
    const result = page.getByRole('region', { name: 'Your result' })
    await result.getByText('A car').waitFor()
    await result.getByText(/^You have won, with ticket \d, place 1$/).waitFor()
    await result.getByText(/^Your best ticket: no\. \d of 4$/).waitFor()
    await none.page.getByText('You had no ticket in this draw.').waitFor()
    await tab.expectAccessible()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      result.getByRole('link', { name: 'Download the proof of the draw' }).click(),
    ])
    const file = await download.path()
    const { stdout } = await promisify(execFile)(process.execPath, [VERIFY, file])
    expect(stdout).toContain('Draw made is as computed: 1 players with 4 tickets')
    const { ticketWallet } = await client.data<{ ticketWallet: { entryId: string } }>(
      '{ ticketWallet(drawId: "made", playerId: "ann") { entryId } }',
    )
    await result.getByText(ticketWallet.entryId).waitFor()
  })

  it('tells that a draw is cancelled, and why', async () => {
    await aDraw('off')
    const { page } = await open('off', 'ann')
    await page.getByRole('progressbar').waitFor()
    await installation.client.data('mutation { cancelDraw(id: "off", reason: "The sponsor is gone") { id } }')
    await page.getByText('Cancelled: The sponsor is gone').waitFor()
    expect(await page.getByRole('progressbar').count()).toBe(0)
  })

  it('says so while the server cannot be reached, and goes on afterwards', async () => {
    await aDraw('lost')
    const context = await browser.newContext()
    const tab = new Tab(await context.newPage())
    tabs.push(tab)
    const { page } = tab
    let reachable = true
    let sockets: WebSocketRoute[] = []
    await page.routeWebSocket(/\/graphql$/, socket => {
      if (!reachable) return void socket.close({ code: 1012 })
      socket.connectToServer()
      sockets.push(socket)
    })
    await page.goto(`${installation.node.url}/ticket.html?draw=lost#token=${await tokenOf('player', 'ann')}`)
    await page.getByRole('status').getByText('0 tickets').waitFor()
    reachable = false
    for (const socket of sockets) await socket.close({ code: 1012 })
    sockets = []
    await page.getByText('Not live at the moment. Reconnecting ...').waitFor()
    await grantTickets(installation.client, grant('lost', 'ann', 6))
    reachable = true
    await page.getByRole('status').getByText('6 tickets').waitFor()
    await page.getByText('Not live at the moment. Reconnecting ...').waitFor({ state: 'detached' })
  })

  it('opens by the clock', async () => {
    await aDraw('soon', { opensAt: new Date(Date.now() + 4_000).toISOString() })
    const { page } = await open('soon', 'ann')
    await page.getByText(/^Opens in \d s$/).waitFor()
    await page.getByText(/^Drawn in/).waitFor()
  })

  it('says what is missing where it cannot show tickets', async () => {
    await aDraw('there')
    const nameless = await openAt('ticket.html')
    await nameless.page.getByRole('heading', { name: 'No draw is named' }).waitFor()
    await nameless.expectAccessible()
    const stranger = await openAt('ticket.html?draw=there')
    await stranger.page.getByRole('heading', { name: 'Open this page from the casino' }).waitFor()
    const broken = await openAt('ticket.html?draw=there#token=abc')
    await broken.page.getByText('This is not a token').waitFor()
    const unknown = await openAt(`ticket.html?draw=nowhere#token=${await tokenOf('player', 'ann')}`)
    await unknown.page.getByRole('heading', { name: 'There is no such draw' }).waitFor()
    const staff = await openAt(`ticket.html?draw=there#token=${await tokenOf('crm')}`)
    await staff.page.getByText('You are signed in as staff (crm-1: crm), who have no tickets.').waitFor()
    expect(await staff.page.getByRole('link', { name: 'See the draw in the console' }).getAttribute('href')).toBe(
      './#/draws/there',
    )
    await staff.expectAccessible()
  })

  it('is signed out by a token that the server does not take, and says where to go', async () => {
    await aDraw('forged')
    const [head, body] = (await tokenOf('player', 'ann')).split('.')
    const page = await browser.newPage()
    await page.goto(`${installation.node.url}/ticket.html?draw=forged#token=${head}.${body}.${'a'.repeat(43)}`)
    await page.getByRole('heading', { name: 'Open this page from the casino' }).waitFor()
    await page.getByText('Your session has ended.').waitFor()
    await page.close()
  })

  it('works in a frame, also where it may store nothing', async () => {
    await aDraw('framed')
    await grantTickets(installation.client, grant('framed', 'ann', 2))
    const src = `${installation.node.url}/ticket.html?draw=framed#token=${await tokenOf('player', 'ann')}`
    const casino = await browser.newPage()
    // On our own origin, which may always embed it.
    await casino.route('**/casino', route =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${src}" title="Your tickets"></iframe>` }),
    )
    await casino.goto(`${installation.node.url}/casino`)
    await casino.frameLocator('iframe').getByRole('status').getByText('2 tickets').waitFor()
    await casino.close()
    const context = await browser.newContext()
    // As browsers do it in frames of other sites, where these may store nothing.
    await context.addInitScript(
      `Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError') } })`,
    )
    const bare = await context.newPage()
    await bare.goto(src)
    await bare.getByRole('status').getByText('2 tickets').waitFor()
    await context.close()
  })
})

const grant = (drawId: string, playerId: string, tickets: number) => ({
  drawId,
  playerId,
  tickets,
  source: 'test',
  idempotencyKey: `${drawId}-${playerId}`,
})

/** As the casino's page does it. */
const handOver = (page: Page, token: string): Promise<unknown> => page.evaluate(`location.hash = 'token=${token}'`)

const expired = (token: string): string => {
  const [head, body, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(body!, 'base64url').toString())
  return [head, Buffer.from(JSON.stringify({ ...claims, exp: 1 })).toString('base64url'), signature].join('.')
}

const steps = async (page: Page): Promise<string[]> =>
  (await page.getByRole('listitem').allTextContents()).map(text => text.replace(/^✓?(\d+)(\D+)$/, '$1 $2'))
