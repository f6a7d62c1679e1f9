import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasBrowser } from './browser.js'
import { held } from './held.js'
import { saysAt } from './says-at.js'
import { setStage } from './stage.js'

const SUPPRESS_UNTIL =
  'mutation ($id: ID!, $until: DateTime!) { suppressPlayer(playerId: $id, reason: "asked to", until: $until) { id } }'
const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked to") { id } }'

describe.skipIf(!hasBrowser)('suppressions on the admin page', () => {
  const stage = setStage()
  const open = (role: 'crm' | 'analyst') => stage.open(role, 'admin/suppressions')
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
    await expectFocus(page, 'Reason')
    await dialog.getByLabel('Reason').fill('self-exclusion')
    await suppress.click()
    await saysAt(dialog.getByLabel('Until'), /In your time zone, [\w/]+\..*must lie ahead of now/s)
    await expectFocus(page, 'Until')
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
    for (const id of [...ids, 'q-1']) await stage.client.data(SUPPRESS, { id })
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

  it('keep their end to the millisecond when the reason is changed', async () => {
    const until = '2998-03-04T12:34:56.789Z'
    await stage.client.data(SUPPRESS_UNTIL, { id: 'a-end', until })
    const tab = await open('crm')
    const dialog = tab.page.getByRole('dialog')
    await tab.page.getByRole('button', { name: 'Change a-end' }).click()
    await dialog.getByLabel('Reason').fill('self-exclusion')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await tab.page.getByText('The suppression of a-end is changed.').waitFor()
    expect(await suppression('a-end')).toMatchObject({ reason: 'self-exclusion', until })
    await tab.close()
  })

  it('stay in the form until the server has answered', async () => {
    const tab = await open('crm')
    const { page } = tab
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Suppress a player' }).click()
    await dialog.getByLabel('Player id').fill('a-slow')
    await dialog.getByLabel('Reason').fill('asked to')
    const answer = await held(page, 'mutation SuppressPlayer')
    await dialog.getByRole('button', { name: 'Suppress' }).click()
    await answer.asked
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
    expect(await dialog.getByRole('button', { name: 'Close' }).isDisabled()).toBe(true)
    expect(await dialog.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true)
    expect(await dialog.isVisible()).toBe(true)
    answer.release()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'a-slow' }).waitFor()
    await tab.close()
  })

  it('of another filter are not shown under this one, and are read again when the server is back', async () => {
    await stage.client.data(SUPPRESS, { id: 'ax-1' })
    await stage.client.data(SUPPRESS, { id: 'ay-1' })
    const { page, close } = await open('crm')
    await page.getByRole('link', { name: 'ay-1' }).waitFor()
    const isAsked = (url: URL) => url.pathname === '/graphql'
    await page.route(isAsked, route =>
      route.request().postData()?.includes('query SuppressedPlayers') ? route.abort() : route.fallback(),
    )
    await page.getByLabel('Player id begins with').fill('ax')
    await page.getByText('The suppressions cannot be shown.').waitFor()
    expect(await page.getByRole('link', { name: /-1$/ }).count()).toBe(0)
    await page.unroute(isAsked)
    await page.getByRole('link', { name: 'ax-1' }).waitFor()
    expect(await page.getByText('The suppressions cannot be shown.').count()).toBe(0)
    await close()
  })

  it('are only read by analysts', async () => {
    await stage.client.data(SUPPRESS, { id: 'a-reader' })
    const tab = await open('analyst')
    await tab.page.getByRole('link', { name: 'a-reader' }).waitFor()
    expect(await tab.page.getByRole('button', { name: /Lift|Change|Suppress/ }).count()).toBe(0)
    await tab.close()
  })

  const suppression = async (id: string) => {
    const query = 'query ($id: ID!) { player(id: $id) { suppression { reason until by } } }'
    return (await stage.client.data<{ player: { suppression: object | null } }>(query, { id })).player.suppression
  }
})

const expectFocus = (page: Page, label: string) =>
  expect.poll(() => page.evaluate('document.activeElement.labels?.[0]?.textContent')).toBe(label)
