import { describe, expect, it } from 'vitest'
import { hasBrowser } from './browser.js'
import { setStage } from './stage.js'

const SAVE_POLICY = 'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }'
const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked to") { id } }'

describe.skipIf(!hasBrowser)('the audit log on the admin page', () => {
  const stage = setStage()
  const openAudit = () => stage.open('admin', 'admin/audit')
  it('shows who changed what, from what to what, and the hash', async () => {
    const input = { id: 'audited', name: 'Audited', threshold: '1000' }
    await stage.client.data(SAVE_POLICY, { input })
    await stage.client.data(SAVE_POLICY, { input: { ...input, threshold: '2000' } })
    const query = '{ auditLog(subject: "policy:audited") { nodes { id hash } } }'
    const { auditLog } = await stage.client.data<{ auditLog: { nodes: { id: string; hash: string }[] } }>(query)
    const tab = await openAudit()
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
    const asCrm = await stage.open('crm', 'admin/suppressions')
    await asCrm.page.getByRole('button', { name: 'Suppress a player' }).click()
    await asCrm.page.getByLabel('Player id', { exact: true }).fill('by-crm')
    await asCrm.page.getByLabel('Reason').fill('asked to')
    await asCrm.page.getByRole('dialog').getByRole('button', { name: 'Suppress' }).click()
    await asCrm.page.getByText('by-crm is suppressed.').waitFor()
    await asCrm.close()
    await stage.client.data(SUPPRESS, { id: 'by-admin' })
    const tab = await openAudit()
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
