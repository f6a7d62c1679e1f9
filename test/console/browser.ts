import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'

const CHROMIUM = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = CHROMIUM.find(path => path !== '' && existsSync(path))

/** Suites of the console need one; without it they are skipped, and say so. */
export const hasBrowser = executablePath !== undefined
if (!hasBrowser) console.log('the console was not tested: no Chromium was found (CHROMIUM names one)')

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

export interface Look {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  /** Of who looks, e.g. Europe/Malta. */
  readonly timezoneId?: string
}

/** One tab, and what went wrong in it. */
export class Tab {
  readonly errors: string[] = []
  /** Where requests went, and sockets. */
  readonly hosts = new Set<string>()

  constructor(readonly page: Page) {
    page.setDefaultTimeout(20_000)
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') this.errors.push(message.text())
    })
    page.on('pageerror', error => this.errors.push(error.message))
    page.on('request', request => this.hosts.add(new URL(request.url()).host))
    page.on('websocket', socket => this.hosts.add(new URL(socket.url()).host))
  }

  /** No serious or critical finding of axe-core in what is shown. */
  async expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html.slice(0, 200)).join(' | ')}`)).toEqual(
      [],
    )
  }

  /** How far the page itself can be moved sideways, in px. */
  overflow = (): Promise<number> =>
    this.page.evaluate('Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)')

  close = (): Promise<void> => this.page.context().close()
}

/** A player's view of a draw, as a casino would embed it. */
export async function openTicket(
  browser: Browser,
  url: string,
  draw: string,
  playerId: string,
  look: Look = {},
): Promise<Tab> {
  const tab = await openTab(browser, look)
  await tab.page.goto(`${url}/ticket.html?draw=${encodeURIComponent(draw)}#token=${await tokenOf('player', playerId)}`)
  return tab
}

/** The console at a page, e.g. "draws/spring", signed in by link. */
export async function openConsole(
  browser: Browser,
  url: string,
  role: Role,
  path = 'live',
  look: Look = {},
): Promise<Tab> {
  const tab = await openTab(browser, look)
  await tab.page.goto(`${url}/#token=${await tokenOf(role)}`)
  await tab.page.locator('main h1').first().waitFor()
  await goTo(tab.page, path)
  return tab
}

async function openTab(browser: Browser, { width = 1440, theme = 'light', timezoneId }: Look): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, timezoneId })
  return new Tab(await context.newPage())
}

export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${path}`)}`)
}
