import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api } from '../../src/simulate/api.js'
import { DemoDraws, roundOf } from '../../src/simulate/demo/draws.js'
import { LiveTraffic } from '../../src/simulate/demo/live-traffic.js'
import { loadSamples } from '../../src/simulate/demo/samples.js'
import { readSeeds } from '../../src/simulate/seeds.js'
import { ROOT } from '../e2e/support/build.js'
import { tokenOf } from '../support/client.js'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { goTo, hasBrowser, type Look, openBrowser, openConsole, openTicket } from './browser.js'

const FOLDER = join(ROOT, 'screenshots')
const DRAW = roundOf(readSeeds().draws[0]!, 1)
const CAMPAIGN = readSeeds().campaigns[0]!.id

/** Each page, and what is there once it can be looked at. */
const pagesWith = (player: string): readonly (readonly [name: string, path: string, shows: RegExp])[] => [
  ['live', 'live', /player_/],
  ['pnl', 'pnl', /Turnover/],
  ['campaigns', 'campaigns', /Campaigns/],
  ['campaign', `campaigns/${CAMPAIGN}`, /Filter/],
  ['draws', 'draws', /Draws/],
  ['draw', `draws/${DRAW}`, /A weekend in Lisbon/],
  ['policies', 'admin/policies', /Threshold/],
  ['webhooks', 'admin/webhooks', /Webhooks/],
  ['suppressions', 'admin/suppressions', /Suppress/],
  ['audit', 'admin/audit', /policy/],
  ['player', `players/${player}`, /Activity/],
]
const LOOKS = [390, 1440].flatMap(width => (['light', 'dark'] as const).map(theme => ({ width, theme })))

describe.skipIf(!hasBrowser)('every page, as it looks', () => {
  let installation: TestInstallation
  let browser: Browser
  let traffic: LiveTraffic
  let draws: DemoDraws
  let api: Api
  /** Plays, and high. */
  let player: string
  const failures: Error[] = []
  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true })
    installation = await install(EMBEDDED)
    browser = await openBrowser()
    const authorization = `Bearer ${await tokenOf('admin')}`
    api = new Api(installation.node.url, authorization, 16, new AbortController().signal)
    await loadSamples(api, Date.now())
    const fail = (error: Error) => void failures.push(error)
    traffic = new LiveTraffic(api, Date.now, fail)
    await traffic.warmUp()
    draws = new DemoDraws(api, readSeeds().draws, Date.now, () => undefined, fail)
    await draws.open()
    traffic.start()
    const { vipEntries } = await installation.client.data<{ vipEntries: { nodes: { playerId: string }[] } }>(
      '{ vipEntries(first: 1) { nodes { playerId } } }',
    )
    player = vipEntries.nodes[0]!.playerId
  })
  afterAll(async () => {
    draws?.stop()
    await traffic?.stop()
    api?.close()
    await browser?.close()
    await installation?.close()
  })

  it.each(LOOKS)('at $width px, $theme: nothing overflows, nothing serious for axe, no errors', async look => {
    const tab = await openConsole(browser, installation.node.url, 'admin', 'live', look)
    for (const [name, path, shows] of pagesWith(player)) {
      await goTo(tab.page, path)
      await tab.page.locator('main').getByText(shows).first().waitFor()
      await tab.page.waitForLoadState('networkidle')
      if (name === 'campaign') await tab.page.locator('.cm-line').first().waitFor()
      await tab.page.screenshot({ path: file(name, look), fullPage: true })
      expect(await tab.overflow(), path).toBe(0)
      await tab.expectAccessible()
    }
    expect(tab.errors).toEqual([])
    expect([...tab.hosts]).toEqual([new URL(installation.node.url).host])
    await tab.close()
    const ticket = await openTicket(browser, installation.node.url, DRAW, player, look)
    await ticket.page.getByRole('heading', { level: 1 }).waitFor()
    await ticket.page.screenshot({ path: file('ticket', look), fullPage: true })
    await ticket.expectAccessible()
    expect(ticket.errors).toEqual([])
    await ticket.close()
    expect(failures).toEqual([])
  })

  it.runIf(process.env.PICTURE !== undefined)('for the README', async () => {
    const tab = await openConsole(browser, installation.node.url, 'admin', 'live', { width: 1440 })
    await tab.page
      .getByRole('link', { name: /player_/ })
      .first()
      .waitFor()
    await tab.page.screenshot({ path: join(ROOT, process.env.PICTURE!) })
    await tab.close()
  })
})

const file = (name: string, { width, theme }: Look): string => join(FOLDER, `${name}-${width}-${theme}.png`)
