import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { goTo, hasBrowser, openBrowser, openConsole } from './browser.js'
import { saysAt } from './says-at.js'

const SAVE_POLICY = 'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }'
const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked to") { id } }'

describe.skipIf(!hasBrowser)('the admin page', () => {
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
  const open = (role: 'admin' | 'crm' | 'analyst', path: string, width?: number) =>
    openConsole(browser, installation.node.url, role, path, { width })

  it.each([
    ['admin', ['VIP policies', 'Webhooks', 'Suppressions', 'Audit log'], []],
    ['crm', ['VIP policies', 'Webhooks', 'Suppressions'], ['audit']],
    ['analyst', ['VIP policies', 'Suppressions'], ['audit', 'webhooks', 'webhooks/crm']],
  ] as const)('shows %s the parts that are for it', async (role, titles, closed) => {
    const tab = await open(role, 'admin')
    const nav = tab.page.getByRole('navigation', { name: 'Parts of the admin page' })
    await nav.getByRole('link', { name: 'VIP policies' }).waitFor()
    expect(await nav.getByRole('link').allTextContents()).toEqual(titles)
    expect(await nav.locator('[aria-current=page]').allTextContents()).toEqual(['VIP policies'])
    for (const path of closed) {
      await goTo(tab.page, `admin/${path}`)
      await tab.page.getByRole('heading', { name: 'There is no such part, or it is not for you' }).waitFor()
      await goTo(tab.page, 'admin')
      await tab.page.getByRole('heading', { name: 'VIP policies' }).waitFor()
    }
    expect(tab.errors).toEqual([])
    await tab.close()
  })

  describe('VIP policies', () => {
    const policies = async () => {
      const query = '{ vipPolicies { id name threshold window slide eventTypes enabled version } }'
      return (await installation.client.data<{ vipPolicies: { id: string }[] }>(query)).vipPolicies
    }

    it('are made in a dialog, which says at each field what the server refuses', async () => {
      const tab = await open('admin', 'admin/policies')
      const { page } = tab
      await page.getByText('There is no VIP policy yet').waitFor()
      await installation.client.send([bet('early', 1_200)])
      await page.getByRole('button', { name: 'New policy' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('with the next batch of events, on every node').waitFor()
      await dialog.getByLabel('Name').fill('High rollers')
      await dialog.getByLabel('Id', { exact: true }).fill('high rollers')
      await dialog.getByLabel('Threshold').fill('a lot')
      await dialog.getByLabel('Window', { exact: true }).fill('45')
      await dialog.getByLabel('Window, unit').selectOption('minutes')
      await tab.expectAccessible()
      const create = dialog.getByRole('button', { name: 'Create' })
      await create.click()
      await saysAt(dialog.getByLabel('Threshold'), /Must be an amount/)
      await dialog.getByLabel('Threshold').fill('999.50')
      await create.click()
      await saysAt(dialog.getByLabel('Id', { exact: true }), /must be 1 to 100 of/)
      expect(await dialog.getByLabel('Threshold').getAttribute('aria-invalid')).toBe('false')
      await dialog.getByLabel('Id', { exact: true }).fill('high')
      await create.click()
      await saysAt(dialog.getByLabel('Window', { exact: true }), /multiple of the slide 30 minutes, got 45 minutes/)
      await dialog.getByLabel('Window', { exact: true }).fill('1')
      await dialog.getByLabel('Window, unit').selectOption('hours')
      await dialog.getByLabel('Event types').fill(' bet,win , ')
      await create.click()
      await dialog.waitFor({ state: 'detached' })
      const row = page.getByRole('row', { name: /High rollers/ })
      await row.waitFor()
      for (const cell of ['999.50', '1 hour', '30 minutes', 'bet, win', 'enabled', '1'])
        await row.getByRole('cell', { name: cell, exact: true }).first().waitFor()
      await page.getByText('The policy "High rollers" is saved as version 1.').waitFor()
      expect(await policies()).toEqual([
        {
          id: 'high',
          name: 'High rollers',
          threshold: '999.50',
          window: 'PT1H',
          slide: 'PT30M',
          eventTypes: ['bet', 'win'],
          enabled: true,
          version: 1,
        },
      ])
      // Who was above it already has an entry now, as the dialog says.
      await goTo(page, 'live')
      await page.getByRole('link', { name: 'early' }).first().waitFor()
      expect(tab.errors).toEqual([])
      await tab.close()
    })

    it('are changed as they stand: what somebody has saved meanwhile is not overwritten unseen', async () => {
      const saved = { id: 'contested', name: 'Contested', threshold: '10', window: 'PT2H' }
      await installation.client.data(SAVE_POLICY, { input: saved })
      const tab = await open('admin', 'admin/policies')
      const { page } = tab
      await page.getByRole('button', { name: 'Edit Contested' }).click()
      const dialog = page.getByRole('dialog')
      expect(await dialog.getByLabel('Window', { exact: true }).inputValue()).toBe('2')
      await installation.client.data(SAVE_POLICY, { input: { ...saved, threshold: '20' } })
      await dialog.getByLabel('Name').fill('Mine')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByRole('alert').getByText('since you opened version 1').waitFor()
      await tab.expectAccessible()
      await dialog.getByRole('button', { name: 'Load what stands now' }).click()
      await expect.poll(() => dialog.getByLabel('Threshold').inputValue()).toBe('20.00')
      expect(await dialog.getByLabel('Name').inputValue()).toBe('Contested')
      await dialog.getByLabel('Name').fill('Mine')
      await dialog.getByLabel('Enabled').uncheck()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('is saved as version 3').waitFor()
      await page.getByRole('row', { name: /Mine.*20\.00.*2 hours.*disabled/ }).waitFor()
      await tab.close()
    })

    it('with an id that is taken lead to the one that has it', async () => {
      await installation.client.data(SAVE_POLICY, { input: { id: 'taken', name: 'Taken', threshold: '77' } })
      const tab = await open('admin', 'admin/policies')
      const dialog = tab.page.getByRole('dialog')
      await tab.page.getByRole('button', { name: 'New policy' }).click()
      await dialog.getByLabel('Name').fill('Second')
      await dialog.getByLabel('Id', { exact: true }).fill('taken')
      await dialog.getByLabel('Threshold').fill('1')
      await dialog.getByRole('button', { name: 'Create' }).click()
      await dialog.getByText('There is a policy with this id already').waitFor()
      await dialog.getByRole('button', { name: 'Edit that policy' }).click()
      await dialog.getByRole('heading', { name: 'Edit the policy taken' }).waitFor()
      expect(await dialog.getByLabel('Threshold').inputValue()).toBe('77.00')
      await tab.page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect((await policies()).find(({ id }) => id === 'taken')).toMatchObject({ name: 'Taken', version: 1 })
      await tab.close()
    })

    it.each(['crm', 'analyst'] as const)('are read by %s, and changed by admins alone', async role => {
      await installation.client.data(SAVE_POLICY, { input: { id: 'seen', name: 'Seen', threshold: '5' } })
      const tab = await open(role, 'admin/policies')
      await tab.page.getByRole('row', { name: /Seen/ }).waitFor()
      await tab.page.getByText('Only an admin may change policies').waitFor()
      expect(await tab.page.getByRole('main').getByRole('button').count()).toBe(0)
      await tab.expectAccessible()
      await tab.close()
    })
  })

  describe('suppressions', () => {
    it('are made for anybody, changed, and lifted with a reason', async () => {
      const tab = await open('crm', 'admin/suppressions')
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
      const tab = await open('crm', 'admin/suppressions')
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
      const tab = await open('analyst', 'admin/suppressions')
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

  describe('the audit log', () => {
    it('shows who changed what, from what to what, and the hash', async () => {
      const input = { id: 'audited', name: 'Audited', threshold: '1000' }
      await installation.client.data(SAVE_POLICY, { input })
      await installation.client.data(SAVE_POLICY, { input: { ...input, threshold: '2000' } })
      const query = '{ auditLog(subject: "policy:audited") { nodes { id hash } } }'
      const { auditLog } = await installation.client.data<{ auditLog: { nodes: { id: string; hash: string }[] } }>(
        query,
      )
      const tab = await open('admin', 'admin/audit')
      const { page } = tab
      const entries = page.getByRole('list', { name: 'Audit entries, newest first' }).getByRole('listitem')
      await entries.first().waitFor()
      await page.getByText('npm run audit').waitFor()
      await page.getByLabel('Subject').fill('policy:audited')
      await expect.poll(() => entries.count()).toBe(2)
      const newest = entries.first()
      expect(await newest.textContent()).toMatch(/saveVipPolicy.*policy:audited.*by admin-1/)
      await newest.locator('summary').press('Enter')
      await newest.getByRole('row', { name: 'threshold 1000.00 2000.00' }).waitFor()
      expect(await newest.locator('tbody tr').count()).toBe(2)
      await newest.getByRole('row', { name: 'version 1 2' }).waitFor()
      await newest.getByText(auditLog.nodes[0]!.hash).waitFor()
      await tab.expectAccessible()
      expect(tab.errors).toEqual([])
      await tab.close()
    })

    it('is narrowed down to an actor and to a subject, and widened again', async () => {
      const asCrm = await openConsole(browser, installation.node.url, 'crm', 'admin/suppressions')
      await asCrm.page.getByRole('button', { name: 'Suppress a player' }).click()
      await asCrm.page.getByLabel('Player id', { exact: true }).fill('by-crm')
      await asCrm.page.getByLabel('Reason').fill('asked to')
      await asCrm.page.getByRole('dialog').getByRole('button', { name: 'Suppress' }).click()
      await asCrm.page.getByText('by-crm is suppressed.').waitFor()
      await asCrm.close()
      await installation.client.data(SUPPRESS, { id: 'by-admin' })
      const tab = await open('admin', 'admin/audit')
      const { page } = tab
      const entries = page.getByRole('list', { name: 'Audit entries, newest first' }).getByRole('listitem')
      await page.getByLabel('Actor').fill('crm-1')
      await page.getByText('player:by-crm').waitFor()
      await expect.poll(() => page.getByText('by admin-1').count()).toBe(0)
      await page.getByText('player:by-crm').click()
      await page.getByRole('row', { name: 'suppression.reason - asked to' }).waitFor()
      await page.getByRole('button', { name: 'All of this subject' }).click()
      await expect.poll(() => entries.count()).toBe(1)
      expect(await page.getByLabel('Subject').inputValue()).toBe('player:by-crm')
      await page.getByLabel('Subject').fill('player:nobody')
      await page.getByText('No entry has this subject and actor').waitFor()
      await page.getByRole('button', { name: 'Show all' }).click()
      await page.getByText('player:by-admin').first().waitFor()
      await tab.close()
    })
  })

  it.each(['policies', 'webhooks', 'suppressions', 'audit'])('fits %s on a telephone', async part => {
    await installation.client.data(SAVE_POLICY, { input: { id: 'phone', name: 'Phone', threshold: '5' } })
    await installation.client.data(SUPPRESS, { id: 'phone' })
    const tab = await open('admin', `admin/${part}`, 360)
    await tab.page.getByRole('main').locator('section').first().waitFor()
    await tab.page.locator('.state[role=status]').waitFor({ state: 'detached' })
    expect(await tab.overflow()).toBe(0)
    await tab.expectAccessible()
    await tab.close()
  })
})

const bet = (player_id: string, amount: number) => ({
  event_id: `${player_id}-${amount}`,
  player_id,
  event_type: 'bet',
  amount,
  timestamp: new Date().toISOString(),
})
