import type { Response } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'
import { goTo, hasBrowser, Tab } from './browser.js'
import { setStage } from './stage.js'

const PAGES = ['live', 'pnl', 'campaigns', 'draws', 'admin', 'players', 'players/ann']
const FIRST_LOAD_BYTES_MAX = 120_000

describe.skipIf(!hasBrowser)('the shell of the console', () => {
  const stage = setStage()
  const open = (role: Role, path?: string, look = {}) => stage.open(role, path, look)

  it.each([
    ['admin', ['Live', 'Players', 'PnL', 'Campaigns', 'Draws', 'Admin']],
    ['analyst', ['Live', 'Players', 'PnL', 'Campaigns', 'Draws', 'Admin']],
    ['crm', ['Live', 'Players', 'Campaigns', 'Draws', 'Admin']],
  ] as const)('leads %s to the pages that are for it', async (role, titles) => {
    const tab = await open(role)
    const { page } = tab
    const nav = page.getByRole('navigation', { name: 'Pages' })
    expect(await nav.getByRole('link').allTextContents()).toEqual(titles)
    for (const title of titles) {
      await nav.getByRole('link', { name: title }).click()
      await expect.poll(() => nav.locator('[aria-current=page]').allTextContents()).toEqual([title])
      await expect.poll(() => page.title()).toBe(`${title} - Tidemark`)
    }
    await goTo(page, 'nowhere')
    await page.getByRole('heading', { name: 'There is no such page, or it is not for you' }).waitFor()
    await page.getByRole('link', { name: 'To the live page' }).click()
    await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('shows nobody a page that is not for it', async () => {
    const tab = await open('crm', 'pnl')
    await tab.page.getByRole('heading', { name: 'There is no such page, or it is not for you' }).waitFor()
    await tab.page.getByText('signed in as crm-1 (crm)').waitFor()
    await tab.close()
  })

  it('keeps the colours that were chosen', async () => {
    const tab = await open('crm', 'live', { theme: 'dark' })
    const { page } = tab
    const theme = () => page.evaluate('document.documentElement.dataset.theme')
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    expect(await theme()).toBe('dark')
    const dark = await ground()
    await page.getByRole('button', { name: 'Use light colours' }).click()
    expect(await theme()).toBe('light')
    expect(await ground()).not.toBe(dark)
    await page.reload()
    await page.getByRole('button', { name: 'Use dark colours' }).waitFor()
    expect(await theme()).toBe('light')
    await page.getByRole('button', { name: 'Use dark colours' }).click()
    await page.reload()
    expect(await theme()).toBe('dark')
    await tab.close()
  })

  it('follows the colours of the system until some are chosen', async () => {
    const tab = await open('crm', 'live', { theme: 'light' })
    await tab.page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => tab.page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await tab.page.getByRole('button', { name: 'Use light colours' }).waitFor()
    await tab.close()
  })

  it('is used with the keyboard alone', async () => {
    const tab = await open('analyst')
    const { page } = tab
    const focused = () =>
      page.evaluate<string>(
        'document.activeElement.id || document.activeElement.ariaLabel || document.activeElement.textContent',
      )
    const tabTo = async (count: number) => {
      const seen: string[] = []
      for (let i = 0; i < count; i++) {
        await page.keyboard.press('Tab')
        seen.push(await focused())
      }
      return seen
    }
    await page.evaluate('document.activeElement.blur()')
    expect(await tabTo(1)).toEqual(['Skip to the page'])
    expect((await page.getByRole('button', { name: 'Skip to the page' }).boundingBox())!.y).toBeGreaterThanOrEqual(0)
    expect(await tabTo(9)).toEqual([
      'Tidemark, to the first page',
      'Use dark colours',
      'Sign out',
      'Live',
      'Players',
      'PnL',
      'Campaigns',
      'Draws',
      'Admin',
    ])
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /^admin$/i }).waitFor()
    // Whoever goes to a page is in it, and need not tab through the links again.
    expect(await focused()).toBe('main')

    await page.getByRole('button', { name: 'Skip to the page' }).focus()
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('main')
    await tab.close()
  })

  it.each(PAGES)('fits %s on a telephone, under its policy, without an error or a request elsewhere', async path => {
    const tab = await open('admin', path, { width: 360 })
    const { page } = tab
    const answer = await page.reload()
    expect(answer!.headers()['content-security-policy']).toContain("default-src 'none'")
    await page.locator('main h1').first().waitFor()
    await page.waitForLoadState('networkidle')
    expect(await page.locator('h1').count()).toBe(1)
    expect(await tab.overflow()).toBe(0)
    await tab.expectAccessible()
    expect([...tab.hosts]).toEqual([new URL(stage.url).host])
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('is there after a small download', async () => {
    const tab = new Tab(await (await stage.browser.newContext()).newPage())
    const loaded: Response[] = []
    tab.page.on('response', response => {
      if (['script', 'stylesheet'].includes(response.request().resourceType())) loaded.push(response)
    })
    await tab.page.goto(`${stage.url}/#token=${await tokenOf('admin')}`)
    await tab.page.getByText('Nobody has become a VIP yet').waitFor()
    const sizes = await Promise.all(
      loaded.map(async response => {
        expect(response.headers()['content-encoding'], response.url()).toBe('gzip')
        return (await response.request().sizes()).responseBodySize
      }),
    )
    expect(sizes.length).toBeGreaterThanOrEqual(3)
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_BYTES_MAX)
    await tab.close()
  })
})
