import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { hasBrowser, openBrowser, openConsole } from './browser.js'
import { saysAt } from './says-at.js'

const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked to") { id } }'

describe.skipIf(!hasBrowser)('suppressions on the admin page', () => {
  let installation: TestInstallation
  let browser: Browser
  beforeAll(async () => {
    installation = await install(EMBEDDED)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await installation?.close()
  })
  const open = (role: 'crm' | 'analyst') => openConsole(browser, installation.node.url, role, 'admin/suppressions')
  it('are made for anybody, changed, and lifted with a reason', async () => {
    const tab = await open('crm')
    const { page } = tab
    const dialog = page.getByRole('dialog')
    await page.getByText('No player is suppressed').waitFor()
    await page.getByRole('button', { name: 'Suppress a player' }).click()
    await dialog.getByText('nothing leaves the system for the player').waitFor()
    await dialog.getByLabel('Player id').fill('never seen/1')
    await dialog.getByLabel('Reason').fill('   ')
    await dialog.getByLabel('Until').fill('2020-01-01T10:00')
    await tab.expectAccessible()
    const suppress = dialog.getByRole('button', { name: 'Suppress' })
    await suppress.click()
    await saysAt(dialog.getByLabel('Reason'), /must have 1 to 500 characters/)
    await dialog.getByLabel('Reason').fill('self-exclusion')
    await suppress.click()
    await saysAt(dialog.getByLabel('Until'), /must lie ahead of now/)
    await dialog.getByLabel('Until').fill('')
    await suppress.click()
    const row = page.getByRole('row', { name: /never seen\/1.*self-exclusion.*no end.*crm-1/ })
    await row.waitFor()
    expect(await row.getByRole('link').getAttribute('href')).toBe('#/players/never%20seen%2F1')
    expect(await suppression('never seen/1')).toMatchObject({ reason: 'self-exclusion', until: null, by: 'crm-1' })

    await page.getByRole('button', { name: 'Change never seen/1' }).click()
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('self-exclusion')
    await dialog.getByLabel('Until').fill('2999-12-31T12:00')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: '31 Dec 2999, 12:00' }).waitFor()

    await page.getByRole('button', { name: 'Lift never seen/1' }).click()
    await dialog.getByText('What was withheld stays withheld').waitFor()
    await dialog.getByLabel('Reason').fill('came back')
    await dialog.getByRole('button', { name: 'Lift' }).click()
    await page.getByText('No player is suppressed').waitFor()
    expect(await suppression('never seen/1')).toBeNull()
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  it('come in pages, which stay when one is lifted, and are found by the beginning of the id', async () => {
    const ids = Array.from({ length: 55 }, (_, i) => `p-${String(i).padStart(2, '0')}`)
    for (const id of [...ids, 'q-1']) await installation.client.data(SUPPRESS, { id })
    const tab = await open('crm')
    const { page } = tab
    const rows = page.getByRole('region', { name: 'Suppressed players' }).locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(50)
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => rows.count()).toBe(56)
    await page.getByRole('button', { name: 'Lift p-54' }).click()
    await page.getByRole('dialog').getByLabel('Reason').fill('done')
    await page.getByRole('dialog').getByRole('button', { name: 'Lift' }).click()
    await expect.poll(() => rows.count()).toBe(55)
    await page.getByLabel('Player id begins with').fill('q')
    await expect.poll(() => rows.count()).toBe(1)
    expect(await rows.textContent()).toContain('q-1')
    await page.getByLabel('Player id begins with').fill('nobody')
    await page.getByText("No suppressed player's id begins with nobody").waitFor()
    await tab.close()
  })

  it('are only read by analysts', async () => {
    await installation.client.data(SUPPRESS, { id: 'a-reader' })
    const tab = await open('analyst')
    await tab.page.getByRole('link', { name: 'a-reader' }).waitFor()
    expect(await tab.page.getByRole('button', { name: /Lift|Change|Suppress/ }).count()).toBe(0)
    await tab.close()
  })

  const suppression = async (id: string) => {
    const query = 'query ($id: ID!) { player(id: $id) { suppression { reason until by } } }'
    return (await installation.client.data<{ player: { suppression: object | null } }>(query, { id })).player
      .suppression
  }
})
