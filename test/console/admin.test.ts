import { describe, expect, it } from 'vitest'
import { goTo, hasBrowser } from './browser.js'
import { setStage } from './stage.js'

const SAVE_POLICY = 'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }'
const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked to") { id } }'

describe.skipIf(!hasBrowser)('the admin page', () => {
  const stage = setStage()
  const open = (role: 'admin' | 'crm' | 'analyst', path: string, width?: number) => stage.open(role, path, { width })

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

  it.each(['policies', 'webhooks', 'suppressions', 'audit'])('fits %s on a telephone', async part => {
    await stage.client.data(SAVE_POLICY, { input: { id: 'phone', name: 'Phone', threshold: '5' } })
    await stage.client.data(SUPPRESS, { id: 'phone' })
    const tab = await open('admin', `admin/${part}`, 360)
    await tab.page.getByRole('main').locator('section').first().waitFor()
    await tab.page.locator('.state[role=status]').waitFor({ state: 'detached' })
    expect(await tab.overflow()).toBe(0)
    await tab.expectAccessible()
    await tab.close()
  })
})
